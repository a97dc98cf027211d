"""Which replica may answer a request: one that is there, and not far behind.

Each process finds out for itself, from requests as they come: a replica is asked before each request that it is to
answer, the primary once a second. One that does not answer is left alone for some seconds, and then tried by a single
request. One that is behind is asked again each time, and so is back as soon as it has caught up.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial
from hashlib import blake2b

from django.conf import settings
from django.db import Error

from catalog.replication.asking import PrimaryQuestion, replayed_by
from catalog.replication.routing import PRIMARY

logger = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds for which a server that did not answer is not asked again."""

INTERVAL = 1.0
"""Seconds between two looks at the primary."""

Clock = Callable[[], float]


@dataclass(frozen=True)
class Sample:
    """What the primary had written at a time, or more."""

    position: int
    at: float


class Primary:
    """What was last seen of the primary."""

    def __init__(self, ask: Callable[[], int], clock: Clock = time.monotonic) -> None:
        self._ask, self._clock = ask, clock
        self._lock = threading.Lock()
        self._newest: Sample | None = None
        self._next_look: float | None = None
        self.was_up = True
        """Whether it answered when it was last looked at."""

    def answers(self) -> bool:
        """Whether it answers, looked at anew where it is time."""
        self.newest()
        return self.was_up

    def newest(self) -> Sample | None:
        """The newest sample: while the primary is down, the last one that there was."""
        # Whoever comes while another asks takes what is known, unless nothing is.
        if self._lock.acquire(blocking=self._next_look is None):
            try:
                if self._next_look is None or self._clock() >= self._next_look:
                    self._look()
            finally:
                self._lock.release()
        return self._newest

    def _look(self) -> None:
        at = self._clock()
        try:
            self._newest = Sample(self._ask(), at)
        except Error:
            if self.was_up:
                logger.warning("The primary does not answer; reading goes on from replicas", exc_info=True)
            self.was_up, self._next_look = False, self._clock() + PAUSE
        else:
            self.was_up, self._next_look = True, at + INTERVAL


class Replica:
    """One replica, and what was last seen of it."""

    def __init__(
        self,
        alias: str,
        primary: Primary,
        ask: Callable[[], int | None],
        max_lag: float,
        clock: Clock = time.monotonic,
    ) -> None:
        self.alias = alias
        self._primary, self._ask, self._max_lag, self._clock = primary, ask, max_lag, clock
        self._lock = threading.Lock()
        self._left_out_until = 0.0
        self._current_at = -math.inf
        """When the primary was where this replica is known to have come to."""
        self._owed: Sample | None = None
        """What it is to reach next, to be known to be current then."""

    def serves(self, position: int | None = None) -> bool:
        """Whether it answers, keeps up, and has replayed all before `position`."""
        if not self._may_be_tried():
            return False
        newest = self._primary.newest()
        try:
            replayed = self._ask()
        except Error as error:
            return self._leave_out(f"it does not answer: {error}")
        if replayed is None:
            return self._leave_out("it is no replica")
        self._take_back()
        return self._keeps_up(replayed, newest) and (position is None or replayed >= position)

    def _may_be_tried(self) -> bool:
        with self._lock:
            now = self._clock()
            if now < self._left_out_until:
                return False
            if self._left_out_until:
                self._left_out_until = now + PAUSE  # the others wait for what this request finds
            return True

    def _leave_out(self, why: str) -> bool:
        with self._lock:
            if not self._left_out_until:
                logger.warning("The database %s is left out: %s", self.alias, why)
            self._left_out_until = self._clock() + PAUSE
        return False

    def _take_back(self) -> None:
        with self._lock:
            if self._left_out_until:
                logger.warning("The database %s answers again", self.alias)
            self._left_out_until = 0.0

    def _keeps_up(self, replayed: int, newest: Sample | None) -> bool:
        if newest is None or not self._primary.was_up:
            return True  # there is nothing newer to be had
        with self._lock:
            if replayed >= newest.position:
                self._current_at, self._owed = newest.at, None
            elif self._owed is None:
                self._owed = newest
            elif replayed >= self._owed.position:
                self._current_at, self._owed = max(self._current_at, self._owed.at), newest
            return newest.at - self._current_at <= self._max_lag


class Servers:
    """The primary with its replicas."""

    def __init__(self, primary: Primary, replicas: Sequence[Replica]) -> None:
        self.primary, self.replicas = primary, replicas

    def choose(self, position: int | None = None, client: str = "", besides: Collection[str] = ()) -> str:
        """A database to read from that holds all before `position`: some replica, or else the primary.

        The same client gets the same one while it serves, so that what it sees does not go back in time.
        """
        for replica in sorted(self.replicas, key=lambda replica: _place(replica.alias, client)):
            if replica.alias not in besides and replica.serves(position):
                return replica.alias
        return PRIMARY


def _place(alias: str, client: str) -> bytes:
    """Where a replica stands in a client's order: each has its own, so that all replicas get their share."""
    return blake2b(f"{alias} {client}".encode(), digest_size=8).digest()


@cache
def servers() -> Servers:
    """Those of this process."""
    primary = Primary(PrimaryQuestion())
    return Servers(
        primary,
        [Replica(alias, primary, partial(replayed_by, alias), settings.REPLICA_MAX_LAG) for alias in settings.REPLICAS],
    )
