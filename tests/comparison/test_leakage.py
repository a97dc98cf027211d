"""Evaluation data among the training ancestors of a model, or of one origin with them: when it is told, and the way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.comparison.leakage import Leak, leaks
from catalog.comparison.records import ComparedModel, EvaluationValue, ProvenanceGraph, TrainingLink
from tests.comparison.building import graph, model, value

Edge = tuple[str, str, str]
TRAINED: Edge = ("a", "trained_on", "dataset-t-v1")


def derives(*pairs: tuple[str, str]) -> list[Edge]:
    return [(source, "derives_from", target) for source, target in pairs]


def trained(*edges: Edge, splits: Iterable[str | None] = (None,), **stated: Any) -> ComparedModel:
    """Model a, trained on version 1 of dataset-t, and evaluated on the test split of version 1 of dataset-e."""
    links = tuple(TrainingLink(dataset="dataset-t", version_number=1, split=split) for split in splits)
    values = stated.pop("values", [on_e()])
    return model("a", *values, training=links, graph=graph("a", TRAINED, *edges), **stated)


def on_e(**stated: Any) -> EvaluationValue:
    return value(0.5, **{"dataset": "dataset-e", **stated})


def origins(*pairs: tuple[str, str], root: str = "dataset-e-v1") -> tuple[ProvenanceGraph, ...]:
    return (graph(root, *derives(*pairs)),)


def told(*models: ComparedModel) -> list[Leak]:
    return list(leaks(models))


MADE_FROM_IT = derives(("dataset-t-v1", "dataset-e-v1"))


def test_training_data_made_from_the_evaluations_dataset_leak_with_the_way_there() -> None:
    [leak] = told(trained(*MADE_FROM_IT))
    assert (leak.code, leak.trained, leak.evaluated, leak.dataset) == ("leakage", "a", ("a",), "dataset-e")
    assert leak.path == ("a", "dataset-t-v1", "dataset-e-v1")
    assert leak.message == (
        "a was trained on dataset-t, and dataset-t derives from dataset-e, on which a is evaluated."
    )


def test_an_evaluations_dataset_made_from_training_data_leaks_with_the_way_down_to_it() -> None:
    data = origins(("dataset-e-v1", "dataset-m-v1"), ("dataset-m-v1", "dataset-t-v1"))
    [leak] = told(trained(evaluation_data=data))
    assert leak.code == "leakage" and "dataset-e derives from dataset-t" in leak.message
    assert leak.path == ("a", "dataset-t-v1", "dataset-m-v1", "dataset-e-v1")


def test_two_datasets_made_from_one_share_a_parent_and_that_is_milder() -> None:
    [leak] = told(
        trained(
            *derives(("dataset-t-v1", "dataset-p-v1")),
            evaluation_data=origins(("dataset-e-v1", "dataset-p-v1")),
        )
    )
    assert leak.code == "shared_parent"
    assert leak.path == ("a", "dataset-t-v1", "dataset-p-v1", "dataset-e-v1")
    assert leak.message == ("a was trained on dataset-t and is evaluated on dataset-e; both derive from dataset-p.")


@pytest.mark.parametrize(
    ("splits", "split", "code"),
    [
        (["train"], "test", "shared_parent"),
        (["train"], None, "shared_parent"),
        (["train", "test"], "test", "leakage"),
        ([" Test "], "test", "leakage"),
        (["train", None], "test", "leakage"),
        ([None], None, "leakage"),
        ([None], "test", "leakage"),
        ([None], "train", None),
        (["train"], "train", None),
    ],
)
@pytest.mark.parametrize("way", ["made_from", "source_of"])
def test_splits_that_the_training_states_decide(
    splits: list[str | None], split: str | None, code: str | None, way: str
) -> None:
    edges = MADE_FROM_IT if way == "made_from" else []
    data = origins(("dataset-e-v1", "dataset-t-v1")) if way == "source_of" else ()
    found = told(trained(*edges, splits=splits, values=[on_e(split=split)], evaluation_data=data))
    assert [leak.code for leak in found] == ([code] if code else [])


def test_data_that_a_model_before_it_was_trained_on_count() -> None:
    edges = [("a", "fine_tuned_from", "model-b-v1"), ("model-b-v1", "trained_on", "dataset-t-v1"), *MADE_FROM_IT]
    [leak] = told(model("a", on_e(), graph=graph("a", *edges)))
    assert leak.path == ("a", "model-b-v1", "dataset-t-v1", "dataset-e-v1")
    assert "through a model that it came from" in leak.message


def test_data_that_a_model_made_carry_what_that_was_trained_on() -> None:
    edges = [("dataset-t-v1", "derives_from", "model-g-v1"), ("model-g-v1", "trained_on", "dataset-e-v1")]
    [leak] = told(trained(*edges))
    assert leak.path == ("a", "dataset-t-v1", "model-g-v1", "dataset-e-v1")


def test_another_models_evaluation_leaks_and_a_parent_shared_with_it_is_not_told() -> None:
    other = model("b", on_e(), evaluation_data=origins(("dataset-e-v1", "dataset-p-v1")))
    [leak] = told(other, trained(*MADE_FROM_IT, values=[]))
    assert (leak.trained, leak.evaluated) == ("a", ("b",))
    assert told(other, trained(*derives(("dataset-t-v1", "dataset-p-v1")), values=[])) == []


@pytest.mark.parametrize("relation", ["cites", "produced_by", "used"])
def test_other_relations_hand_no_data_on(relation: str) -> None:
    assert told(trained(("dataset-t-v1", relation, "dataset-e-v1"))) == []


def test_code_that_both_were_made_with_is_no_shared_parent() -> None:
    edges = derives(("dataset-t-v1", "code-c-v1"))
    assert told(trained(*edges, evaluation_data=origins(("dataset-e-v1", "code-c-v1")))) == []


@pytest.mark.parametrize(("stated", "found"), [(1, 1), (None, 1), (2, 0)])
def test_another_version_of_the_dataset_is_other_data(stated: int | None, found: int) -> None:
    assert len(told(trained(*MADE_FROM_IT, values=[on_e(dataset_version=stated)]))) == found


def test_a_dataset_that_was_trained_on_itself_shares_no_parent_and_the_same_split_of_it_leaks() -> None:
    stated: dict[str, Any] = {"dataset": "dataset-t", "dataset_version": 1}
    edges = derives(("dataset-t-v1", "dataset-p-v1"))
    data = origins(("dataset-t-v1", "dataset-p-v1"), root="dataset-t-v1")
    assert told(trained(*edges, splits=["train"], values=[value(**stated)], evaluation_data=data)) == []
    [leak] = told(trained(*edges, splits=["test"], values=[value(**stated)], evaluation_data=data))
    assert (leak.code, leak.path) == ("leakage", ("a", "dataset-t-v1"))


def test_one_dataset_is_told_once_by_the_nearest_way() -> None:
    edges = [*derives(("dataset-t-v1", "dataset-m-v1"), ("dataset-m-v1", "dataset-e-v1")), *MADE_FROM_IT]
    twice = [on_e(), on_e(split="dev"), on_e(metric="aic", dataset_version=None)]
    [leak] = told(trained(*edges, values=twice))
    assert leak.path == ("a", "dataset-t-v1", "dataset-e-v1")


def test_cycles_end() -> None:
    edges = derives(("dataset-t-v1", "dataset-e-v1"), ("dataset-e-v1", "dataset-t-v1"))
    data = origins(("dataset-e-v1", "dataset-t-v1"), ("dataset-t-v1", "dataset-e-v1"))
    assert [leak.code for leak in told(trained(*edges, evaluation_data=data))] == ["leakage"]


# Datasets 0 to 5 and models 6 to 8, each only from what has a larger number of its kind: no cycles, many ways.
DATASETS, MODELS = [f"dataset-{number}-v1" for number in range(6)], ["a", "model-7-v1", "model-8-v1"]
DERIVED = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] < pair[1]), max_size=8)
LEARNT = st.sets(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=4)
TUNED = st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2)).filter(lambda pair: pair[0] < pair[1]), max_size=3)
MEASURED = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["test", "train", None])), max_size=4)
STATED = st.dictionaries(st.integers(0, 5), st.sampled_from(["train", "test"]))


@given(DERIVED, LEARNT, TUNED, MEASURED, STATED)
def test_any_graph_leaks_as_a_plain_reading_of_it_does(
    derived: set[tuple[int, int]],
    learnt: set[tuple[int, int]],
    tuned: set[tuple[int, int]],
    measured: list[tuple[int, str | None]],
    stated: dict[int, str],
) -> None:
    from_data = derives(*((DATASETS[one], DATASETS[other]) for one, other in derived))
    edges = [
        *from_data,
        *((MODELS[one], "trained_on", DATASETS[other]) for one, other in learnt),
        *((MODELS[one], "fine_tuned_from", MODELS[other]) for one, other in tuned),
    ]
    compared = model(
        "a",
        *(value(dataset=f"dataset-{number}", dataset_version=1, split=split) for number, split in measured),
        graph=graph("a", *edges),
        training=tuple(
            TrainingLink(
                dataset=f"dataset-{data}",
                version_number=1,
                split=stated.get(data),
                ancestor=MODELS[one] if one else None,
            )
            for one, data in sorted(learnt)
            if one == 0 or data in stated
        ),
        evaluation_data=tuple(graph(name, *from_data) for name in DATASETS),
    )
    found = told(compared)
    assert {(leak.code, leak.dataset) for leak in found} == plainly(derived, learnt, tuned, measured, stated)
    steps = {(source, target) for source, _, target in edges}
    for leak in found:
        assert leak.path[0] == "a" and leak.path[-1] == f"{leak.dataset}-v1"
        assert all(
            (one, other) in steps or (other, one) in steps for one, other in zip(leak.path, leak.path[1:], strict=False)
        )


def plainly(
    derived: set[tuple[int, int]],
    learnt: set[tuple[int, int]],
    tuned: set[tuple[int, int]],
    measured: list[tuple[int, str | None]],
    stated: dict[int, str],
) -> set[tuple[str, str]]:
    """What is to be told of model 0, by the transitive closure of who came from whom."""
    from_data, from_models = closure(derived), closure(tuned)
    roots = {data for one, data in learnt if one == 0 or (0, one) in from_models}
    leaking, sharing = set(), set()
    for data, split in measured:
        if split == "train":
            continue
        for root in roots:
            related = (root, data) in from_data or (data, root) in from_data
            held = root in stated and split != stated[root]
            same_split = root == data and stated.get(root) == split == "test"
            if same_split or (related and not held):
                leaking.add(data)
            elif related or {end for one, end in from_data if one == root} & {
                end for one, end in from_data if one == data
            }:
                sharing.add(data)
    sharing -= leaking | roots
    return {("leakage", f"dataset-{data}") for data in leaking} | {
        ("shared_parent", f"dataset-{data}") for data in sharing
    }


def origins_of(data: int, from_data: set[tuple[int, int]]) -> set[int]:
    return {end for one, end in from_data if one == data}


def closure(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    while True:
        longer = {(one, end) for one, middle in pairs for other, end in pairs if middle == other} - pairs
        if not longer:
            return pairs
        pairs = pairs | longer
