"""The reads that a walk upstream takes: all that versions came from, with what is known of it; and the links there.

Written out rather than composed: composing these takes longer than running them, and the ids travel as one parameter.
Whatever the database, each row is looked up by its key: a hash join would read a whole table for a small graph.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

from catalog.models import Artifact, ArtifactVersion, Link
from catalog.replication.routing import read_connection
from catalog.statements.id_lists import bound, unnested
from catalog.vocabulary import State

_ARTIFACTS, _VERSIONS, _LINKS = (model._meta.db_table for model in (Artifact, ArtifactVersion, Link))


class Met(NamedTuple):
    """What a walk met: an artifact, and the version that the link to it names, if it does."""

    artifact: int
    named: int | None


class Known(NamedTuple):
    """What is known of something met. `through` is the version that it leads on through: its own, or the latest.

    `id` is the version's where a link names one, else the artifact's; then `version_number` is None.
    """

    through: int | None
    id: str
    artifact: str
    kind: str
    title: str
    version_number: int | None
    state: str


class Walked(NamedTuple):
    """By start, what it came from with the depth of each; and what is known of all that was met."""

    depths: dict[int, dict[Met, int]]
    known: dict[Met, Known]


def walked(starts: Collection[int], max_depth: int) -> Walked:
    """What each start came from, to one link beyond `max_depth`: whether there is more is then known.

    A row that raw SQL took away is not met.
    """
    depths: dict[int, dict[Met, int]] = {start: {} for start in starts}
    known: dict[Met, Known] = {}
    connection = read_connection()
    with connection.cursor() as cursor:
        cursor.execute(_walk(connection.vendor), [bound(starts), max_depth])
        for start, depth, artifact, named, *facts in cursor.fetchall():
            met = Met(artifact, named)
            if met not in known:
                known[met] = _known(named, *facts)
            found = depths[start]
            if found.setdefault(met, depth) > depth:
                found[met] = depth
    return Walked(depths, known)


def links_from(versions: Iterable[int | None]) -> dict[int, list[tuple[Met, str]]]:
    """What the links of each version lead to and by which relation, in the order of the links."""
    found: dict[int, list[tuple[Met, str]]] = {}
    connection = read_connection()
    with connection.cursor() as cursor:
        cursor.execute(_links(connection.vendor), [bound({version for version in versions if version is not None})])
        for source, target, named, relation in cursor.fetchall():
            found.setdefault(source, []).append((Met(target, named), relation))
    return found


def _known(
    named: int | None,
    through: int | None,
    artifact: str,
    kind: str,
    version: str | None,
    title: str,
    number: int,
    state: str,
) -> Known:
    if version is None:
        return Known(through, artifact, artifact, kind, artifact, None, State.ACTIVE)
    if named is None:
        return Known(through, artifact, artifact, kind, title, None, state)
    return Known(through, version, artifact, kind, title, number, state)


@cache
def _walk(vendor: str) -> str:
    """`UNION` drops what was met at the same depth. A link that names no version leads on through the latest."""
    latest = f"SELECT n.id FROM {_VERSIONS} n WHERE n.artifact_id = l.target_id AND n.is_latest LIMIT 1"
    facts = ["v.public_id", "v.title", "v.version_number", "v.state"]
    join = f"LEFT JOIN {_VERSIONS} v ON v.id = w.through"
    if vendor == "sqlite":  # it would make all of what stands in for the versions as of a moment, and join that
        facts, join = [f"(SELECT {fact} FROM {_VERSIONS} v WHERE v.id = w.through)" for fact in facts], ""
    return (
        "WITH RECURSIVE walk (start, depth, met, named, through) AS ("
        f"SELECT v.id, 0, v.artifact_id, v.id, v.id FROM {_VERSIONS} v WHERE v.id IN ({unnested(vendor)}) "
        "UNION SELECT w.start, w.depth + 1, l.target_id, l.target_version_id, "
        f"COALESCE(l.target_version_id, ({latest})) FROM walk w JOIN {_LINKS} l ON l.source_id = w.through "
        "WHERE w.depth <= %s) "
        f"SELECT w.start, w.depth, w.met, w.named, w.through, a.public_id, a.kind, {', '.join(facts)} "
        f"FROM walk w JOIN {_ARTIFACTS} a ON a.id = w.met {join}"
    )


@cache
def _links(vendor: str) -> str:
    columns = "l.source_id, l.target_id, l.target_version_id, l.relation"
    if vendor == "postgresql":
        own = f"SELECT * FROM {_LINKS} l WHERE l.source_id = wanted ORDER BY l.number"
        return f"SELECT {columns} FROM unnest(%s::bigint[]) wanted CROSS JOIN LATERAL ({own}) l"
    return f"SELECT {columns} FROM {_LINKS} l WHERE l.source_id IN ({unnested(vendor)}) ORDER BY l.source_id, l.number"
