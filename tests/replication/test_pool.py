"""What comes from the pool can be used, and is not asked whether it can where it served a moment ago."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from scidex_models.postgresql import base

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server, and no pool."),
]


class Requests:
    """Connections as so many requests have them at the same time."""

    def __init__(self, count: int) -> None:
        self.wrappers = [connection.copy() for _ in range(count)]

    def served(self) -> list[int]:
        """The servers' processes that answered them. All connections are back in the pool then."""
        found = []
        for wrapper in self.wrappers:
            wrapper.inc_thread_sharing()
            with wrapper.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                found.append(cursor.fetchone()[0])
        for wrapper in self.wrappers:
            wrapper.close()
        return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The connections that are asked whether they are alive."""
    from psycopg_pool import ConnectionPool

    found: list[Any] = []
    check = ConnectionPool.check_connection

    def noted(one: Any) -> None:
        found.append(one)
        check(one)

    monkeypatch.setattr(ConnectionPool, "check_connection", staticmethod(noted))
    return found


@pytest.fixture
def requests() -> Iterator[Requests]:
    connection.close()  # whatever this thread holds goes back too
    found = Requests(4)
    found.served()
    yield found
    for wrapper in found.wrappers:
        wrapper.close()


def test_who_served_a_moment_ago_is_not_asked(requests: Requests, asked: list[Any]) -> None:
    requests.served()
    asked.clear()  # those of them that the pool had before
    requests.served()
    assert asked == []


def test_who_served_long_ago_is_asked(requests: Requests, asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "LATELY", 0.0)
    requests.served()
    assert len(asked) >= len(requests.wrappers)


def test_no_request_meets_a_connection_that_its_server_has_ended(requests: Requests, asked: list[Any]) -> None:
    served = requests.served()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()[0]
        ended = [pid for pid in served if pid != own]
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s) pid", [ended])
        assert all(done for (done,) in cursor.fetchall())
    time.sleep(0.05)  # until what they said last is there
    again = {pid for _ in range(10) for pid in requests.served()}  # whichever of the pool's forty come first
    assert ended and not again.intersection(ended)
    assert asked
