"""What state the catalogue is in, as one word: while it stays the same, nothing has been committed.

It is the database's own word, so whatever writes, raw SQL and a restored dump too, changes it, and no table can be
forgotten. It also changes for what no answer shows, as a session: an answer is then only sent once more.
"""

from __future__ import annotations

import atexit
import os
import secrets
import sqlite3
import threading
from functools import cache
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

from catalog.replication.routing import read_connection

# A snapshot names the transactions that it sees, and none twice alike. On a standby it leaves out those under way, and
# how much has been replayed is told instead. After a crash the numbers of transactions that were lost are given to
# others, hence since when the server is up.
_POSTGRESQL = """
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text ELSE pg_current_snapshot()::text END,
        extract(epoch FROM pg_postmaster_start_time())::text
"""


def stamp() -> str | None:
    """The stamp of the database that reads go to. Ask before reading what it is to stand for.

    None inside a transaction, whose own writes it would not show, and where the database has none.
    """
    connection = read_connection()
    if connection.in_atomic_block:
        return None
    if connection.vendor == "postgresql":
        return _of_postgresql(connection)
    if isinstance(connection, SQLite) and not connection.is_in_memory_db():
        return _of_sqlite(str(connection.settings_dict["NAME"]))
    return None


def _of_postgresql(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL)
        seen, since = cursor.fetchone()
    return f"{connection.settings_dict['NAME']} {seen} {since}"


def _of_sqlite(path: str) -> str:
    file = Path(path).stat()
    return _watch(path, file.st_dev, file.st_ino, os.getpid()).word()


class _Watch:
    """A connection that never writes, and so is told of every commit; its own name tells it from other processes'.

    SQLite keeps no count of commits that connections could compare: the one in the file's header stands still in WAL
    mode. A restart, or another process, is taken for a change.
    """

    def __init__(self, path: str) -> None:
        self.name = secrets.token_hex(8)
        self.lock = threading.Lock()
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=60)
        atexit.register(self.connection.close)

    def word(self) -> str:
        with self.lock:
            [(version,)] = self.connection.execute("PRAGMA data_version").fetchall()
        return f"{self.name} {version}"


@cache
def _watch(path: str, device: int, inode: int, process: int) -> _Watch:
    """The watch of a file, another where the file was replaced or this process forked."""
    return _Watch(path)
