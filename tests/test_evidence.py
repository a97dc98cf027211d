"""The evidence score: eight checks, each by what it takes and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.evidence import (
    PLACEHOLDERS,
    EvidenceRecord,
    checks,
    is_placeholder,
    is_stated,
    record_checks,
    tally,
    validation_checks,
)
from catalog.vocabulary import Family
from tests.factories import FULL_RECORD, RECORDS


def held(family: Family, metadata: dict[str, Any], **columns: Any) -> dict[str, bool]:
    return {check.code: check.holds for check in checks(EvidenceRecord(family, metadata, **columns)) if check.applies}


def test_there_are_eight_checks_in_the_order_of_the_contract() -> None:
    assert list(held(Family.BIOPHYSICAL, {})) == [
        *("specification", "parameters", "validation", "validation_context"),
        *("code", "environment", "license", "references"),
    ]


@pytest.mark.parametrize("family", Family)
def test_a_full_record_with_evaluations_holds_them_all(family: Family) -> None:
    metadata = RECORDS[family] | FULL_RECORD
    record = EvidenceRecord(family, metadata, has_evaluation=True, has_evaluation_with_dataset=True)
    assert tally(record_checks(record)) == (6, 6)
    assert tally(validation_checks(record)) == (2, 2)
    assert tally(checks(record)) == (8, 8)


@pytest.mark.parametrize("family", [Family.BIOPHYSICAL, Family.DEEP_LEARNING])
def test_an_empty_record_holds_none(family: Family) -> None:
    assert tally(checks(EvidenceRecord(family, {}))) == (0, 8)


@pytest.mark.parametrize(
    ("family", "metadata"),
    [
        (Family.BIOPHYSICAL, {"equations": ["dx/dt = 1"]}),
        (Family.BIOPHYSICAL, {"reactions": [{"from": "a", "to": "b"}]}),
        (Family.DEEP_LEARNING, {"architecture": "UNet"}),
        (Family.STATISTICAL, {"formula": "y ~ x"}),
        (Family.STATISTICAL, {"model_type": "forest"}),
    ],
)
def test_each_family_specifies_itself_in_its_own_way(family: Family, metadata: dict[str, Any]) -> None:
    assert held(family, metadata)["specification"]
    assert not any(held(other, metadata)["specification"] for other in Family if other != family)


@pytest.mark.parametrize(
    ("metadata", "columns"),
    [
        ({}, {"parameter_count": 0}),
        ({}, {"parameter_count": 9}),
        ({"parameter_count": 9}, {}),
        ({"parameters": {"k1": {"value": 0.4}}}, {}),
        ({"coefficients": {"age": {"value": 0.0}}}, {}),
    ],
)
def test_parameters_are_a_count_or_named(metadata: dict[str, Any], columns: dict[str, Any]) -> None:
    assert held(Family.BIOPHYSICAL, metadata, **columns)["parameters"]


@pytest.mark.parametrize("metadata", [{"parameters": {}}, {"parameters": {"k1": {"value": None}}}])
def test_names_without_values_are_no_parameters(metadata: dict[str, Any]) -> None:
    assert not held(Family.BIOPHYSICAL, metadata)["parameters"]


def test_parameters_are_not_asked_of_a_statistical_model_without_a_formula() -> None:
    assert "parameters" not in held(Family.STATISTICAL, {"model_type": "random forest"})
    assert held(Family.STATISTICAL, {"formula": "y ~ x"})["parameters"] is False
    assert held(Family.STATISTICAL, {"model_type": "random forest"}, parameter_count=9)["parameters"]
    assert tally(checks(EvidenceRecord(Family.STATISTICAL, {"model_type": "random forest"}))) == (1, 7)


@pytest.mark.parametrize(
    ("code", "holds"),
    [
        ({"repository": "https://example.org/x", "commit": "0a1b2c3"}, True),
        ({"repository": "https://example.org/x", "release": "v1.0"}, True),
        ({"repository": "https://example.org/x"}, False),
        ({"commit": "0a1b2c3"}, False),
        ({"repository": "n/a", "commit": "0a1b2c3"}, False),
        ({"repository": "https://example.org/x", "commit": "unknown"}, False),
        ("https://example.org/x", False),
        (None, False),
    ],
)
def test_code_is_a_repository_at_a_commit_or_release(code: Any, holds: bool) -> None:
    assert held(Family.BIOPHYSICAL, {"code": code})["code"] is holds


@pytest.mark.parametrize(("column", "metadata"), [("MIT", {}), ("", {"license": "MIT"}), ("none", {"license": "MIT"})])
def test_a_licence_stands_beside_the_metadata_or_in_it(column: str, metadata: dict[str, Any]) -> None:
    assert held(Family.BIOPHYSICAL, metadata, license=column)["license"]


@pytest.mark.parametrize("key", ["environment", "references", "license"])
@pytest.mark.parametrize("value", [None, "", "N/A", [], {}, ["none"], [{"doi": "TBD"}], {"python": "unknown"}, False])
def test_placeholders_do_not_count(key: str, value: Any) -> None:
    assert not held(Family.BIOPHYSICAL, {key: value}, license="unspecified")[key]


@pytest.mark.parametrize(
    "text", [*sorted(PLACEHOLDERS), " None ", "N/A", "<citation>", "[url]", '"n/a"', "not\n available", "(?)"]
)
def test_what_people_write_for_nothing_is_a_placeholder(text: str) -> None:
    assert is_placeholder(text) and not is_stated(text)


@pytest.mark.parametrize("text", ["nonequilibrium", "N/A-type channel", "0", "Nan et al., 2020", "MIT"])
def test_words_that_only_resemble_placeholders_say_something(text: str) -> None:
    assert is_stated(text)


@pytest.mark.parametrize(("evaluated", "on_dataset"), [(False, False), (True, False), (True, True)])
def test_validation_reads_the_evaluations(evaluated: bool, on_dataset: bool) -> None:
    found = held(Family.BIOPHYSICAL, {}, has_evaluation=evaluated, has_evaluation_with_dataset=on_dataset)
    assert (found["validation"], found["validation_context"]) == (evaluated, on_dataset)
