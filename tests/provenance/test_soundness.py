"""What an audit found right is compared again where somebody wrote to it, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.columns import RULE_COLUMNS
from catalog.models import Artifact, ArtifactVersion, Evaluation, Link, Posting, SoundSpan, Standing
from catalog.provenance import audit as audit_module
from catalog.provenance import soundness
from catalog.provenance.audit import audit
from catalog.provenance.soundness import Imprint, facts_stand
from catalog.registration import withdraw_link
from catalog.statements.id_lists import Span
from catalog.vocabulary import Kind, Relation
from tests.factories import complete_model, make_dataset, measured
from tests.provenance.stored import assert_nothing_to_audit, bypass, rules, set_by_sql

pytestmark = pytest.mark.django_db

only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite does not tell which transaction wrote a row."
)


def found_right(count: int = 1) -> list[ArtifactVersion]:
    """Models that an audit found right."""
    models = [complete_model(evaluations=(measured(dataset=str(make_dataset())),)) for _ in range(count)]
    for _ in range(2):
        assert not any(
            value for name, value in audit().as_dict().items() if name in ("changed", "recorded", "relisted")
        )
    return models


@contextmanager
def compared(batches: int) -> Iterator[None]:
    """Within the block, so many batches are compared with their postings and histories."""
    with CaptureQueriesContext(connection) as captured:
        yield
    assert _asked(captured, "SELECT DISTINCT version_id FROM") == batches


@contextmanager
def facts_compared(batches: int) -> Iterator[None]:
    """Within the block, the links of so many batches are compared with their records."""
    with CaptureQueriesContext(connection) as captured:
        yield
    assert _asked(captured, "FULL JOIN (SELECT * FROM catalog_link") == batches


def _asked(captured: CaptureQueriesContext, part: str) -> int:
    return sum(part in query["sql"] for query in captured.captured_queries)


def run_sql(sql: str, *params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


TABLES = {
    ArtifactVersion: "title = title",
    Link: "stated_as = stated_as",
    Evaluation: "n = n",
    Link.history.model: "stated_as = stated_as",
    Evaluation.history.model: "n = n",
    Standing: "rule_set = rule_set",
    Posting: "counted = counted",
}
"""All that is compared, each with a way to write to its rows that leaves them saying what they said."""

WRONGED = (
    ("UPDATE catalog_artifactversion SET assessed_quality = 0.4 WHERE id = %s", "recorded"),
    ("UPDATE catalog_link SET stated_as = 'another' WHERE source_id = %s", "recorded"),
    ("UPDATE catalog_evaluation SET value = 7 WHERE version_id = %s", "recorded"),
    ("DELETE FROM catalog_evaluation WHERE version_id = %s", "recorded"),
    ("UPDATE catalog_historicallink SET number = number + 9 WHERE source_id = %s", "recorded"),
    ("DELETE FROM catalog_historicallink WHERE source_id = %s", "recorded"),
    ("UPDATE catalog_historicalevaluation SET value = 7 WHERE version_id = %s", "recorded"),
    ("DELETE FROM catalog_standing WHERE version_id = %s", "recorded"),
    ("UPDATE catalog_posting SET quality_score = 0.1 WHERE version_id = %s", "relisted"),
    ("DELETE FROM catalog_posting WHERE version_id = %s", "relisted"),
    ("UPDATE catalog_artifactversion SET has_training_dataset = false WHERE id = %s", "changed"),
)
"""What raw SQL may do to a model, and under what an audit counts that."""


@only_postgresql
class TestWhatNobodyWroteTo:
    def test_is_judged_and_no_more(self) -> None:
        [model] = found_right()
        with compared(batches=0):
            report = audit()
        assert (report.looked_at, report.complete) == (1, 1)
        set_by_sql(make_dataset(), title="Written to")
        with compared(batches=1):
            audit()
        assert rules(model) == (True, True, True, None)

    def test_is_compared_by_a_thorough_audit(self) -> None:
        found_right()
        with compared(batches=1):
            assert audit(thorough=True).looked_at == 1
        with compared(batches=1):
            call_command("audit_provenance", "--rules-only", "--thorough")
        with compared(batches=0):
            call_command("audit_provenance", "--rules-only", "--check")

    def test_is_judged_by_what_lies_elsewhere(self) -> None:
        """Where the rules say otherwise by now, all that follows from them is put right too."""
        data = make_dataset()
        model = complete_model(trained_on=[str(data)])
        audit(batch_size=1)
        audit(batch_size=1)
        bypass(Artifact.objects.filter(pk=data.artifact_id)).update(kind=Kind.OTHER)
        report = audit(batch_size=1)
        assert report.changed == 1 and rules(model)[0] is False
        assert model.standings.count() == 2 and model.standings.first().has_training_dataset is False
        assert audit(dry_run=True, thorough=True).as_dict() == audit(dry_run=True).as_dict()

    def test_is_told_by_batches_of_keys_whatever_came_in_meanwhile(self) -> None:
        found_right(2)
        audit(batch_size=3)
        audit(batch_size=3)
        last = ArtifactVersion.objects.order_by("pk").last()
        assert last is not None
        complete_model()
        before = {version.pk // 3 for version in ArtifactVersion.objects.filter(pk__lte=last.pk)}
        after = {version.pk // 3 for version in ArtifactVersion.objects.filter(pk__gt=last.pk)}
        assert before - after
        with compared(batches=len(after)):
            audit(batch_size=3)

    def test_is_not_known_in_an_audit_of_some(self) -> None:
        [model] = found_right()
        kept = SoundSpan.objects.values_list()
        before = list(kept)
        for _ in range(2):
            with compared(batches=1):
                audit(family=model.family)
        assert list(kept) == before

    def test_a_dry_run_writes_nothing_of_it(self) -> None:
        complete_model()
        for _ in range(2):
            with compared(batches=1):
                audit(dry_run=True)
        assert not SoundSpan.objects.exists()
        audit()
        with compared(batches=0):
            audit(dry_run=True)

    def test_may_have_facts_that_are_gone(self) -> None:
        [model] = found_right()
        withdraw_link(model, 1, reason="It was not so.")
        for batches in (1, 0):
            with compared(batches=batches):
                audit()

    def test_that_is_written_once(self) -> None:
        complete_model()
        with CaptureQueriesContext(connection) as captured:
            for _ in range(3):
                audit(thorough=True)
        assert sum("INSERT INTO catalog_soundspan" in query["sql"] for query in captured.captured_queries) == 1
        assert SoundSpan.dumped.count() == 0, "a load derives it anew"
        assert str(SoundSpan.objects.get()) == f"from {SoundSpan.objects.get().first}"


@only_postgresql
class TestWhatSomebodyWroteTo:
    @pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
    def test_is_compared_even_if_it_says_what_it_said(self, model: Any) -> None:
        found_right()
        assert run_sql(f"UPDATE {model._meta.db_table} SET {TABLES[model]}")
        with compared(batches=1):
            assert audit().changed == 0
        with compared(batches=0):
            audit()

    @pytest.mark.parametrize(("sql", "counted"), WRONGED)
    def test_is_put_right(self, sql: str, counted: str) -> None:
        model, other = found_right(2)
        assert run_sql(sql, model.pk)
        expected = audit(dry_run=True, thorough=True).as_dict()
        assert expected[counted] > 0
        assert audit(dry_run=True).as_dict() == expected
        audit()
        again = audit(dry_run=True, thorough=True)
        assert (again.changed, again.recorded, again.relisted) == (0, 0, 0)
        assert rules(other) == (True, True, True, None)

    def test_is_compared_after_a_write_that_was_undone(self) -> None:
        [model] = found_right()
        with transaction.atomic():
            run_sql("UPDATE catalog_link SET stated_as = 'another' WHERE source_id = %s", model.pk)
            transaction.set_rollback(True)
        with compared(batches=0):
            assert_nothing_to_audit()
        run_sql("UPDATE catalog_link SET stated_as = 'another' WHERE source_id = %s", model.pk)
        assert audit().recorded == model.links.count()

    def test_after_it_was_looked_at_is_found_by_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The imprint is taken before the look: what is written meanwhile is not taken for looked at."""
        model = complete_model()
        look = audit_module.suspected

        def written_meanwhile(*args: Any) -> Any:
            found = look(*args)
            monkeypatch.setattr(audit_module, "suspected", look)
            run_sql("UPDATE catalog_link SET stated_as = 'another' WHERE source_id = %s", model.pk)
            return found

        monkeypatch.setattr(audit_module, "suspected", written_meanwhile)
        assert audit().recorded == 0 and SoundSpan.objects.exists()
        assert audit().recorded == model.links.count()

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE catalog_historicallink SET history_date = '1999-01-01' WHERE id = %s AND source_id = %s",
            "DELETE FROM catalog_historicallink WHERE id = %s AND source_id = %s",
            "DELETE FROM catalog_link WHERE id = %s AND source_id = %s",
        ],
    )
    @pytest.mark.parametrize("batch_size", [1, 2_000])
    def test_where_a_fact_went_to_another_the_records_of_both_are_compared(self, sql: str, batch_size: int) -> None:
        one, other = found_right(2)
        link = one.links.get(relation=Relation.TRAINED_ON)
        bypass(Link.objects.filter(pk=link.pk)).update(source=other, number=9)
        for _ in range(3):
            audit(batch_size=batch_size)
        assert run_sql(sql, link.pk, other.pk) == 1
        expected = audit(dry_run=True, thorough=True, batch_size=batch_size).as_dict()
        assert expected["recorded"] > 0
        assert audit(dry_run=True, batch_size=batch_size).as_dict() == expected
        audit(batch_size=batch_size)
        assert audit(dry_run=True, thorough=True).recorded == 0

    def test_a_fact_that_goes_to_another_and_back(self) -> None:
        one, other = found_right(2)
        link = one.links.get(relation=Relation.TRAINED_ON)
        for owner in (other, one):
            bypass(Link.objects.filter(pk=link.pk)).update(source=owner, number=9)
            assert audit(batch_size=1).recorded
            audit(batch_size=1)
            assert audit(dry_run=True, thorough=True).recorded == 0
        assert Link.history.filter(id=link.pk).latest().source == one

    def test_by_a_column_that_is_dropped_and_added_again(self) -> None:
        """Which writes to no row."""
        [model] = found_right()
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")
        column = "stated_as varchar(500) NOT NULL DEFAULT 'another'"
        run_sql(f"ALTER TABLE catalog_link DROP COLUMN stated_as, ADD COLUMN {column}")
        assert audit(dry_run=True).recorded == Link.objects.count() > model.links.count()


