"""Each notice: when it is given, when it is not, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.comparison.ancestry import training_paths
from catalog.comparison.notices import SEVERITY, find_notices
from catalog.comparison.records import ComparedModel, Notice, RetractedAncestor, TrainingLink
from tests.comparison.building import graph, model, value

TRAINED = graph("a", ("a", "trained_on", "dataset-x-v1"))
FINE_TUNED = graph("a", ("a", "fine_tuned_from", "base-v1"), ("base-v1", "trained_on", "dataset-x-v1"))


def on(split: str | None, **stated: Any) -> tuple[TrainingLink, ...]:
    return (TrainingLink(**{"dataset": "dataset-x", "version_number": 1, "split": split, **stated}),)


def notices(*models: ComparedModel) -> tuple[Notice, ...]:
    return find_notices([*models, model("bystander")])


def codes(*models: ComparedModel) -> list[str]:
    return [notice.code for notice in notices(*models)]


def test_a_sound_comparison_has_no_notices() -> None:
    assert codes(model("a", value(), training=on("train"), graph=TRAINED)) == []


def test_superseded_names_the_newer_version() -> None:
    (notice,) = notices(model("a-v1", is_latest=False, latest_id="a-v2"))
    assert notice == Notice(code="superseded", models=("a-v1",), message="a-v1 is superseded by a-v2.")


@pytest.mark.parametrize("latest", [None, "a-v1", "a-v2"])
def test_retracted_is_told_once(latest: str | None) -> None:
    (notice,) = notices(model("a-v1", state="retracted", is_latest=False, latest_id=latest))
    assert notice.code == "retracted"
    assert ("a-v2" in notice.message) is (latest == "a-v2")


def test_a_model_that_rests_on_something_retracted_is_told_with_the_way() -> None:
    ancestor = RetractedAncestor(in_words="raw-v1, which is retracted (Wrong)", path=("a", "clean-v1", "raw-v1"))
    (notice,) = notices(model("a", retracted=(ancestor,)))
    assert (notice.code, notice.models, notice.path) == ("retracted", ("a",), ("a", "clean-v1", "raw-v1"))
    assert notice.message == "a rests on raw-v1, which is retracted (Wrong)."


def test_leakage_of_its_own_training() -> None:
    (notice,) = notices(model("a", value(), training=on("test"), graph=TRAINED))
    assert (notice.code, notice.models, notice.path) == ("leakage", ("a",), ("a", "dataset-x-v1"))
    assert notice.message == "a was trained on the test split of dataset-x, on which a is evaluated."


def test_leakage_between_two_models_is_told_once_with_both() -> None:
    trained = model("a", value(), training=on(" Test "), graph=TRAINED)
    (notice,) = find_notices([model("b", value()), trained])
    assert (notice.models, notice.path) == (("b", "a"), ("a", "dataset-x-v1"))
    assert notice.message.endswith("on which a and b are evaluated.")


def test_leakage_through_an_ancestor() -> None:
    (notice,) = notices(model("a", value(), training=on("test", ancestor="base-v1"), graph=FINE_TUNED))
    assert notice.path == ("a", "base-v1", "dataset-x-v1")
    assert "through a model that it came from" in notice.message


@pytest.mark.parametrize(
    ("training", "evaluated"),
    [
        (on("train"), value()),
        (on(None), value()),
        (on("val"), value()),
        (on("test", version_number=2), value()),
        (on("test", dataset="dataset-y"), value()),
        (on("test", dataset=None), value(dataset=None)),
    ],
)
def test_no_leakage_without_the_same_stated_held_out_split(training: Any, evaluated: Any) -> None:
    assert "leakage" not in codes(model("a", evaluated, training=training))


def test_training_of_a_model_that_the_analysis_only_used_does_not_leak() -> None:
    edges = [
        ("a", "produced_by", "analysis-p"),
        ("analysis-p", "used", "base-v1"),
        ("base-v1", "trained_on", "dataset-x-v1"),
    ]
    assert codes(model("a", value(), training=on("test", ancestor="base-v1"), graph=graph("a", *edges))) == []


def test_the_path_leads_to_the_dataset_of_the_link_pinned_or_not() -> None:
    edges = graph("a", ("a", "trained_on", "dataset-w-v1"), ("a", "trained_on", "dataset-x-v1"))
    (notice,) = notices(model("a", value(), training=on("test", version_number=None), graph=edges))
    assert notice.path == ("a", "dataset-x-v1")


def test_leakage_by_two_ways_is_told_once_by_the_models_own() -> None:
    training = (*on("test"), *on("test", ancestor="base-v1"))
    (notice,) = notices(model("a", value(), training=training, graph=FINE_TUNED))
    assert notice.path == ("a",)


@pytest.mark.parametrize(("link", "evaluated"), [(None, 1), (1, None), (None, None)])
def test_a_version_that_is_not_stated_does_not_hide_leakage(link: int | None, evaluated: int | None) -> None:
    training = on("test", version_number=link)
    assert codes(model("a", value(dataset_version=evaluated), training=training)) == ["leakage"]


def test_in_sample_and_split_unstated() -> None:
    both = model("a", value(split="train"), value(split=None), training=on("train"), graph=TRAINED)
    assert [(notice.code, notice.path) for notice in notices(both)] == [
        ("in_sample", ("a", "dataset-x-v1")),
        ("split_unstated", ("a", "dataset-x-v1")),
    ]


def test_training_that_only_the_graph_shows_counts() -> None:
    (notice,) = notices(model("a", value(split="training"), graph=FINE_TUNED))
    assert (notice.code, notice.path) == ("in_sample", ("a", "base-v1", "dataset-x-v1"))


def test_a_training_split_that_the_model_was_not_fitted_to_is_not_in_sample() -> None:
    assert codes(model("a", value(split="train"), training=on("val"), graph=TRAINED)) == []


def test_what_a_model_derives_from_is_not_what_it_was_trained_on() -> None:
    assert codes(model("a", value(split="train"), graph=graph("a", ("a", "derives_from", "dataset-x-v1")))) == []


def test_data_that_an_analysis_used_or_a_document_cites_are_not_training() -> None:
    edges = [("a", "produced_by", "analysis-p"), ("analysis-p", "used", "dataset-x-v1"), ("a", "cites", "document-d")]
    assert codes(model("a", value(split="train"), graph=graph("a", *edges))) == []


def test_another_models_training_split_is_not_in_sample() -> None:
    assert codes(model("a", value(split="train")), model("b", training=on("train"))) == []


def test_training_paths_survive_cycles_and_take_the_shortest_way() -> None:
    edges = [
        ("a", "fine_tuned_from", "b-v1"),
        ("b-v1", "combines", "a"),
        ("b-v1", "trained_on", "dataset-x-v1"),
        ("a", "trained_on", "dataset-x-v1"),
        ("dataset-x-v1", "derives_from", "dataset-raw"),
    ]
    paths = training_paths(graph("a", *edges))
    assert paths["dataset-x-v1", True] == ("a", "dataset-x-v1")
    assert paths["dataset-raw", True] == ("a", "dataset-x-v1", "dataset-raw")


def test_data_that_is_both_source_and_training_is_found_as_training() -> None:
    edges = [("a", "derives_from", "dataset-x"), ("a", "fine_tuned_from", "b-v1"), ("b-v1", "trained_on", "dataset-x")]
    assert training_paths(graph("a", *edges))["dataset-x", True] == ("a", "b-v1", "dataset-x")


def test_one_checkpoint_of_several_models() -> None:
    (notice,) = notices(*(model(name, checkpoint_digest=digest) for name, digest in zip("abc", "xyx", strict=True)))
    assert (notice.code, notice.models) == ("same_checkpoint", ("a", "c"))


def test_no_checkpoint_is_not_the_same_checkpoint() -> None:
    assert codes(model("a", checkpoint_digest=""), model("b", checkpoint_digest="")) == []


@pytest.mark.parametrize(
    ("stated", "suspect"),
    [
        ({"value": 1.0, "direction": "higher"}, True),
        ({"value": 0.999, "direction": "higher"}, False),
        ({"value": 100.0, "direction": "higher", "unit": "%"}, True),
        ({"value": 1.0, "direction": "higher", "unit": "%"}, False),
        ({"value": 1e-15, "direction": "lower"}, True),
        ({"value": 1e-6, "direction": "lower"}, False),
        ({"value": 0.0, "direction": "higher"}, True),
        ({"value": -0.5, "direction": "higher"}, False),
        ({"value": 0.0, "direction": None}, False),
        ({"value": 0.0, "direction": "target", "target": 0.0}, False),
        ({"value": 0.0, "direction": "lower", "same_data_only": True}, False),
        ({"value": 1.0, "direction": "higher", "case_adjusted": True}, False),
    ],
)
def test_suspect_values(stated: dict[str, Any], suspect: bool) -> None:
    number = stated.pop("value")
    assert codes(model("a", value(number, **stated))) == ["suspect_value"] * suspect


def test_suspect_values_of_one_kind_are_told_together() -> None:
    dice, iou = (value(0, metric=name, direction="higher") for name in ("dice", "iou"))
    (notice,) = notices(model("a", iou, dice, dice))
    assert "dice, iou zero" in notice.message


def test_the_gravest_come_first() -> None:
    trouble = {"checkpoint_digest": "x", "training": on("test")}
    first = model("a", value(1e-20), value(split=None), is_latest=False, latest_id="a-v2", **trouble)
    found = codes(first, model("b", state="retracted", checkpoint_digest="x", latest_id=None))
    assert found == [code for code in SEVERITY if code not in ("in_sample", "shared_parent")]
