"""Short ways to write down models, values and graphs: what a test leaves out is not stated."""

from __future__ import annotations

from typing import Any

from catalog.comparison.records import ComparedModel, EvaluationValue, GraphEdge, GraphNode, ProvenanceGraph


def value(number: float = 0.5, /, **stated: Any) -> EvaluationValue:
    """An RMSE on the test split of version 1 of dataset-x, unless stated otherwise."""
    usual = {"metric": "rmse", "direction": "lower", "dataset": "dataset-x", "dataset_version": 1, "split": "test"}
    return EvaluationValue(value=number, **{**usual, **stated})


def graph(root: str, *edges: tuple[str, str, str]) -> ProvenanceGraph:
    """A graph of (source, relation, target); a node id `x-v2` is version 2 of x, a bare id has no version."""
    ids = list(dict.fromkeys([root, *(end for source, _, target in edges for end in (source, target))]))
    return ProvenanceGraph(
        root=root,
        nodes=tuple(_node(name, 0 if name == root else 1) for name in ids),
        edges=tuple(
            GraphEdge(source=source, target=target, relation=relation, pinned="-v" in target)
            for source, relation, target in edges
        ),
    )


def model(name: str, *evaluations: EvaluationValue, **stated: Any) -> ComparedModel:
    """A current, complete, active model version that came from nothing, unless stated otherwise."""
    usual: dict[str, Any] = {
        "artifact": name.rpartition("-v")[0] or name,
        "title": name,
        "family": "statistical",
        "version_number": 1,
        "state": "active",
        "is_latest": True,
        "latest_id": name,
        "metadata": {},
        "parameter_count": None,
        "license": None,
        "completeness": 1.0,
        "warnings": (),
        "training": (),
        "graph": graph(name),
    }
    return ComparedModel(id=name, evaluations=evaluations, **{**usual, **stated})


def _node(name: str, depth: int) -> GraphNode:
    artifact, _, number = name.rpartition("-v")
    pinned = bool(artifact) and number.isdigit()
    return GraphNode(
        id=name,
        artifact=artifact if pinned else name,
        kind=name.partition("-")[0],
        title=name,
        version_number=int(number) if pinned else None,
        state="active",
        depth=depth,
    )
