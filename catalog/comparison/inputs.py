"""What the models came from, over all their ancestors: shared, their own, and in which versions."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.comparison.holdings import Versions, collect, same_version, shared, shown_versions, unique
from catalog.comparison.records import ComparedModel, Inputs, ProvenanceGraph, VersionDifference


def compare_inputs(models: Sequence[ComparedModel]) -> Inputs:
    """Graphs, completeness and warnings by model, and the artifacts that two or more, or just one, came from.

    An artifact counts as shared in whatever versions; those whose stated versions are not the same are listed again
    in `different_versions`. Artifacts are listed by id.
    """
    common = shared({model.id: _ancestors(model.graph) for model in models})
    return Inputs(
        graphs={model.id: model.graph for model in models},
        shared_inputs=tuple(common),
        unique_inputs=unique({model.id: _ancestors(model.graph) for model in models}),
        different_versions=tuple(
            VersionDifference(artifact=artifact, versions=shown_versions(held))
            for artifact, held in common.items()
            if same_version(held) is False
        ),
        completeness={model.id: model.completeness for model in models},
        warnings={model.id: model.warnings for model in models},
    )


def _ancestors(graph: ProvenanceGraph) -> dict[str, Versions]:
    return collect((node.artifact, node.version_number) for node in graph.nodes if node.id != graph.root)
