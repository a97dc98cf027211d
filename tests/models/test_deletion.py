"""Nothing that others depend on is deleted, by whatever door; what nobody depends on may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.deletion import NAMED
from catalog.errors import Conflict
from catalog.models import Artifact, ArtifactVersion, DatasetVersion, Evaluation, Link, MetricDefinition
from catalog.registration import append_evaluation
from tests.factories import evaluated_model, make_analysis, make_dataset, make_model, measured

pytestmark = pytest.mark.django_db


def counts() -> list[int]:
    return [table.objects.count() for table in (Artifact, ArtifactVersion, Link, Evaluation, MetricDefinition)]


def refused(delete: Callable[[], Any]) -> Conflict:
    """What is said of a deletion that is refused; checks that nothing is gone."""
    before = counts()
    with pytest.raises(Conflict) as error:
        delete()
    assert counts() == before
    return error.value


def named(error: Conflict) -> list[str]:
    assert {fault.code for fault in error.faults} == {"depended_on"}
    return [fault.detail for fault in error.faults]


def test_a_version_that_is_linked_to_names_who_links():
    dataset = make_dataset("data")
    make_model("m", trained_on=["data@1"])
    make_analysis("run", used=["data@1"])

    error = refused(dataset.delete)

    assert named(error) == ["Link: m-v1 trained_on data-v1.", "Link: run-v1 used data-v1."]
    assert error.detail.startswith("data-v1 is not deleted: 2 records depend on it; they are named. Retract")


@pytest.mark.parametrize(
    "delete",
    [
        lambda: Artifact.objects.get(public_id="data").delete(),
        lambda: Artifact.objects.filter(public_id="data").delete(),
        lambda: ArtifactVersion.objects.get(public_id="data-v1").delete(),
        lambda: ArtifactVersion.objects.filter(public_id="data-v1").delete(),
        lambda: DatasetVersion.objects.get(public_id="data-v1").delete(),
        lambda: DatasetVersion.objects.all().delete(),
        lambda: Artifact.objects.get(public_id="data").versions.all().delete(),
    ],
)
@pytest.mark.parametrize("reference", ["data", "data@1"])
def test_by_every_door(delete: Callable[[], Any], reference: str):
    make_dataset("data")
    make_model("m", trained_on=[reference])
    assert named(refused(delete))[0].startswith("Link: m-v1 trained_on data")


def test_all_that_depend_on_one_another_alone_may_go_together():
    model = make_model("m")
    make_model("m")
    model.artifact.delete()
    assert counts()[:4] == [0] * 4


def test_the_version_that_another_came_after():
    first = make_dataset("data")
    second = make_dataset("data")
    assert named(refused(first.delete)) == ["Version: data-v2."]
    second.delete()
    first.delete()
    assert ArtifactVersion.objects.count() == 0


def test_a_version_that_a_link_without_a_version_leads_through():
    first = make_dataset("data")
    second = make_dataset("data")
    make_model("m", trained_on=["data"])
    assert named(refused(second.delete)) == ["Link: m-v1 trained_on data."]
    Link.objects.all().delete()
    second.delete()
    assert ArtifactVersion.objects.filter(pk=first.pk, is_latest=True).exists()


def test_the_data_of_an_evaluation_and_its_metric():
    dataset = make_dataset("data")
    evaluated_model("m", evaluations=[measured("auroc", 0.9, dataset="data", dataset_version=1)])
    for delete in (dataset.delete, dataset.artifact.delete, MetricDefinition.objects.all().delete):
        assert named(refused(delete)) == ["Evaluation: m-v1 auroc = 0.9."]
    assert named(refused(MetricDefinition.objects.get(name="auroc").delete)) == ["Evaluation: m-v1 auroc = 0.9."]
    MetricDefinition.objects.create(name="unused").delete()


def test_an_evaluation_that_another_supersedes():
    model = make_model("m", evaluations=(measured("rmse", 0.5),))
    append_evaluation(model, measured("rmse", 0.4), supersedes=1)
    first = Evaluation.objects.get(number=1)
    assert named(refused(first.delete)) == ["Evaluation: m-v1 rmse = 0.4."]
    assert named(refused(Evaluation.objects.filter(number=1).delete)) == ["Evaluation: m-v1 rmse = 0.4."]
    model.evaluations.all().delete()


def test_the_first_are_named_and_all_are_counted():
    make_dataset("data")
    for _ in range(NAMED + 2):
        make_model(trained_on=["data@1"])
    error = refused(Artifact.objects.get(public_id="data").delete)
    assert len(error.faults) == NAMED
    assert f"{NAMED + 2} records depend on it; the first {NAMED} are named" in error.detail


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM catalog_artifactversion WHERE public_id = 'data-v1'",
        "DELETE FROM catalog_artifact WHERE public_id = 'data'",
        "DELETE FROM catalog_metricdefinition",
    ],
)
def test_the_foreign_keys_stop_raw_sql(statement: str):
    make_dataset("data")
    evaluated_model("m", dataset="data", trained_on=["data@1"])
    before = counts()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert counts() == before
