"""What a picture is drawn from: any graph of versions, cut to what is drawn, with a place for each node."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from catalog.web.dag.layers import layers_of

Place = Hashable
"""Where a node stands. Nodes of several graphs may share a place, nodes of one graph never do."""


class Node(Protocol):
    """A version, or an artifact of which no version is named."""

    @property
    def id(self) -> str: ...
    @property
    def artifact(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def version_number(self) -> int | None: ...
    @property
    def state(self) -> str: ...


class Edge(Protocol):
    """A relation from a node to what it came from."""

    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def relation(self) -> str: ...
    @property
    def pinned(self) -> bool: ...


class Graph(Protocol):
    """Nodes breadth first from the root: `catalog.provenance.lineage.Lineage`, or a comparison's graph."""

    @property
    def root(self) -> str: ...
    @property
    def nodes(self) -> Sequence[Node]: ...
    @property
    def edges(self) -> Sequence[Edge]: ...
    @property
    def truncated(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a graph that is drawn. `left_out` counts the nodes that are not."""

    root: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int
    truncated: bool


def excerpt(graph: Graph, most: int) -> Excerpt:
    """The first `most` nodes, which are those nearest to the root, and the edges between them, each once."""
    nodes = tuple(graph.nodes[:most])
    ids = {node.id for node in nodes}
    edges = {
        (edge.source, edge.target, edge.relation): edge
        for edge in graph.edges
        if edge.source in ids and edge.target in ids
    }
    return Excerpt(graph.root, nodes, tuple(edges.values()), len(graph.nodes) - len(nodes), graph.truncated)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the nodes of several graphs stand: `of` by graph and node id, `layers` by place, `shared` by graph.

    `uses` and `edges` count the graphs that have something at a place, or a line between two.
    """

    of: Mapping[str, Mapping[str, Place]]
    layers: Mapping[Place, int]
    uses: Mapping[Place, int]
    edges: Mapping[tuple[Place, Place], int]
    shared: Mapping[str, frozenset[str]]


def find_places(graphs: Mapping[str, Excerpt]) -> Places:
    """One place for what several graphs hold, in whatever version; the nodes that one graph holds alone take turns.

    A place of the second sort belongs to one node in each graph, the first of its kind in its layer, or the second:
    reserving a place for each would leave most of every picture empty.
    """
    named = _identities(graphs)
    pairs = [
        (named[name][edge.source], named[name][edge.target]) for name, graph in graphs.items() for edge in graph.edges
    ]
    everything = [identity for own in named.values() for identity in own.values()]
    layers = layers_of(dict.fromkeys(everything), pairs)
    counted = Counter(everything)
    of: dict[str, dict[str, Place]] = {}
    for name, graph in graphs.items():
        of[name] = _of_one(graph, named[name], layers, counted)
    placed = {place: layers[named[name][node]] for name, own in of.items() for node, place in own.items()}
    edges = Counter(
        ends
        for name, graph in graphs.items()
        for ends in dict.fromkeys((of[name][edge.source], of[name][edge.target]) for edge in graph.edges)
        if ends[0] != ends[1]
    )
    shared = {
        name: frozenset(node for node, identity in own.items() if counted[identity] > 1) for name, own in named.items()
    }
    uses = Counter(place for own in of.values() for place in own.values())
    return Places(of, placed, uses, edges, shared)


def _identities(graphs: Mapping[str, Excerpt]) -> dict[str, dict[str, str]]:
    """What makes nodes of several graphs one: their artifact; where some graph holds it twice, the very node."""
    several: set[str] = set()
    for graph in graphs.values():
        held = Counter(node.artifact for node in graph.nodes)
        several.update(artifact for artifact, count in held.items() if count > 1)
    return {
        name: {node.id: f"={node.id}" if node.artifact in several else node.artifact for node in graph.nodes}
        for name, graph in graphs.items()
    }


def _of_one(
    graph: Excerpt, identities: Mapping[str, str], layers: Mapping[str, int], counted: Mapping[str, int]
) -> dict[str, Place]:
    turns: dict[tuple[int, str], int] = defaultdict(int)
    places: dict[str, Place] = {}
    for node in graph.nodes:
        identity = identities[node.id]
        if counted[identity] > 1:
            places[node.id] = ("shared", identity)
        else:
            alike = layers[identity], node.kind
            places[node.id] = ("own", *alike, turns[alike])
            turns[alike] += 1
    return places
