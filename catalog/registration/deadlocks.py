"""Writers who each wait for what another holds: the database ends one of them, who begins again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

_TRIES = 5
_DEADLOCK = "40P01"
"""PostgreSQL's code. Locks are taken in one order, but names are taken as they come, and they lock too."""

_Result = TypeVar("_Result")


def persistently(work: Callable[[], _Result]) -> _Result:
    """Do `work`, a whole transaction, again where it met a deadlock. Within a transaction there is no again."""
    for _ in range(_TRIES - 1):
        try:
            return work()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != _DEADLOCK or connection.in_atomic_block:
                raise
    return work()
