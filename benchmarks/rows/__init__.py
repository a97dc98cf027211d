"""The rows of the table, in groups. Each group takes what is measured and yields its results."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.results import Result
from benchmarks.rows import auditing, graphs, over_http, paging, queries, registering
from benchmarks.subject import Subject

GROUPS: tuple[tuple[str, Callable[[Subject], Iterator[Result]]], ...] = (
    ("pages and totals", paging.results),
    ("numbers of queries", queries.results),
    ("graphs", graphs.results),
    ("requests over HTTP", over_http.results),
    ("registration", registering.results),
    ("the audit", auditing.results),
)
"""The audit comes last: it rewrites every model."""
