"""Requests with a replica beside the primary: which database each statement goes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connections, transaction
from django.test import Client
from django.utils import timezone

from catalog.api import urls as api
from catalog.frozen import freeze
from catalog.models import Artifact, ArtifactVersion
from catalog.provenance.moments import as_of
from catalog.replication.routing import PRIMARY, read_alias, read_connection, reads_from
from catalog.roles import Role
from catalog.stamps import forget_counts
from catalog.web import urls as web
from tests.api.writing import PROBLEM, body_of, token_of
from tests.factories import evaluated_model, make_analysis, make_dataset
from tests.replication.conftest import ALIAS, Standby

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = {
    "model-collection": "/api/models?dataset=d",
    "model-comparison": "/api/models/compare?ids=m,n",
    "comparison-export": "/api/models/compare/export/csv?ids=m,n",
    "model-detail": "/api/models/m",
    "model-provenance": "/api/models/m/provenance",
    "model-reproducibility": "/api/models/m/reproducibility",
    "model-history": "/api/models/m/history",
    "model-export": "/api/models/m/export/ro-crate",
    "analysis-reproducibility": "/api/analyses/a/reproducibility",
    "artifact-collection": "/api/artifacts",
    "artifact-detail": "/api/artifacts/d",
    "artifact-history": "/api/artifacts/d/history",
    "dataset-leaderboard": "/api/artifacts/d/leaderboard",
    "artifact-versions": "/api/artifacts/d/versions",
    "artifact-version": "/api/artifacts/d/versions/1",
    "artifact-diff": "/api/artifacts/d/diff?from=1&to=2",
    "artifact-dependents": "/api/artifacts/d/dependents",
    "frozen-collection": "/api/comparisons",
    "frozen-detail": "/api/comparisons/{frozen}",
    "home": "/",
    "catalogue": "/models",
    "compare": "/models/compare?ids=m,n",
    "model": "/models/m",
    "frozen": "/comparisons/{frozen}",
    "artifacts": "/artifacts",
    "artifact": "/artifacts/d",
    "difference": "/artifacts/d/diff?from=1&to=2",
    "dependents": "/artifacts/d/dependents",
    "dependents-table": "/artifacts/d/dependents.csv",
    # The same as of a moment.
    "model then": "/api/models/m?as_of={now}",
    "provenance then": "/api/models/m/provenance?as_of={now}",
    "page then": "/models/m?as_of={now}",
}
WRITTEN_ALONE = {
    *("model-evaluations", "model-evaluation", "model-links", "model-link", "artifact-links", "artifact-link"),
    "freeze",
}
"""Names of addresses that nothing is read at."""
READ_NOTHING = {"schema", "docs", "unknown-address"}


@pytest.fixture
def _catalogue() -> None:
    make_dataset("d")
    make_dataset("d")
    make_analysis("a", used=["d@1"])
    for name in "mn":
        evaluated_model(name, dataset="d", trained_on=["d@1"], produced_by="a")


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How many statements each database gets within the block."""
    asked: Counter[str] = Counter()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked[context["connection"].alias] += 1
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in (PRIMARY, ALIAS):
            stack.enter_context(connections[alias].execute_wrapper(count))
        yield asked


def asked_by(client: Client, path: str) -> Counter[str]:
    forget_counts()  # or what another process writes beside would decide what is counted again
    with counted() as asked:
        answer = client.get(path)
        assert answer.status_code == 200, answer.content
        b"".join(answer)  # what is streamed is read here
    return asked


def test_every_address_that_is_read_is_listed_above() -> None:
    named = {pattern.name for pattern in [*api.urlpatterns, *web.urlpatterns]}
    assert named - WRITTEN_ALONE - READ_NOTHING <= set(ADDRESSES)


@pytest.mark.usefixtures("standby", "_catalogue")
def test_a_request_that_reads_is_answered_by_the_replica_alone(client: Client) -> None:
    frozen, _ = freeze(list(ArtifactVersion.objects.filter(public_id__in=["m-v1", "n-v1"]).order_by("public_id")))
    places = {"frozen": frozen.public_id, "now": quote(timezone.now().isoformat())}
    asked = {name: set(asked_by(client, address.format(**places))) for name, address in ADDRESSES.items()}
    assert asked == {name: {ALIAS} for name in ADDRESSES}


@pytest.mark.usefixtures("_catalogue")
def test_without_replicas_a_request_asks_what_it_asked(client: Client, standby: Standby, settings: Any) -> None:
    _, beside = (asked_by(client, "/api/models").total() for _ in range(2))  # what is kept is kept by then
    settings.REPLICAS, settings.DATABASE_ROUTERS = [], []
    alone = Client()
    _, asked = (asked_by(alone, "/api/models") for _ in range(2))
    assert asked == {PRIMARY: beside}


