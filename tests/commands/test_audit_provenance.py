"""manage.py audit_provenance: brings all models up to date, says what it found, and is quiet where nobody watches."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.test.utils import CaptureQueriesContext

from catalog.columns import RULE_COLUMNS
from catalog.management.commands import audit_provenance
from catalog.models import ArtifactVersion, Evaluation, Link, Posting, SoundSpan, Standing
from catalog.provenance import audit as audit_module
from catalog.provenance.audit import audit
from catalog.provenance.batches import Batch
from catalog.vocabulary import Family, Relation
from tests.factories import (
    complete_model,
    evaluated_model,
    make_dataset,
    make_model,
    measured,
    model_of_a_hypothesis,
    orphan_model,
    unpinned_model,
    unsaved_model,
)
from tests.provenance.stored import assert_nothing_to_audit, bypass, rules, set_by_sql, stored
from tests.provenance.tampering import alter, alter_evaluation, alter_link

pytestmark = pytest.mark.django_db


def run(*options: str) -> str:
    output = io.StringIO()
    call_command("audit_provenance", *options, stdout=output)
    return output.getvalue()


def report(*options: str) -> dict[str, Any]:
    return json.loads(run("--format", "json", *options))


def forged() -> ArtifactVersion:
    """A model that raw SQL calls complete."""
    model = unpinned_model()
    set_by_sql(model, has_pinned_inputs=True)
    return model


def test_it_says_what_it_looked_at_what_it_changed_and_how_many_fail_each_rule() -> None:
    complete_model()
    forged()
    orphan_model(declares_hypothesis=True)
    assert run().splitlines() == [
        "3 models looked at, 1 brought up to date, 1 complete.",
        "  training_dataset: 1 fail",
        "  producing_analysis: 1 fail",
        "  pinned_inputs: 2 fail",
        "  tested_hypothesis: 1 fail",
        "7 records of every kind looked at.",
        "  0 altered since they were registered",
        "  0 pins to something else than was pinned",
        "0 models with an evaluation on a dataset looked at.",
        "  0 with leakage",
        "  0 with a shared parent",
    ]


def test_its_report_is_json_where_that_is_asked_for() -> None:
    model_of_a_hypothesis()
    forged()
    assert report() == {
        "looked_at": 2,
        "changed": 1,
        "complete": 1,
        "failing": {"training_dataset": 0, "producing_analysis": 0, "pinned_inputs": 1, "tested_hypothesis": 0},
        "recorded": 0,
        "relisted": 0,
        "dry_run": False,
        "integrity": {"looked_at": 7, "altered": 0, "ids": [], "pins_changed": 0, "pins": []},
        "leakage": {
            "looked_at": 0,
            "leakage": {"models": 0, "ids": []},
            "shared_parent": {"models": 0, "ids": []},
        },
    }


def test_an_empty_catalogue_is_up_to_date() -> None:
    assert report("--check")["looked_at"] == 0


def test_a_second_audit_changes_nothing() -> None:
    for _ in range(3):
        forged()
    assert report()["changed"] == 3
    before = list(ArtifactVersion.objects.order_by("pk").values())
    assert report()["changed"] == 0
    assert list(ArtifactVersion.objects.order_by("pk").values()) == before


def test_a_dry_run_says_what_would_change_and_writes_nothing() -> None:
    model = forged()
    found = report("--dry-run")
    assert (found["changed"], found["failing"]["pinned_inputs"], found["dry_run"]) == (1, 1, True)
    assert "1 out of date" in run("--dry-run")
    assert stored(model) == 0.9


def test_a_check_exits_with_1_until_the_audit_ran_and_writes_nothing() -> None:
    model = forged()
    for _ in range(2):
        with pytest.raises(SystemExit) as exited:
            run("--check")
        assert exited.value.code == 1
    assert stored(model) == 0.9
    run()
    assert stored(model) == 0.3
    assert "0 out of date" in run("--check")


def test_a_check_finds_what_raw_sql_did_to_other_tables() -> None:
    model = complete_model(evaluations=(measured(),))
    for rows in (model.links.filter(relation=Relation.TRAINED_ON), Evaluation.objects.all()):
        bypass(rows)._raw_delete(using="default")
        with pytest.raises(SystemExit):
            run("--check")
        run()
        run("--check", "--rules-only")
    assert (rules(model)[0], stored(model, "has_validation")) == (False, False)


def test_one_family_is_audited_and_the_others_are_left() -> None:
    models = {family: unpinned_model(family=family) for family in Family}
    for model in models.values():
        set_by_sql(model, has_pinned_inputs=True)
    found = report("--family", "statistical")
    assert (found["looked_at"], found["changed"]) == (1, 1)
    assert {family: stored(model) for family, model in models.items()} == {
        Family.STATISTICAL: 0.3,
        Family.BIOPHYSICAL: 0.9,
        Family.DEEP_LEARNING: 0.9,
    }


def ended_by(how: Callable[[], object], at: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """What an audit says that is ended in its batch number `at`, of one version each."""
    batches = audit_module.batches_in

    def ending(*which: Any, **options: Any) -> Iterator[Batch]:
        for number, batch in enumerate(batches(*which, **options), 1):
            if number == at:
                how()
            yield batch

    with monkeypatch.context() as patch:
        patch.setattr(audit_module, "batches_in", ending)
        with pytest.raises(CommandError) as error:
            run("--batch-size", "1")
    assert error.value.returncode == 130
    return str(error.value)


def interrupt() -> None:
    raise KeyboardInterrupt


def terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("how", [interrupt, terminate])
def test_an_audit_that_was_ended_says_how_to_go_on_and_goes_on_there(
    how: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [forged() for _ in range(4)]
    versions = list(ArtifactVersion.objects.order_by("pk").values_list("pk", flat=True))
    said = ended_by(how, versions.index(models[2].pk) + 1, monkeypatch)
    reached = versions[versions.index(models[2].pk) - 1]
    assert said == f"Ended half-way. What was brought up to date stays; to go on, add --after {reached}."
    assert [stored(model) for model in models] == [0.3, 0.3, 0.9, 0.9]
    found = report("--after", str(reached))
    assert (found["looked_at"], found["changed"]) == (2, 2)
    assert [stored(model) for model in models] == [0.3] * 4
    assert_nothing_to_audit()


def test_an_audit_that_nobody_watches_says_from_time_to_time_how_far_it_came(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit_provenance, "TELL_EVERY", -1)
    last = complete_model().pk
    run("--rules-only")
    assert f"Audited as far as --after {last}." in capsys.readouterr().err


def test_where_nothing_is_wrong_nothing_is_locked_or_written_however_many_there_are() -> None:
    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            audit()
        return [query["sql"] for query in captured.captured_queries]

    complete_model(evaluations=(measured(),))
    statements()
    few = statements()
    for _ in range(5):
        complete_model(evaluations=(measured(),))
    statements()
    assert len(statements()) == len(few)
    writing = ("UPDATE catalog_artifactversion", "INSERT", "DELETE", "FOR NO KEY UPDATE", "SAVEPOINT")
    # What is written of the metrics is one statement for all of them.
    assert [sql[:60] for sql in few if any(word in sql for word in writing)] == [
        'INSERT INTO catalog_historicalmetricdefinition (id, "name", '
    ]


@pytest.mark.parametrize("size", ["1", "2", "7", "100000"])
def test_batches_of_any_size_give_the_same_result(size: str) -> None:
    models = [forged() for _ in range(5)]
    complete_model()
    assert report("--batch-size", size)["changed"] == 5
    assert {stored(model) for model in models} == {0.3}
    assert_nothing_to_audit()


KEPT: dict[type[Model], tuple[str, ...]] = {
    ArtifactVersion: (*RULE_COLUMNS, "quality_score"),
    Standing: ("version", *RULE_COLUMNS, "quality_score"),
    Posting: ("version", "role", "target", "quality_score"),
    Link.history.model: ("id", "source", "history_type"),
}
"""What of the rows an audit may write, but the moments."""


def test_what_was_wrong_before_changes_nothing_of_what_is_found() -> None:
    """After a batch that was wrong, the next is put right at once; after one that was right, it is looked at again."""
    models = [forged(), forged(), complete_model(), forged(), complete_model(), complete_model(), forged()]
    giver, taker = complete_model(), orphan_model()
    bypass(giver.links.filter(relation=Relation.TRAINED_ON)).update(source=taker, number=9)
    set_by_sql(models[4], assessed_quality=0.5)

    def found(size: int) -> tuple[dict[str, Any], list[Any]]:
        with transaction.atomic():
            said = audit(batch_size=size).as_dict()
            assert_nothing_to_audit()
            kept = [QuerySet(model).order_by().values_list(*columns) for model, columns in KEPT.items()]
            rows = [sorted(rows, key=repr) for rows in kept]
            transaction.set_rollback(True)
        return said, rows

    once = found(100_000)
    assert once[0]["changed"] == 6 and once[0]["recorded"] >= 3
    assert found(1) == found(2) == found(5) == once


def test_what_is_wrong_throughout_is_judged_once() -> None:
    for make in (complete_model, complete_model, forged, forged, forged, complete_model, complete_model):
        make()
    with CaptureQueriesContext(connection) as captured:
        assert audit(family=Family.BIOPHYSICAL, batch_size=1).changed == 3
    looks = [query for query in captured.captured_queries if "version.evidence_asked IS NULL" in query["sql"]]
    assert len(looks) == 4, "two that were right, one that was wrong, and one after another that was right"


def test_postings_are_looked_at_first_until_most_of_a_batch_have_wrong_ones() -> None:
    def audited() -> tuple[int, int, int]:
        """How many were relisted, how often postings were looked at, and how often they were brought up to date."""
        with CaptureQueriesContext(connection) as captured:
            relisted = audit(family=Family.BIOPHYSICAL, batch_size=1).relisted
        looks = sum(query["sql"].endswith(" apart") for query in captured.captured_queries)
        return (
            relisted,
            looks,
            sum("DELETE FROM catalog_posting" in query["sql"] for query in captured.captured_queries),
        )

    models = [complete_model() for _ in range(3)]
    for model in models:
        set_by_sql(model, has_validation=True)  # which no assessed score follows
    assert audited() == (0, 1 + 3, 0), "of the first before anything is locked, and of each when it is"
    for model in models:
        set_by_sql(model, assessed_quality=0.5)
    assert audited() == (3, 1 + 1, 3), "only of the first"
    assert_nothing_to_audit()


def test_evidence_is_looked_for_only_where_nobody_tallied_it() -> None:
    forged()
    with CaptureQueriesContext(connection) as captured:
        audit()
    assert not [query for query in captured.captured_queries if '"evidence_asked" IS NULL' in query["sql"]]


@pytest.mark.parametrize("options", [("--batch-size", "0"), ("--batch-size", "x"), ("--family", "fuzzy"), ("--fast",)])
def test_what_it_cannot_do_it_says(options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*options)


def test_the_bar_is_silent_where_it_is_piped(capfd: pytest.CaptureFixture[str]) -> None:
    complete_model()
    run()
    assert capfd.readouterr().err == ""


def test_the_bar_moves_by_batches_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    for _ in range(3):
        orphan_model()
    run("--batch-size", "2")
    assert "Auditing" in terminal.getvalue() and "3/3" in terminal.getvalue()


def test_progress_is_told_each_batch_with_how_far_it_came() -> None:
    models = [orphan_model().pk for _ in range(5)]
    told: list[tuple[int, int]] = []
    audit(batch_size=2, progress=lambda *batch: told.append(batch))
    batches = {number: list(keys) for number, keys in groupby(models, lambda key: key // 2)}
    assert told == [(len(keys), keys[-1]) for keys in batches.values()]


def queries_of_an_audit() -> int:
    with CaptureQueriesContext(connection) as captured:
        audit()
    return len(captured)


def test_a_batch_takes_as_many_queries_at_one_row_as_at_many() -> None:
    forged()
    one = queries_of_an_audit()
    for _ in range(30):
        forged()
    assert queries_of_an_audit() == one
    assert_nothing_to_audit()


def test_each_further_batch_takes_as_many_queries_as_the_first() -> None:
    counts = []
    for _ in range(3):
        forged()
        SoundSpan.objects.all().delete()  # or those from before would take fewer
        with CaptureQueriesContext(connection) as captured:
            audit(batch_size=1)
        counts.append(len(captured))
    assert counts[2] - counts[1] == counts[1] - counts[0]


def test_evidence_of_rows_that_came_in_bulk_is_tallied() -> None:
    row = unsaved_model(
        title="Bulk",
        metadata={"formula": "y ~ x", "references": ["doi:10.5555/x"], "environment": "n/a"},
        license="MIT",
        parameter_count=2,
    )
    made = ArtifactVersion.objects.bulk_create([row])[0]
    assert stored(made, "evidence_score") == 0
    with pytest.raises(SystemExit):
        run("--check")
    assert report("--dry-run")["changed"] == 1
    assert stored(made, "evidence_asked") is None
    assert report()["changed"] == 1
    assert (stored(made, "evidence_held"), stored(made, "evidence_asked")) == (4, 6)
    assert stored(made, "evidence_score") == 0.5
    assert_nothing_to_audit()


def test_evaluations_count_as_the_audit_finds_them() -> None:
    model = complete_model(quality=None, evaluations=(measured(dataset=str(make_dataset())),))
    assert stored(model) == 0.5
    set_by_sql(model, has_validation=False, has_validation_context=False)
    assert stored(model) == 0.25
    assert report()["changed"] == 1
    assert stored(model) == 0.5


def test_it_names_altered_records_and_a_check_exits_with_1_until_they_are_restored() -> None:
    model = complete_model("m", evaluations=(measured(),))
    alter(make_dataset("data", metadata={"rows": 1}), metadata={"rows": 2})
    alter_evaluation(model, value=0.1)
    said = run()
    assert "  2 altered since they were registered: m-v1, data-v1" in said.splitlines()
    found = report("--dry-run")["integrity"]
    assert (found["altered"], sorted(found["ids"])) == (2, ["data-v1", "m-v1"])
    with pytest.raises(SystemExit) as exited:
        run("--check")
    assert exited.value.code == 1
    alter(ArtifactVersion.objects.get(public_id="data-v1"), metadata={"rows": 1})
    alter_evaluation(model, value=0.5)
    run("--check")


def test_a_pin_that_was_written_over_fails_a_check_too() -> None:
    alter_link(complete_model("m"), 1, pinned_digest="sha256:0")
    assert report()["integrity"]["pins"] == ["m-v1 link 1"]
    with pytest.raises(SystemExit):
        run("--check")


def test_an_altered_record_caps_no_score() -> None:
    model = complete_model()
    alter(model, description="Another")
    assert report()["changed"] == 0
    assert stored(model) == 0.9


def test_with_rules_only_no_digest_is_taken_and_no_leakage_looked_for() -> None:
    alter(complete_model(), description="Another")
    found = report("--rules-only", "--check")
    assert found["integrity"] is found["leakage"] is None
    assert len(run("--rules-only").splitlines()) == 5


def test_leakage_is_counted_and_named_and_is_no_reason_to_exit_with_1() -> None:
    make_dataset("data")
    splits = {"training_splits": {"data": ["train", "test"]}}
    values = (measured("rmse", 0.5, dataset="data@1", split="test"),)
    make_model("leaking", trained_on=["data@1"], metadata=splits, evaluations=values)
    evaluated_model("sound")
    assert "  1 with leakage: leaking-v1" in run().splitlines()
    assert report("--check")["leakage"] == {
        "looked_at": 2,
        "leakage": {"models": 1, "ids": ["leaking-v1"]},
        "shared_parent": {"models": 0, "ids": []},
    }


def test_one_family_is_looked_into_alone() -> None:
    alter(make_model("m", family=Family.STATISTICAL), title="Another")
    alter(make_dataset("data"), title="Another")
    assert report("--family", "statistical")["integrity"]["ids"] == ["m-v1"]
    assert report("--family", "biophysical")["integrity"]["looked_at"] == 0


def test_records_past_what_it_names_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.provenance.integrity.MOST_NAMED", 1)
    for name in ("a", "b", "c"):
        alter(make_dataset(name), title="Another")
    assert "  3 altered since they were registered: a-v1 and 2 more" in run().splitlines()
