"""Reading what rests on an artifact or on a version of it: everything downstream, page by page."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
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
from catalog.impact import csv_of, root_of
from catalog.nearest import unknown
from catalog.provenance.dependents import Page, Place, Root, Wanted, dependents, described
from catalog.references import resolve
from catalog.spreadsheets import CONTENT_TYPE
from catalog.vocabulary import Kind, Relation

_RELATIONS = tuple(relation.value for relation in Relation if relation != Relation.REVISES)
_Word = TypeVar("_Word", bound=str)


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
        cursor = _Cursor.parse(self.query.get("cursor", ""), root, wanted)
        if request.accepted_renderer.format == TableRenderer.format:
            return _table(root, wanted)
        page = dependents(root, wanted, limit, after=cursor.after, before=cursor.before)
        return Response(
            {
                "root": root.id,
                "dependents": [dataclasses.asdict(row) for row in described(page.found, root)],
                "by_kind": page.by_kind,
                **_around(request.build_absolute_uri(), page, cursor),
            }
        )


def _table(root: Root, wanted: Wanted) -> StreamingHttpResponse:
    """All of them as a file."""
    headers = {"Content-Disposition": f'attachment; filename="dependents-{root.id.replace(":", "-")}.csv"'}
    return StreamingHttpResponse(csv_of(root, wanted), content_type=CONTENT_TYPE, headers=headers)


def _wanted(query: QueryDict) -> Wanted:
    """What a query asks for. Raises `InvalidQuery` for a word that is none."""
    max_depth = integer(query, "max_depth", 0, 1, FURTHEST_DEPTH)
    return Wanted(
        frozenset(_words(query, "kind", tuple(Kind.values))),
        frozenset(_words(query, "relation", _RELATIONS)),
        max_depth or None,
    )


def _words(query: QueryDict, name: str, valid: Collection[str]) -> list[str]:
    words = [word.strip() for word in query.getlist(name)]
    for word in words:
        if word not in valid:
            raise invalid(name, f"{unknown('value', word, valid)} Valid: {', '.join(valid)}.", "choice")
    return words


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where a page begins: after a place, or before one where it is read backwards. It belongs to what was asked."""

    asked: list[Any]
    place: Place | None = None
    backwards: bool = False

    @property
    def after(self) -> Place | None:
        return None if self.backwards else self.place

    @property
    def before(self) -> Place | None:
        return self.place if self.backwards else None

    @classmethod
    def parse(cls, text: str, root: Root, wanted: Wanted) -> _Cursor:
        """Read a cursor. Raises `InvalidQuery` for one that was not made for this list."""
        asked = [root.id, sorted(wanted.kinds), sorted(wanted.relations), wanted.max_depth]
        if not text:
            return cls(asked)
        try:
            given, backwards, place = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
            if given != asked or not isinstance(backwards, bool):
                raise ValueError(text)
            return cls(asked, _place(*place), backwards)
        except (ValueError, TypeError, RecursionError):
            detail = "This is no cursor of this list. Take the next page's from the answer before."
            raise invalid("cursor", detail, "cursor") from None

    def written(self) -> str:
        content = json.dumps([self.asked, self.backwards, self.place], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode()


def _place(depth: Any, relation: Any, link: Any) -> Place:
    """A place as it was written down. Raises ValueError where it cannot be one."""
    numbers = (depth, link)
    if any(isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**63 for number in numbers):
        raise ValueError(numbers)
    if relation not in _RELATIONS:
        raise ValueError(relation)
    return Place(depth, relation, link)


def _around(url: str, page: Page, cursor: _Cursor) -> dict[str, str | None]:
    """The addresses of the pages around one. An empty page is past an end: the way back is the other one."""

    def link(place: Place | None, backwards: bool) -> str:
        if place is None:
            return remove_query_param(url, "cursor")
        return replace_query_param(url, "cursor", _Cursor(cursor.asked, place, backwards).written())

    first, last = (page.found[0].place, page.found[-1].place) if page.found else (None, None)
    return {
        "next": link(last, backwards=False) if page.more else None,
        "previous": link(first, backwards=True) if page.earlier else None,
    }
