"""What a model was trained on, by itself or through the models it came from, and by which way."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from catalog.comparison.records import ComparedModel, EvaluationValue, GraphEdge, ProvenanceGraph, TrainingLink
from catalog.vocabulary import Relation

HANDS_ON_TRAINING = frozenset({Relation.FINE_TUNED_FROM, Relation.COMBINES, Relation.DERIVES_FROM})
"""Relations over which a model (or a dataset) brings along what its source was trained on (or made from)."""


@dataclass(frozen=True, slots=True)
class TrainingSource:
    """A dataset among a model's training ancestors; `path` leads there by node ids, from the model's own.

    `is_behind` says that no model was trained on it by name: it is what a training dataset was made from.
    """

    dataset: str
    version_number: int | None
    split: str | None
    path: tuple[str, ...]
    is_behind: bool = False

    def holds_data_of(self, evaluation: EvaluationValue) -> bool:
        """Whether the evaluation used this dataset, in a version that nobody says is another."""
        versions = {self.version_number, evaluation.dataset_version} - {None}
        return evaluation.dataset == self.dataset and len(versions) < 2


@dataclass(frozen=True, slots=True)
class TrainingRoot:
    """A dataset that a model, or one that it came from, names as its training data: the node at the end of `path`.

    `splits` are those that were used of it, folded; empty where they are not stated.
    """

    node: str
    path: tuple[str, ...]
    splits: frozenset[str]


def training_sources(model: ComparedModel) -> tuple[TrainingSource, ...]:
    """All training data of a model: what its links state, and what only its graph shows (with no split).

    Links of an ancestor count where its training was handed on, and not where an analysis merely used it.
    """
    paths = training_paths(model.graph)
    stated = [
        TrainingSource(link.dataset, link.version_number, link.split, _path(model.graph, link, paths))
        for link in model.training
        if link.dataset is not None and (link.ancestor is None or (link.ancestor, False) in paths)
    ]
    covered = {source.path for source in stated}
    named = {root.node for root in training_roots(model)}
    numbers = {node.id: (node.artifact, node.version_number) for node in model.graph.nodes}
    inferred = [
        TrainingSource(*numbers[end], None, path, is_behind=end not in named)
        for (end, trained), path in paths.items()
        if trained and end in numbers and path not in covered
    ]
    return (*stated, *inferred)


def training_roots(model: ComparedModel) -> Iterator[TrainingRoot]:
    """The datasets at which a model's training data begin, as far as its graph shows them."""
    nodes = {node.id: node for node in model.graph.nodes}
    paths = training_paths(model.graph)
    for edge in model.graph.edges:
        way = paths.get((edge.source, False))
        node = nodes.get(edge.target)
        if edge.relation == Relation.TRAINED_ON and way is not None and node is not None:
            splits = {
                folded(link.split)
                for link in model.training
                if link.dataset == node.artifact
                and link.version_number in (None, node.version_number)
                and (link.ancestor or model.graph.root) == edge.source
            }
            stated = frozenset(split for split in splits if split) if None not in splits else frozenset()
            yield TrainingRoot(edge.target, (*way, edge.target), stated)


def folded(split: str | None) -> str | None:
    """A split's name as it is compared; None where there is none."""
    return (split or "").strip().casefold() or None


def ways(graph: ProvenanceGraph, start: str, relations: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The shortest way from `start` to each node that `relations` lead to, `start` among them, the nearest first."""
    outgoing: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        if edge.relation in relations:
            outgoing[edge.source].append(edge.target)
    found: dict[str, tuple[str, ...]] = {start: (start,)}
    waiting = deque(found)
    while waiting:
        node = waiting.popleft()
        for target in outgoing[node]:
            if target not in found:
                found[target] = (*found[node], target)
                waiting.append(target)
    return found


def training_paths(graph: ProvenanceGraph) -> dict[tuple[str, bool], tuple[str, ...]]:
    """The shortest way to each node that passes training on, from the root, which it includes.

    Keys are (node id, whether the way passes a `trained_on`): a node can be reached both as the parent of a model
    and as its data. Cycles are walked once.
    """
    outgoing: dict[str, list[GraphEdge]] = defaultdict(list)
    for edge in graph.edges:
        outgoing[edge.source].append(edge)
    paths: dict[tuple[str, bool], tuple[str, ...]] = {(graph.root, False): (graph.root,)}
    waiting = deque(paths)
    while waiting:
        node, trained = waiting.popleft()
        for edge in outgoing[node]:
            step = edge.target, trained or edge.relation == Relation.TRAINED_ON
            followed = edge.relation == Relation.TRAINED_ON or edge.relation in HANDS_ON_TRAINING
            if followed and step not in paths:
                paths[step] = (*paths[node, trained], edge.target)
                waiting.append(step)
    return paths


def _path(
    graph: ProvenanceGraph, link: TrainingLink, paths: dict[tuple[str, bool], tuple[str, ...]]
) -> tuple[str, ...]:
    """The way over the trained model to the link's dataset, as far as the graph (it may be cut short) shows it."""
    start = paths[link.ancestor or graph.root, False]
    ends = {
        node.id
        for node in graph.nodes
        if node.artifact == link.dataset and link.version_number in (None, node.version_number)
    }
    reached = (
        edge.target
        for edge in graph.edges
        if edge.source == start[-1] and edge.relation == Relation.TRAINED_ON and edge.target in ends
    )
    return (*start, *list(reached)[:1])
