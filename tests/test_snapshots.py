"""The comparison's view of the models it is given."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ArtifactVersion
from catalog.registration import LinkInput, append_evaluation, retract_evaluation
from catalog.snapshots import load
from catalog.vocabulary import Family, Relation
from tests.factories import MetricFactory, evaluated_model, make_dataset, make_model, measured, orphan_model, retracted

pytestmark = pytest.mark.django_db


def test_an_evaluation_carries_what_its_metric_means_and_nothing_for_what_is_not_stated():
    MetricFactory(name="loss_x", unit="mg", direction="lower")
    (value,) = load([orphan_model(evaluations=(measured("loss_x", 2.5),))])[0].evaluations
    assert (value.metric, value.value, value.unit, value.direction) == ("loss_x", 2.5, "mg", "lower")
    assert (value.task, value.subset, value.split, value.period, value.dataset, value.n) == (None,) * 6


def test_a_stated_unit_stands_before_the_metrics_own():
    MetricFactory(name="loss_x", unit="mg")
    (value,) = load([orphan_model(evaluations=(measured("loss_x", unit="g"),))])[0].evaluations
    assert value.unit == "g"


def test_a_retracted_evaluation_is_left_out():
    model = evaluated_model()
    row, _ = append_evaluation(model, measured("mae"))
    retract_evaluation(model, row.number, reason="Measured on the wrong donors.")
    assert [value.metric for value in load([model])[0].evaluations] == ["rmse"]


def test_training_splits_are_read_from_the_metadata():
    make_dataset("data")
    model = make_model(trained_on=["data@1"], metadata={"training_splits": {"data": ["train", "validation"]}})
    assert [(link.dataset, link.version_number, link.split) for link in load([model])[0].training] == [
        ("data", 1, "train"),
        ("data", 1, "validation"),
    ]


def test_what_an_ancestor_was_trained_on_names_the_ancestor():
    make_dataset("data")
    parent = make_model(
        trained_on=["data"], family=Family.DEEP_LEARNING, metadata={"training_splits": {"data": "test"}}
    )
    tuned = LinkInput(relation=Relation.FINE_TUNED_FROM, ref=f"{parent}")
    (link,) = load([make_model(links=(tuned,))])[0].training
    assert (link.dataset, link.split, link.ancestor) == ("data", "test", parent.public_id)


def test_the_latest_live_version_is_named_and_none_where_all_are_retracted():
    first = orphan_model("m")
    assert load([first])[0].latest_id == first.public_id
    second = orphan_model("m")
    first.refresh_from_db()
    assert load([first])[0].latest_id == load([second])[0].latest_id == second.public_id
    retracted(second)
    assert load([second])[0].latest_id == first.public_id
    first.refresh_from_db()
    retracted(first)
    assert load([first])[0].latest_id is None


def test_eight_models_take_as_many_queries_as_one():
    keys = [evaluated_model().pk for _ in range(8)]
    models = list(ArtifactVersion.objects.filter(pk__in=keys))
    with CaptureQueriesContext(connection) as one:
        load(models[:1])
    with CaptureQueriesContext(connection) as many:
        load(models)
    assert len(one) == len(many)
