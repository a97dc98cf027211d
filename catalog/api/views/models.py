"""Reading models: the list, one model, what it came from, and several side by side."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import operations
from catalog.api.compared import chosen_models, rendered
from catalog.api.moments import AS_OF, asked_moment, dated
from catalog.api.pagination import PARAMETERS, Ordered, page_of
from catalog.api.parameters import choice, flag, integer, refuse_invalid
from catalog.api.query_parameters import DEEPEST, MOST_NODES
from catalog.api.views.base import CatalogView, target_of
from catalog.comparison.compare import compare
from catalog.detail import model_detail
from catalog.filtersets import ModelFilterSet
from catalog.listing import DEFAULT_SORT, SORTS, Narrowed, rows
from catalog.provenance.lineage import MAX_DEPTH, MAX_NODES, ancestry
from catalog.selection import references_in
from catalog.snapshots import load
from catalog.stamps import counted_once
from catalog.vocabulary import Kind


class ModelCollection(CatalogView):
    """The list of models."""

    parameters = (*ModelFilterSet.base_filters, "sort", "order", *PARAMETERS)
    repeatable = ("dataset", "hypothesis", "analysis", "evaluated_on")

    @extend_schema(**operations.LIST_MODELS)
    def get(self, request: Request) -> Response:
        sort = SORTS[choice(self.query, "sort", DEFAULT_SORT, tuple(SORTS))]
        order = choice(self.query, "order", sort.default_order, ("asc", "desc"))
        page = page_of(Ordered(self._narrowed(), sort, order), request, self.query)
        models = rows(page.records, f"{self.root_url(request)}/models")
        return Response({"models": models, "total": page.total, "next": page.next, "previous": page.previous})

    def _narrowed(self) -> Narrowed:
        """What the filters leave. A name means the same as long as nothing is committed."""
        given = tuple((name, *texts) for name, texts in self.query.lists() if name in ModelFilterSet.base_filters)
        return counted_once(("filters", given), self._filtered)

    def _filtered(self) -> Narrowed:
        filters = ModelFilterSet(self.query, given_only=True)
        refuse_invalid(filters)
        return filters.narrowed()


class ModelDetail(CatalogView):
    """One model version."""

    parameters = (AS_OF,)

    @extend_schema(**operations.READ_MODEL)
    def get(self, request: Request, reference: str) -> Response:
        with asked_moment(self.query, [reference]) as moment:
            target, version = target_of(reference, Kind.MODEL)
            answer = model_detail(version, self.root_url(request), any_version=not target.pinned)
            return Response(dated(answer, [version], moment))


class ModelProvenance(CatalogView):
    """What a model came from."""

    parameters = ("max_depth", "max_nodes", "history", AS_OF)

    @extend_schema(**operations.READ_PROVENANCE)
    def get(self, request: Request, reference: str) -> Response:
        max_depth = integer(self.query, "max_depth", MAX_DEPTH, 0, DEEPEST)
        max_nodes = integer(self.query, "max_nodes", MAX_NODES, 1, MOST_NODES)
        history = flag(self.query, "history")
        with asked_moment(self.query, [reference]) as moment:
            _, version = target_of(reference, Kind.MODEL)
            lineages = ancestry([version], max_depth=max_depth, max_nodes=max_nodes, history=history)
            answer = lineages[version.public_id].as_dict()
            return Response(dated(answer, [version], moment))


class ModelComparison(CatalogView):
    """Two to eight models side by side."""

    parameters = ("ids", AS_OF)

    @extend_schema(**operations.COMPARE_MODELS)
    def get(self, request: Request) -> Response:
        ids = self.query.get("ids", "")
        with asked_moment(self.query, references_in(ids)) as moment:
            versions = chosen_models(ids)
            answer = rendered(compare(load(versions)), f"{self.root_url(request)}/models")
            return Response(dated(answer, versions, moment))
