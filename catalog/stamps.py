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
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

from catalog.replication.routing import read_connection
from catalog.statements.prepared import ask

# A snapshot names the transactions that it sees, and none twice alike. On a standby it leaves out those under way, and
# how much has been replayed is told instead. After a crash the numbers of transactions that were lost are given to
# others, hence since when the server is up.
_POSTGRESQL = """
    SELECT concat_ws(' ',
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text ELSE pg_current_snapshot()::text END,
        extract(epoch FROM pg_postmaster_start_time())
    )
"""


_ASKED: ContextVar[list[str | None] | None] = ContextVar("asked", default=None)


def stamp() -> str | None:
    """The stamp of the database that reads go to. Ask before reading what it is to stand for.

    None inside a transaction, whose own writes it would not show, and where the database has none.
    """
    asked = _ASKED.get()
    if asked is None:
        return _stamp()
    if not asked:
        asked.append(_stamp())
    return asked[0]


@contextmanager
def asked_once() -> Iterator[None]:
    """Within the block, the stamp is that of its first asking: what is read afterwards is no older."""
    token = _ASKED.set([])
    try:
        yield
    finally:
        _ASKED.reset(token)


def _stamp() -> str | None:
    connection = read_connection()
    if connection.in_atomic_block:
        return None
    if connection.vendor == "postgresql":
        return _of_postgresql(connection)
    if isinstance(connection, SQLite) and not connection.is_in_memory_db():
        return _of_sqlite(str(connection.settings_dict["NAME"]))
    return None


def _of_postgresql(connection: BaseDatabaseWrapper) -> str:
    [[state]] = ask(connection, _POSTGRESQL, None).rows()
    return f"{connection.settings_dict['NAME']} {state}"


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


Counted = TypeVar("Counted")

_MOST = 1_000
"""How many results are kept."""

_kept: OrderedDict[Hashable, tuple[str, Any]] = OrderedDict()
_keeping = threading.Lock()


def counted_once(key: Hashable, count: Callable[[], Counted]) -> Counted:
    """What `count` returns, which it is asked for once in each state of the catalogue, by each process.

    Exact at any time: what was counted is thrown away by the next commit, whoever's it is. `key` says what is counted.
    """
    state = stamp()  # before counting: what is committed in between counts again
    if state is None:
        return count()
    found = _kept.get(key)
    if found is not None and found[0] == state:
        return cast("Counted", found[1])
    result = count()
    with _keeping:
        _kept[key] = (state, result)
        _kept.move_to_end(key)
        if len(_kept) > _MOST:
            _kept.popitem(last=False)
    return result


def forget_counts() -> None:
    """Count all anew, as after a commit: for who measures what counting costs."""
    with _keeping:
        _kept.clear()
