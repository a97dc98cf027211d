"""What stored versions say, taken for many at once, and what a digest taken anew gives away."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.content import altered, content_digest, content_of_stored, current_digests
from catalog.models import ArtifactVersion
from catalog.registration import append_evaluation, retract_evaluation
from tests.factories import evaluated_model, make_analysis, make_dataset, measured, orphan_model
from tests.provenance.tampering import alter, alter_evaluation

pytestmark = pytest.mark.django_db


def changed() -> set[str]:
    return {str(version) for version in altered(list(ArtifactVersion.objects.all()))}


def test_many_digests_are_those_of_each_alone() -> None:
    evaluated_model("m", evaluations=[measured("rmse", -0.0), measured("aic", 1e22, n=3)])
    make_analysis()
    versions = list(ArtifactVersion.objects.all())
    assert current_digests(versions) == {version.pk: content_digest(content_of_stored(version)) for version in versions}
    assert current_digests(versions) == {version.pk: version.content_digest for version in versions}


def test_many_take_one_query_as_one_does() -> None:
    versions = [evaluated_model() for _ in range(5)]
    for some in (versions[:1], versions):
        with CaptureQueriesContext(connection) as captured:
            current_digests(some)
        assert len(captured) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"metadata": {"formula": "y ~ 1"}},
        {"metadata": {"x": 1e300}},
        {"checksums": {"sha256": "00"}},
        {"title": "Another"},
        {"description": "Another"},
        {"changelog": "Another"},
        {"license": "Another"},
        {"version_label": "another"},
        {"parameter_count": 7},
        {"stated_family": "statistical"},
        {"content_digest": "sha256:0"},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_whatever_column_is_altered_is_seen(columns: dict[str, Any]) -> None:
    model = orphan_model("m")
    orphan_model("other")
    assert changed() == set()
    alter(model, **columns)
    assert changed() == {"m-v1"}


@pytest.mark.parametrize(
    "columns",
    [
        {"value": 0.25},
        {"split": "train"},
        {"n": 4},
        {"ci_low": 0.1},
        {"in_content": False},
        {"dataset_version_id": None},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_an_altered_evaluation_is_seen(columns: dict[str, Any]) -> None:
    model = evaluated_model("m")
    assert changed() == set()
    alter_evaluation(model, **columns)
    assert changed() == {"m-v1"}


def test_what_may_change_is_no_alteration() -> None:
    model = evaluated_model("m")
    row, _ = append_evaluation(model, measured("mae"))
    retract_evaluation(model, row.number, reason="Wrong")
    retract_evaluation(model, 1, reason="Wrong")
    alter(model, state="deprecated", version_tag="stable", assessed_quality=0.1, family="statistical")
    assert changed() == set()


def test_a_number_that_overflows_has_no_digest() -> None:
    model = orphan_model("m")
    alter(model, metadata='{"x": 1e999}')
    stored = ArtifactVersion.objects.get(pk=model.pk)
    assert current_digests([stored]) == {model.pk: None}
    assert changed() == {"m-v1"}


def test_keys_in_another_order_are_the_same_record() -> None:
    dataset = make_dataset("d", metadata={"a": 1, "b": 2.0})
    alter(dataset, metadata='{"b": 2, "a": 1.0}')
    assert changed() == set()
