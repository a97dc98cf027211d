"""The reads that a walk upstream takes: the links of all that versions came from, and what is known of what is met.

Written out rather than composed: composing these takes longer than running them, and the ids travel as one parameter.
Whatever the database, rows are looked up by their keys: a hash join would read a whole table for a small graph.
All comes by the column, each a text: row by row, it would take as long to send as to find.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from catalog.models import Artifact, ArtifactVersion, Link
from catalog.replication.routing import read_connection
from catalog.statements.id_lists import bound, bound_in_runs
from catalog.statements.prepared import Answer, ask
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
    `known` is what there is no need to ask for.
    """

    through: dict[Met, int | None]
    links: dict[int | None, list[tuple[str, Met]]] = field(default_factory=dict)
    known: dict[Met, Known] = field(default_factory=dict)

    @classmethod
    def of_new(cls, version: ArtifactVersion, stated: Iterable[Link], latest: Mapping[int, int]) -> Upstream:
        """What a version that is yet to be written states. `latest` are the latest versions of what it does not pin."""
        artifact, itself = version.artifact, (version.artifact_id, version.pk)
        links = [(str(link.relation), (link.target_id, link.target_version_id)) for link in stated]
        through = {met: latest.get(met[0]) if met[1] is None else met[1] for _, met in links}
        shown = version.public_id, version.title, version.version_number, version.state
        known = _known(artifact.public_id, artifact.kind, shown, named=True)
        return cls(through | {itself: version.pk}, {version.pk: links}, {itself: known})

    def add(self, links: str) -> None:
        """Take in links as the walk writes them, a column a line; those of a version may have come before."""
        *keys, relations = links.split("\n")
        rows = zip(*map(_array, keys), relations.split(), strict=True)
        stated: dict[int | None, list[tuple[str, Met]]] = {}
        # In order of version and number, which no two links share.
        for source, _, artifact, named, through, relation in sorted(rows):
            met = artifact, named
            self.through[met] = through
            stated.setdefault(source, []).append((relation, met))
        self.links.update(stated)

    def links_of(self, met: Met) -> list[tuple[str, Met]]:
        return self.links.get(self.through[met], [])

    def asked(self, max_depth: int) -> AskedUpstream:
        """Ask for the links of what was met, and of all that this came from by at most `max_depth` links."""
        connection = read_connection()
        versions = {version for version in self.through.values() if version is not None and version not in self.links}
        return AskedUpstream(self, ask(connection, _walk(connection.vendor), [bound(versions), max_depth]))

    def known_asked(self, wanted: Collection[Met]) -> AskedKnown:
        """Ask for what is known of each."""
        connection = read_connection()
        unknown = wanted - self.known.keys()
        versions, artifacts = (self.through[met] for met in unknown), (artifact for artifact, _ in unknown)
        keys = [key for ids in (versions, artifacts) for key in _keys_of(connection.vendor, ids)]
        return AskedKnown(self, unknown, ask(connection, _look_up(connection.vendor), keys))


_Version = tuple[str, str, int, str]
"""Its id, title, number and state."""


@dataclass(frozen=True, slots=True)
class AskedKnown:
    """What is known of what is met, asked for."""

    upstream: Upstream
    wanted: Collection[Met]
    answer: Answer

    def found(self) -> dict[Met, Known]:
        """It, once it is there: nothing of a row that raw SQL took away."""
        artifacts: dict[int, tuple[str, str]] = {}
        versions: dict[int | None, _Version] = {}
        for keys, ids, titles, numbers, kinds_or_states in self.answer.rows():
            if ids is None:  # nothing is met of that table
                continue
            words = ids.split(), kinds_or_states.split()
            if titles is None:
                artifacts.update(zip(_array(keys), zip(*words, strict=True), strict=True))
            else:
                shown = zip(words[0], json.loads(titles), _array(numbers), words[1], strict=True)
                versions.update(zip(_array(keys), shown, strict=True))
        return self.upstream.known | {
            met: _known(*artifacts[met[0]], versions.get(self.upstream.through[met]), named=met[1] is not None)
            for met in self.wanted
            if met[0] in artifacts
        }


@dataclass(frozen=True, slots=True)
class AskedUpstream:
    """What versions came from, asked for. `begun` is what was known of it before."""

    begun: Upstream
    answer: Answer

    def found(self) -> Upstream:
        """Their links, and those of all that they came from, once they are there."""
        for (links,) in self.answer.rows():
            self.begun.add(links)
        return self.begun


def upstream_asked(starts: Collection[Met], max_depth: int) -> AskedUpstream:
    """Ask for the links of the versions `starts`, and of all that these came from by at most `max_depth` links."""
    return Upstream({met: met[1] for met in starts}).asked(max_depth)


