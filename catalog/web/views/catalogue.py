"""The catalogue page: the list of models, what narrows it, and the models chosen for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.filtersets import ModelFilterSet
from catalog.listing import DEFAULT_SORT, SORTS, rows
from catalog.listing.rows import Record
from catalog.titles import titles_of
from catalog.web.chosen_filters import LABELS, chips, loosened
from catalog.web.facets import Choices, linked_facets
from catalog.web.filter_fields import any_in_use, field_errors, further_fields
from catalog.web.paging import DEFAULT_LIMIT, FURTHEST, MOST_ROWS, SIZES, Paging
from catalog.web.query import PageQuery, problems, whole_number, word
from catalog.web.selection import Selection
from catalog.web.suggestions import suggestions
from catalog.web.tables import ModelTable, model_row

_REPEATABLE = ("dataset", "hypothesis", "analysis", "evaluated_on", "selected")
_LISTED = (*LABELS, "sort", "order", "limit", "offset")
"""The parameters of the list, which the API takes too."""

_SORT_LABELS = {
    "quality_score": "score",
    "created_at": "date",
    "parameter_count": "number of parameters",
    "title": "title",
}


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The list of models. A wrong filter is shown beside its field, and nothing is listed until it is mended."""
    asked = PageQuery.of(reverse("catalogue"), request.GET)
    query = asked.but("compare")
    selection = Selection.of(query)
    if asked.get("compare") and selection.compare_url and not selection.problems:
        return HttpResponseRedirect(selection.compare_url)
    if any(not value.strip() for values in dict(request.GET).values() for value in values):
        return HttpResponseRedirect(asked.url)  # a form sends its empty fields too; an address to pass on has none
    context = _context(query, selection) | {"selection": selection, "refused": bool(asked.get("compare"))}
    return render(request, "catalog/catalogue.html", context)


@dataclass(frozen=True, slots=True)
class _Listed:
    """The part of the list that is shown, in its order."""

    paging: Paging
    sort: str
    order: str
    records: list[Record]
    rows: list[dict[str, Any]]

    @property
    def artifacts(self) -> set[str]:
        """The artifacts that the rows name."""
        producers = {row["produced_by"] for row in self.rows if row["produced_by"]}
        return producers.union(*(row["datasets"] for row in self.rows))


def _listed(query: PageQuery, filters: ModelFilterSet, total: int, wrong: list[str]) -> _Listed:
    sort = word(query, "sort", DEFAULT_SORT, tuple(SORTS), wrong)
    order = word(query, "order", SORTS[sort].default_order, ("asc", "desc"), wrong)
    limit = whole_number(query, "limit", DEFAULT_LIMIT, (1, MOST_ROWS), wrong)
    offset = whole_number(query, "offset", 0, (0, FURTHEST), wrong)
    paging = Paging(query, total, offset, limit)
    found = filters.narrowed().page(SORTS[sort], order, limit, offset=offset) if offset < total else []
    return _Listed(paging, sort, order, found, rows(found, reverse("model-collection")))


def _context(query: PageQuery, selection: Selection) -> dict[str, Any]:
    wrong = problems(query, (*_LISTED, "selected", "format"), _REPEATABLE)
    filters = ModelFilterSet(query.data)
    valid = filters.is_valid()
    choices = Choices.of(filters)
    listed = _listed(query, filters, choices.total if valid else 0, wrong)
    linked = linked_facets(filters, query, choices.total)
    further = further_fields(filters, query)
    titles = titles_of(listed.artifacts.union(*(facet.values for facet in linked)))
    in_rows = zip(listed.records, listed.rows, strict=True)
    table_rows = [model_row(record, row, titles, selection.ids) for record, row in in_rows]
    return {
        "section": "models",
        "query": query,
        "wrong": wrong,
        "errors": field_errors(filters),
        "suggestions": suggestions(filters, query),
        "form_errors": filters.form.errors,
        "total": listed.paging.total,
        "paging": listed.paging,
        "table": ModelTable(table_rows, query, listed.sort, listed.order),
        "elsewhere": [model for model in selection.models if model.id not in {row["id"] for row in listed.rows}],
        "choices": choices.facets(query),
        "linked": [facet.named(titles) for facet in linked],
        "further": further,
        "further_open": any_in_use(further),
        "chips": chips(query, titles),
        "clear_url": query.only(("selected", "sort", "order", "limit")).url,
        "loosened": list(loosened(filters, query)) if valid and not listed.paging.total else [],
        "json_url": query.only(_LISTED).at(reverse("model-collection")).url,
        **_toolbar(query, listed),
    }


def _toolbar(query: PageQuery, listed: _Listed) -> Mapping[str, Any]:
    sizes = sorted({*SIZES, listed.paging.limit})
    # What is usual has no value, so that it stays out of the address.
    return {
        "sorts": [("" if name == DEFAULT_SORT else name, _SORT_LABELS[name], name == listed.sort) for name in SORTS],
        "order": query.get("order"),
        "sizes": [("" if size == DEFAULT_LIMIT else size, size, size == listed.paging.limit) for size in sizes],
    }
