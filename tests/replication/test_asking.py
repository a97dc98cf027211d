"""What servers are asked about their place in the log, and programs that a test needs and does not find."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError, connection

from catalog.replication.asking import PrimaryQuestion, replayed_by, written_by_now
from catalog.replication.routing import PRIMARY
from tests.factories import make_dataset
from tests.replication import cluster

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="the log is PostgreSQL's")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_what_was_committed_lies_before_the_position_that_is_told() -> None:
    before = written_by_now()
    make_dataset()
    assert written_by_now() > before


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_no_replica_has_replayed_nothing() -> None:
    assert replayed_by(PRIMARY) is None


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_primary_is_asked_beside_the_pool_and_over_a_new_connection_once_the_old_one_has_died() -> None:
    ask = PrimaryQuestion()
    first = ask()
    kept = ask._connection
    assert kept is not None and kept.pool is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [kept.connection.info.backend_pid])
    assert ask() >= first
    kept.settings_dict["PORT"] = "1"
    kept.close()
    with pytest.raises(OperationalError):
        ask()
    kept.settings_dict["PORT"] = connection.settings_dict["PORT"]
    assert ask() >= first
    kept.close()


def test_where_postgresql_is_not_installed_the_test_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster.shutil, "which", lambda name: None)
    monkeypatch.setattr(Path, "glob", lambda path, pattern: iter(()))
    with pytest.raises(pytest.fail.Exception, match=r"initdb.* are neither .* apt-get install postgresql"):
        cluster.programs()