@pytest.mark.usefixtures("standby")
def test_a_write_stays_on_the_primary(client: Client) -> None:
    make_dataset("d")
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token_of(Role.REGISTRANT)}"
    with counted() as asked:
        body = body_of("m", trained_on=["d@1"])
        assert client.post("/api/models", body, content_type="application/json").status_code == 201
    assert asked[PRIMARY] > 0
    assert asked[ALIAS] == 0


@pytest.mark.usefixtures("standby")
@pytest.mark.parametrize("path", ["/admin/", "/admin/catalog/modelversion/"])
def test_the_administration_stays_on_the_primary(client: Client, path: str) -> None:
    client.force_login(get_user_model().objects.create_superuser("root"))
    assert set(asked_by(client, path)) == {PRIMARY}


@pytest.mark.usefixtures("standby")
def test_commands_and_code_outside_requests_stay_on_the_primary() -> None:
    with counted() as asked:
        make_dataset("d")
        assert list(Artifact.objects.all())
    assert set(asked) == {PRIMARY}
    assert read_alias() == PRIMARY


@pytest.mark.usefixtures("standby", "_catalogue")
def test_within_a_transaction_reading_stays_where_writing_is() -> None:
    with reads_from(ALIAS):
        with counted() as asked, transaction.atomic():
            version = ArtifactVersion.objects.get(public_id="m-v1")
            version.save()
        assert set(asked) == {PRIMARY}
        with counted() as asked:
            version.refresh_from_db()
            list(version.links.all())
        assert set(asked) == {ALIAS}


@pytest.mark.usefixtures("standby", "_catalogue")
def test_what_was_read_from_a_replica_is_written_to_the_primary_and_may_be_related() -> None:
    with reads_from(ALIAS):
        artifact = Artifact.objects.get(public_id="d")
    assert artifact._state.db == ALIAS
    with counted() as asked:
        version = ArtifactVersion.objects.get(public_id="m-v1")
        version.artifact = artifact
        artifact.save()
    assert set(asked) == {PRIMARY}


@pytest.mark.usefixtures("standby", "_catalogue")
def test_as_of_a_moment_both_databases_show_it() -> None:
    before = timezone.now()
    make_dataset("later")
    with reads_from(ALIAS), as_of(before):
        assert read_connection().alias == ALIAS
        assert not ArtifactVersion.objects.filter(public_id="later-v1").exists()
        assert not ArtifactVersion.objects.using(PRIMARY).filter(public_id="later-v1").exists()
        with pytest.raises(RuntimeError, match="Nothing is written"):
            Artifact.objects.filter(public_id="later").delete()


# Losing the replica.


def lost() -> OperationalError:
    error = OperationalError("server closed the connection unexpectedly")
    error.__cause__ = psycopg.OperationalError()
    return error


def losing(*aliases: str) -> ExitStack:
    """Statements on these databases find that the server has gone."""

    def lose(*args: Any) -> None:
        raise lost()

    stack = ExitStack()
    for alias in aliases:
        stack.enter_context(connections[alias].execute_wrapper(lose))
    return stack


@pytest.mark.usefixtures("_catalogue")
def test_a_dead_replica_is_not_noticed_by_who_reads(client: Client, standby: Standby) -> None:
    standby.failure = lost()
    assert set(asked_by(client, "/api/models/m")) == {PRIMARY}


@pytest.mark.usefixtures("standby", "_catalogue")
@pytest.mark.parametrize("path", ["/api/models/m", "/models/m"])
def test_a_request_that_loses_its_replica_is_begun_anew_on_the_primary(path: str) -> None:
    client = Client(raise_request_exception=False)
    with losing(ALIAS), counted() as asked:
        assert client.get(path).status_code == 200
    assert asked[PRIMARY] > 0


@pytest.mark.usefixtures("standby", "_catalogue")
def test_with_both_lost_the_answer_is_503_and_says_when_to_come_back() -> None:
    client = Client(raise_request_exception=False)
    with losing(PRIMARY, ALIAS):
        answer = client.get("/api/models/m")
        page = client.get("/models/m")
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, PROBLEM, "5")
    assert answer.json()["status"] == 503
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "The database does not answer for now" in page.content.decode()
    assert client.get("/api/models/m").status_code == 200


@pytest.mark.usefixtures("standby", "_catalogue")
def test_an_error_of_ours_is_not_put_down_to_the_database() -> None:
    def fail(*args: Any) -> None:
        raise OperationalError("no such table") from Exception()

    client = Client(raise_request_exception=False)
    with connections[ALIAS].execute_wrapper(fail):
        assert client.get("/api/models/m").status_code == 500


def test_a_probe_says_that_reading_goes_on_without_the_primary(client: Client, standby: Standby) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "database": "ok"}
    standby.primary_failure = lost()
    standby.look_again()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "database": "read-only"})
    standby.failure = lost()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "database": "unreachable"})
