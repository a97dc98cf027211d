"""Inputs over all ancestors."""

from __future__ import annotations

from catalog.comparison.inputs import compare_inputs
from catalog.comparison.records import Inputs, VersionDifference
from tests.comparison.building import graph, model

LEFT = graph(
    "m-v1",
    ("m-v1", "trained_on", "dataset-x-v1"),
    ("m-v1", "produced_by", "analysis-p-v1"),
    ("analysis-p-v1", "used", "dataset-raw-v1"),
)
RIGHT = graph("k-v1", ("k-v1", "trained_on", "dataset-x-v2"), ("dataset-x-v2", "derives_from", "dataset-raw-v1"))


def inputs() -> Inputs:
    left = model("m-v1", graph=LEFT)
    return compare_inputs([left, model("k-v1", graph=RIGHT, completeness=0.5, warnings=("producing_analysis",))])


def test_all_ancestors_count_and_the_models_themselves_do_not() -> None:
    assert inputs().shared_inputs == ("dataset-raw", "dataset-x")
    assert inputs().unique_inputs == {"m-v1": ("analysis-p",), "k-v1": ()}


def test_only_shared_inputs_in_other_versions_are_different() -> None:
    assert inputs().different_versions == (VersionDifference(artifact="dataset-x", versions={"m-v1": 1, "k-v1": 2}),)


def test_an_unstated_version_is_not_a_different_one() -> None:
    models = [model(name, graph=graph(name, (name, "used", data))) for name, data in (("m", "d-v1"), ("k", "d"))]
    assert compare_inputs(models).different_versions == ()


def test_a_model_that_another_came_from_is_an_input_of_the_other() -> None:
    child = model("k-v1", graph=graph("k-v1", ("k-v1", "fine_tuned_from", "m-v1")))
    assert compare_inputs([model("m-v1"), child]).unique_inputs == {"m-v1": (), "k-v1": ("m",)}


def test_graphs_completeness_and_warnings_are_handed_on() -> None:
    assert inputs().graphs == {"m-v1": LEFT, "k-v1": RIGHT}
    assert inputs().completeness == {"m-v1": 1.0, "k-v1": 0.5}
    assert inputs().warnings == {"m-v1": (), "k-v1": ("producing_analysis",)}
