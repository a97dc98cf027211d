"""Invariants are named constraints of the database: each refuses a row that no code of ours would write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Artifact, ArtifactVersion, Evaluation, Identifier, Link, MetricDefinition
from catalog.vocabulary import MAX_INTEGER, Kind, Relation
from tests.factories import (
    ArtifactFactory,
    MetricFactory,
    complete_model,
    make_analysis,
    make_dataset,
    make_document,
    make_model,
    measured,
    unsaved_model,
)

pytestmark = pytest.mark.django_db

VIOLATIONS: dict[str, list[Callable[[], Any]]] = {}


def violates(name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Say which constraint a write breaks."""

    def register(write: Callable[[], Any]) -> Callable[[], Any]:
        VIOLATIONS.setdefault(name, []).append(write)
        return write

    return register


def column(version: ArtifactVersion, **values: Any) -> None:
    """Write columns of a version past every guard of the code."""
    QuerySet(ArtifactVersion).filter(pk=version.pk).update(**values)


def dataset_row(**columns: Any) -> ArtifactVersion:
    return unsaved_model(
        ArtifactFactory(kind=Kind.DATASET), **{"family": None, "stated_family": None, "family_basis": None} | columns
    )


def another_dataset_row(**columns: Any) -> None:
    row = dataset_row(**columns)
    row.kind = Kind.DATASET
    row.save()


def link(source: ArtifactVersion, **columns: Any) -> Link:
    dataset = make_dataset()
    given = {"relation": Relation.DERIVES_FROM, "target": dataset.artifact, "target_kind": Kind.DATASET, "number": 70}
    return Link.objects.create(source=source, **given | columns)


def evaluation(version: ArtifactVersion, **columns: Any) -> Evaluation:
    given = {"number": 70, "metric": MetricFactory(name="rmse"), "value": 0.5, "key_digest": "sha256:0"}
    return Evaluation.objects.create(version=version, **given | columns)


@violates("artifact_kind_known")
def an_artifact_of_an_unknown_kind() -> None:
    ArtifactFactory(kind="modell")


@violates("version_one_latest_per_artifact")
def two_latest_versions() -> None:
    model = make_model()
    unsaved_model(model.artifact, version_number=2, is_latest=True).save()


@violates("version_id_unique")
def one_id_on_two_versions() -> None:
    unsaved_model(public_id=make_model().public_id).save()


@violates("version_number_unique")
def two_versions_of_one_number() -> None:
    unsaved_model(make_model().artifact, version_number=1, is_latest=False).save()


@violates("version_number_from_one")
def a_version_of_number_zero() -> None:
    unsaved_model(version_number=0).save()


@violates("version_tag_unique")
def one_tag_on_two_versions() -> None:
    model = make_model(version_tag="stable")
    unsaved_model(model.artifact, version_number=2, is_latest=False, version_tag="stable").save()


@violates("version_source_unique")
def one_source_twice() -> None:
    source = {"source_format": "petab", "source_record": "Boehm", "source_revision": "abc"}
    first = unsaved_model(**source)
    first.save()
    unsaved_model(first.artifact, public_id="again", version_number=2, is_latest=False, **source).save()


@violates("version_not_its_own_parent")
def a_version_that_is_its_own_parent() -> None:
    model = make_model()
    column(model, parent=model)


@violates("version_state_known")
def a_version_in_an_unknown_state() -> None:
    column(make_model(), state="withdrawn")


@violates("version_model_columns_on_models")
def a_model_without_a_family() -> None:
    unsaved_model(family=None).save()


@violates("version_model_columns_on_models")
def a_model_whose_stated_family_is_lost() -> None:
    unsaved_model(stated_family=None).save()


@violates("version_model_columns_on_models")
def a_model_without_a_basis_for_its_family() -> None:
    unsaved_model(family_basis=None).save()


@violates("version_model_columns_on_models")
def a_model_of_an_unknown_family() -> None:
    unsaved_model(family="symbolic").save()


@violates("version_model_columns_on_models")
def a_dataset_with_a_family() -> None:
    another_dataset_row(family="statistical")


@violates("version_model_columns_on_models")
def a_dataset_with_a_parameter_count() -> None:
    another_dataset_row(parameter_count=3)


@violates("version_model_columns_on_models")
def a_dataset_with_an_assessed_quality() -> None:
    another_dataset_row(assessed_quality=0.5)


@violates("version_model_columns_on_models")
def a_dataset_that_declares_a_hypothesis() -> None:
    another_dataset_row(declares_hypothesis=True)


@violates("version_model_columns_on_models")
def a_dataset_with_a_checkpoint() -> None:
    another_dataset_row(checkpoint_digest="sha256:0")


@violates("version_assessed_quality_0_to_1")
def a_quality_above_one() -> None:
    column(make_model(), assessed_quality=1.0000001)


@violates("version_assessed_quality_0_to_1")
def a_quality_below_zero() -> None:
    column(make_model(), assessed_quality=-0.1)


@violates("version_evidence_held_of_asked")
def more_evidence_than_was_asked_for() -> None:
    column(make_model(), evidence_held=5, evidence_asked=4)


@violates("version_evidence_held_of_asked")
def more_evidence_than_there_are_checks() -> None:
    column(make_model(), evidence_held=7, evidence_asked=7)


@violates("version_evidence_held_of_asked")
def evidence_of_unknown_share() -> None:
    column(make_model(), evidence_asked=None)


@violates("version_parameter_count_range")
def more_parameters_than_json_counts() -> None:
    column(make_model(), parameter_count=MAX_INTEGER + 1)


