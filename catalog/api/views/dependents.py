"""Reading what rests on an artifact or on a version of it: everything downstream, page by page."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from django.http import HttpResponseBase, QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from catalog.api import operations
from catalog.api.pagination import DEFAULT_LIMIT, MAX_LIMIT
from catalog.api.parameters import integer
from catalog.api.query_errors import invalid
from catalog.api.query_parameters import FURTHEST_DEPTH
from catalog.api.views.base import CatalogView
from catalog.impact import csv_answer, root_of
from catalog.models.link import STORED_RELATIONS
from catalog.nearest import unknown
from catalog.provenance.dependents import Cursor, Page, Place, Root, Wanted, dependents, described
from catalog.references import resolve
from catalog.vocabulary import Kind


class TableRenderer(BaseRenderer):
    """Names the format that is asked for; the table itself is streamed past it."""

    media_type = "text/csv"
    format = "csv"


class ArtifactDependents(CatalogView):
    """Everything downstream of an artifact of any kind."""

    renderer_classes = [*CatalogView.renderer_classes, TableRenderer]
    parameters = ("kind", "relation", "max_depth", "limit", "cursor")
    repeatable = ("kind", "relation")

    @extend_schema(**operations.READ_DEPENDENTS)
    def get(self, request: Request, reference: str) -> HttpResponseBase:
        root = root_of(resolve(reference))
        wanted = _wanted(self.query)
        limit = integer(self.query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
        cursor = _cursor(self.query.get("cursor", ""), root, wanted)
        if request.accepted_renderer.format == TableRenderer.format:
            return csv_answer(root, wanted)
        page = dependents(root, wanted, limit, after=cursor.after, before=cursor.before)
        return Response(
            {
                "root": root.id,
                "dependents": [dataclasses.asdict(row) for row in described(page.found, root)],
                "by_kind": page.by_kind,
                **_around(request.build_absolute_uri(), page, cursor),
            }
        )


def _wanted(query: QueryDict) -> Wanted:
    """What a query asks for. Raises `InvalidQuery` for a word that is none."""
    max_depth = integer(query, "max_depth", 0, 1, FURTHEST_DEPTH)
    return Wanted(
        frozenset(_words(query, "kind", tuple(Kind.values))),
        frozenset(_words(query, "relation", STORED_RELATIONS)),
        max_depth or None,
    )


def _words(query: QueryDict, name: str, valid: Collection[str]) -> list[str]:
    words = [word.strip() for word in query.getlist(name)]
    for word in words:
        if word not in valid:
            raise invalid(name, f"{unknown('value', word, valid)} Valid: {', '.join(valid)}.", "choice")
    return words


def _cursor(text: str, root: Root, wanted: Wanted) -> Cursor:
    """Where the page begins. Raises `InvalidQuery` for a cursor that was not made for this list."""
    try:
        return Cursor.parse(text, root, wanted)
    except ValueError:
        detail = "This is no cursor of this list. Take the next page's from the answer before."
        raise invalid("cursor", detail, "cursor") from None


def _around(url: str, page: Page, cursor: Cursor) -> dict[str, str | None]:
    """The addresses of the pages around one. From an empty page, past an end, the way leads to the start."""

    def link(there: bool, place: Place | None, backwards: bool) -> str | None:
        if not there:
            return None
        if place is None:
            return remove_query_param(url, "cursor")
        return replace_query_param(url, "cursor", cursor.at(place, backwards=backwards))

    first, last = (page.found[0].place, page.found[-1].place) if page.found else (None, None)
    return {"next": link(page.more, last, False), "previous": link(page.earlier, first, True)}
