"""Pages of a list, by offset or by cursor.

A cursor names the row where a page ended: pages stay whole while rows come and go, and the last one costs what the
first does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from catalog.api.parameters import integer
from catalog.api.query_errors import invalid
from catalog.listing.listed import Listing
from catalog.listing.rows import Record
from catalog.listing.sorting import Sort, parse_key

DEFAULT_LIMIT = 20
MAX_LIMIT = 200
MAX_OFFSET = 10**9
PARAMETERS = ("limit", "offset", "cursor")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, how many there are in all, and the addresses of the pages around them."""

    records: Sequence[Record]
    total: int
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """A list in one of its orders."""

    listing: Listing
    sort: Sort
    order: str

    def page(self, limit: int, offset: int) -> list[Record]:
        return self.listing.page(self.sort, self.order, limit, offset=offset)


def page_of(ordered: Ordered, request: Request, query: QueryDict) -> Page:
    """The page that a request asks for. Raises `InvalidQuery` where it cannot be one."""
    limit = integer(query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    if "cursor" not in request.query_params:
        return _by_offset(ordered, request, limit, integer(query, "offset", 0, 0, MAX_OFFSET))
    if "offset" in query:
        raise invalid("offset", "Give an offset or a cursor, not both.", "contradiction")
    return _by_cursor(ordered, request, limit, query.get("cursor", ""))


def _by_offset(ordered: Ordered, request: Request, limit: int, offset: int) -> Page:
    total = ordered.listing.count()
    records = ordered.page(limit, offset) if offset < total else []
    after, before = offset + limit, max(0, min(offset, total) - limit)
    url = _url(request)
    return Page(
        records,
        total,
        replace_query_param(url, "offset", after) if after < total and after <= MAX_OFFSET else None,
        _at_offset(url, before) if offset > 0 else None,
    )


def _at_offset(url: str, offset: int) -> str:
    return replace_query_param(url, "offset", offset) if offset else remove_query_param(url, "offset")


def _by_cursor(ordered: Ordered, request: Request, limit: int, text: str) -> Page:
    cursor = Cursor.parse(text, ordered)
    total = ordered.listing.count()
    order = _reverse(ordered.order) if cursor.backwards else ordered.order
    found = ordered.listing.page(ordered.sort, order, limit + 1, after=cursor.keys)
    records, more = found[:limit], len(found) > limit
    if cursor.backwards:
        records.reverse()
    url = _url(request)

    def link(backwards: bool) -> str | None:
        there = more if backwards == cursor.backwards else bool(cursor.keys)
        # With nothing left on this side of a row that is gone, the way back is the other end of the list.
        keys = ordered.sort.keys_of(records[0 if backwards else -1]) if records else ()
        return replace_query_param(url, "cursor", Cursor(tuple(keys), backwards).written(ordered)) if there else None

    return Page(records, total, next=link(backwards=False), previous=link(backwards=True))


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row that a page follows, or precedes where it is read `backwards`; no `keys`: the start."""

    keys: tuple[Any, ...] = ()
    backwards: bool = False

    @classmethod
    def parse(cls, text: str, ordered: Ordered) -> Cursor:
        """Read a cursor. Raises `InvalidQuery` for one that was not made for this order."""
        if not text:
            return cls()
        try:
            sort, order, backwards, keys = _decoded(text)
            if [sort, order] != [ordered.sort.name, ordered.order] or not isinstance(backwards, bool):
                raise ValueError(text)
            values = [parse_key(key, value) for key, value in zip(ordered.sort.keys, keys, strict=True)]
        except (ValueError, TypeError, OverflowError, RecursionError):
            detail = "This is no cursor of this list in this order. Take the next page's from the answer before."
            raise invalid("cursor", detail, "cursor") from None
        return cls(tuple(values), backwards)

    def written(self, ordered: Ordered) -> str:
        keys = [key.isoformat() if isinstance(key, datetime) else key for key in self.keys]
        content = json.dumps([ordered.sort.name, ordered.order, self.backwards, keys], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode()


def _decoded(text: str) -> Any:
    return json.loads(base64.b64decode(text, altchars=b"-_", validate=True))


def _reverse(order: str) -> str:
    return "asc" if order == "desc" else "desc"


def _url(request: Request) -> str:
    return request.build_absolute_uri()
