"""A comparison read back from its JSON: what a page draws of one that was frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.comparison.records import (
    Comparison,
    GraphEdge,
    GraphNode,
    Inputs,
    MetadataRow,
    MetricRow,
    Notice,
    PairOverlap,
    ProvenanceGraph,
    SharedDataset,
    TrainingOverlap,
    VersionDifference,
)
from catalog.vocabulary import Verdict


def read_comparison(content: Mapping[str, Any]) -> Comparison:
    """The comparison whose JSON answer `content` is. Raises KeyError or TypeError where it is none."""
    training, inputs = content["training_data"], content["provenance"]
    return Comparison(
        models=tuple(row["id"] for row in content["models"]),
        metadata=tuple(MetadataRow(**row) for row in content["metadata"]),
        metrics=tuple(_metric(row) for row in content["metrics"]),
        training_data=TrainingOverlap(
            shared=tuple(SharedDataset(**item) for item in training["shared"]),
            unique=_tuples(training["unique"]),
            overlap=tuple(
                PairOverlap(**{**pair, "models": (pair["models"][0], pair["models"][1])})
                for pair in training["overlap"]
            ),
        ),
        provenance=Inputs(
            graphs={name: _graph(graph) for name, graph in inputs["graphs"].items()},
            shared_inputs=tuple(inputs["shared_inputs"]),
            unique_inputs=_tuples(inputs["unique_inputs"]),
            different_versions=tuple(VersionDifference(**item) for item in inputs["different_versions"]),
            completeness=inputs["completeness"],
            warnings=_tuples(inputs["warnings"]),
        ),
        notices=tuple(
            Notice(**{**notice, "models": tuple(notice["models"]), "path": tuple(notice["path"])})
            for notice in content["notices"]
        ),
    )


def _metric(row: Mapping[str, Any]) -> MetricRow:
    intervals = {name: (bounds[0], bounds[1]) if bounds else None for name, bounds in row["intervals"].items()}
    words = {"verdict": Verdict(row["verdict"]), "best": tuple(row["best"]), "leading": tuple(row["leading"])}
    return MetricRow(**{**row, **words, "intervals": intervals})


def _graph(graph: Mapping[str, Any]) -> ProvenanceGraph:
    return ProvenanceGraph(
        root=graph["root"],
        nodes=tuple(GraphNode(**node) for node in graph["nodes"]),
        edges=tuple(GraphEdge(**edge) for edge in graph["edges"]),
        truncated=graph["truncated"],
    )


def _tuples(found: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(items) for name, items in found.items()}
