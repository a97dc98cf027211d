"""What is asked of servers about how far they are. Positions in the log of writes are numbers of bytes."""

from __future__ import annotations

from typing import Any

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from catalog.replication.routing import PRIMARY

# Flushed is what a replica can have; a transaction that does not wait for the disk is inserted only.
_FLUSHED = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint"
_INSERTED = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
_REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint END"


def replayed_by(alias: str) -> int | None:
    """How far a replica is; None of a server that is none, or no longer. Raises `Error` where it does not answer."""
    return _answer(connections[alias], _REPLAYED)


def written_by_now() -> int:
    """A position that all that this thread has committed lies before."""
    return _answer(connections[PRIMARY], _INSERTED)


class PrimaryQuestion:
    """How far the primary is, over a connection beside the pool, which has whoever asks wait for a server that is down.

    Not for several threads at once.
    """

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper | None = None

    def __call__(self) -> int:
        if self._connection is None:
            self._connection = connections[PRIMARY].copy()
            self._connection.settings_dict["OPTIONS"].pop("pool", None)
            self._connection.inc_thread_sharing()
        return _answer(self._connection, _FLUSHED)


def _answer(connection: BaseDatabaseWrapper, sql: str) -> Any:
    """The one value, over a new connection where one that was kept has died meanwhile."""
    kept = connection.connection is not None and not connection.in_atomic_block
    try:
        return _value(connection, sql)
    except Error:
        connection.close()
        if not kept:
            raise
    return _value(connection, sql)


def _value(connection: BaseDatabaseWrapper, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