@only_postgresql
class TestFactsThatNobodyWroteTo:
    """They are known by themselves: where all versions were written to, only these are compared."""

    def wrong(self) -> None:
        run_sql("UPDATE catalog_artifactversion SET has_validation = NOT has_validation")

    def test_are_not_compared(self) -> None:
        models = found_right(3)
        self.wrong()
        with facts_compared(batches=0):
            assert audit(batch_size=2_000).changed == len(models)
        with facts_compared(batches=0), compared(batches=1):
            audit()
        with compared(batches=0):
            audit()

    def test_are_not_compared_where_all_of_a_batch_is_put_right_without_a_look(self) -> None:
        models = found_right(3)
        for _ in range(2):
            audit(batch_size=1)
        self.wrong()
        with facts_compared(batches=0):
            assert audit(batch_size=1).changed == len(models)
        assert_nothing_to_audit()

    @pytest.mark.parametrize("batch_size", [1, 2_000])
    def test_are_compared_by_a_thorough_audit(self, batch_size: int) -> None:
        found_right(2)
        for _ in range(2):
            audit(batch_size=batch_size)
        batches = {pk // batch_size for pk in ArtifactVersion.objects.values_list("pk", flat=True)}
        self.wrong()
        with facts_compared(batches=len(batches)):
            audit(batch_size=batch_size, thorough=True)

    @pytest.mark.parametrize("batch_size", [1, 2_000])
    @pytest.mark.parametrize(("sql", "counted"), WRONGED)
    def test_are_put_right_where_somebody_did(self, sql: str, counted: str, batch_size: int) -> None:
        *_, model = found_right(3)
        for _ in range(2):
            audit(batch_size=batch_size)
        self.wrong()
        assert run_sql(sql, model.pk)
        expected = audit(dry_run=True, thorough=True, batch_size=batch_size).as_dict()
        assert audit(dry_run=True, batch_size=batch_size).as_dict() == expected
        audit(batch_size=batch_size)
        again = audit(dry_run=True, thorough=True)
        assert (again.changed, again.recorded, again.relisted) == (0, 0, 0)


@only_postgresql
class TestAnImprint:
    def taken(self) -> Imprint:
        return Imprint.of(Span(1, 10**9))

    def test_stands_once_it_was_kept(self) -> None:
        complete_model()
        first = self.taken()
        assert not first.stands
        first.keep()
        assert self.taken() == Imprint(first.span, first.facts, first.whole, facts_stand=True, stands=True)
        assert facts_stand(first.span)

    @pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
    def test_of_the_facts_stands_whatever_was_written_to_other_rows(self, model: Any) -> None:
        found_right()
        self.taken().keep()
        run_sql(f"UPDATE {model._meta.db_table} SET {TABLES[model]}")
        other = model in (ArtifactVersion, Standing, Posting)
        now = self.taken()
        assert (now.facts_stand, now.stands) == (other, False)
        assert facts_stand(now.span) == other

    @pytest.mark.parametrize("name", ["_RUN", "difference", "apart"])
    def test_is_of_one_run_of_the_server_and_of_what_is_compared(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.taken().keep()
        other: Any = "1" if name == "_RUN" else lambda *args: "another statement"
        monkeypatch.setattr(soundness, name, other)
        statements = (soundness._taking, soundness._taking_of_facts)
        for statement in statements:
            statement.cache_clear()
        try:
            other_facts = name == "difference"  # by which postings are compared
            now = self.taken()
            assert not now.stands and now.facts_stand == facts_stand(now.span) == other_facts
        finally:
            monkeypatch.undo()
            for statement in statements:
                statement.cache_clear()
        assert self.taken().stands

    def test_is_of_a_span(self) -> None:
        complete_model()
        whole = Imprint.of(Span(1, 10**9))
        whole.keep()
        assert not Imprint.of(Span(1, 10**9 + 1)).stands and not Imprint.of(Span(2, 10**9)).stands
        assert Imprint.of(Span(1, 10**9)).stands
        assert [facts_stand(Span(1, 10**9 + more)) for more in (0, 1)] == [True, False]

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(sorted(RULE_COLUMNS)), st.booleans()), min_size=1, max_size=4))
    def test_is_another_after_any_writes(self, writes: list[tuple[str, bool]]) -> None:
        with transaction.atomic():
            model = complete_model()
            taken = {self.taken().whole}
            for column, value in writes:
                set_by_sql(model, **{column: value})
                taken.add(self.taken().whole)
            assert len(taken) == 1 + len(writes)
            transaction.set_rollback(True)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL tells which transaction wrote a row.")
def test_on_sqlite_all_is_compared_each_time() -> None:
    found_right()
    with compared(batches=1):
        audit()
    assert not SoundSpan.objects.exists()
