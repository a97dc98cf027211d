"""What a version came from, and what rests on it: recursive queries, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Count, ExpressionWrapper, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django_cte import CTE, with_cte

from catalog.models import Artifact, ArtifactVersion, Link
from catalog.vocabulary import Relation, State

MAX_DEPTH = 10
MAX_NODES = 500


@dataclass(frozen=True, slots=True)
class Node:
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


@dataclass(frozen=True, slots=True)
class Edge:
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


@dataclass(frozen=True, slots=True)
class _Met:
    """What a walk met: an artifact, the version that the link names, if it does, and the one it leads on through."""

    artifact: int
    named: int | None
    through: int | None


_Walked = Mapping[_Met, int]
"""What a walk met, with its depth."""


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
    walked = _walks({start for chain in chains.values() for start in chain}, max_depth)
    facts = _Facts.of(walked.values())
    return {
        version.public_id: _lineage(version, chains[version.pk], walked, facts, (max_depth, max_nodes))
        for version in versions
    }


def _chains(versions: Sequence[ArtifactVersion]) -> dict[int, list[int]]:
    """Each version with those that it revises, newest first."""
    rows = ArtifactVersion.objects.filter(artifact__in={version.artifact_id for version in versions})
    parents = dict(rows.values_list("pk", "parent"))
    chains = {}
    for version in versions:
        chain, parent = [version.pk], parents.get(version.pk)
        while parent is not None and parent not in chain:
            chain.append(parent)
            parent = parents.get(parent)
        chains[version.pk] = chain
    return chains


def _walks(starts: set[int], max_depth: int) -> dict[int, dict[_Met, int]]:
    """What each start comes from, to one link beyond `max_depth`: whether there is more is then known."""
    walked: dict[int, dict[_Met, int]] = {start: {} for start in starts}
    cte = CTE.recursive(lambda cte: _step(cte, starts, max_depth))
    rows = with_cte(cte, select=cte.queryset().order_by()).values_list("start", "depth", "met", "named", "through")
    for start, depth, *met in rows:
        key = _Met(*met)
        walked[start][key] = min(depth, walked[start].get(key, depth))
    return walked


def _step(cte: CTE, starts: set[int], max_depth: int) -> QuerySet:
    """The starts, and from what is met so far the links onward. `UNION` drops what was met at the same depth."""
    columns = ("start", "depth", "met", "named", "through")
    anchor = ArtifactVersion.objects.filter(pk__in=starts).order_by()
    anchor = anchor.annotate(
        start=F("pk"), depth=_whole(Value(0)), met=F("artifact_id"), named=F("pk"), through=F("pk")
    )
    links = cte.join(Link.objects.order_by(), source=cte.col.through)
    links = links.annotate(before=_whole(cte.col.depth)).filter(before__lte=max_depth)
    onward = links.annotate(
        start=cte.col.start,
        depth=_whole(cte.col.depth + Value(1)),
        met=F("target_id"),
        named=F("target_version_id"),
        through=leads_through(),
    )
    return anchor.values(*columns).union(onward.values(*columns))


def leads_through() -> Coalesce:
    """The version that a link leads on through: the one it names, else its target's latest."""
    latest = ArtifactVersion.objects.filter(artifact=OuterRef("target"), is_latest=True).order_by().values("pk")[:1]
    return Coalesce("target_version_id", Subquery(latest))


def _whole(expression: Any) -> ExpressionWrapper:
    return ExpressionWrapper(expression, output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of everything that any walk met."""

    versions: dict[int, tuple[str, str, int, str]]
    artifacts: dict[int, tuple[str, str]]
    outgoing: dict[int, list[tuple[_Met, str]]]

    @classmethod
    def of(cls, walks: Iterable[_Walked]) -> _Facts:
        met = {item for walk in walks for item in walk}
        through = {item.through for item in met if item.through is not None}
        versions = ArtifactVersion.objects.filter(pk__in=through)
        artifacts = Artifact.objects.filter(pk__in={item.artifact for item in met})
        links = Link.objects.filter(source__in=through).order_by("source", "number")
        known = {pk: (public_id, kind) for pk, public_id, kind in artifacts.values_list("pk", "public_id", "kind")}
        outgoing: dict[int, list[tuple[_Met, str]]] = {}
        by_link = {(item.artifact, item.named): item for item in met if item.artifact in known}
        for source, target, named, relation in links.values_list("source", "target", "target_version", "relation"):
            if (target, named) in by_link:
                outgoing.setdefault(source, []).append((by_link[target, named], relation))
        rows = versions.values_list("pk", "public_id", "title", "version_number", "state")
        return cls(
            {pk: (public_id, title, number, state) for pk, public_id, title, number, state in rows},
            known,
            outgoing,
        )

    def node(self, met: _Met, depth: int) -> Node:
        artifact, kind = self.artifacts[met.artifact]
        named, title, number, state = self.versions.get(met.through or 0, (artifact, artifact, None, State.ACTIVE))
        if met.named is None:
            return Node(artifact, artifact, kind, title, None, state, depth)
        return Node(named, artifact, kind, title, number, state, depth)

    def id(self, met: _Met) -> str:
        return self.node(met, 0).id


def _lineage(
    version: ArtifactVersion,
    chain: Sequence[int],
    walked: Mapping[int, _Walked],
    facts: _Facts,
    limits: tuple[int, int],
) -> Lineage:
    max_depth, max_nodes = limits
    found: dict[_Met, int] = {}
    for offset, start in enumerate(chain):
        for met, depth in walked[start].items():
            if met.artifact in facts.artifacts:  # a row that raw SQL took away is no node
                found[met] = min(depth + offset, found.get(met, depth + offset))
    nodes = sorted((facts.node(met, depth) for met, depth in found.items()), key=lambda node: (node.depth, node.id))
    kept = [node for node in nodes if node.depth <= max_depth][:max_nodes]
    edges = [*_edges(found, facts), *_revisions(version, chain, facts)]
    ids = {node.id for node in kept}
    shown = tuple(edge for edge in edges if edge.source in ids and edge.target in ids)
    return Lineage(version.public_id, tuple(kept), shown, truncated=len(kept) < len(nodes))


def _edges(found: _Walked, facts: _Facts) -> Iterator[Edge]:
    """The edges in the order of the nodes that they leave, whatever order the database gave their rows in."""
    for met in sorted(found, key=lambda met: (found[met], facts.id(met))):
        for target, relation in facts.outgoing.get(met.through or 0, ()):
            yield Edge(facts.id(met), facts.id(target), relation, pinned=target.named is not None)


def _revisions(version: ArtifactVersion, chain: Sequence[int], facts: _Facts) -> Iterator[Edge]:
    for newer, older in pairwise(chain):
        source, target = (facts.id(_Met(version.artifact_id, pk, pk)) for pk in (newer, older))
        yield Edge(source, target, Relation.REVISES, pinned=True)


def dependents_by_relation(version: ArtifactVersion, *, any_version: bool) -> dict[str, int]:
    """How many links lead to a version, by relation; with `any_version`, to its artifact by whatever version."""
    links = (
        Link.objects.filter(target=version.artifact_id) if any_version else Link.objects.filter(target_version=version)
    )
    return dict(links.order_by("relation").values_list("relation").annotate(count=Count("pk")))
