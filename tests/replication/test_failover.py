"""A real primary with a synchronous replica, and the catalogue served from both: one is killed, then the other.

Run with `make test-replication`. What an operator does in each case is done here, and told in docs/scaling.md.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replication.cluster import Server, eventually, identity
from tests.replication.service import Clients, Service, manage

pytestmark = pytest.mark.replication

MAX_LAG = 4


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the servers' user may enter, which pytest's own are not."""
    made = Path(tempfile.mkdtemp(prefix="scidex-replication-"))
    if owner := identity():
        os.chown(made, owner["user"], owner["group"])
    yield made
    shutil.rmtree(made)


@pytest.fixture
def servers(folder: Path) -> Iterator[tuple[Server, Server]]:
    found = Server(folder, "one"), Server(folder, "two")
    yield found
    for server in found:
        if server.is_running():
            server.kill()


def wait_for(replica: Server, primary: Server) -> None:
    """Make a replica that has caught up one that each write waits for."""
    primary.waits_for(replica.name)
    eventually(
        lambda: primary.sql("SELECT sync_state FROM pg_stat_replication") == [("sync",)],
        "the replica to be synchronous",
    )


def is_read_from(server: Server) -> bool:
    """Whether the service has connections to it."""
    return server.value("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'") > 1


def test_no_acknowledged_registration_is_lost_and_nothing_is_restarted(
    servers: tuple[Server, Server], folder: Path
) -> None:
    primary, replica = servers
    primary.create()
    environment = {
        "DATABASE_URL": f"postgres://postgres@{primary.address},{replica.address}/scidex",
        "REPLICA_URLS": replica.url,
        "REPLICA_MAX_LAG": str(MAX_LAG),
        "SECRET_KEY": "only-for-tests",
        "ALLOWED_HOSTS": "127.0.0.1",
        "THROTTLE_ANON": "1000000/min",
        "THROTTLE_USER": "1000000/min",
    }
    manage(environment, "migrate", "--verbosity=0")
    token = manage(environment, "issue_token", "ada", "--new", "--role=registrant").split()[-1]
    replica.follow(primary)
    wait_for(replica, primary)

    service = Service(environment, folder / "service.log")
    try:
        who_writes_sees_it(service, token, primary, replica)
        with Clients(service, token) as clients:
            clients.more_written()
            the_replica_is_killed(clients, primary, replica)
            the_primary_is_killed(clients, primary, replica)
        assert set(clients.reads) == {200}, clients.reads
        assert len(service.processes()) == 2
    finally:
        service.stop()

    kept = {name for (name,) in replica.sql("SELECT public_id FROM catalog_artifact")}
    assert set(clients.acknowledged) <= kept
    assert len(clients.acknowledged) >= 30
    # Nothing by half: each has its version, judged as it is to be.
    assert replica.value("SELECT count(*) FROM catalog_artifactversion") == len(kept)
    manage(environment, "audit_provenance", "--check")


def who_writes_sees_it(service: Service, token: str, primary: Server, replica: Server) -> None:
    """With a replica that receives but does not replay, which is what a synchronous one is allowed to do."""
    address = "/api/models/unreplayed"
    assert {service.send("GET", address).status for _ in range(20)} == {404}  # each process has seen it to be current
    replica.pause()
    answer = Clients(service, token).post("unreplayed")
    assert answer.status == 201
    assert 404 in {service.send("GET", address).status for _ in range(10)}  # the replica's answer
    assert service.send("GET", address, Cookie=answer.cookie).status == 200
    assert service.send("GET", address, Authorization=f"Bearer {token}").status == 200
    eventually(lambda: service.send("GET", address).status == 200, "a replica that is behind to be left out")
    replica.sql("SELECT pg_wal_replay_resume()")


def the_replica_is_killed(clients: Clients, primary: Server, replica: Server) -> None:
    replica.kill()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    eventually(lambda: primary.value(waiting) == clients.writers, "all writers to wait for the replica")
    clients.more_read()
    # The operator goes on without it, and later takes it back.
    primary.waits_for("")
    clients.more_written()
    replica.start()
    wait_for(replica, primary)
    eventually(lambda: is_read_from(replica), "the replica to be read from again")
    clients.more_written()


def readiness(clients: Clients) -> tuple[int, str]:
    ready = clients.service.send("GET", "/readyz")
    return ready.status, ready.body["database"]


def the_primary_is_killed(clients: Clients, primary: Server, replica: Server) -> None:
    """While the replica has the last writes on its disk, and in none of its tables yet."""
    replica.pause()
    clients.more_written()
    primary.kill()
    assert replica.value("SELECT count(*) FROM catalog_artifact") < len(clients.acknowledged)
    refused = eventually(lambda: clients.refusals, "a write to be refused")[0]
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert refused.headers["Content-Type"] == "application/problem+json"
    clients.more_read()
    # Each process asks its primary once a second: one of them may not know yet.
    eventually(lambda: readiness(clients) == (200, "read-only"), "the service to say that it can only be read")
    # The operator promotes the replica.
    replica.promote()
    clients.more_written()
    clients.more_read()
    assert {answer.status for answer in clients.refusals} == {503}
    eventually(lambda: clients.service.send("GET", "/readyz").body["database"] == "ok", "the new primary to be ready")
