"""Lists of ids as one parameter of a statement that is compiled once, whatever their number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models.expressions import RawSQL

from catalog.replication.routing import read_connection


def unnested(vendor: str, placeholder: str = "%s", of: str = "bigint") -> str:
    """The query that yields the ids, or the texts, of a list that is bound to `placeholder`."""
    if vendor == "postgresql":
        return f"SELECT unnest({placeholder}::{of}[])"
    return f"SELECT value FROM json_each({placeholder})"


def listed(ids: Iterable[int]) -> RawSQL:
    """The ids for a query that is composed, such as `pk__in=listed(ids)`: thousands are one parameter."""
    return RawSQL(unnested(read_connection().vendor), [bound(ids)])


BATCH = 2_000
"""Ids that one statement is about, at most: of more, PostgreSQL takes 68 µs each and not 20 (`provenance.audit`)."""


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """All of the ids, each once, in order, as many at a time as a statement is about."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]


def bound(ids: Iterable[Any]) -> Any:
    """The ids, or the texts, as the parameter for it."""
    return sorted(ids) if read_connection().vendor == "postgresql" else json.dumps(sorted(ids))
