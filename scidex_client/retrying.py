"""Whether to ask again, and when."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from scidex_client.errors import CatalogueError, ConnectionFailed, ProblemError, UnreadableAnswer

PASSING = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
"""Statuses of a server that may be back in a moment."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before the first retry, doubled for each that follows; and at most."""

LONGEST_WAIT = 120.0
"""Seconds that the catalogue may ask to wait. Where it asks for more, the caller hears of it at once."""


def pause_before_retry(error: CatalogueError, retry: int, *, repeatable: bool) -> float | None:
    """Seconds to wait before asking again, None where that is of no use or not safe. `retry` counts from 0.

    What is not `repeatable` is sent again only where it cannot have been carried out: no connection was made, or the
    catalogue said that it was asked too often.
    """
    if not (_refused_unread(error) or (repeatable and _passes(error))):
        return None
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**retry) * random.uniform(0.5, 1)  # so that many do not come at once
    asked = error.retry_after if isinstance(error, ProblemError) else None
    if asked is not None and asked > LONGEST_WAIT:
        return None
    return max(pause, asked or 0.0)


def _refused_unread(error: CatalogueError) -> bool:
    if isinstance(error, ConnectionFailed):
        return not error.sent and not isinstance(error.__cause__, requests.exceptions.SSLError)
    return isinstance(error, ProblemError) and error.status == HTTPStatus.TOO_MANY_REQUESTS


def _passes(error: CatalogueError) -> bool:
    if isinstance(error, ConnectionFailed):
        return error.sent and not isinstance(error, UnreadableAnswer)
    return isinstance(error, ProblemError) and error.status in PASSING


def lost(error: requests.RequestException, base: str, timeout: float) -> ConnectionFailed:
    """What an error on the way means to the caller."""
    if isinstance(error, requests.exceptions.SSLError):
        return ConnectionFailed(f"{base} cannot prove that it is who it says: {error}.", sent=False)
    if isinstance(error, requests.ConnectTimeout) or isinstance(_reason(error), NewConnectionError):
        return ConnectionFailed(f"Nothing answers at {base}: is the address right, and the catalogue up?", sent=False)
    if isinstance(error, requests.Timeout):
        return ConnectionFailed(f"{base} did not answer within {timeout:g} s; it may have done what was asked.")
    return ConnectionFailed(f"The connection to {base} was lost; it may have done what was asked.")


def _reason(error: requests.RequestException) -> object:
    inner = error.args[0] if error.args else None
    return inner.reason if isinstance(inner, MaxRetryError) else inner


def seconds_of(retry_after: str | None) -> float | None:
    """The seconds that a Retry-After header asks to wait, as a number or as a date; None where it says neither."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