@violates("version_parameter_count_range")
def fewer_parameters_than_none() -> None:
    column(make_model(), parameter_count=-1)


@violates("link_number_unique")
def two_links_of_one_number() -> None:
    model = make_model()
    link(model)
    link(model)


@violates("link_one_producer")
def two_producing_analyses() -> None:
    analysis = make_analysis()
    producing = {"relation": Relation.PRODUCED_BY, "target": analysis.artifact, "target_kind": Kind.ANALYSIS}
    link(complete_model(), target_version=analysis, **producing)


@violates("link_producer_pinned")
def a_producing_analysis_without_its_version() -> None:
    link(make_model(), relation=Relation.PRODUCED_BY, target=make_analysis().artifact, target_kind=Kind.ANALYSIS)


@violates("link_unpinned_once")
def one_unpinned_link_twice() -> None:
    model = make_model()
    first = link(model)
    link(model, number=71, target=first.target)


@violates("link_pinned_once")
def one_pinned_link_twice() -> None:
    model, dataset = make_model(), make_dataset()
    for number in (70, 71):
        link(model, number=number, target=dataset.artifact, target_version=dataset)


@violates("link_not_to_itself")
def a_link_to_itself() -> None:
    model = make_model()
    link(model, target=model.artifact, target_kind=Kind.MODEL, target_version=model)


@violates("link_relation_known")
def a_link_of_an_unknown_relation() -> None:
    link(make_model(), relation="inspired_by")


@violates("link_relation_known")
def a_stored_revision() -> None:
    link(make_model(), relation=Relation.REVISES)


@violates("link_target_kind_fits")
def training_on_a_document() -> None:
    link(make_model(), relation=Relation.TRAINED_ON, target=make_document().artifact, target_kind=Kind.DOCUMENT)


@violates("link_outcome_of_tests")
def an_outcome_of_what_tests_nothing() -> None:
    link(make_model(), outcome="supports")


@violates("evaluation_number_unique")
def two_evaluations_of_one_number() -> None:
    model = make_model()
    evaluation(model)
    evaluation(model, key_digest="sha256:1")


@violates("evaluation_key_once")
def two_live_evaluations_of_one_case() -> None:
    model = make_model()
    evaluation(model)
    evaluation(model, number=71)


@violates("evaluation_one_primary")
def two_primary_evaluations_of_one_metric() -> None:
    model = make_model()
    evaluation(model, primary=True)
    evaluation(model, number=71, key_digest="sha256:1", primary=True)


@violates("evaluation_retracted_not_live")
def a_retracted_evaluation_that_still_counts() -> None:
    evaluation(make_model(), retracted_at=timezone.now())


@violates("evaluation_interval_ordered")
def an_interval_upside_down() -> None:
    evaluation(make_model(), ci_low=0.6, ci_high=0.4)


@violates("evaluation_std_error_not_negative")
def a_negative_error() -> None:
    evaluation(make_model(), std_error=-0.1)


@violates("evaluation_n_not_negative")
def a_negative_count() -> None:
    evaluation(make_model(), n=-1)


@violates("evaluation_version_of_dataset")
def a_dataset_version_of_no_dataset() -> None:
    evaluation(make_model(), dataset_version=make_dataset())


@violates("metric_target_where_directed")
def a_target_without_a_value() -> None:
    MetricFactory(direction="target")


@violates("metric_target_where_directed")
def a_target_value_of_no_target() -> None:
    MetricFactory(direction="lower", target_value=0.95)


@violates("metric_target_where_directed")
def a_target_value_of_an_unknown_direction() -> None:
    MetricFactory(direction=None, target_value=0.95)


CASES = [(name, write) for name, writes in VIOLATIONS.items() for write in writes]


@pytest.mark.parametrize(("name", "write"), CASES, ids=[write.__name__ for _, write in CASES])
def test_the_database_refuses(name: str, write: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    if connection.vendor == "postgresql":
        assert refused.value.__cause__.diag.constraint_name == name
    else:
        assert "constraint failed" in str(refused.value)


def test_every_named_constraint_has_a_row_that_it_refuses() -> None:
    named = {
        constraint.name
        for model in apps.get_app_config("catalog").get_models()
        for constraint in model._meta.constraints
    }
    assert named == set(VIOLATIONS)


def test_a_name_is_carried_once() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Identifier.objects.create(name=make_dataset("taken").public_id, artifact=ArtifactFactory())


# What looks alike and is allowed.


def test_versions_without_tag_or_source_stand_side_by_side() -> None:
    artifact = make_model().artifact
    for number in (2, 3):
        unsaved_model(artifact, public_id=f"m-{number}", version_number=number, is_latest=False).save()
    assert artifact.versions.count() == 3


def test_an_evaluation_that_no_longer_counts_leaves_room_for_its_case() -> None:
    model = make_model(evaluations=(measured("rmse", 0.5),))
    first = model.evaluations.get()
    first.is_live, first.retracted_at = False, timezone.now()
    first.save()
    assert evaluation(model, key_digest=first.key_digest).is_live


@pytest.mark.parametrize(("direction", "target"), [("target", 0.95), ("lower", None), (None, None)])
def test_metrics_say_their_target_where_they_have_one(direction: str | None, target: float | None) -> None:
    assert MetricDefinition.objects.get(pk=MetricFactory(direction=direction, target_value=target).pk)


def test_parameters_and_quality_reach_the_ends_of_their_ranges() -> None:
    model = make_model()
    for count, quality in [(0, 0.0), (MAX_INTEGER, 1.0)]:
        column(model, parameter_count=count, assessed_quality=quality)
    assert Artifact.objects.count() == 1
