"""Where reading goes. Writing goes to the primary, always."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

PRIMARY = DEFAULT_DB_ALIAS

_READS: ContextVar[str] = ContextVar("reads", default=PRIMARY)


@contextmanager
def reads_from(alias: str) -> Iterator[None]:
    """Within the block, all that is read outside a transaction is read from this database: nothing mixes two."""
    token = _READS.set(alias)
    try:
        yield
    finally:
        _READS.reset(token)


def read_alias() -> str:
    """The database that reading goes to now: a transaction reads where it writes."""
    alias = _READS.get()
    return PRIMARY if alias == PRIMARY or connections[PRIMARY].in_atomic_block else alias


def read_connection() -> BaseDatabaseWrapper:
    """The connection for SQL that reads past the models; `django.db.connection` would be the primary's."""
    return connections[read_alias()]


def read_vendor() -> str:
    """The kind of database that reading goes to now: known once, where its connection is looked up each time."""
    return _vendor(read_alias())


@cache
def _vendor(alias: str) -> str:
    return connections[alias].vendor


class ReplicaRouter:
    """Django's router: reads as they are bound, writes and migrations to the primary. All hold the same rows."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        # Counts of throttling are read in order to be written.
        return PRIMARY if model._meta.app_label == "django_cache" else read_alias()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return None if db == PRIMARY else False
