"""Small catalogues of any shape: several versions, links pinned or not, cycles; and plain walks over what they say."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from hypothesis import strategies as st

from catalog.models import ArtifactVersion, Link
from catalog.vocabulary import Relation
from tests.factories import make_dataset

VERSIONS = (1, 2, 3, 1, 2)
"""How many versions each artifact has."""

RELATIONS = (Relation.DERIVES_FROM, Relation.CITES)

Node = tuple[str, int | None]
"""An artifact, and the number of the version that a link names, if it does."""

Edge = tuple[int, int, bool, int]
"""From which version to which one, whether pinned, and by which of the relations; versions by their place."""

edges = st.sets(
    st.tuples(st.integers(0, sum(VERSIONS) - 1), st.integers(0, sum(VERSIONS) - 1), st.booleans(), st.integers(0, 1)),
    max_size=18,
)
withdrawn = st.sets(st.integers(0, sum(VERSIONS) - 1), max_size=4)


@dataclass(frozen=True)
class Said:
    """A link as plain values; `named` is None where it is not pinned."""

    source: tuple[str, int]
    artifact: str
    named: int | None
    relation: str


def make_versions() -> list[ArtifactVersion]:
    for number, count in enumerate(VERSIONS):
        for version in range(1, count + 1):
            make_dataset(f"a{number}", title=f"a{number}@{version}")
    return read_again()


def read_again() -> list[ArtifactVersion]:
    """The versions as they are now."""
    return list(ArtifactVersion.objects.select_related("artifact").order_by("pk"))


def key(version: ArtifactVersion) -> tuple[str, int]:
    return version.artifact.public_id, version.version_number


@contextmanager
def linked(versions: list[ArtifactVersion], wanted: Collection[Edge]) -> Iterator[list[Said]]:
    """The links of a catalogue, for as long as the block lasts. The door's rules hold; its signals are not needed."""
    rows: dict[tuple[int, str, int, int | None], Link] = {}
    for source, target, pinned, relation in sorted(wanted):
        from_, to = versions[source], versions[target]
        if from_ == to or (from_.artifact_id == to.artifact_id and not pinned):
            continue
        row = Link(source=from_, relation=RELATIONS[relation], target=to.artifact, target_kind=to.kind)
        row.target_version = to if pinned else None
        row.target_kind = "code" if RELATIONS[relation] == Relation.CITES else to.kind
        row.pinned_digest = to.content_digest if pinned else ""
        row.number = len(rows) + 1
        rows.setdefault((row.source_id, row.relation, row.target_id, row.target_version_id), row)
    with transaction.atomic():
        QuerySet(Link).bulk_create(rows.values())
        yield [
            Said(
                key(row.source),
                row.target.public_id,
                row.target_version.version_number if row.target_version else None,
                row.relation,
            )
            for row in rows.values()
        ]
        transaction.set_rollback(True)


def plain_latest(versions: Iterable[ArtifactVersion], retracted: Collection[tuple[str, int]]) -> dict[str, int]:
    """The newest version of each artifact that is not retracted; the newest of all where all are."""
    found: dict[str, tuple[bool, int]] = {}
    for artifact, number in map(key, versions):
        found[artifact] = max(found.get(artifact, (False, 0)), ((artifact, number) not in retracted, number))
    return {artifact: number for artifact, (_, number) in found.items()}


def plain_ancestors(root: tuple[str, int], said: Iterable[Said], latest: dict[str, int]) -> dict[Node, list[Node]]:
    """What a version came from, each node with a shortest way to it, which it and the root are part of."""
    outgoing: dict[tuple[str, int], list[Node]] = {}
    for link in said:
        outgoing.setdefault(link.source, []).append((link.artifact, link.named))
    paths: dict[Node, list[Node]] = {root: [root]}
    queue: deque[Node] = deque([root])
    while queue:
        artifact, named = node = queue.popleft()
        for target in outgoing.get((artifact, named or latest[artifact]), ()):
            if target not in paths:
                paths[target] = [*paths[node], target]
                queue.append(target)
    return paths
