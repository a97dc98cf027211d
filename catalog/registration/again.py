"""Writers who come in each other's way: one of them begins again, and sees what the other wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection

_TRIES = 5
_DEADLOCK = "40P01"
"""PostgreSQL's code. Locks are taken in one order, but names are taken as they come, and they lock too."""

_Result = TypeVar("_Result")


def persistently(work: Callable[[], _Result]) -> _Result:
    """Do `work`, all of it or nothing, again where another writer took a name in between, or where it met a deadlock.

    A deadlock ends the whole transaction: within one there is no again.
    """
    for _ in range(_TRIES - 1):
        try:
            return work()
        except IntegrityError:
            continue
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != _DEADLOCK or connection.in_atomic_block:
                raise
    return work()
