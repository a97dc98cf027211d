"""What somebody may have meant by a name that leads nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Artifact, Identifier
from catalog.suggestions import nearest_names
from tests.factories import make_dataset, make_model

pytestmark = pytest.mark.django_db


def named(name: str, **options: Any) -> list[str]:
    return [found.name for found in nearest_names(name, **options)]


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_model("model-biophys-microglia")
    make_model("model-dl-microglia-gnn", aliases=("GNN.of-microglia",))
    make_dataset("dataset-biophys-microglia")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("model-biophys-microgla", "model-biophys-microglia"),
        ("MODEL-BIOPHYS-MICROGLIA", "model-biophys-microglia"),
        ("mdoel-dl-microglia-gnn@3", "model-dl-microglia-gnn"),
        ("model-dl-microglia-gnn-v9", "model-dl-microglia-gnn"),
        ("gnn.of-microglai", "GNN.of-microglia"),
        ("biophys", "model-biophys-microglia"),
        ("mikroglia-gnn", "model-dl-microglia-gnn"),
        ("bIophis", "model-biophys-microglia"),
    ],
)
def test_the_nearest_comes_first(name: str, meant: str) -> None:
    assert named(name)[0] == meant


def test_of_names_with_the_same_part_the_shortest_comes_first_and_the_whole_before_a_part() -> None:
    for name in ("model-x-resnet50_8xb256-in1k", "model-x-resnet50", "resnet5", "model-x-resnet101_8xb32"):
        make_model(name)
    assert named("resnet50") == ["resnet5", "model-x-resnet50", "model-x-resnet50_8xb256-in1k"]
    assert named("resnet-5O")[1:] == ["model-x-resnet50", "model-x-resnet50_8xb256-in1k"]


def test_of_one_kind_alone() -> None:
    assert named("biophys-microglia", kind="dataset") == ["dataset-biophys-microglia"]
    assert named("dataset-biophys-microglai", kind="model") == ["model-biophys-microglia"]


@pytest.mark.parametrize("name", ["", "@", "%_", "zzz", "é" * 500, "'; --"])
def test_what_is_like_nothing_suggests_nothing(name: str) -> None:
    assert named(name) == []


@pytest.mark.parametrize(
    ("name", "queries"), [("model-biophys-microgla", 2), ("biophys-microglia", 3), ("nothing-like-it", 3), ("", 0)]
)
def test_a_slip_is_looked_for_beside_the_name_and_all_else_everywhere(
    name: str, queries: int, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(queries):
        for found in nearest_names(name):
            assert found.artifact.kind


@pytest.mark.parametrize("position", range(0, 23, 3))
def test_a_slip_anywhere_is_mended_among_many(position: int) -> None:
    meant = "model-biophys-microglia"
    Identifier.objects.bulk_create(
        Identifier(name=f"{letter}odel-{number}", artifact=Artifact.objects.first())
        for letter in "lmnx"
        for number in range(60)
    )
    slip = meant[:position] + "x" + meant[position + 1 :]
    assert named(slip)[0] == meant
