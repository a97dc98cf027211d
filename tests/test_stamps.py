"""Stamps: equal only while nothing has been committed, by whatever way it is written."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from catalog import stamps
from catalog.models import Artifact, ArtifactVersion
from catalog.registration import set_tag
from catalog.stamps import counted_once, stamp
from tests.factories import UserFactory, make_model

pytestmark = pytest.mark.django_db(transaction=True)
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="of a file")


def raw_update() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_artifactversion SET title = 'Altered'")


def renamed_user() -> None:
    UserFactory._meta.model.objects.update(username="renamed")


CHANGES: dict[str, Callable[[], object]] = {
    "a registration": lambda: make_model("b"),
    "a tag": lambda: set_tag(ArtifactVersion.objects.get(artifact__public_id="a"), "stable"),
    "raw SQL": raw_update,
    "the name of a user": renamed_user,
    "a deletion": lambda: Artifact.objects.all().delete(),
}


@pytest.fixture(autouse=True)
def _model() -> None:
    UserFactory()
    make_model("a")


def test_nothing_has_happened() -> None:
    def stays() -> bool:
        before = stamp()
        return bool(ArtifactVersion.objects.all()) and before is not None and stamp() == before

    # PostgreSQL counts what is written to any database of the server: one moment of peace is enough.
    assert any(stays() for _ in range(1000))


def test_whatever_is_written() -> None:
    for name, change in CHANGES.items():
        before = stamp()

        change()

        assert stamp() != before, name


def test_none_inside_a_transaction_whose_own_writes_it_would_not_show() -> None:
    with transaction.atomic():
        assert stamp() is None


class Writer:
    """Another connection, in a thread of its own, that writes and then commits when it is told to."""

    def __init__(self) -> None:
        self.wrote, self.may_commit, self.done = (threading.Event() for _ in range(3))
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        assert self.wrote.wait(30)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                Artifact.objects.create(public_id=f"other-{id(self)}", kind="dataset")
                self.wrote.set()
                assert self.may_commit.wait(30)
        finally:
            connection.close()
            self.done.set()

    def commit(self) -> None:
        self.may_commit.set()
        assert self.done.wait(30)
        self.thread.join()


@pytest.fixture
def writers() -> Iterator[Callable[[], Writer]]:
    started: list[Writer] = []

    def start() -> Writer:
        started.append(Writer())
        return started[-1]

    yield start
    for writer in started:
        writer.commit()


def test_a_write_under_way_counts_once_it_is_committed(writers: Callable[[], Writer]) -> None:
    writer = writers()
    under_way, seen = stamp(), Artifact.objects.count()

    writer.commit()

    assert Artifact.objects.count() == seen + 1 and stamp() != under_way


@pytest.mark.skipif(connection.vendor == "sqlite", reason="writers wait for one another")
def test_writers_that_finish_in_another_order_than_they_began(writers: Callable[[], Writer]) -> None:
    first, second = writers(), writers()
    second.commit()
    between = stamp()

    first.commit()

    assert stamp() != between


@on_sqlite
def test_a_file_that_was_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, copy = tmp_path / "catalogue.sqlite3", tmp_path / "copy.sqlite3"
    for path in (file, copy):
        with sqlite3.connect(path) as made:
            made.execute("CREATE TABLE t (x)")
        made.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
    before = stamp()
    assert stamp() == before

    shutil.move(copy, file)

    assert stamp() != before


@on_sqlite
def test_none_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", ":memory:")

    assert stamp() is None


def test_what_is_counted_once_is_counted_again_after_each_commit() -> None:
    counted: list[int] = []

    def count() -> int:
        counted.append(ArtifactVersion.objects.count())
        return counted[-1]

    def again() -> bool:
        """Whether it was counted again: elsewhere on the server something may have been written."""
        before = len(counted)
        counted_once("versions", count)
        return len(counted) > before

    assert counted_once("versions", count) == 1
    assert not all(again() for _ in range(1000))
    for number, change in enumerate((lambda: make_model("b"), lambda: make_model("c")), start=2):
        change()
        assert counted_once("versions", count) == number
    assert counted_once("others", lambda: "another") == "another"


def test_within_a_transaction_all_is_counted_anew() -> None:
    with transaction.atomic():
        assert [counted_once("within", ArtifactVersion.objects.count) for _ in range(2)] == [1, 1]
        make_model("b")
        assert counted_once("within", ArtifactVersion.objects.count) == 2


def test_only_the_last_counted_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.stamps._MOST", 3)
    monkeypatch.setattr("catalog.stamps._kept", OrderedDict())
    for number in range(9):
        assert counted_once(number, lambda number=number: number) == number  # type: ignore[misc]
    assert len(stamps._kept) == 3
