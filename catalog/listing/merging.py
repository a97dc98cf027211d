"""One order made of several lists that stand in it each."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.listing.sorting import Rows, Sort
from catalog.replication.routing import read_connection


def merged(parts: Sequence[Rows], sort: Sort, order: str, most: int) -> Rows:
    """The first `most` rows of all `parts`, which have the same columns, in an order.

    PostgreSQL merges what comes in order, and so each part has to ask for it; SQLite does by itself, and lets none.
    """
    if len(parts) == 1:
        return sort.ordered(parts[0], order)
    if read_connection().features.supports_slicing_ordering_in_compound:
        parts = [sort.ordered(part, order)[:most] for part in parts]
    return sort.ordered(parts[0].union(*parts[1:], all=True), order)
