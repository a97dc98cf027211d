"""Pages of a list by offset: which rows are shown, and the way to the others. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.web.query import PageQuery

DEFAULT_LIMIT, MOST_ROWS, FURTHEST = 20, 200, 10**9
"""As the API has them."""

SIZES = (20, 50)
"""The sizes that a page offers: one of 100 rows would weigh more than a page should."""
_AROUND = 2
"""How many pages beside the one shown are linked."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """The way to one page. `number` is None for a gap between pages."""

    number: int | None
    offset: int = 0
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """The part of `total` rows that begins after `offset`."""

    query: PageQuery
    total: int
    offset: int
    limit: int

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1."""
        return self.offset + 1

    @property
    def last(self) -> int:
        return min(self.offset + self.limit, self.total)

    @property
    def is_past_the_end(self) -> bool:
        return 0 < self.total <= self.offset

    @property
    def previous(self) -> PageLink | None:
        return self._link_at(max(0, min(self.offset, self._last_offset + self.limit) - self.limit), self.offset > 0)

    @property
    def next(self) -> PageLink | None:
        return self._link_at(self.offset + self.limit, self.offset + self.limit < self.total)

    @property
    def end(self) -> PageLink | None:
        """The last page."""
        return self._link_at(self._last_offset, there=True)

    def links(self) -> Iterator[PageLink]:
        """The first page, those around the one shown, and the last, with gaps between."""
        count = self._last_offset // self.limit + 1
        here = min(self.offset // self.limit + 1, count)
        near = range(max(1, here - _AROUND), min(count, here + _AROUND) + 1)
        before = 0
        for number in sorted({1, *near, count}):
            if number > before + 1:
                yield PageLink(None)
            yield self._link(number, current=number == here and not self.is_past_the_end)
            before = number

    @property
    def _last_offset(self) -> int:
        return max(0, self.total - 1) // self.limit * self.limit

    def _link_at(self, offset: int, there: bool) -> PageLink | None:
        return self._link(offset // self.limit + 1, offset=offset) if there else None

    def _link(self, number: int, *, offset: int | None = None, current: bool = False) -> PageLink:
        offset = (number - 1) * self.limit if offset is None else offset
        query = self.query.having("offset", offset) if offset else self.query.but("offset")
        return PageLink(number, offset, query.url, current)
