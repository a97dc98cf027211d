"""A second way to the tests' database, for a replica of it that is always current."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from catalog import health
from catalog.replication import middleware, written
from catalog.replication.servers import INTERVAL, Primary, Replica, Servers

ALIAS = "replica-1"


class Standby:
    """The replica's place in the log, and the primary's, as a test sets them."""

    def __init__(self) -> None:
        self.replayed: int | None = 100
        self.written = 100
        self.failure: Exception | None = None
        self.primary_failure: Exception | None = None
        self.primary = Primary(self.ask_primary, lambda: self.now)
        self.replica = Replica(ALIAS, self.primary, self.ask, 10, lambda: self.now)
        self.now = 1.0
        assert self.replica.serves()  # known to be current

    def ask(self) -> int | None:
        if self.failure is not None:
            raise self.failure
        return self.replayed

    def ask_primary(self) -> int:
        if self.primary_failure is not None:
            raise self.primary_failure
        return self.written

    def look_again(self) -> None:
        """Let the time pass in which the primary is not asked anew."""
        self.now += INTERVAL


@pytest.fixture
def standby(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standby]:
    """Settings, router and middleware as with one replica."""
    playing = Standby()
    found = Servers(playing.primary, [playing.replica])
    second = connections["default"].copy(ALIAS)
    second.settings_dict["OPTIONS"].pop("pool", None)
    connections[ALIAS] = second
    settings.REPLICAS, settings.DATABASE_ROUTERS = [ALIAS], ["catalog.replication.routing.ReplicaRouter"]
    for module in (middleware, health):
        monkeypatch.setattr(module, "servers", lambda: found)
    monkeypatch.setattr(written, "written_by_now", lambda: playing.written)
    yield playing
    second.close()
    del connections[ALIAS]
