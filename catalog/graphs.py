"""What things came from, as the graphs that the comparison takes: the models', and those of their evaluations' data."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.db.models import Exists, OuterRef, Q, TextField

from catalog.comparison.records import EvaluationValue, GraphEdge, GraphNode, ProvenanceGraph
from catalog.models import ArtifactVersion, Link
from catalog.provenance.lineage import Lineage, ancestry
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import CompiledModels, GivenList
from catalog.vocabulary import Relation

Data = tuple[str, int | None]
"""A dataset's artifact id and the number of its version, None where that is not stated."""


@dataclass(frozen=True, slots=True)
class EvaluationData:
    """What datasets came from, where they came from anything."""

    graphs: Mapping[Data, ProvenanceGraph]

    def of(self, values: Iterable[EvaluationValue]) -> Iterator[ProvenanceGraph]:
        """The graphs of the datasets that `values` were measured on, each once."""
        for data in dict.fromkeys((value.dataset, value.dataset_version) for value in values):
            if data[0] is not None and data in self.graphs:
                yield self.graphs[data[0], data[1]]


def evaluation_data(values: Iterable[EvaluationValue], lineages: Iterable[Lineage] = ()) -> EvaluationData:
    """What the datasets of `values` came from, in a constant number of queries.

    A dataset of no stated version came from what its latest one did; its node is then the artifact's. Those that
    `lineages` show to have come from nothing are not asked for.
    """
    wanted: set[Data] = {(value.dataset, value.dataset_version) for value in values if value.dataset is not None}
    wanted.difference_update(*map(_underived, lineages))
    standing = {data: version for version in _derived(wanted) for data in _meant(version) if data in wanted}
    walked = ancestry(list(set(standing.values()))) if standing else {}
    return EvaluationData(
        {data: _of_data(graph_of(walked[version.public_id]), data) for data, version in standing.items()}
    )


def _derived(wanted: Collection[Data]) -> list[ArtifactVersion]:
    """The versions, among those that may be meant, that say what they derive from: few do."""
    if not wanted:
        return []
    artifacts, numbers = {one for one, _ in wanted}, {number for _, number in wanted if number is not None}
    return _deriving(read_vendor()).found(artifacts=artifacts, numbers=numbers)


@cache
def _deriving(vendor: str) -> CompiledModels[ArtifactVersion]:
    versions = ArtifactVersion.objects.filter(
        Exists(Link.objects.filter(source=OuterRef("pk"), relation=Relation.DERIVES_FROM)),
        Q(is_latest=True) | Q(version_number__in=GivenList("numbers")),
        artifact__public_id__in=GivenList("artifacts", TextField()),
    )
    columns = ("public_id", "version_number", "is_latest", "artifact__public_id")
    return CompiledModels(versions.order_by().select_related("artifact").only(*columns))


def _underived(lineage: Lineage) -> set[Data]:
    """What a whole lineage shows to derive from nothing."""
    derived = {edge.source for edge in lineage.edges if edge.relation == Relation.DERIVES_FROM}
    nodes = () if lineage.truncated else lineage.nodes
    return {(node.artifact, node.version_number) for node in nodes if node.id not in derived}


def _meant(version: ArtifactVersion) -> Iterator[Data]:
    """The ways in which an evaluation names this version."""
    yield version.artifact.public_id, version.version_number
    if version.is_latest:
        yield version.artifact.public_id, None


def _of_data(graph: ProvenanceGraph, data: Data) -> ProvenanceGraph:
    """The graph, its root the artifact where no version is stated: as a link without one is drawn."""
    if data[1] is not None:
        return graph
    root = graph.root

    def renamed(node: str) -> str:
        return data[0] if node == root else node

    return dataclasses.replace(
        graph,
        root=data[0],
        nodes=tuple(
            dataclasses.replace(node, id=data[0], version_number=None) if node.id == root else node
            for node in graph.nodes
        ),
        edges=tuple(
            dataclasses.replace(edge, source=renamed(edge.source), target=renamed(edge.target)) for edge in graph.edges
        ),
    )


def graph_of(lineage: Lineage) -> ProvenanceGraph:
    """What a version came from, as the comparison takes it."""
    return ProvenanceGraph(
        root=lineage.root,
        nodes=tuple(
            GraphNode(
                id=node.id,
                artifact=node.artifact,
                kind=node.kind,
                title=node.title,
                version_number=node.version_number,
                state=node.state,
                depth=node.depth,
            )
            for node in lineage.nodes
        ),
        edges=tuple(
            GraphEdge(source=edge.source, target=edge.target, relation=edge.relation, pinned=edge.pinned)
            for edge in lineage.edges
        ),
        truncated=lineage.truncated,
    )
