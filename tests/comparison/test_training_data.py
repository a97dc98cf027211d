"""Shared and own training datasets, and their overlap."""

from __future__ import annotations

import pytest

from catalog.comparison.records import PairOverlap, SharedDataset, TrainingLink, TrainingOverlap
from catalog.comparison.training_data import jaccard, training_overlap
from tests.comparison.building import model


def links(*references: str) -> tuple[TrainingLink, ...]:
    """`x@2` is pinned, `x` is not, an empty word names no dataset."""
    parts = (reference.partition("@") for reference in references)
    return tuple(
        TrainingLink(dataset=name or None, version_number=int(number) if number else None) for name, _, number in parts
    )


def overlap_of(**trained_on: tuple[str, ...]) -> TrainingOverlap:
    return training_overlap([model(name, training=links(*references)) for name, references in trained_on.items()])


def test_the_contracts_example() -> None:
    assert overlap_of(a=("dataset-x@1", "dataset-y"), b=("dataset-x@2",)) == TrainingOverlap(
        shared=(SharedDataset(artifact="dataset-x", versions={"a": 1, "b": 2}, same_version=False),),
        unique={"a": ("dataset-y",), "b": ()},
        overlap=(PairOverlap(models=("a", "b"), jaccard=0.5),),
    )


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [
        (("x@1",), ("x@1",), 1.0),
        (("x@1",), ("x@2",), 1.0),
        (("x@1",), ("y@1",), 0.0),
        (("x",), ("y",), 0.0),
        (("x@1", "y@1"), ("y@1", "z@1"), 1 / 3),
        (("x",), ("x@1",), None),
        (("x@1", ""), ("x@1",), None),
        ((), ("x@1",), None),
        ((), (), None),
    ],
)
def test_jaccard(left: tuple[str, ...], right: tuple[str, ...], share: float | None) -> None:
    assert jaccard(links(*left), links(*right)) == share


@pytest.mark.parametrize(
    ("left", "right", "versions", "same_version"),
    [
        (("x@1",), ("x@1",), {"a": 1, "b": 1}, True),
        (("x",), ("x@1",), {"a": None, "b": 1}, None),
        (("x",), ("x",), {"a": None, "b": None}, None),
        (("x@1", "x@2"), ("x@2", "x@1"), {"a": 2, "b": 2}, True),
        (("x@1", "x@2"), ("x@2",), {"a": 1, "b": 2}, False),
        (("x@1", "x"), ("x@1",), {"a": None, "b": 1}, None),
    ],
)
def test_versions_of_a_shared_dataset(
    left: tuple[str, ...], right: tuple[str, ...], versions: dict[str, int | None], same_version: bool | None
) -> None:
    (shared,) = overlap_of(a=left, b=right).shared
    assert (shared.versions, shared.same_version) == (versions, same_version)


def test_two_stated_versions_differ_whatever_a_third_leaves_open() -> None:
    (shared,) = overlap_of(a=("x@1",), b=("x@2",), c=("x",)).shared
    assert shared.same_version is False


def test_shared_by_two_of_three_names_the_two() -> None:
    overlap = overlap_of(a=("x@1", "y@1"), b=("x@1",), c=("z@1",))
    assert [item.versions for item in overlap.shared] == [{"a": 1, "b": 1}]
    assert overlap.unique == {"a": ("y",), "b": (), "c": ("z",)}
    assert [pair.models for pair in overlap.overlap] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_training_of_ancestors_is_not_the_models_own() -> None:
    inherited = TrainingLink(dataset="x", version_number=1, ancestor="base-v1")
    overlap = training_overlap([model("a", training=(inherited,)), model("b", training=links("x@1"))])
    assert overlap.shared == ()
