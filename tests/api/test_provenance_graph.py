from __future__ import annotations

from typing import Any

import pytest

from catalog.registration import LinkInput, add_link
from catalog.vocabulary import Relation
from tests.factories import complete_model, make_analysis, make_dataset, make_model

pytestmark = pytest.mark.django_db


def ids(graph: dict[str, Any]) -> list[str]:
    return [node["id"] for node in graph["nodes"]]


def test_what_a_model_came_from(get) -> None:
    dataset = make_dataset("data")
    make_analysis("run", used=["data@1"])
    model = make_model("model", trained_on=["data"], produced_by="run")

    graph = get("/api/models/model/provenance")

    assert list(graph) == ["root", "nodes", "edges", "truncated"]
    assert graph["root"] == "model-v1" and graph["truncated"] is False
    assert {
        "id": "data",
        "artifact": "data",
        "kind": "dataset",
        "title": dataset.title,
        "version_number": None,
        "state": "active",
        "depth": 1,
    } in graph["nodes"]
    assert graph["nodes"][0] == {
        "id": "model-v1",
        "artifact": "model",
        "kind": "model",
        "title": model.title,
        "version_number": 1,
        "state": "active",
        "depth": 0,
    }
    assert sorted((edge["source"], edge["target"], edge["relation"], edge["pinned"]) for edge in graph["edges"]) == [
        ("model-v1", "data", "trained_on", False),
        ("model-v1", "run-v1", "produced_by", True),
        ("run-v1", "data-v1", "used", True),
    ]
    assert [node["depth"] for node in graph["nodes"]] == [0, 1, 1, 2]


def test_cycles_end(get) -> None:
    first = make_model("first")
    second = make_model("second", links=(LinkInput(relation=Relation.FINE_TUNED_FROM, ref="first@1"),))
    add_link(first, LinkInput(relation=Relation.FINE_TUNED_FROM, ref=str(second)))

    graph = get("/api/models/first/provenance")

    assert ids(graph) == ["first-v1", "second-v1"]
    assert len(graph["edges"]) == 2


def test_limits_say_that_they_left_something_out(get) -> None:
    make_dataset("data")
    make_analysis("run", used=["data@1"])
    make_model("model", trained_on=["data@1"], produced_by="run")

    assert get("/api/models/model/provenance?max_depth=0") == {
        **get("/api/models/model/provenance?max_nodes=1"),
        "truncated": True,
    }
    assert get("/api/models/model/provenance?max_depth=1&max_nodes=3")["truncated"] is False
    assert len(ids(get("/api/models/model/provenance?max_nodes=2"))) == 2


def test_earlier_versions_are_history(get) -> None:
    make_model("model")
    make_model("model")

    assert ids(get("/api/models/model/provenance")) == ["model-v2"]
    graph = get("/api/models/model/provenance?history=true")
    assert ids(graph) == ["model-v2", "model-v1"]
    assert graph["edges"] == [{"source": "model-v2", "target": "model-v1", "relation": "revises", "pinned": True}]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("max_depth=-1", "max_depth"),
        ("max_depth=51", "max_depth"),
        ("max_nodes=0", "max_nodes"),
        ("max_nodes=5001", "max_nodes"),
        ("history=yes", "history"),
        ("depth=3", "depth"),
    ],
)
def test_what_is_invalid_is_refused(refused, query: str, parameter: str) -> None:
    complete_model("model")

    assert refused(f"/api/models/model/provenance?{query}")["parameter"] == parameter


def test_a_graph_takes_a_constant_number_of_queries(queries) -> None:
    make_model("small", trained_on=[str(make_dataset())])
    make_model("large", trained_on=[str(make_dataset()) for _ in range(200)])

    assert queries("/api/models/small/provenance") == queries("/api/models/large/provenance")
