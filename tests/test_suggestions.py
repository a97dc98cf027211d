"""What somebody may have meant by a name that leads nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Artifact, Identifier
from catalog.searching import names_are_indexed
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
    names_are_indexed()  # which is asked for once
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


def test_a_part_is_found_of_one_kind_however_many_others_have_it() -> None:
    make_model("model-lineage")
    dataset = make_dataset("dataset-lineage").artifact
    Identifier.objects.bulk_create(Identifier(name=f"set-lineage-{number}", artifact=dataset) for number in range(300))
    assert named("lineage", kind="model") == ["model-lineage"]


@pytest.mark.parametrize("slip", ["xell-of_mice-77", "elc-of_mice-77", "celm-of_mice-77"])
def test_of_many_that_are_alike_the_one_with_the_same_end_comes_first(slip: str) -> None:
    dataset = make_dataset("cell-of_mice").artifact
    Identifier.objects.bulk_create(Identifier(name=f"cell-of_mice-{number}", artifact=dataset) for number in range(300))
    assert named(slip)[0] == "cell-of_mice-77"


@pytest.mark.parametrize(("slip", "meant"), [("uris", "iris"), ("irus", "iris"), ("xellss", "cells"), ("gnm", "gnn")])
def test_a_short_name_is_mended(slip: str, meant: str) -> None:
    make_dataset(meant)
    assert meant in named(slip)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite reads every name.")
def test_without_an_index_all_names_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.searching._indexed", set())
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX artifact_name_by_trigram")
    with CaptureQueriesContext(connection) as captured:
        assert named("biophys-microglai", kind="model")[0] == "model-biophys-microglia"
    assert not [query for query in captured.captured_queries if "UNION" in query["sql"]]
