"""How much is downstream at each depth: only keys are read, level after level, and what they are called never."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

from catalog.models import ArtifactVersion, Link
from catalog.provenance.dependents.rows import Root
from catalog.replication.routing import read_connection
from catalog.statements.id_lists import bound, unnested

BATCH = 20_000
"""Versions whose dependents one query looks up."""

_VERSIONS, _LINKS = ArtifactVersion._meta.db_table, Link._meta.db_table


def count_by_depth(root: Root) -> dict[int, int]:
    """How many dependents there are at each depth, from 1: a query for each, and for each batch of a wider one."""
    itself = _itself(root)
    counts: dict[int, int] = {}
    seen, level = set(itself), _dependents_of(itself)
    if root.version is None:
        level |= _of_any_version(root)
    while level := level - seen:
        counts[len(counts) + 1] = len(level)
        seen |= level
        level = _dependents_of(level)
    return counts


def _itself(root: Root) -> set[int]:
    """The versions that are asked about: an artifact does not rest on itself by another of its versions."""
    if root.version is not None:
        return {root.version.pk}
    return set(ArtifactVersion.objects.filter(artifact=root.artifact).order_by().values_list("pk", flat=True))


def _of_any_version(root: Root) -> set[int]:
    links = Link.objects.filter(target=root.artifact).order_by()
    return set(links.values_list("source", flat=True))


def _dependents_of(versions: Collection[int]) -> set[int]:
    """The versions with a link that names one of `versions`, or none and so leads through one that is the latest."""
    found: set[int] = set()
    ids = sorted(versions)
    connection = read_connection()
    with connection.cursor() as cursor:
        for start in range(0, len(ids), BATCH):
            batch = bound(ids[start : start + BATCH])
            cursor.execute(_statement(connection.vendor), [batch, batch])
            found.update(_keys(cursor.fetchall()))
    return found


def _keys(rows: Iterable[tuple[int]]) -> Iterable[int]:
    return (key for (key,) in rows)


@cache
def _statement(vendor: str) -> str:
    """The plus has SQLite look links up by their target, and not all of those that name no version."""
    ids = unnested(vendor)
    return (
        f"SELECT l.source_id FROM {_LINKS} l WHERE l.target_version_id IN ({ids}) UNION "
        f"SELECT l.source_id FROM {_VERSIONS} v JOIN {_LINKS} l ON l.target_id = v.artifact_id "
        f"AND +l.target_version_id IS NULL WHERE v.is_latest AND v.id IN ({ids})"
    )
