"""How lists of many models, and graphs, are read: what is asked for, from an index, and no table from end to end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from benchmarks import asking
from benchmarks.generating import Layout
from benchmarks.generating.catalogue import insert_all
from benchmarks.rows.paging import goal_pages, other_pages
from catalog.models import ArtifactVersion, MetricDefinition
from catalog.provenance.judging import judging
from catalog.provenance.locks import lock_for
from catalog.provenance.postings import difference, post
from catalog.provenance.recording import EVALUATIONS, LINKS, LOGS, STANDINGS, apart, record, record_gone
from catalog.provenance.results import refresh
from catalog.statements.id_lists import BATCH, Span, named

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("plans")]

SIZE = 100_000 if connection.vendor == "postgresql" else 10_000
"""SQLite decides by the shape of its statistics; PostgreSQL weighs how many rows there are."""

MOST_ROWS = 400
"""What a page of 20 rows, with their links, evaluations and names, may read."""

ALIKE = 1_000
"""Rows that a search may read for one that it finds: their texts have the same three letters, in another order."""

PAGES = [
    *("no filter", "family", "dataset, popular", "dataset, rare", "dataset, none matching", "hypothesis, rare"),
    *("analysis, rare", "evaluated_on, popular", "evaluated_on, none matching", "family and dataset, popular"),
    *("family and dataset, rare", "family and dataset, none matching", "deep page by cursor", "by date", "by title"),
    "by number of parameters",
]
_POSTINGS = "posting_counted" if connection.vendor == "postgresql" else "posting_by_target"
TOTALS = {
    "no filter": "version_by_family",
    "family": "version_by_family",
    "dataset, popular": _POSTINGS,
    "dataset, rare": _POSTINGS,
    "evaluated_on, popular": _POSTINGS,
    "family and dataset, popular": _POSTINGS,
    "family and dataset, none matching": _POSTINGS,
}


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[Layout]:
    """A catalogue of that size, as a planner knows it."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        defined = set(MetricDefinition.objects.values_list("pk", flat=True))  # by migrations: they stay
        layout = Layout(SIZE)
        insert_all(layout)
        cursor.execute(import_module("catalog.migrations.0004_postings").FILL)
        # With what tests before left in the indexes taken out: else the pages it was on are not visible to all.
        cursor.execute("VACUUM (ANALYZE, INDEX_CLEANUP ON)" if connection.vendor == "postgresql" else "ANALYZE")
        yield layout
        made = set(apps.get_app_config("catalog").get_models()) - {MetricDefinition, MetricDefinition.history.model}
        tables = [model._meta.db_table for model in made]
        flush = connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True)
        connection.ops.execute_sql_flush(flush)
        QuerySet(MetricDefinition).exclude(pk__in=defined)._raw_delete(using="default")


@pytest.fixture
def asked(catalogue: Layout) -> Any:
    """The statements of a page, those of its total apart."""
    sorts = {"by date": "created_at", "by title": "title", "by number of parameters": "parameter_count"}
    pages = goal_pages(catalogue) | other_pages(catalogue) | {name: f"sort={sort}" for name, sort in sorts.items()}

    def of(page: str, *, total: bool) -> list[asking.Statement]:
        return [one for one in asking.statements(f"/api/models?{pages[page]}") if asking.is_count(one) == total]

    return of


def explained(statement: asking.Statement, how: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {statement.sql}", statement.params)
        return cursor.fetchall()


class PostgreSQL:
    """Says how many rows it read."""

    @staticmethod
    def assert_reads_little(statement: asking.Statement, most: int = MOST_ROWS) -> None:
        nodes = _analysed(statement)
        assert sum(map(_rows_read, nodes)) <= most, (nodes, statement.sql)

    @staticmethod
    def assert_reads_only(index: str, statement: asking.Statement) -> None:
        [node] = _analysed(statement)
        assert (node["Node Type"], node["Index Name"]) == ("Index Only Scan", index)
        assert node.get("Heap Fetches", 0) == 0


def _analysed(statement: asking.Statement) -> list[dict[str, Any]]:
    [(found,)] = explained(statement, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)")
    [whole] = found if isinstance(found, list) else json.loads(found)
    return list(_scans(whole["Plan"]))


def _scans(plan: Any) -> Iterator[dict[str, Any]]:
    """The nodes of a plan that read a table or an index."""
    if "Scan" in plan["Node Type"] and ("Relation Name" in plan or "Index Name" in plan):
        yield plan
    for part in plan.get("Plans", ()):
        yield from _scans(part)


def _rows_read(node: dict[str, Any]) -> int:
    return int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])


