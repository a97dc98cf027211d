"""The reads that a walk upstream takes: the links of all that versions came from, and what is known of what is met.

Written out rather than composed: composing these takes longer than running them, and the ids travel as one parameter.
Whatever the database, rows are looked up by their keys: a hash join would read a whole table for a small graph.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from catalog.models import Artifact, ArtifactVersion, Link
from catalog.replication.routing import read_connection
from catalog.statements.id_lists import bound
from catalog.statements.prepared import prepared_cursor
from catalog.vocabulary import State

_ARTIFACTS, _VERSIONS, _LINKS = (model._meta.db_table for model in (Artifact, ArtifactVersion, Link))

Met = tuple[int, int | None]
"""What a link leads to: an artifact, and the version of it that the link names, if it does."""


class Known(NamedTuple):
    """What is known of something met.

    `id` is the version's where a link names one, else the artifact's; then `version_number` is None.
    """

    id: str
    artifact: str
    kind: str
    title: str
    version_number: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """What versions came from: their links, in order, each as its relation and what it leads to.

    `through` is the version that a way leads on through from what is met: the one named, or the artifact's latest.
    """

    through: dict[Met, int | None]
    links: dict[int | None, list[tuple[str, Met]]] = field(default_factory=dict)

    def links_of(self, met: Met) -> list[tuple[str, Met]]:
        return self.links.get(self.through[met], [])

    def known(self, wanted: Collection[Met]) -> dict[Met, Known]:
        """What is known of each that is there: a row that raw SQL took away is not."""
        artifacts, versions = _facts({met[0] for met in wanted}, {self.through[met] for met in wanted})
        return {
            met: _known(*artifacts[met[0]], versions.get(self.through[met]), named=met[1] is not None)
            for met in wanted
            if met[0] in artifacts
        }


@dataclass(frozen=True, slots=True)
class AskedUpstream:
    """What versions came from, asked for."""

    starts: Collection[Met]
    cursor: CursorWrapper

    def found(self) -> Upstream:
        """Their links, and those of all that they came from, once they are there."""
        found = Upstream({met: met[1] for met in self.starts})
        with self.cursor as cursor:
            # In order of version and number, which no two links share.
            for source, _, relation, artifact, named, through in sorted(cursor.fetchall()):
                met = artifact, named
                found.through[met] = through
                found.links.setdefault(source, []).append((relation, met))
        return found


def upstream_asked(starts: Collection[Met], max_depth: int) -> AskedUpstream:
    """Ask for the links of the versions `starts`, and of all that these came from by at most `max_depth` links."""
    connection = read_connection()
    cursor = prepared_cursor(connection)
    cursor.execute(_walk(connection.vendor), [_bound(version for _, version in starts), max_depth])
    return AskedUpstream(starts, cursor)


def _bound(versions: Iterable[int | None]) -> str:
    return bound({version for version in versions if version is not None})


_Version = tuple[str, str, int, str]
"""Its id, title, number and state."""


def _facts(
    artifacts: Iterable[int], versions: Iterable[int | None]
) -> tuple[dict[int, tuple[str, str]], dict[int | None, _Version]]:
    """The ids and kinds of artifacts, and what is known of versions."""
    of_artifacts: dict[int, tuple[str, str]] = {}
    of_versions: dict[int | None, _Version] = {}
    connection = read_connection()
    with prepared_cursor(connection) as cursor:
        cursor.execute(_look_up(connection.vendor), [bound(artifacts), _bound(versions)])
        for pk, public_id, kind_or_title, number, state in cursor.fetchall():
            if number is None:
                of_artifacts[pk] = public_id, kind_or_title
            else:
                of_versions[pk] = public_id, kind_or_title, number, state
    return of_artifacts, of_versions


def _known(artifact: str, kind: str, version: _Version | None, *, named: bool) -> Known:
    if version is None:
        return Known(artifact, artifact, kind, artifact, None, State.ACTIVE)
    public_id, title, number, state = version
    if named:
        return Known(public_id, artifact, kind, title, number, state)
    return Known(artifact, artifact, kind, title, None, state)


_LATEST = f"SELECT n.id FROM {_VERSIONS} n WHERE n.artifact_id = l.target_id AND n.is_latest LIMIT 1"
_THROUGH = f"COALESCE(l.target_version_id, ({_LATEST}))"
"""A link that names no version leads on through the latest."""

_FOUND = f"SELECT l.source_id, l.number, l.relation, l.target_id, l.target_version_id, {_THROUGH} FROM {_LINKS} l"


@cache
def _walk(vendor: str) -> str:
    """Level by level on PostgreSQL, which looks a list of keys up in half the time that it takes one by one."""
    if vendor == "postgresql":
        level = f"SELECT {_THROUGH} FROM {_LINKS} l WHERE l.source_id = ANY(w.versions)"
        return (
            "WITH RECURSIVE walk (versions, depth) AS (SELECT %s::bigint[], 0 UNION ALL "
            f"SELECT ARRAY({level}), w.depth + 1 FROM walk w WHERE w.depth < %s AND w.versions <> '{{}}') "
            f"{_FOUND} WHERE l.source_id = ANY(ARRAY(SELECT unnest(versions) FROM walk))"
        )
    return (
        f"WITH RECURSIVE walk (version, depth) AS (SELECT value, 0 FROM json_each(%s) UNION "
        f"SELECT {_THROUGH}, w.depth + 1 FROM walk w JOIN {_LINKS} l ON l.source_id = w.version WHERE w.depth < %s) "
        f"{_FOUND} WHERE l.source_id IN (SELECT version FROM walk)"
    )


@cache
def _look_up(vendor: str) -> str:
    """Artifacts and versions apart, each by its list of keys: to join them takes a look-up for each."""
    listed = "= ANY(%s::bigint[])" if vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    return (
        f"SELECT id, public_id, kind, NULL, NULL FROM {_ARTIFACTS} WHERE id {listed} UNION ALL "
        f"SELECT id, public_id, title, version_number, state FROM {_VERSIONS} WHERE id {listed}"
    )
