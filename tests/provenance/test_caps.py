"""No way in leaves a score above its cap."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from catalog.columns import COMPUTED_COLUMNS, GENERATED_COLUMNS, RULE_COLUMNS, VALIDATION_COLUMNS
from catalog.errors import Conflict
from catalog.models import Artifact, ArtifactVersion, Evaluation, Link, ModelVersion
from catalog.provenance.audit import audit
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import Assessment, LinkInput, add_link, assess
from catalog.vocabulary import QUALITY_CAP, Kind, Relation
from tests.factories import (
    complete_model,
    make_dataset,
    make_document,
    measured,
    orphan_model,
    unpinned_model,
    unsaved_model,
)
from tests.provenance.stored import assert_nothing_to_audit, bypass, rules, set_by_sql, stored

pytestmark = pytest.mark.django_db

TRUSTED = {"has_training_dataset": True, "has_producing_analysis": True, "has_pinned_inputs": True}


def by_raw_sql(model: ArtifactVersion) -> None:
    set_by_sql(model, assessed_quality=1.0)


def by_update(model: ArtifactVersion) -> None:
    ArtifactVersion.objects.filter(pk=model.pk).update(assessed_quality=1.0)


def by_bulk_update(model: ArtifactVersion) -> None:
    model.assessed_quality = 1.0
    ArtifactVersion.objects.bulk_update([model], ["assessed_quality"])


def by_save(model: ArtifactVersion) -> None:
    model.assessed_quality = 1.0
    model.save()


def by_saving_a_proxy(model: ArtifactVersion) -> None:
    proxy = ModelVersion.objects.get(pk=model.pk)
    proxy.assessed_quality = 1.0
    proxy.save()


def by_the_door(model: ArtifactVersion) -> None:
    assess(model, Assessment(value=1.0, by="A. Curator"))


def by_saving_what_it_claims(model: ArtifactVersion) -> None:
    """An instance may say anything in memory; only what may change is written."""
    model.assessed_quality = 1.0
    for column, value in TRUSTED.items():
        setattr(model, column, value)
    model.save()


@pytest.mark.parametrize(
    "assess_fully",
    [by_raw_sql, by_update, by_bulk_update, by_save, by_saving_a_proxy, by_the_door, by_saving_what_it_claims],
)
@pytest.mark.parametrize("make", [orphan_model, unpinned_model])
def test_a_quality_of_one_is_capped_on_every_incomplete_model(
    assess_fully: Callable[[ArtifactVersion], None], make: Callable[[], ArtifactVersion]
) -> None:
    model = make()
    assess_fully(model)
    assert stored(model, "assessed_quality") == 1.0
    assert stored(model) == QUALITY_CAP
    assert_nothing_to_audit()


def test_a_quality_of_one_stands_on_a_complete_model() -> None:
    model = complete_model()
    by_update(model)
    assert stored(model) == 1.0


@pytest.mark.parametrize("quality", [1.5, -0.1, float("inf")])
def test_a_quality_beyond_one_is_refused_by_the_database(quality: float) -> None:
    model = complete_model()
    with pytest.raises(DatabaseError, match=r"version_assessed_quality_0_to_1"), transaction.atomic():
        set_by_sql(model, assessed_quality=quality)


@pytest.mark.parametrize("column", GENERATED_COLUMNS)
def test_the_scores_themselves_cannot_be_written(column: str) -> None:
    model = unpinned_model()
    with pytest.raises(DatabaseError), transaction.atomic():
        set_by_sql(model, **{column: 1.0})
    with pytest.raises(Conflict):
        ArtifactVersion.objects.filter(pk=model.pk).update(**{column: 1.0})
    setattr(model, column, 1.0)
    model.save()
    assert stored(model) == QUALITY_CAP


@pytest.mark.parametrize("column", COMPUTED_COLUMNS)
def test_what_the_audit_computes_is_refused_in_updates_and_saves(column: str) -> None:
    model = unpinned_model()
    with pytest.raises(Conflict, match=column):
        ModelVersion.objects.filter(pk=model.pk).update(**{column: True})
    with pytest.raises(Conflict, match=column):
        model.save(update_fields=[column])
    if column not in GENERATED_COLUMNS:
        with pytest.raises(Conflict, match=column):
            ArtifactVersion.objects.bulk_update([model], [column])


@pytest.mark.parametrize("column", [*RULE_COLUMNS, *VALIDATION_COLUMNS])
def test_what_the_audit_computes_is_refused_in_bulk_creation(column: str) -> None:
    with pytest.raises(Conflict, match=column):
        ArtifactVersion.objects.bulk_create([unsaved_model(**{column: True})])


def test_bulk_creation_overwrites_no_version() -> None:
    model = unpinned_model()
    row = unsaved_model(model.artifact, pk=model.pk, public_id=model.public_id, assessed_quality=1.0)
    with pytest.raises(Conflict):
        ArtifactVersion.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["id"], update_fields=["has_pinned_inputs"]
        )


def test_models_made_in_bulk_are_capped_until_their_links_come() -> None:
    made = ArtifactVersion.objects.bulk_create([unsaved_model(assessed_quality=1.0)])[0]
    assert stored(made) == QUALITY_CAP
    complete = complete_model()
    Link.objects.bulk_create(
        Link(
            source=made,
            number=link.number,
            relation=link.relation,
            target=link.target,
            target_kind=link.target_kind,
            target_version=link.target_version,
        )
        for link in complete.links.all()
    )
    assert stored(made) == 1.0


def test_a_row_made_with_its_rules_claimed_is_judged_at_once() -> None:
    row = unsaved_model(assessed_quality=1.0, **TRUSTED)
    row.save()
    assert rules(row) == (False, False, False, None)
    assert stored(row) == QUALITY_CAP


@pytest.mark.parametrize("column", TRUSTED)
def test_raw_sql_on_the_rules_is_undone_by_the_audit(column: str) -> None:
    model = unpinned_model()
    set_by_sql(model, **TRUSTED)
    assert stored(model) == 0.9
    assert audit().changed == 1
    assert stored(model) == QUALITY_CAP
    assert_nothing_to_audit()


def test_raw_sql_on_links_is_seen_by_the_audit() -> None:
    model = complete_model()
    bypass(model.links.filter(relation=Relation.TRAINED_ON))._raw_delete(using="default")
    assert stored(model) == 0.9
    assert audit().changed == 1
    assert (rules(model)[0], stored(model)) == (False, QUALITY_CAP)


def test_raw_sql_on_the_identity_of_an_input_is_seen_by_the_audit() -> None:
    model = complete_model()
    bypass(ArtifactVersion.objects.filter(kind=Kind.DATASET)).update(identified_by=None)
    assert audit().changed == 1
    assert (rules(model)[2], stored(model)) == (False, QUALITY_CAP)


# Fixtures: what they say of rules and scores counts for nothing.


def load(rows: list[dict[str, Any]], path: Path) -> None:
    (path / "rows.json").write_text(json.dumps(rows))
    call_command("loaddata", path / "rows.json", verbosity=0)


def dumped(*querysets: Any) -> list[dict[str, Any]]:
    return [row for queryset in querysets for row in json.loads(serializers.serialize("json", queryset))]


def fixture_of_everything(path: Path) -> list[dict[str, Any]]:
    call_command(
        "dumpdata", "catalog", "--natural-foreign", "--natural-primary", output=path / "dump.json", verbosity=0
    )
    return json.loads((path / "dump.json").read_text())


def tamper(rows: list[dict[str, Any]], **fields: Any) -> list[dict[str, Any]]:
    for row in rows:
        if row["model"] == "catalog.artifactversion" and row["fields"]["kind"] == "model":
            row["fields"] |= fields
    return rows


def test_a_tampered_fixture_loads_capped_and_the_audit_brings_it_up_to_date(tmp_path: Path) -> None:
    complete, unpinned = complete_model(quality=None), unpinned_model(quality=0.9)
    rows = fixture_of_everything(tmp_path)
    before = {model.pk: stored(model) for model in (complete, unpinned)}
    claims = TRUSTED | {"quality_score": 1.0, "evidence_held": 6, "evidence_asked": 6, "has_validation": True}
    load(tamper(rows, **claims), tmp_path)
    assert stored(unpinned) == QUALITY_CAP
    assert rules(complete) == rules(unpinned) == (False, False, False, None)
    assert stored(complete, "evidence_score") == 0
    assert audit().changed == 2
    assert {model.pk: stored(model) for model in (complete, unpinned)} == before
    assert_nothing_to_audit()


def test_a_dump_restores_into_an_empty_database_as_it_was(tmp_path: Path) -> None:
    for model in (complete_model("m", evaluations=(measured(),)), unpinned_model("u")):
        assess(model, None)
    columns = ("public_id", "content_digest", *COMPUTED_COLUMNS)
    before = list(ArtifactVersion.objects.order_by("public_id").values_list(*columns))
    rows = fixture_of_everything(tmp_path)
    Link.objects.all().delete()
    ArtifactVersion.objects.update(is_latest=False)
    Artifact.objects.all().delete()
    load(rows, tmp_path)
    audit()
    assert list(ArtifactVersion.objects.order_by("public_id").values_list(*columns)) == before


def test_what_is_loaded_raw_in_a_block_is_capped_at_its_end_whatever_else_the_block_did(tmp_path: Path) -> None:
    loaded, beside = complete_model(), complete_model()
    rows = dumped(loaded.links.all())
    with coalesced_refresh():
        load(rows, tmp_path)
        add_link(loaded, LinkInput(relation=Relation.CITES, ref=str(make_document())))
    assert (stored(loaded), stored(beside)) == (QUALITY_CAP, 0.9)
    assert rules(loaded) == (False, False, False, None)
    audit()
    assert stored(loaded) == 0.9


def test_a_raw_load_that_moves_a_link_resets_the_model_that_loses_it(tmp_path: Path) -> None:
    loser, winner = complete_model(), complete_model()
    rows = dumped(loser.links.filter(relation=Relation.TRAINED_ON))
    rows[0]["fields"] |= {"source": winner.pk, "number": 9}
    load(rows, tmp_path)
    assert (stored(loser), stored(winner)) == (QUALITY_CAP, QUALITY_CAP)
    audit()
    assert (stored(loser), stored(winner)) == (QUALITY_CAP, 0.9)


def test_a_raw_load_on_the_analysis_resets_the_models_it_produced(tmp_path: Path) -> None:
    model = complete_model()
    analysis = ArtifactVersion.objects.get(kind=Kind.ANALYSIS)
    rows = dumped(analysis.links.all())
    rows[0]["fields"] |= {"target_version": None}
    load(rows, tmp_path)
    assert stored(model) == QUALITY_CAP
    audit()
    assert rules(model) == (True, True, False, None)


def test_a_raw_load_of_an_input_resets_the_models_whose_analyses_used_it(tmp_path: Path) -> None:
    model = complete_model()
    rows = dumped(ArtifactVersion.objects.filter(kind=Kind.DATASET))
    rows[0]["fields"] |= {"identified_by": None}
    load(rows, tmp_path)
    assert stored(model) == QUALITY_CAP
    audit()
    assert rules(model) == (True, True, False, None)


def test_a_raw_load_that_changes_the_kind_of_a_target_resets_what_links_to_it(tmp_path: Path) -> None:
    model = complete_model()
    rows = dumped(Artifact.objects.filter(kind=Kind.DATASET))
    rows[0]["fields"] |= {"kind": "document"}
    load(rows, tmp_path)
    assert stored(model) == QUALITY_CAP
    audit()
    assert rules(model)[0] is False


def test_a_raw_load_of_an_evaluation_counts_after_the_audit(tmp_path: Path) -> None:
    dataset = make_dataset()
    model = complete_model(evaluations=(measured(dataset=str(dataset)),))
    load(dumped(model.evaluations.all()), tmp_path)
    assert (stored(model, "has_validation"), stored(model)) == (False, QUALITY_CAP)
    audit()
    assert (stored(model, "has_validation"), stored(model)) == (True, 0.9)


def test_a_second_load_and_audit_change_nothing(tmp_path: Path) -> None:
    complete_model(evaluations=(measured(),))
    unpinned_model()
    rows = fixture_of_everything(tmp_path)
    after = []
    for _ in range(2):
        load(rows, tmp_path)
        audit()
        after.append([list(model.objects.order_by("pk").values()) for model in (ArtifactVersion, Link, Evaluation)])
    assert after[0] == after[1]
    assert_nothing_to_audit()


def test_the_score_follows_the_rules_within_one_statement() -> None:
    """No moment passes between a rule's failing and the cap: the database computes both in one row."""
    model = complete_model()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_artifactversion SET has_pinned_inputs = %s WHERE id = %s RETURNING quality_score",
            [False, model.pk],
        )
        assert cursor.fetchone() == (QUALITY_CAP,)
