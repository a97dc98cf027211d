"""Who has written sees it when reading, whichever process answers.

The answer to a write brings a cookie with the position in the log that the write lies before, signed. Reading that
brings it along is answered by a replica that has replayed as much, or else by the primary: nobody waits, nothing is
guessed from the time, and no process keeps anything. A client without cookies that writes bears a token: its reading
says that it may have written, but not what, and is answered by the primary.
"""

from __future__ import annotations

from django.conf import settings
from django.db import Error
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from catalog.replication.asking import written_by_now

COOKIE = "written"
_SALT = "catalog.replication.written"
_NO_REPLICA = 2**63 - 1
"""Further than any: for whoever has written what it cannot be told where."""


def remember(response: HttpResponseBase) -> None:
    """Have the client of a write say in its next requests what it has to see."""
    try:
        position = written_by_now()
    except Error:  # the primary went down since: the write itself has been acknowledged
        position = _NO_REPLICA
    response.set_signed_cookie(
        COOKIE,
        f"{position:x}",
        salt=_SALT,
        max_age=_lifetime(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def position_of(request: HttpRequest) -> int | None:
    """The position before which the client has written, where it says so."""
    told = request.get_signed_cookie(COOKIE, default=None, salt=_SALT, max_age=_lifetime())
    return None if told is None else int(told, 16)


def may_have_written(request: HttpRequest) -> bool:
    """Whether the client bears a token, with which one may write."""
    return "Authorization" in request.headers


def _lifetime() -> int:
    """Seconds after which every replica that is not left out has replayed it."""
    return settings.REPLICA_MAX_LAG + 600
