"""What a version came from, and how many links lead to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from catalog.models import ArtifactVersion, Link
from catalog.provenance.upstream import AskedKnown, AskedUpstream, Known, Met, Upstream, upstream_asked
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Asked, Compiled, Given
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
    asked: AskedAncestry | WalkedAncestry | None = None,
) -> dict[str, Lineage]:
    """What each of `versions` came from, keyed by its id, in a constant number of queries.

    Cycles end where they close. A link that names no version leads on through the artifact's latest one. With
    `history`, a version's earlier versions, and what they came from, are included. `asked` is what the caller has
    asked for already, of the same versions and without their history.
    """
    asked = asked or AskedAncestry.of(versions, max_depth=max_depth, history=history)
    return asked.walked().lineages(max_nodes)


@dataclass(frozen=True, slots=True)
class AskedAncestry:
    """What versions came from, asked for: each with the `chains` of those that it revises."""

    chains: Mapping[ArtifactVersion, list[Met]]
    max_depth: int
    links: AskedUpstream

    @classmethod
    def of(
        cls, versions: Sequence[ArtifactVersion], *, max_depth: int = MAX_DEPTH, history: bool = False
    ) -> AskedAncestry:
        chains = _chains(versions) if history else {version: [_met(version)] for version in versions}
        return cls(chains, max_depth, upstream_asked({met for chain in chains.values() for met in chain}, max_depth))

    @classmethod
    def of_new(cls, version: ArtifactVersion, stated: Iterable[Link], latest: Mapping[int, int]) -> AskedAncestry:
        """Of the first version of an artifact, yet to be written: nothing leads back to it.

        `stated` are its links, and `latest` the latest versions of what they do not pin.
        """
        upstream = Upstream.of_new(version, stated, latest)
        return cls({version: [_met(version)]}, MAX_DEPTH, upstream.asked(MAX_DEPTH - 1))

    def walked(self) -> WalkedAncestry:
        """What is met on the way, once that is there; what is known of it is asked for."""
        upstream = self.links.found()
        searches = {version: _search(chain, upstream, self.max_depth) for version, chain in self.chains.items()}
        known = upstream.known_asked({met for search in searches.values() for met in search.depths})
        return WalkedAncestry(self.chains, upstream, searches, known)


@dataclass(frozen=True, slots=True)
class WalkedAncestry:
    """What versions came from, by their links; what is known of that is asked for."""

    chains: Mapping[ArtifactVersion, list[Met]]
    upstream: Upstream
    searches: Mapping[ArtifactVersion, _Search]
    known: AskedKnown

    def walked(self) -> WalkedAncestry:
        return self

    def lineages(self, max_nodes: int = MAX_NODES) -> dict[str, Lineage]:
        """All that each version came from, by its id, once what is known of it is there."""
        known = self.known.found()
        lineages = {}
        for version, search in self.searches.items():
            near = _nearest(search, known)
            kept = dict(near[:max_nodes])
            lineages[version.public_id] = Lineage(
                version.public_id,
                tuple(_nodes(kept, known)),
                tuple(_edges(kept, self.chains[version], self.upstream, known)),
                truncated=search.goes_on or len(near) > max_nodes,
            )
        return lineages


def _met(version: ArtifactVersion) -> Met:
    return version.artifact_id, version.pk


def leads_through() -> Coalesce:
    """The version that a link leads on through: the one it names, else its target's latest."""
    latest = ArtifactVersion.objects.filter(artifact=OuterRef("target"), is_latest=True).order_by().values("pk")[:1]
    return Coalesce("target_version_id", Subquery(latest))


class _Search(NamedTuple):
    """What was found, the nearest first, with how many links away it is; and whether there is more beyond."""

    depths: dict[Met, int]
    goes_on: bool


def _chains(versions: Sequence[ArtifactVersion]) -> dict[ArtifactVersion, list[Met]]:
    """Each version with those that it revises, newest first."""
    rows = ArtifactVersion.objects.filter(artifact__in={version.artifact_id for version in versions})
    parents = dict(rows.order_by().values_list("pk", "parent"))
    chains: dict[ArtifactVersion, list[Met]] = {}
    for version in versions:
        chain, parent = [version.pk], parents.get(version.pk)
        while parent is not None and parent not in chain:
            chain.append(parent)
            parent = parents.get(parent)
        chains[version] = [(version.artifact_id, pk) for pk in chain]
    return chains


def _search(chain: Sequence[Met], upstream: Upstream, max_depth: int) -> _Search:
    """What a version, and those that it revises, came from; each of these is one link further than the one before."""
    depths: dict[Met, int] = {}
    further: list[Met] = []
    for depth in range(max_depth + 1):
        level = {met: depth for met in [*chain[depth : depth + 1], *further] if met not in depths}
        depths |= level
        further = [met for source in level for _, met in upstream.links_of(source)]
    further += chain[max_depth + 1 :]
    return _Search(depths, goes_on=any(met not in depths for met in further))


def _nearest(search: _Search, known: Mapping[Met, Known]) -> list[tuple[Met, int]]:
    """What is known of, with its depth, in the order that it is shown in."""
    found = [(met, depth) for met, depth in search.depths.items() if met in known]
    return sorted(found, key=lambda item: (item[1], known[item[0]].id))


def _nodes(kept: Mapping[Met, int], known: Mapping[Met, Known]) -> Iterator[Node]:
    for met, depth in kept.items():
        yield Node(*known[met], depth)


def _edges(
    kept: Collection[Met], chain: Sequence[Met], upstream: Upstream, known: Mapping[Met, Known]
) -> Iterator[Edge]:
    """The edges in the order of the nodes that they leave."""
    for met in kept:
        source = known[met].id
        for relation, target in upstream.links_of(met):
            if target in kept:
                yield Edge(source, known[target].id, relation, target[1] is not None)
    for newer, older in pairwise(chain):
        if newer in kept and older in kept:
            yield Edge(known[newer].id, known[older].id, Relation.REVISES, pinned=True)


def dependents_asked(version: ArtifactVersion, *, any_version: bool) -> Asked:
    """How many links lead to a version, by relation, asked for; with `any_version`, to its artifact by any version."""
    target = version.artifact_id if any_version else version.pk
    return _counted(read_vendor(), any_version).asked(target=target)


@cache
def _counted(vendor: str, any_version: bool) -> Compiled:
    target = Given("target", BigIntegerField())
    links = Link.objects.filter(target=target) if any_version else Link.objects.filter(target_version=target)
    return Compiled.of(links.order_by("relation").values_list("relation").annotate(count=Count("*")))
