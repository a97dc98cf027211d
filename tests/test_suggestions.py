"""What somebody may have meant by a name that leads nowhere."""

from __future__ import annotations

import pytest

from catalog.suggestions import nearest_names
from tests.factories import make_dataset, make_model

pytestmark = pytest.mark.django_db


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
    ],
)
def test_the_nearest_comes_first(name: str, meant: str) -> None:
    assert nearest_names(name)[0] == meant


def test_of_one_kind_alone() -> None:
    assert nearest_names("biophys-microglia", kind="dataset") == ["dataset-biophys-microglia"]


@pytest.mark.parametrize("name", ["", "@", "%_", "zzz", "é" * 500, "'; --"])
def test_what_is_like_nothing_suggests_nothing(name: str) -> None:
    assert nearest_names(name) == []


def test_one_query_whatever_there_is(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        nearest_names("model-biophys-microgla")
