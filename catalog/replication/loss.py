"""Telling a database that is not there, or not for now, from a question that was wrong."""

from __future__ import annotations

from django.db import Error, InterfaceError, OperationalError, connections

from catalog.replication.routing import PRIMARY

_READ_ONLY = "25006"
_PASSING = ("08", "40", "53", "57P", _READ_ONLY)
"""PostgreSQL's codes, or how they begin: connection lost, rolled back for another's sake (on a replica: for what was to
be replayed), out of room or connections, shutting down or starting, and a server that takes no writes."""


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the same request may succeed in a moment, or on another server."""
    if not isinstance(error, Error) or not hasattr(error.__cause__, "sqlstate"):
        return False
    code = _code_of(error)
    # Without a code it was not the server that spoke: there was none, or it went away.
    return code.startswith(_PASSING) if code else isinstance(error, OperationalError | InterfaceError)


def let_go_of(error: BaseException | None) -> None:
    """Not give a connection back to the pool over which the primary takes no writes any more."""
    lost = connections[PRIMARY].connection
    if lost is not None and error is not None and _code_of(error) == _READ_ONLY:
        lost.close()


def _code_of(error: BaseException) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""
