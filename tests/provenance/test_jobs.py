"""Pieces of work that are done several at a time, and an audit by several jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import ArtifactVersion, Standing
from catalog.provenance.audit import audit
from catalog.provenance.jobs import in_order
from tests.factories import complete_model, make_dataset, orphan_model


@given(st.integers(1, 5), st.lists(st.integers(0, 3), max_size=12))
def test_what_comes_of_the_pieces_is_told_in_their_order(jobs: int, pauses: list[int]) -> None:
    def work(index: int, pause: int) -> int:
        threading.Event().wait(pause / 1_000)
        return index

    pieces = (partial(work, index, pause) for index, pause in enumerate(pauses))
    assert list(in_order(pieces, jobs)) == list(range(len(pauses)))


@pytest.mark.parametrize("jobs", [2, 3])
def test_as_many_are_done_at_a_time_as_there_are_jobs(jobs: int) -> None:
    all_there = threading.Barrier(jobs, timeout=20)
    assert len(list(in_order([all_there.wait] * jobs, jobs))) == jobs


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_piece_that_fails_ends_all_of_it(jobs: int) -> None:
    done: list[int] = []

    def work(index: int) -> None:
        if index == 1:
            raise LookupError("The second one fails.")
        done.append(index)

    with pytest.raises(LookupError, match="second"):
        list(in_order((partial(work, index) for index in range(50)), jobs))
    assert 0 in done and len(done) <= 1 + jobs + 1


def test_no_piece_is_taken_long_before_somebody_can_do_it() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[Callable[[], int]]:
        for index in range(20):
            taken.append(index)
            yield partial(int, index)

    found = in_order(pieces(), 2)
    next(found)
    assert len(taken) == 3
    assert list(found) == list(range(1, 20))


def wrong_catalogue() -> None:
    """Models of which some have results that are wrong, and some a history that lacks them."""
    for index in range(12):
        model = complete_model() if index % 3 else orphan_model()
        if index % 2:
            with connection.cursor() as cursor:
                sql = "UPDATE catalog_artifactversion SET has_training_dataset = NOT has_training_dataset WHERE id = %s"
                cursor.execute(sql, [model.pk])
    make_dataset()


def state() -> list[tuple[object, ...]]:
    columns = ("pk", "quality_score", "has_training_dataset", "provenance_completeness")
    return list(ArtifactVersion.objects.order_by("pk").values_list(*columns))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time.")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("jobs", [2, 5])
def test_several_jobs_find_and_mend_what_one_would(jobs: int) -> None:
    wrong_catalogue()
    expected = audit(dry_run=True)
    positions: list[int] = []
    found = audit(jobs=jobs, batch_size=3, progress=lambda count, position: positions.append(position))
    assert (found.looked_at, found.changed) == (12, expected.changed)
    assert (found.complete, found.failing) == (expected.complete, expected.failing)
    assert expected.changed == 6 and positions == sorted(positions)
    mended, standings = state(), Standing.objects.count()
    again = audit()
    assert (again.changed, again.recorded, again.relisted) == (0, 0, 0)
    assert (state(), Standing.objects.count()) == (mended, standings)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time.")
@pytest.mark.django_db(transaction=True)
def test_the_command_takes_their_number(capsys: pytest.CaptureFixture[str]) -> None:
    wrong_catalogue()
    call_command("audit_provenance", "--rules-only", "--jobs", "2", "--batch-size", "4")
    assert capsys.readouterr().out.startswith("12 models looked at, 6 brought up to date, 8 complete.")


@pytest.mark.django_db
@pytest.mark.parametrize("jobs", ["0", "33", "-1"])
def test_a_number_that_cannot_be_is_refused(jobs: str) -> None:
    with pytest.raises(CommandError, match="--jobs must be from 1 to 32"):
        call_command("audit_provenance", "--jobs", jobs)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many.")
@pytest.mark.django_db
def test_sqlite_has_one_writer_and_says_so() -> None:
    with pytest.raises(CommandError, match="one writer at a time"):
        call_command("audit_provenance", "--jobs", "2")
