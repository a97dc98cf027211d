"""Rows of a list: counted, and read page by page in any of its orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from catalog.listing.rows import Record
from catalog.listing.sorting import Sort

DEEP = 1_000
"""From this offset on, only keys are walked over, and the rows of the page alone are read."""


class Listing(Protocol):
    """What pages are made of."""

    def count(self) -> int:
        """How many rows there are, exactly."""

    def page(self, sort: Sort, order: str, limit: int, *, offset: int = 0, after: Sequence[Any] = ()) -> list[Record]:
        """`limit` rows in an order: from `offset` on, or those after the one whose keys are `after`."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of a query, mostly versions. `read` fetches the records of a few of them."""

    queryset: QuerySet[Any]
    read: Callable[[Any], list[Record]]

    def count(self) -> int:
        return self.queryset.order_by().count()

    def page(self, sort: Sort, order: str, limit: int, *, offset: int = 0, after: Sequence[Any] = ()) -> list[Record]:
        return self.read(self.chosen(sort, order, after, offset, limit))

    def chosen(self, sort: Sort, order: str, after: Sequence[Any], offset: int, limit: int) -> QuerySet[Any]:
        """The rows of a page, not read yet."""
        rows = sort.beyond(self.queryset, order, after) if after else self.queryset
        chosen = sort.ordered(rows, order)[offset : offset + limit]
        if offset >= DEEP:
            return sort.ordered(self.queryset.model.objects.filter(pk__in=chosen.values("pk")), order)
        return chosen
