"""The batches of an audit do not wait for the disk, each by itself; what it tells of is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import ArtifactVersion
from catalog.provenance import commits
from catalog.provenance.audit import audit
from catalog.provenance.commits import unhurried
from tests.factories import complete_model
from tests.provenance.stored import assert_nothing_to_audit, set_by_sql

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite commits as its file's journal has it."),
]

WAIT = "pg_logical_emit_message"


@pytest.fixture(autouse=True)
def _commits_wait(transactional_db: None) -> Iterator[None]:
    """As a server does that is not told otherwise: one that only tests are run on may be."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")


def wrong_models(count: int) -> list[int]:
    models = [complete_model() for _ in range(count)]
    for model in models:
        set_by_sql(model, has_training_dataset=False)
    return [model.pk for model in models]


def asked(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@contextmanager
def counted(waits: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as captured:
        yield
    assert sum(WAIT in query["sql"] for query in captured.captured_queries) == waits


def test_a_transaction_does_not_wait_and_leaves_its_connection_as_it_was() -> None:
    with unhurried():
        assert asked("SHOW synchronous_commit") == "off"
    assert asked("SHOW synchronous_commit") == "on"


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_audit_waits_once_before_it_says_what_it_did(jobs: int) -> None:
    wrong_models(3)
    written: list[str] = []

    def note(count: int, position: int) -> None:
        written.append(asked("SELECT pg_current_wal_insert_lsn()::text"))

    with counted(waits=1):
        assert audit(batch_size=1, jobs=jobs, progress=note).changed == 3
    assert asked(f"SELECT pg_current_wal_flush_lsn() >= '{written[-1]}'")
    assert_nothing_to_audit()


def test_where_nothing_was_wrong_there_is_nothing_to_wait_for() -> None:
    complete_model()
    with counted(waits=0):
        audit()


def test_how_far_it_came_is_told_when_nothing_before_can_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "TOGETHER", 2)
    models = wrong_models(5)
    wrong, before, told = ArtifactVersion.objects.filter(pk__in=models), models[0] - 1, list[int]()
    with counted(waits=3):
        audit(among=wrong, batch_size=1, after=before, progress=lambda count, position: told.append(position))
    assert told == [before, models[1], models[1], models[3], models[3]]


def test_an_audit_that_is_ended_half_way_waits_for_what_it_did() -> None:
    wrong_models(3)

    def end(count: int, position: int) -> None:
        raise KeyboardInterrupt

    with counted(waits=1), pytest.raises(KeyboardInterrupt):
        audit(progress=end)


def test_in_a_transaction_of_the_caller_the_commit_is_the_callers() -> None:
    wrong_models(2)
    with counted(waits=0), transaction.atomic():
        assert audit(batch_size=1).changed == 2
        assert asked("SHOW synchronous_commit") == "on"
    assert_nothing_to_audit()
