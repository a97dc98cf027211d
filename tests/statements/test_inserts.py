"""Rows that are inserted by statements of their own are those that the ORM would have inserted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Artifact, ArtifactVersion, Evaluation, Identifier, Link, MetricDefinition
from catalog.statements.inserts import FEW, insert_all, keys_for
from catalog.statements.prepared import pipelined
from catalog.vocabulary import Family, FamilyBasis, Kind, Relation
from tests.factories import make_dataset, make_model

pytestmark = pytest.mark.django_db


def version_of(artifact: Artifact, **columns: object) -> ArtifactVersion:
    """A version that says something in a column of each kind."""
    return ArtifactVersion(
        artifact=artifact,
        public_id=f"{artifact.public_id}-v1",
        kind=Kind.MODEL,
        version_number=1,
        title="Ünïcode 'quoted' %s \\ text",
        title_key="k",
        metadata={"number": 1.5, "list": [None, True, "a'b"], "text": "50 %"},
        content_digest="sha256:0",
        created_at=datetime(2020, 2, 29, 23, 59, 59, 123456, tzinfo=UTC),
        registered_at=timezone.now(),
        family=Family.STATISTICAL,
        stated_family=Family.STATISTICAL,
        family_basis=FamilyBasis.SOURCE,
        parameter_count=2**53 - 1,
        is_latest=True,
        **columns,
    )


def columns_of(row: object) -> dict[str, object]:
    names = [field.attname for field in row._meta.concrete_fields]  # type: ignore[attr-defined]
    return {name: getattr(row, name) for name in names if name not in ("id", "public_id", "artifact_id")}


@pytest.mark.parametrize("assessed", [None, 0.1 + 0.2])
def test_a_row_is_stored_as_a_saved_one_is(assessed: float | None) -> None:
    saved, inserted = (version_of(Artifact.objects.create(public_id=name, kind=Kind.MODEL)) for name in ("a", "b"))
    saved.assessed_quality = inserted.assessed_quality = assessed
    saved.title_key = inserted.title_key
    saved.save()
    insert_all([inserted])

    assert not inserted._state.adding and inserted._state.db == "default"
    expected, found = (ArtifactVersion.objects.get(public_id=row.public_id) for row in (saved, inserted))
    same = dict.fromkeys(("title_key", "registered_at"))
    assert columns_of(found) | same == columns_of(expected) | same
    assert (found.registered_at, found.metadata) == (inserted.registered_at, inserted.metadata)


def test_what_the_database_computes_is_read_when_asked_for() -> None:
    version = version_of(Artifact.objects.create(public_id="a", kind=Kind.MODEL), assessed_quality=0.9)
    [[version.pk]] = keys_for(ArtifactVersion).rows()
    insert_all([version])
    with CaptureQueriesContext(connection) as captured:
        assert (version.quality_uncapped, version.is_listed) == (0.9, True)
    assert len(captured) == 2


def test_keys_are_nobody_else_s() -> None:
    before = Artifact.objects.create(public_id="before", kind=Kind.MODEL)
    [[version_key, artifact_key]] = keys_for(ArtifactVersion, Artifact).rows()
    artifact = Artifact(pk=artifact_key, public_id="a", kind=Kind.MODEL)
    version = version_of(artifact)
    version.pk = version_key
    insert_all([artifact])
    insert_all([version])
    assert ArtifactVersion.objects.get(artifact__public_id="a").pk == version_key
    assert before.pk < artifact.pk < Artifact.objects.create(public_id="b", kind=Kind.MODEL).pk


@pytest.mark.parametrize("count", [1, 3, FEW, FEW + 1])
def test_any_number_of_rows_is_one_statement(count: int) -> None:
    artifact = Artifact.objects.create(public_id="a", kind=Kind.DATASET)
    with CaptureQueriesContext(connection) as captured:
        insert_all([Identifier(name=f"name-{number}", artifact=artifact) for number in range(count)])
    assert len([query for query in captured if query["sql"].startswith("INSERT")]) == 1
    assert Identifier.objects.filter(artifact=artifact).count() == count


def test_no_rows_are_no_statement() -> None:
    with CaptureQueriesContext(connection) as captured:
        insert_all([])
    assert not captured.captured_queries


def test_nulls_and_values_in_one_column_go_together() -> None:
    model, data = make_model(), make_dataset()
    metric = MetricDefinition.objects.get(name="rmse")
    rows = [
        Evaluation(version=model, number=1, metric=metric, value=1, key_digest="a"),
        Evaluation(version=model, number=2, metric=metric, value=0.5, ci_low=-1e-9, n=3, dataset=data.artifact),
    ]
    rows[1].key_digest = "b"
    insert_all(rows)
    found = list(Evaluation.objects.order_by("number").values_list("value", "ci_low", "n", "dataset"))
    assert found == [(1.0, None, None, None), (0.5, -1e-9, 3, data.artifact_id)]


def test_what_is_refused_in_a_pipeline_is_raised_at_its_end_as_django_names_it() -> None:
    model, data = make_model(), make_dataset()
    one, two = (
        Link(source=model, number=7, relation=Relation.TRAINED_ON, target=data.artifact, target_kind=Kind.DATASET)
        for _ in range(2)
    )

    def write() -> None:
        with transaction.atomic(), pipelined():
            insert_all([one])
            insert_all([two])

    with pytest.raises(IntegrityError):
        write()
    assert not Link.objects.filter(source=model).exists()


def test_what_is_asked_in_a_pipeline_is_answered_in_the_order_of_asking() -> None:
    artifact = Artifact.objects.create(public_id="a", kind=Kind.MODEL)
    with transaction.atomic(), pipelined():
        insert_all([Identifier(name="first", artifact=artifact)])
        assert Identifier.objects.filter(artifact=artifact).count() == 1
        insert_all([Identifier(name="second", artifact=artifact)])
    assert Identifier.objects.filter(artifact=artifact).count() == 2
