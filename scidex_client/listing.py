"""A list of the catalogue, read page by page as it is walked over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from scidex_client.answers import DependentVersion
from scidex_client.errors import Misconfigured, UnreadableAnswer

if TYPE_CHECKING:
    import pandas as pd

Row = TypeVar("Row", bound=Mapping[str, Any])

MOST_ROWS = 200
"""Rows that the catalogue gives in one page."""


class Rows(Generic[Row]):
    """All rows that match, in their order; each walk over them starts anew.

    Pages follow one another by cursor: a row that comes or goes meanwhile makes no other appear twice or not at all.
    """

    def __init__(
        self,
        fetch: Callable[[list[tuple[str, str]]], dict[str, Any]],
        key: str,
        query: list[tuple[str, str]],
        page_size: int = MOST_ROWS,
    ) -> None:
        """`fetch` asks for a page by its parameters; its rows stand under `key`. Nothing is asked for yet."""
        if not 1 <= page_size <= MOST_ROWS:
            raise Misconfigured(f"page_size is a whole number from 1 to {MOST_ROWS}, not {page_size}.")
        self._fetch, self._key = fetch, key
        self._query = [*query, ("limit", str(page_size))]
        self._first: dict[str, Any] | None = None
        self._said: dict[str, Any] = {}

    def first(self, count: int) -> list[Row]:
        """At most `count` rows from the start; no page more than they need is asked for."""
        return list(islice(self, count))

    def to_frame(self, **options: Any) -> pd.DataFrame:
        """All rows as a table: see `scidex_client.tables.rows_frame`. Needs pandas."""
        from scidex_client.tables import rows_frame

        return rows_frame(self, **options)

    def __iter__(self) -> Iterator[Row]:
        page, self._first = self._first or self._page(""), None
        while True:
            yield from page[self._key]
            cursor = _cursor_of(page["next"])
            if cursor is None:
                return
            page = self._page(cursor)

    def _page(self, cursor: str) -> dict[str, Any]:
        page = self._fetch([*self._query, ("cursor", cursor)])
        if not isinstance(page.get(self._key), list) or "next" not in page:
            raise UnreadableAnswer("The answer is no page of a list: is this the address of the catalogue?")
        self._said |= {name: value for name, value in page.items() if value is not None and name != self._key}
        return page

    def _told(self, name: str) -> Any:
        """What the pages say of the whole list, as the one read last has it. Reads the first where none was."""
        if not self._said:
            self._first = self._page("")
        return self._said.get(name)


class Listing(Rows[Row]):
    """Rows that are counted."""

    @property
    def total(self) -> int:
        """How many rows there are in all, exactly, as the page read last says. Reads the first where none was."""
        total = self._told("total")
        if not isinstance(total, int):
            raise UnreadableAnswer("The answer does not say how many rows there are.")
        return total


class Dependents(Rows[DependentVersion]):
    """Everything downstream of a version or an artifact, the nearest first."""

    @property
    def root(self) -> str:
        """The id of what they rest on. Reads the first page where none was."""
        return str(self._told("root"))

    @property
    def by_kind(self) -> dict[str, int] | None:
        """How many there are of each kind, in all; None where no page that was read says so."""
        return cast("dict[str, int] | None", self._told("by_kind"))


def _cursor_of(address: str | None) -> str | None:
    """The cursor in the address of a page. The rest of it is not used: only the catalogue's own address is asked."""
    if address is None:
        return None
    cursors = parse_qs(urlsplit(address).query).get("cursor")
    if not cursors:
        raise UnreadableAnswer(f"The address of the next page, {address}, has no cursor.")
    return cursors[0]
