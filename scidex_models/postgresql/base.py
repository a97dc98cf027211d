"""The engine that `scidex_models.databases` names for the primary."""

from __future__ import annotations

from select import POLLIN, poll
from time import monotonic
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Error

LATELY = 1.0
"""Seconds for which a connection that served is taken for alive, unless its server has hung up."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A dead connection is dropped when it is taken from the pool, so that no request meets it.

    Django has the pool ask each one first, which takes as long as a statement, of a dozen that a page takes. A server
    that ends hangs up, and that shows without asking; one that vanishes without a word is found by who asks next.
    """

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and not _is_alive(connection):
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection

    def _close(self) -> None:
        if self.connection is not None:
            self.connection.served_at = monotonic()
        super()._close()  # type: ignore[misc]


def _is_alive(connection: Any) -> bool:
    """Whether a connection that comes from the pool can be used."""
    served_at = getattr(connection, "served_at", None)
    if served_at is not None and monotonic() - served_at < LATELY and not _has_news(connection):
        return True
    try:
        connection._pool.check_connection(connection)
    except Error:
        return False
    return True


def _has_news(connection: Any) -> bool:
    """Whether the server said something that nobody asked for: it hung up, or is about to."""
    looking = poll()
    looking.register(connection.fileno(), POLLIN)
    return bool(looking.poll(0))
