"""What is wrong with a submission is named, all at once, each by its pointer; and nothing is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from catalog.errors import InvalidInput, UnknownReference
from catalog.models import Artifact, Identifier
from catalog.registration import Assessment, EvaluationInput, LinkInput, Source, VersionInput, register
from catalog.vocabulary import MAX_INTEGER, Family, Kind, Outcome, Relation
from tests.factories import make_analysis, make_dataset, make_document, make_hypothesis, make_model, measured

pytestmark = pytest.mark.django_db


def a_model(**fields: Any) -> VersionInput:
    given = {"kind": Kind.MODEL, "artifact": "m", "title": "A model", "family": Family.STATISTICAL}
    return VersionInput(**given | fields)


def a_dataset(**fields: Any) -> VersionInput:
    return VersionInput(**{"kind": Kind.DATASET, "artifact": "d", "title": "A dataset"} | fields)


def faults_of(data: VersionInput) -> list[str]:
    """The pointers that are at fault."""
    with pytest.raises((InvalidInput, UnknownReference)) as refused:
        register(data)
    assert not Artifact.objects.filter(public_id=data.artifact).exists()
    assert not Identifier.objects.filter(name=data.artifact).exists()
    return [fault.pointer for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"artifact": ""}, "/artifact"),
        ({"artifact": "a b"}, "/artifact"),
        ({"artifact": "compare"}, "/artifact"),
        ({"version_id": "a/b"}, "/id"),
        ({"version_id": "m"}, "/id"),
        ({"aliases": ("fine", "not fine")}, "/aliases/1"),
        ({"version_tag": "3"}, "/version_tag"),
        ({"version_tag": ""}, "/version_tag"),
        ({"title": " "}, "/title"),
        ({"title": "x" * 501}, "/title"),
        ({"title": "x\0y"}, "/title"),
        ({"description": "\ud800"}, "/description"),
        ({"license": "x" * 201}, "/license"),
        ({"version_label": "x" * 201}, "/version_label"),
        ({"created_at": datetime.fromisoformat("2026-04-05T12:00:00")}, "/created_at"),
        ({"source": Source(format="", record="r", revision="1")}, "/source/format"),
        ({"source": Source(format="petab", record="r" * 501, revision="1")}, "/source/record"),
        ({"checksums": {"sha256": ""}}, "/checksums/sha256"),
        ({"checksums": {"a/b": 3}}, "/checksums/a~1b"),
        ({"metadata": {"formula": 3}}, "/metadata/formula"),
        ({"metadata": {"x": {"y": [float("nan")]}}}, "/metadata/x/y/0"),
        ({"metadata": {"coefficients": {"age": {"value": "low"}}}}, "/metadata/coefficients/age/value"),
        ({"family": None}, "/model_family"),
        ({"family": "symbolic"}, "/model_family"),
        ({"family_basis": "rumour"}, "/family_basis"),
        ({"parameter_count": -1}, "/parameter_count"),
        ({"parameter_count": MAX_INTEGER + 1}, "/parameter_count"),
        ({"parameter_count": True}, "/parameter_count"),
        ({"parameter_count": 3, "metadata": {"parameter_count": 4}}, "/parameter_count"),
        ({"quality": Assessment(value=1.1, by="A")}, "/quality/value"),
        ({"quality": Assessment(value=float("nan"), by="A")}, "/quality/value"),
        ({"quality": Assessment(value=0.5, by=" ")}, "/quality/by"),
        ({"quality": Assessment(value=0.5, by="A", reason="\0")}, "/quality/reason"),
    ],
)
def test_a_wrong_field_is_named_by_its_pointer(fields: dict[str, Any], pointer: str) -> None:
    assert faults_of(a_model(**fields)) == [pointer]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"metric": ""}, "/evaluations/0/metric"),
        ({"value": float("inf")}, "/evaluations/0/value"),
        ({"value": True}, "/evaluations/0/value"),
        ({"value": MAX_INTEGER + 1}, "/evaluations/0/value"),
        ({"unit": "x" * 101}, "/evaluations/0/unit"),
        ({"n": -1}, "/evaluations/0/n"),
        ({"n": 1.5}, "/evaluations/0/n"),
        ({"ci_low": 0.6, "ci_high": 0.4}, "/evaluations/0/ci_low"),
        ({"ci_high": float("nan")}, "/evaluations/0/ci_high"),
        ({"std_error": -1.0}, "/evaluations/0/std_error"),
        ({"dataset_version": 1}, "/evaluations/0/dataset"),
        ({"dataset": "ds@1", "dataset_version": 1}, "/evaluations/0/dataset_version"),
        ({"reported_by": "rumour"}, "/evaluations/0/reported_by"),
        ({"pointer": "/evaluation_metrics/rmse", "value": float("nan")}, "/evaluation_metrics/rmse/value"),
    ],
)
def test_a_wrong_evaluation_is_named_by_its_pointer(fields: dict[str, Any], pointer: str) -> None:
    entry = EvaluationInput(**{"metric": "rmse", "value": 0.5} | fields)
    assert faults_of(a_model(evaluations=(entry,))) == [pointer]


def test_two_primary_evaluations_of_one_metric_are_refused() -> None:
    entries = tuple(measured("rmse", 0.5, subset=subset, primary=True) for subset in ("a", "b"))
    assert faults_of(a_model(evaluations=entries)) == ["/evaluations"]


def test_two_evaluations_of_one_case_are_refused() -> None:
    assert faults_of(a_model(evaluations=(measured("rmse", 0.5), measured("rmse", 0.6)))) == ["/evaluations/1"]


@pytest.mark.parametrize(
    ("link", "pointer"),
    [
        ({"relation": "inspired_by", "ref": "ds"}, "/links/0/relation"),
        ({"relation": Relation.REVISES, "ref": "m@1"}, "/links/0/relation"),
        ({"relation": Relation.USED, "ref": "ds"}, "/links/0"),
        ({"relation": Relation.TRAINED_ON, "ref": "ds", "outcome": Outcome.SUPPORTS}, "/links/0/outcome"),
        ({"relation": Relation.TESTS, "ref": "h", "outcome": "proves"}, "/links/0/outcome"),
        ({"relation": Relation.TRAINED_ON, "ref": "ds", "stated_as": "x" * 2001}, "/links/0/stated_as"),
        ({"relation": Relation.TRAINED_ON, "ref": "gone"}, "/links/0"),
        ({"relation": Relation.TRAINED_ON, "ref": "ds@2"}, "/links/0"),
        ({"relation": Relation.TRAINED_ON, "ref": "not an id"}, "/links/0"),
        ({"relation": Relation.TRAINED_ON, "ref": "h"}, "/links/0"),
        ({"relation": Relation.PRODUCED_BY, "ref": "ds"}, "/links/0"),
        ({"relation": Relation.TESTS, "ref": "doc"}, "/links/0"),
        ({"relation": Relation.CITES, "ref": "ds"}, "/links/0"),
        ({"relation": Relation.FINE_TUNED_FROM, "ref": "ds"}, "/links/0"),
        ({"relation": Relation.DERIVES_FROM, "ref": "m"}, "/links/0"),
        ({"relation": Relation.TRAINED_ON, "ref": "gone", "pointer": "/trained_on/0"}, "/trained_on/0"),
    ],
)
def test_a_wrong_link_is_named_by_its_pointer(link: dict[str, Any], pointer: str) -> None:
    make_dataset("ds")
    make_hypothesis("h")
    make_document("doc")
    assert faults_of(a_model(links=(LinkInput(**link),))) == [pointer]


def test_every_unknown_reference_is_named_at_once() -> None:
    links = tuple(LinkInput(relation=Relation.TRAINED_ON, ref=ref) for ref in ("gone", "lost"))
    entries = (measured(dataset="nowhere"),)
    assert faults_of(a_model(links=links, evaluations=entries)) == ["/links/0", "/links/1", "/evaluations/0/dataset"]


def test_an_evaluation_names_a_dataset_and_nothing_else() -> None:
    make_hypothesis("h")
    assert faults_of(a_model(evaluations=(measured(dataset="h"),))) == ["/evaluations/0/dataset"]


def test_a_second_producing_analysis_and_a_repeated_link_are_refused() -> None:
    make_analysis("a")
    make_analysis("b")
    make_dataset("ds")
    produced = tuple(LinkInput(relation=Relation.PRODUCED_BY, ref=ref) for ref in ("a", "b"))
    assert faults_of(a_model(links=produced)) == ["/produced_by"]
    trained = (LinkInput(relation=Relation.TRAINED_ON, ref="ds"),) * 2
    assert faults_of(a_model(links=trained)) == ["/links/1"]


@pytest.mark.parametrize(
    "field",
    [
        {"family": Family.STATISTICAL},
        {"parameter_count": 3},
        {"quality": Assessment(value=0.5, by="A")},
        {"evaluations": (measured(),)},
        {"declares_hypothesis": True},
    ],
)
def test_what_only_a_model_has_is_refused_elsewhere(field: dict[str, Any]) -> None:
    assert faults_of(a_dataset(**field)) == [f"/{next(iter(field))}"]


def test_all_that_is_wrong_is_named_at_once() -> None:
    data = a_model(title="", family=None, metadata={"license": 3}, evaluations=(measured(value=float("nan")),))
    assert faults_of(data) == ["/title", "/metadata/license", "/model_family", "/evaluations/0/value"]


def test_a_version_is_not_linked_to_its_own_artifact_by_any_name_of_it() -> None:
    make_dataset("first", aliases=("also",))
    for artifact, ref in [("first", "also"), ("also", "first"), ("also", "also")]:
        with pytest.raises(InvalidInput) as refused:
            register(a_dataset(artifact=artifact, links=(LinkInput(relation=Relation.DERIVES_FROM, ref=ref),)))
        assert [fault.code for fault in refused.value.faults] == ["itself"]
    earlier = LinkInput(relation=Relation.DERIVES_FROM, ref="first@1")
    assert register(a_dataset(artifact="also", links=(earlier,))).version.version_number == 2


def test_an_id_that_leaves_no_room_for_the_versions_own_is_refused() -> None:
    long = "x" * 200
    assert faults_of(a_dataset(artifact=long)) == ["/id"]
    assert register(a_dataset(artifact=long, version_id="short")).version.public_id == "short"


def test_unknown_keys_and_a_null_pass() -> None:
    metadata = {"cohort": {"n": 84}, "formula": None, "notes": [1, "a"]}
    assert make_model(family=Family.STATISTICAL, metadata=metadata).metadata == metadata
