"""Loads chosen model versions into the plain record that every format takes.

The number of queries depends on how many models are chosen, and not on what they are linked to or evaluated on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalog.comparison.compare import compare
from catalog.detail import model_detail
from catalog.exports.records import Ancestry, Export, SourceEdge, SourceNode
from catalog.models import ArtifactVersion, Link
from catalog.provenance.lineage import Edge, Lineage, Node, ancestry
from catalog.snapshots import snapshots_of
from catalog.titles import titles_of
from catalog.vocabulary import Relation

FURTHEST, MOST_NODES = 50, 5_000
"""How far an exported ancestry goes, in links and in nodes of each model."""


def export_of(versions: Sequence[ArtifactVersion], home: str) -> Export:
    """What is exported of one model version, or of several side by side, in the order given.

    `home` is the address of the catalogue, without a slash at its end. Raises ValueError where several cannot be
    compared.
    """
    snapshots = snapshots_of(versions)
    details = tuple(
        model_detail(version, f"{home}/api", snapshot=snapshot)
        for version, snapshot in zip(versions, snapshots, strict=True)
    )
    datasets = {value["dataset"] for detail in details for value in detail["evaluations"]} - {None}
    return Export(
        models=details,
        ancestry=_merged(ancestry(versions, max_depth=FURTHEST, max_nodes=MOST_NODES, history=True).values()),
        home=home,
        titles=titles_of(datasets),
        comparison=compare([snapshot.compared for snapshot in snapshots]) if len(versions) > 1 else None,
    )


def _merged(lineages: Iterable[Lineage]) -> Ancestry:
    lineages = list(lineages)
    nodes = {node.id: node for lineage in lineages for node in lineage.nodes}
    edges = {edge for lineage in lineages for edge in lineage.edges}
    return Ancestry(
        nodes=tuple(_nodes(nodes[name] for name in sorted(nodes))),
        edges=tuple(_edges(sorted(edges, key=lambda edge: (edge.source, edge.relation, edge.target, edge.pinned)))),
        truncated=tuple(lineage.root for lineage in lineages if lineage.truncated),
    )


def _nodes(found: Iterable[Node]) -> Iterable[SourceNode]:
    found = list(found)
    versions = ArtifactVersion.objects.filter(public_id__in=[node.id for node in found if node.version_number])
    facts = {
        name: (digest, at) for name, digest, at in versions.values_list("public_id", "content_digest", "created_at")
    }
    for node in found:
        digest, created_at = facts.get(node.id, (None, None))
        yield SourceNode(
            id=node.id,
            artifact=node.artifact,
            kind=node.kind,
            title=node.title,
            state=node.state,
            version_number=node.version_number,
            digest=digest,
            created_at=created_at,
        )


def _edges(found: Iterable[Edge]) -> Iterable[SourceEdge]:
    found = list(found)
    sources = {edge.source for edge in found if edge.relation == Relation.TESTS}
    tests = Link.objects.filter(relation=Relation.TESTS, source__public_id__in=sources, outcome__isnull=False)
    columns = ("source__public_id", "target__public_id", "target_version__public_id", "outcome")
    outcomes = {(source, version or artifact): said for source, artifact, version, said in tests.values_list(*columns)}
    for edge in found:
        yield SourceEdge(
            source=edge.source,
            target=edge.target,
            relation=edge.relation,
            pinned=edge.pinned,
            outcome=outcomes.get((edge.source, edge.target)) if edge.relation == Relation.TESTS else None,
        )
