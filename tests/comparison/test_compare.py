"""The comparison as a whole: its limits, and its shape when rendered."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from catalog.comparison.compare import compare
from tests.comparison.building import graph, model, value


@pytest.mark.parametrize("count", [0, 1, 9])
def test_two_to_eight_models(count: int) -> None:
    with pytest.raises(ValueError, match=f"2 to 8 models, not {count}"):
        compare([model(f"m-{number}") for number in range(count)])


def test_one_version_twice_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="itself: a"):
        compare([model("a"), model("a"), model("b")])


def test_it_renders_as_the_contract_says() -> None:
    trained = graph("a", ("a", "trained_on", "dataset-x-v1"))
    rendered = json.loads(json.dumps(asdict(compare([model("b", value(2.0)), model("a", value(1.0), graph=trained)]))))
    assert set(rendered) == {"models", "metadata", "metrics", "training_data", "provenance", "notices"}
    assert rendered["models"] == ["b", "a"]
    assert rendered["metrics"][0]["verdict"] == "comparable"
    assert rendered["metrics"][0]["best"] == ["a"]
    assert set(rendered["training_data"]) == {"shared", "unique", "overlap"}
    assert set(rendered["provenance"]) == {
        "graphs", "shared_inputs", "unique_inputs", "different_versions", "completeness", "warnings",
    }  # fmt: skip
    assert rendered["provenance"]["graphs"]["a"] == {
        "root": "a",
        "nodes": [
            {
                "id": "a",
                "artifact": "a",
                "kind": "a",
                "title": "a",
                "version_number": None,
                "state": "active",
                "depth": 0,
            },
            {
                "id": "dataset-x-v1",
                "artifact": "dataset-x",
                "kind": "dataset",
                "title": "dataset-x-v1",
                "version_number": 1,
                "state": "active",
                "depth": 1,
            },
        ],
        "edges": [{"source": "a", "target": "dataset-x-v1", "relation": "trained_on", "pinned": True}],
        "truncated": False,
    }


def test_eight_models_with_many_values_are_compared_at_once() -> None:
    values = [value(number, metric=f"m{number}") for number in range(200)]
    comparison = compare([model(f"model-{number}", *values) for number in range(8)])
    assert len(comparison.metrics) == 200
    assert all(len(row.best) == 8 for row in comparison.metrics)
