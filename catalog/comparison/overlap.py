"""How the data that a model is evaluated on hang together with those that a model was trained on, and by which way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from catalog.comparison.ancestry import HANDS_ON_TRAINING, TrainingRoot, training_roots, ways
from catalog.comparison.records import ComparedModel, GraphNode, ProvenanceGraph
from catalog.vocabulary import Kind, Relation

Data = tuple[str, int | None]
"""A dataset's artifact id and the number of its version, None where that is not stated."""

How = Literal["same", "made_from", "source_of", "siblings"]
"""What the training data are to the evaluation's: the same dataset; made from it; what it was made from; or made, as
it was, from a third."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One way in which training data and evaluation data hang together.

    `path` holds node ids: from the model to the training data, on to what those were made from as far as the two meet,
    and from there down to the evaluation's dataset. `shared` is the artifact that both were made from, where they
    are siblings.
    """

    how: How
    root: TrainingRoot
    path: tuple[str, ...]
    shared: str | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """A node that data were made from, and the way there, which begins with the data themselves."""

    node: GraphNode
    path: tuple[str, ...]


class TrainingData:
    """All that a model was trained on, by whatever way, with what that was made from."""

    def __init__(self, model: ComparedModel) -> None:
        nodes = {node.id: node for node in model.graph.nodes}
        relations = {Relation.TRAINED_ON, *HANDS_ON_TRAINING}
        self._behind: list[tuple[TrainingRoot, dict[str, list[_Way]]]] = [
            (root, _by_artifact(model.graph, root.node, nodes, relations)) for root in training_roots(model)
        ]
        self._artifacts = {root.node: nodes[root.node] for root, _ in self._behind}

    def artifact_of(self, root: TrainingRoot) -> str:
        return self._artifacts[root.node].artifact

    def meetings(self, data: Data, graph: ProvenanceGraph | None) -> Iterator[Meeting]:
        """How each dataset trained on meets `data`, by the nearest way; `graph` is what `data` came from."""
        origins: dict[str, list[_Way]] = {}
        if graph is not None:
            nodes = {node.id: node for node in graph.nodes}
            origins = _by_artifact(graph, graph.root, nodes, {Relation.DERIVES_FROM})
        for root, behind in self._behind:
            meeting = _meeting(root, self._artifacts[root.node], behind, data, origins)
            if meeting is not None:
                yield meeting


def _by_artifact(
    graph: ProvenanceGraph, start: str, nodes: Mapping[str, GraphNode], relations: set[Relation]
) -> dict[str, list[_Way]]:
    """What `start` was made from, by artifact, the nearest first; `start` itself is left out."""
    found: dict[str, list[_Way]] = defaultdict(list)
    for node, path in ways(graph, start, relations).items():
        if node != start and node in nodes:
            found[nodes[node].artifact].append(_Way(nodes[node], path))
    return found


def _meeting(
    root: TrainingRoot,
    trained: GraphNode,
    behind: Mapping[str, list[_Way]],
    data: Data,
    origins: Mapping[str, list[_Way]],
) -> Meeting | None:
    """The closest kinship first: the same dataset, one made from the other, both from a third."""
    if _same(trained, data):
        return Meeting("same", root, root.path)
    for way in behind.get(data[0], ()):
        if _same(way.node, data):
            return Meeting("made_from", root, root.path + way.path[1:])
    for way in origins.get(trained.artifact, ()):
        if _same(way.node, (trained.artifact, trained.version_number)):
            return Meeting("source_of", root, root.path + way.path[-2::-1])
    siblings = [
        Meeting("siblings", root, root.path + up.path[1:] + down.path[-2::-1], shared=artifact)
        for artifact in behind.keys() & origins.keys()
        for up in behind[artifact]
        for down in origins[artifact]
        if up.node.kind == Kind.DATASET and _same(up.node, (artifact, down.node.version_number))
    ]
    return min(siblings, key=lambda meeting: (len(meeting.path), meeting.path), default=None)


def _same(node: GraphNode, data: Data) -> bool:
    """Whether a node is `data`, in a version that nobody says is another."""
    return node.artifact == data[0] and len({node.version_number, data[1]} - {None}) < 2