class SQLite:
    """Says what it would scan, and by what it would search."""

    @staticmethod
    def assert_reads_little(statement: asking.Statement, most: int = MOST_ROWS) -> None:
        steps = _steps(statement)
        assert not [step for step in steps if re.match(r"SCAN (catalog_\w+|version|link|evaluation)$", step)], steps

    @staticmethod
    def assert_reads_only(index: str, statement: asking.Statement) -> None:
        [step] = _steps(statement)
        assert re.search(rf"USING (COVERING )?INDEX {index}\b", step)  # never covering where a column is generated


def _steps(statement: asking.Statement) -> list[str]:
    return [row[3] for row in explained(statement, "EXPLAIN QUERY PLAN")]


DATABASE = {"postgresql": PostgreSQL, "sqlite": SQLite}[connection.vendor]


@pytest.mark.parametrize("asked_for", PAGES)
def test_a_page_reads_little_more_than_it_shows(asked: Any, asked_for: str) -> None:
    for statement in asked(asked_for, total=False):
        DATABASE.assert_reads_little(statement)


def test_the_incomplete_are_listed_in_the_order_of_their_own_index(catalogue: Layout) -> None:
    """By that of all scores, every complete model would be walked past: here are none, since no audit was run."""
    [page] = [
        one
        for one in asking.statements("/api/models?complete=false")
        if "is_listed" in one.sql and not asking.is_count(one)
    ]
    DATABASE.assert_reads_little(page)
    how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    assert "version_flagged" in str(explained(page, how))


@pytest.mark.parametrize("asked_for", TOTALS)
def test_a_total_reads_an_index_and_no_table(asked: Any, asked_for: str) -> None:
    [statement] = asked(asked_for, total=True)
    DATABASE.assert_reads_only(TOTALS[asked_for], statement)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite reads which are complete.")