def _array(column: str) -> list[Any]:
    """The integers of a column, which both databases write in brackets: `[1,null]`, or `{1,NULL}`."""
    integers: list[Any] = json.loads(f"[{column[1:-1].replace('NULL', 'null')}]")
    return integers


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

MANY = 5_000
"""Versions that a walk by levels comes by, again or not, before it leaves out those that it was at."""


@cache
def _walk(vendor: str) -> str:
    return _by_levels() if vendor == "postgresql" else _by_versions()


def _by_levels() -> str:
    """For PostgreSQL, which looks a list of keys up in half the time that it takes one by one.

    Each level tells its links, so that they are read once. A version that is come by again tells its own again: while
    there are few, that takes less than to find out which were there `before`.
    """
    return f"""
        WITH RECURSIVE walk (versions, before, depth, links) AS (
            SELECT %s::bigint[], '{{}}'::bigint[], 0, NULL
            UNION ALL
            SELECT
                CASE
                    WHEN cardinality(w.before) < {MANY} THEN level.through
                    ELSE ARRAY(SELECT unnest(level.through) EXCEPT SELECT unnest(w.before || w.versions))
                END,
                w.before || w.versions,
                w.depth + 1,
                concat_ws(E'\\n', sources, numbers, targets, named, through, relations)
            FROM walk w, LATERAL (
                SELECT
                    array_agg(l.source_id) AS sources,
                    array_agg(l.number) AS numbers,
                    array_agg(l.target_id) AS targets,
                    array_agg(l.target_version_id) AS named,
                    array_agg({_THROUGH}) AS through,
                    string_agg(l.relation, ' ') AS relations
                FROM {_LINKS} l WHERE l.source_id = ANY(w.versions) HAVING COUNT(*) > 0
            ) level
            WHERE w.depth <= %s
        )
        SELECT links FROM walk WHERE depth > 0
    """


def _by_versions() -> str:
    keys = ("l.source_id", "l.number", "l.target_id", "l.target_version_id", _THROUGH)
    columns = [*(f"json_group_array({key})" for key in keys), "group_concat(l.relation, ' ')"]
    return f"""
        WITH RECURSIVE walk (version, depth) AS (
            SELECT value, 0 FROM json_each(%s)
            UNION
            SELECT {_THROUGH}, w.depth + 1 FROM walk w JOIN {_LINKS} l ON l.source_id = w.version WHERE w.depth < %s
        )
        SELECT links FROM (
            SELECT {" || char(10) || ".join(columns)} AS links FROM {_LINKS} l
            WHERE l.source_id IN (SELECT version FROM walk)
        ) WHERE links IS NOT NULL
    """


@cache
def _look_up(vendor: str) -> str:
    """Artifacts and versions apart, each by its keys: to join them takes a look-up for each.

    Either makes one row. No id, kind or state holds a blank; titles do, and are written as JSON.
    """
    if vendor == "postgresql":
        chosen, integers, words = _chosen_by_runs, "array_agg({})::text", "string_agg({}, ' ')"
        titles = "json_agg(title)::text"
    else:
        chosen, integers, words = _chosen, "json_group_array({})", "group_concat({}, ' ')"
        titles = "json_group_array(title)"
    keys, numbers, ids = integers.format("id"), integers.format("version_number"), words.format("public_id")
    return f"""
        SELECT {keys}, {ids}, {titles}, {numbers}, {words.format("state")}
        FROM ({chosen(_VERSIONS, "id, public_id, title, version_number, state")}) versions
        UNION ALL
        SELECT {keys}, {ids}, NULL, NULL, {words.format("kind")}
        FROM ({chosen(_ARTIFACTS, "id, public_id, kind")}) artifacts
    """


def _chosen(table: str, columns: str) -> str:
    return f"SELECT {columns} FROM {table} WHERE id IN (SELECT value FROM json_each(%s))"


def _chosen_by_runs(table: str, columns: str) -> str:
    """Of rows that came in together, which mostly lie side by side, one search of the index finds all.

    OFFSET keeps each run a search: joined as a table, the planner would compare every row with every run.
    """
    return f"""
        SELECT {columns} FROM {table} WHERE id = ANY(%s::bigint[])
        UNION ALL
        SELECT found.* FROM unnest(%s::bigint[], %s::bigint[]) AS run (low, high),
            LATERAL (SELECT {columns} FROM {table} WHERE id BETWEEN run.low AND run.high ORDER BY id OFFSET 0) found
    """


def _keys_of(vendor: str, ids: Iterable[int | None]) -> list[str]:
    """The parameters for what is chosen by `ids`."""
    given = {one for one in ids if one is not None}
    return list(bound_in_runs(given)) if vendor == "postgresql" else [bound(given)]
