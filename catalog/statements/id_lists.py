"""Lists of ids as one parameter of a statement that is compiled once, whatever their number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models.expressions import RawSQL

from catalog.replication.routing import read_vendor


def unnested(vendor: str, placeholder: str = "%s", of: str = "bigint") -> str:
    """The query that yields the ids, or the texts, of a list that is bound to `placeholder`."""
    if vendor == "postgresql":
        return f"SELECT unnest({placeholder}::{of}[])"
    return f"SELECT value FROM json_each({placeholder})"


def unnested_pairs(vendor: str, of: str = "bigint", by: str = "bigint") -> str:
    """The query that yields the pairs of a list, bound as JSON, of an id, or a name, and something of the type `of`."""
    if vendor == "postgresql":
        return f"SELECT (value->>0)::{by}, (value->>1)::{of} FROM jsonb_array_elements(%s::jsonb)"
    return "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)"


def listed(ids: Iterable[int]) -> RawSQL:
    """The ids for a query that is composed, such as `pk__in=listed(ids)`: thousands are one parameter."""
    return RawSQL(unnested(read_vendor()), [bound(ids)])


class Span(NamedTuple):
    """The ids from one to another, of rows that lie side by side: one search of an index finds them, not one for each.

    For reading: a row that comes in between is one of them, and nobody has locked it.
    """

    low: int
    high: int


Ids = Iterable[int] | Span
Batch = list[int] | Span

BATCH = 2_000
"""Ids that one statement is about, at most: of more, PostgreSQL takes 68 µs each and not 20 (`provenance.audit`)."""


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """All of the ids, each once, in order, as many at a time as a statement is about."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]


def parts(ids: Ids) -> Iterator[Batch]:
    """What statements about `ids` are about: a span, or batches of a list."""
    return iter([ids]) if isinstance(ids, Span) else batches(ids)


def among(vendor: str, column: str, *, span: bool, by_page: bool = False) -> str:
    """The condition that `column` is one of the ids of a batch, which `named` tells.

    Of a span, whole rows are read `by_page` in four fifths of the time. Of a range alone PostgreSQL walks the index,
    and goes to the table for each entry; an index that is asked for this or that it first searches for both.
    """
    if span:
        within = f"{column} BETWEEN %(low)s AND %(high)s"
        return f"({within} OR {column} = %(low)s)" if by_page and vendor == "postgresql" else within
    return f"{column} IN ({unnested(vendor, '%(ids)s')})"


def named(batch: Batch) -> dict[str, Any]:
    """The parameters, by name, that stand for a batch."""
    return batch._asdict() if isinstance(batch, Span) else {"ids": bound(batch)}


def bound(ids: Iterable[int]) -> str:
    """The ids as the parameter for it. Given a list, PostgreSQL's driver would take three times as long to write it."""
    written = json.dumps(sorted(ids))
    return f"{{{written[1:-1]}}}" if read_vendor() == "postgresql" else written


LONG = 4
"""Ids side by side that one search finds sooner than one for each."""


def bound_in_runs(ids: Iterable[int]) -> tuple[str, str, str]:
    """The parameters for ids of which many lie side by side: those that do not, and where each run begins and ends."""
    runs: list[list[int]] = []
    for one in sorted(ids):
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    long = [run for run in runs if len(run) >= LONG]
    alone = (one for run in runs if len(run) < LONG for one in run)
    return bound(alone), bound(run[0] for run in long), bound(run[-1] for run in long)


def bound_texts(texts: Iterable[str]) -> Any:
    """The texts as the parameter for it."""
    return sorted(texts) if read_vendor() == "postgresql" else json.dumps(sorted(texts))
