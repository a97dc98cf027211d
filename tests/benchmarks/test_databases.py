"""The benchmarks work in databases of their own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from benchmarks import databases


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_on_postgresql_it_stands_beside_the_one_that_is_named(scheme: str) -> None:
    url = f"{scheme}://ada:secret@db.example.org:5432/catalogue?sslmode=require"
    own = databases.url_of(url, "bench_catalogue_10000")
    assert own == f"{scheme}://ada:secret@db.example.org:5432/bench_catalogue_10000?sslmode=require"


@pytest.mark.parametrize("url", ["", "sqlite:////srv/catalogue.sqlite3"])
def test_on_sqlite_it_is_a_file_among_the_benchmarks(url: str) -> None:
    assert databases.url_of(url, "bench_x") == f"sqlite:///{databases.HERE}/bench_x.sqlite3"


def test_it_is_made_once_and_anew_where_the_stamp_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "HERE", tmp_path)
    filled: list[str] = []

    def fill() -> None:
        with sqlite3.connect(tmp_path / "bench_x.sqlite3") as connection:
            connection.execute("CREATE TABLE made (what)")  # fails where it was not dropped
        filled.append("made")

    for stamp, count in (("1", 1), ("1", 1), ("2", 2)):
        databases.prepare("", "bench_x", stamp, fill)
        assert len(filled) == count


def test_another_size_has_another_stamp() -> None:
    assert databases.stamp_of(10_000) != databases.stamp_of(100_000)
    assert databases.stamp_of(10_000) == databases.stamp_of(10_000)
