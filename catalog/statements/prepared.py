"""Statements that are planned once on each connection.

Planning the rules takes PostgreSQL twenty times as long as judging one model by them. Django's cursors write the
parameters into the text, so that no two texts are the same; these send them beside it. SQLite keeps what it has
compiled by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any, cast
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.utils.connection import ConnectionProxy

from catalog.replication.routing import PRIMARY
from catalog.statements.id_lists import Batch, Span

FEW = 50
"""Rows up to which planning would be what takes the time."""


def prepared_cursor(connection: Any, rows: int = 1) -> CursorWrapper:
    """A cursor for statements whose text is always the same. Who counts or wraps queries meets them like any other.

    A statement about more than a `FEW` `rows` is planned each time: a load that fills an empty catalogue would go on by
    plans for empty tables.
    """
    if isinstance(connection, ConnectionProxy):  # each look through it takes as long as making the cursor
        connection = connections[connection.alias]
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    raw = _cursor_class()(connection.connection)
    raw.logged, raw.kept = connection.queries_logged, rows <= FEW
    return connection.make_debug_cursor(raw) if raw.logged else connection.make_cursor(raw)


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a statement that was sent: `found` where they are there already."""

    cursor: CursorWrapper
    found: list[tuple[Any, ...]] | None

    def rows(self) -> list[tuple[Any, ...]]:
        """All of them, once they are there. They are told once."""
        if self.found is not None:
            return self.found
        with self.cursor as cursor:
            return cast("list[tuple[Any, ...]]", cursor.fetchall())


def ask(connection: Any, sql: str, params: Any) -> Answer:
    """Send a statement whose text is always the same: within `pipelined`, nobody waits for its rows yet.

    SQLite tells them at once: a connection that was asked and not heard to the end would go on to read what was there
    then.
    """
    cursor = prepared_cursor(connection)
    cursor.execute(sql, params)
    return Answer(cursor, None if connection.vendor == "postgresql" else cursor.fetchall())


@contextmanager
def pipelined(alias: str = PRIMARY) -> Iterator[None]:
    """Within the block, what is sent does not wait for what was sent before it to be done: only who fetches waits.

    It is about the database `alias` alone, which runs all in order. What one is refused for is raised by the next
    fetch, or at the block's end; how many rows one wrote is not told, so that no instance is saved and nothing updated
    by the ORM in such a block.
    """
    connection: Any = connections[alias]
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    if connection.connection.info.pipeline_status:  # it is in such a block already
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def batch_cursor(connection: Any, batch: Batch) -> CursorWrapper:
    """A cursor for a statement about a batch.

    A span is planned each time, with its ends in the text: one of unknown ends is taken for a share of the table, and
    the planner would have all links read for a few thousand versions.
    """
    return connection.cursor() if isinstance(batch, Span) else prepared_cursor(connection, len(batch))


@cache
def _cursor_class() -> Callable[[Any], Any]:
    import psycopg  # only where the database is PostgreSQL
    from psycopg.adapt import AdaptersMap
    from psycopg.types.datetime import TimestamptzLoader

    adapters_of: WeakKeyDictionary[Any, AdaptersMap] = WeakKeyDictionary()
    """Of each connection: made for each cursor, they would take a fifth of what executing it does."""

    class PreparedCursor(psycopg.Cursor[Any]):
        logged = False
        kept = True

        @property
        def adapters(self) -> AdaptersMap:
            if (kept := adapters_of.get(self.connection)) is None:
                kept = adapters_of[self.connection] = AdaptersMap(self.connection.adapters)
                # Django's own takes ten times as long to name the zone that the connection has already.
                kept.register_loader("timestamptz", TimestamptzLoader)
            return kept

        def execute(self, query: Any, params: Any = None, **options: Any) -> PreparedCursor:
            # Django switches preparing off for a connection, since its own texts would fill the cache.
            self.connection.prepare_threshold = 0
            try:
                super().execute(query, params, **options | {"prepare": self.kept})
            finally:
                self.connection.prepare_threshold = None
            if self.logged:  # from where Django reads what was asked
                text = psycopg.ClientCursor(self.connection).mogrify(query, params)
                self._query = SimpleNamespace(query=text.encode())  # type: ignore[assignment]
            return self

    return PreparedCursor
