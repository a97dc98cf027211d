"""Known keys of a family have a type; unknown ones pass."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.family_metadata import FAMILIES, metadata_faults
from catalog.vocabulary import Family
from tests.factories import FULL_RECORD, RECORDS


def pointers(family: str | None, metadata: Any) -> list[str]:
    return [fault.pointer for fault in metadata_faults(family, metadata)]


@pytest.mark.parametrize("family", Family)
def test_a_full_record_passes(family: Family) -> None:
    assert pointers(family, RECORDS[family] | FULL_RECORD) == []


@pytest.mark.parametrize("family", Family)
def test_nothing_is_required_and_a_null_is_not_stated(family: Family) -> None:
    assert pointers(family, {}) == []
    assert pointers(family, dict.fromkeys(FAMILIES[family])) == []


@pytest.mark.parametrize("family", [*Family, None])
def test_unknown_keys_pass_whatever_they_hold(family: Family | None) -> None:
    assert pointers(family, {"cohort": {"n": 84}, "notes": ["a", 1], "parameters_note": 3}) == []


@pytest.mark.parametrize(
    ("family", "metadata", "pointer"),
    [
        (Family.BIOPHYSICAL, {"equations": "dx/dt = 1"}, "/equations"),
        (Family.BIOPHYSICAL, {"equations": ["dx/dt = 1", 3]}, "/equations/1"),
        (Family.BIOPHYSICAL, {"species": {"x": 1}}, "/species"),
        (Family.BIOPHYSICAL, {"parameters": [1, 2]}, "/parameters"),
        (Family.BIOPHYSICAL, {"parameters": {"k1": 0.4}}, "/parameters/k1"),
        (Family.BIOPHYSICAL, {"parameters": {"k1": {"value": "fast"}}}, "/parameters/k1/value"),
        (Family.BIOPHYSICAL, {"parameters": {"k/1": {"value": True}}}, "/parameters/k~11/value"),
        (Family.BIOPHYSICAL, {"parameters": {"k1": {"units": 3}}}, "/parameters/k1/units"),
        (Family.BIOPHYSICAL, {"reactions": "a -> b"}, "/reactions"),
        (Family.BIOPHYSICAL, {"steady_states": []}, "/steady_states"),
        (Family.BIOPHYSICAL, {"solver": 5}, "/solver"),
        (Family.DEEP_LEARNING, {"architecture": ["UNet"]}, "/architecture"),
        (Family.DEEP_LEARNING, {"framework": {}}, "/framework"),
        (Family.DEEP_LEARNING, {"layer_config": "3 layers"}, "/layer_config"),
        (Family.DEEP_LEARNING, {"training_config": "adam"}, "/training_config"),
        (Family.DEEP_LEARNING, {"training_metrics": [1]}, "/training_metrics"),
        (Family.DEEP_LEARNING, {"checkpoint": "model.pt"}, "/checkpoint"),
        (Family.DEEP_LEARNING, {"checkpoint": {"digest": 3}}, "/checkpoint/digest"),
        (Family.STATISTICAL, {"model_type": 1}, "/model_type"),
        (Family.STATISTICAL, {"formula": ["y ~ x"]}, "/formula"),
        (Family.STATISTICAL, {"features": "age"}, "/features"),
        (Family.STATISTICAL, {"coefficients": {"age": {"se": "small"}}}, "/coefficients/age/se"),
        (Family.STATISTICAL, {"fit_metrics": 0.9}, "/fit_metrics"),
        (Family.STATISTICAL, {"parameter_count": 1.5}, "/parameter_count"),
        (Family.STATISTICAL, {"parameter_count": -1}, "/parameter_count"),
        (Family.STATISTICAL, {"parameter_count": True}, "/parameter_count"),
        (None, {"license": ["MIT"]}, "/license"),
        (None, {"authors": "A. Author"}, "/authors"),
        (None, {"references": [["a"]]}, "/references/0"),
        (None, {"code": "https://example.org"}, "/code"),
        (None, {"code": {"commit": 123}}, "/code/commit"),
        (None, {"environment": "python 3.11"}, "/environment"),
    ],
)
def test_a_wrong_type_is_named_by_its_pointer(family: Family | None, metadata: dict[str, Any], pointer: str) -> None:
    assert pointers(family, metadata) == ["/metadata" + pointer]


def test_one_family_has_no_say_about_the_keys_of_another() -> None:
    assert pointers(Family.STATISTICAL, {"equations": "in the paper", "checkpoint": 3}) == []