@pytest.mark.parametrize("query", ["", "family=statistical", "complete=true", "complete=true&family=statistical"])
def test_what_a_page_counts_is_in_indexes(catalogue: Layout, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    monkeypatch.setattr("catalog.web.facets.MOST_COUNTED", -1)  # as for a million models
    counts = [one for one in asking.statements(f"/models?{query}") if "COUNT(*)" in one.sql]
    read = {(node["Node Type"], node["Index Name"]) for one in counts for node in _analysed(one)}
    indexes = {"version_complete", "version_failing", "posting_counted"}
    if "complete" in query:  # none is here: the page tells how many there are without each of its filters
        indexes.add("version_by_family")
    assert read == {("Index Only Scan", index) for index in indexes}
    [total] = [one for one in asking.statements(f"/api/models?{query}") if asking.is_count(one)]
    index = "version_complete" if "complete" in query else "version_by_family"
    PostgreSQL.assert_reads_only(index, total)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite reads what the rules say of each model.")
def test_what_the_home_page_counts_is_in_indexes(catalogue: Layout) -> None:
    counts = [one for one in asking.statements("/") if "COUNT(" in one.sql and "catalog_evaluation" not in one.sql]
    nodes = [node for one in counts for node in _analysed(one)]
    assert {(node["Node Type"], node["Index Name"]) for node in nodes} == {
        ("Index Only Scan", index)
        for index in ("version_complete", "version_failing", "version_assessed", "version_by_kind", "posting_counted")
    }
    assert not any(node.get("Heap Fetches", 0) for node in nodes)


def test_the_models_of_an_artifact_are_read_in_order_however_many_other_links_lead_to_it(catalogue: Layout) -> None:
    for artifact in (catalogue.reference, catalogue.popular):
        for statement in asking.statements(f"/artifacts/{artifact.id()}?show=models"):
            if "quality_score" in statement.sql and not asking.is_count(statement):
                DATABASE.assert_reads_little(statement)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite reads every title.")
@pytest.mark.parametrize("path", ["/artifacts", "/api/artifacts"])
def test_artifacts_that_hold_a_common_word_are_walked_over_where_they_stand(catalogue: Layout, path: str) -> None:
    for statement in asking.statements(f"{path}?q=benchmark"):
        if "COUNT(" not in statement.sql:
            PostgreSQL.assert_reads_little(statement)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite reads every name.")
@pytest.mark.parametrize("name", ["xodel-12345", "xataset-single-77", "nothing-like-it", "lineage"])
def test_a_mistyped_name_is_looked_for_by_its_letters(catalogue: Layout, name: str) -> None:
    [statement] = [one for one in asking.statements(f"/models/{name}", 404) if "LIKE" in one.sql]
    PostgreSQL.assert_reads_little(statement, most=SIZE // 2)  # of what many have, until enough are met
    assert "artifact_name_by_trigram" in [node["Index Name"] for node in _analysed(statement) if "Index Name" in node]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite reads every title.")
@pytest.mark.parametrize("asked_for", ["search, every title", "search, one title", "search, nothing"])
def test_a_search_reads_little_more_than_it_shows(asked: Any, asked_for: str) -> None:
    for statement in asked(asked_for, total=False):
        PostgreSQL.assert_reads_little(statement, most=ALIKE)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite reads every title.")
@pytest.mark.parametrize("asked_for", ["search, one title", "search, nothing"])
def test_a_total_of_few_that_are_searched_for_reads_these(asked: Any, asked_for: str) -> None:
    [statement] = asked(asked_for, total=True)
    PostgreSQL.assert_reads_little(statement, most=ALIKE)
    assert "search_text_by_trigram" in [node.get("Index Name") for node in _analysed(statement)]


def test_a_graph_is_read_by_keys_and_no_table_is(catalogue: Layout) -> None:
    met = asking.asked(path := f"/api/models/{catalogue.descendant.id()}/provenance?max_depth=20&max_nodes=2000")
    for statement in asking.statements(path):
        DATABASE.assert_reads_little(statement, most=2 * len(met["nodes"]) + MOST_ROWS)


def a_batch() -> list[int]:
    return sorted(ArtifactVersion.objects.of_models().order_by("-pk").values_list("pk", flat=True)[:BATCH])


def statements_of(captured: CaptureQueriesContext, *beginnings: str) -> list[asking.Statement]:
    """Those of the captured statements that begin so."""
    texts = (query["sql"] for query in captured.captured_queries)
    return [asking.Statement(sql.replace("%", "%%"), ()) for sql in texts if sql.lstrip().startswith(beginnings)]


LOOKS: dict[str, tuple[Callable[[str, bool], str], int]] = {
    "judging": (judging, 10),
    "postings": (difference, 20),
    "histories": (lambda vendor, span: apart(LOGS, span), 20),
}
"""What an audit asks of a batch, each with how many rows it may read for a version."""


@pytest.mark.parametrize("span", [False, True], ids=["by its ids", "as a span"])
@pytest.mark.parametrize("look", LOOKS)
def test_a_look_at_a_batch_reads_what_its_versions_state_and_no_table(catalogue: Layout, look: str, span: bool) -> None:
    if look == "histories" and connection.vendor == "sqlite":
        pytest.skip("SQLite looks the records up one by one.")
    batch = a_batch()
    given = named(Span(batch[0], batch[-1]) if span else batch)
    statement, most = LOOKS[look]
    DATABASE.assert_reads_little(asking.Statement(statement(connection.vendor, span), given), most=most * BATCH)


WRITES: dict[str, Callable[[list[int]], object]] = {
    "rules": refresh,
    "postings": post,
    "standings": lambda batch: record(STANDINGS, batch),
    "links": lambda batch: record(LINKS, batch),
    "evaluations": lambda batch: record(EVALUATIONS, batch),
    "links that are gone": lambda batch: record_gone(LINKS, batch),
}
"""What an audit, an import or a change to what many rest on writes of a batch, where that is not as it should be."""


@pytest.mark.parametrize("of", WRITES)
def test_putting_a_batch_right_reads_what_its_versions_state_and_no_table(catalogue: Layout, of: str) -> None:
    batch = a_batch()
    with CaptureQueriesContext(connection) as captured:
        WRITES[of](batch)
    statements = statements_of(captured, "WITH", "INSERT")
    assert len(statements) == len(captured.captured_queries) > 0
    for statement in statements:
        DATABASE.assert_reads_little(statement, most=30 * BATCH)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one lock.")
@pytest.mark.parametrize("span", [False, True], ids=["by its ids", "as a span"])
def test_locking_a_batch_reads_no_table(catalogue: Layout, span: bool) -> None:
    batch = a_batch()
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        lock_for(Span(batch[0], batch[-1]) if span else batch)
    statements = statements_of(captured, "WITH", "SELECT")
    assert len(statements) == 2
    for statement in statements:
        DATABASE.assert_reads_little(statement, most=10 * BATCH)
