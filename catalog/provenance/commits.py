"""Commits that wait for the disk together: each by itself, those of an audit's batches took up to a sixth of its time.

An audit can be repeated. All that a crash of the server may take of it is what nothing has been said of yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from django.db import connection, transaction

TOGETHER = 10
"""Transactions after which all that there were are waited for."""


@contextmanager
def unhurried() -> Iterator[None]:
    """A transaction whose commit does not wait for the disk; one that is a part of the caller's ends as that does."""
    commits = _commits()
    with transaction.atomic():
        if commits:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
        yield


class Awaited:
    """Counts `unhurried` transactions, of any connection, and waits for what they wrote: at times and at its end."""

    def __init__(self) -> None:
        self._since = 0

    @property
    def is_all(self) -> bool:
        """Whether nothing that was counted can be lost."""
        return not self._since

    def count(self) -> None:
        """Take in one that has ended."""
        if _commits():
            self._since += 1
            if self._since == TOGETHER:
                self._wait()

    def __enter__(self) -> Awaited:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._since or (error and _commits()):  # then some may have ended that nobody counted
            self._wait()

    def _wait(self) -> None:
        """Have the disk hold all that was committed, and the replica that a commit waits for."""
        with connection.cursor() as cursor:  # a transaction that writes nothing into the log would wait for nothing
            cursor.execute("SELECT pg_logical_emit_message(true, 'audit', '')")
        self._since = 0


def _commits() -> bool:
    """Whether a transaction that begins now will be committed at its end, and could wait for the disk then."""
    return connection.vendor == "postgresql" and connection.get_autocommit()
