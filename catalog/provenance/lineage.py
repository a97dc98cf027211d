"""What a version came from, and how many links lead to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from catalog.models import ArtifactVersion, Link
from catalog.provenance.upstream import Known, Met, links_from, walked
from catalog.vocabulary import Relation

MAX_DEPTH = 10
MAX_NODES = 500


class Node(NamedTuple):
    """A version that the root came from or, where no version is named, an artifact; then `version_number` is None.

    `depth` counts the links from the root, which is at 0, along the shortest way.
    """

    id: str
    artifact: str
    kind: str
    title: str
    version_number: int | None
    state: str
    depth: int


class Edge(NamedTuple):
    """A relation from a node to what it came from."""

    source: str
    target: str
    relation: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class Lineage:
    """Everything that `root` came from, breadth first. `truncated` says that a limit left something out."""

    root: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, as an answer holds them."""
        return {
            "root": self.root,
            "nodes": [node._asdict() for node in self.nodes],
            "edges": [edge._asdict() for edge in self.edges],
            "truncated": self.truncated,
        }


def ancestry(
    versions: Sequence[ArtifactVersion],
    *,
    max_depth: int = MAX_DEPTH,
    max_nodes: int = MAX_NODES,
    history: bool = False,
) -> dict[str, Lineage]:
    """What each of `versions` came from, keyed by its id, in a constant number of queries.

    Cycles end where they close. A link that names no version leads on through the artifact's latest one. With
    `history`, a version's earlier versions, and what they came from, are included.
    """
    chains = _chains(versions) if history else {version.pk: [version.pk] for version in versions}
    depths, known = walked({start for chain in chains.values() for start in chain}, max_depth)
    found = {version.pk: _found(chains[version.pk], depths) for version in versions}
    kept = {pk: _kept(met, known, max_depth, max_nodes) for pk, met in found.items()}
    links = links_from(known[met].through for shown in kept.values() for met in shown)
    return {
        version.public_id: Lineage(
            version.public_id,
            tuple(_nodes(kept[version.pk], known)),
            tuple(_edges(version, chains[version.pk], kept[version.pk], known, links)),
            truncated=len(kept[version.pk]) < len(found[version.pk]),
        )
        for version in versions
    }


def _chains(versions: Sequence[ArtifactVersion]) -> dict[int, list[int]]:
    """Each version with those that it revises, newest first."""
    rows = ArtifactVersion.objects.filter(artifact__in={version.artifact_id for version in versions})
    parents = dict(rows.order_by().values_list("pk", "parent"))
    chains = {}
    for version in versions:
        chain, parent = [version.pk], parents.get(version.pk)
        while parent is not None and parent not in chain:
            chain.append(parent)
            parent = parents.get(parent)
        chains[version.pk] = chain
    return chains


def leads_through() -> Coalesce:
    """The version that a link leads on through: the one it names, else its target's latest."""
    latest = ArtifactVersion.objects.filter(artifact=OuterRef("target"), is_latest=True).order_by().values("pk")[:1]
    return Coalesce("target_version_id", Subquery(latest))


def _found(chain: Sequence[int], depths: Mapping[int, Mapping[Met, int]]) -> dict[Met, int]:
    """What a version, and those that it revises, came from; each of these is one link further than the one before."""
    found: dict[Met, int] = {}
    for offset, start in enumerate(chain):
        for met, depth in depths[start].items():
            found[met] = min(depth + offset, found.get(met, depth + offset))
    return found


def _kept(found: Mapping[Met, int], known: Mapping[Met, Known], max_depth: int, max_nodes: int) -> dict[Met, int]:
    """The nearest, in the order that they are shown in."""
    near = [(depth, known[met].id, met) for met, depth in found.items() if depth <= max_depth]
    near.sort(key=itemgetter(0, 1))
    return {met: depth for depth, _, met in near[:max_nodes]}


def _nodes(kept: Mapping[Met, int], known: Mapping[Met, Known]) -> Iterator[Node]:
    for met, depth in kept.items():
        yield Node(*known[met][1:], depth)


def _edges(
    version: ArtifactVersion,
    chain: Sequence[int],
    kept: Collection[Met],
    known: Mapping[Met, Known],
    links: Mapping[int, Sequence[tuple[Met, str]]],
) -> Iterator[Edge]:
    """The edges in the order of the nodes that they leave, whatever order the database gave their rows in."""
    for met in kept:
        source = known[met]
        for target, relation in links.get(source.through or 0, ()):
            if target in kept:
                yield Edge(source.id, known[target].id, relation, target.named is not None)
    for newer, older in pairwise(Met(version.artifact_id, pk) for pk in chain):
        if newer in kept and older in kept:
            yield Edge(known[newer].id, known[older].id, Relation.REVISES, pinned=True)


def dependents_by_relation(version: ArtifactVersion, *, any_version: bool) -> dict[str, int]:
    """How many links lead to a version, by relation; with `any_version`, to its artifact by whatever version."""
    links = (
        Link.objects.filter(target=version.artifact_id) if any_version else Link.objects.filter(target_version=version)
    )
    return dict(links.order_by("relation").values_list("relation").annotate(count=Count("pk")))
