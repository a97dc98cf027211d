"""The planner is told of a table that has grown much, and not again until it has grown as much once more."""

from __future__ import annotations

import pytest
from django.db import connection

from catalog.models import ArtifactVersion, Posting
from catalog.provenance import statistics
from catalog.provenance.audit import audit
from catalog.provenance.statistics import analyse_grown
from tests.factories import complete_model

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows the shape of its tables."),
]


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def known_rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def test_a_table_that_doubled_is_analysed_once() -> None:
    run("CREATE TABLE growing AS SELECT generate_series(1, 1000) AS id")
    assert analyse_grown(["growing"]) == []
    for rows in (100_000, 200_000):
        run(f"INSERT INTO growing SELECT generate_series(1, {rows})")
        assert analyse_grown(["growing", Posting._meta.db_table]) == ["growing"]
    assert known_rows("growing") == 301_000
    run("INSERT INTO growing SELECT generate_series(1, 200000)")
    assert analyse_grown(["growing"]) == []


def test_an_audit_that_fills_the_postings_has_them_known(monkeypatch: pytest.MonkeyPatch) -> None:
    model = complete_model()
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("TRUNCATE catalog_posting")  # which also forgets what tests before knew of it
    monkeypatch.setattr(statistics, "FEW_PAGES", 0)
    assert audit(among=ArtifactVersion.objects.filter(pk=model.pk)).relisted == 1
    assert known_rows("catalog_posting") == Posting.objects.count() == 2
