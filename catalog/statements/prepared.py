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
from typing import Any, Protocol, cast

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
    connection = _itself(connection)
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    raw = _cursor_class()(connection.connection)
    raw.logged, raw.kept = connection.queries_logged, rows <= FEW
    return connection.make_debug_cursor(raw) if raw.logged else connection.make_cursor(raw)


class Answer(Protocol):
    """What a statement that was sent is answered with."""

    def rows(self) -> list[tuple[Any, ...]]:
        """All rows, once they are there. They are told once."""


@dataclass(frozen=True, slots=True)
class _Heard:
    found: list[tuple[Any, ...]]

    def rows(self) -> list[tuple[Any, ...]]:
        return self.found


@dataclass(frozen=True, slots=True)
class _OnCursor:
    cursor: CursorWrapper

    def rows(self) -> list[tuple[Any, ...]]:
        with self.cursor as cursor:
            return cast("list[tuple[Any, ...]]", cursor.fetchall())


@dataclass(frozen=True, slots=True)
class _PastCursors:
    connection: Any
    sent: Any

    def rows(self) -> list[tuple[Any, ...]]:
        with self.connection.wrap_database_errors:
            return cast("list[tuple[Any, ...]]", self.sent.rows())


def ask(connection: Any, sql: str, params: Any) -> Answer:
    """Send a statement whose text is always the same: within `pipelined`, nobody waits for its rows yet.

    SQLite tells them at once: a connection that was asked and not heard to the end would go on to read what was there
    then.
    """
    connection = _itself(connection)
    if connection.vendor == "postgresql" and not (connection.queries_logged or connection.execute_wrappers):
        connection.ensure_connection()
        connection.validate_no_broken_transaction()
        with connection.wrap_database_errors:
            return _PastCursors(connection, _sending().send(connection.connection, sql, params))
    cursor = prepared_cursor(connection)
    cursor.execute(sql, () if params is None else params)  # with None, `%%` would be kept as it is
    return _OnCursor(cursor) if connection.vendor == "postgresql" else _Heard(cursor.fetchall())


def set_going() -> None:
    """Within `pipelined`, have the database begin with what was sent: else it gets all when somebody fetches.

    For who goes on with something else meanwhile. Waking the database for each statement takes longer than most take.
    """
    connection: Any = connections[PRIMARY]
    if _is_pipelined(connection):
        with connection.wrap_database_errors:
            _sending().set_going(connection.connection)


def commit_ahead() -> None:
    """Within `pipelined`, have the database commit as soon as it is done with what was sent: both are one wait.

    For who asks nothing more in the transaction: what is asked nevertheless is read after it. In a block that is not
    the outermost, the transaction goes on. Else an error of the caller's own undoes nothing any more.
    """
    connection: Any = connections[PRIMARY]
    # As Django tells, at the end of a block, whether it is to commit.
    is_outermost = connection.in_atomic_block and not (connection.savepoint_ids or connection.needs_rollback)
    if is_outermost and _is_pipelined(connection):
        with connection.wrap_database_errors:
            _sending().commit(connection.connection)


def _itself(connection: Any) -> Any:
    """The connection that a proxy stands for: each look through that takes as long as making a cursor."""
    return connections[connection.alias] if isinstance(connection, ConnectionProxy) else connection


def _is_pipelined(connection: Any) -> bool:
    return connection.vendor == "postgresql" and connection.connection is not None and connection.connection._pipeline


@cache
def _sending() -> Any:
    from catalog.statements import sending  # only where the database is PostgreSQL

    return sending


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

    class PreparedCursor(psycopg.Cursor[Any]):
        logged = False
        kept = True

        @property
        def adapters(self) -> Any:
            return _sending().adapters_of(self.connection)

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
