"""The locks that close the races between writers.

What decides a model's result are its own links and evaluations and the links of its producing analysis. Whoever
changes any of them holds the artifact rows of both; whoever holds them sees all that was committed before.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.db import connection

from catalog.models import Artifact, ArtifactVersion, Link
from catalog.statements.compiled import Compiled, GivenList
from catalog.statements.id_lists import bound, unnested
from catalog.statements.prepared import prepared_cursor
from catalog.vocabulary import Relation


def lock_artifacts(ids: Iterable[int]) -> None:
    """Lock artifact rows until the transaction ends, in the order of their ids, so that no two writers deadlock.

    Weaker than an update's lock, so that links to the artifact can still be inserted by others. SQLite needs none:
    there a writing transaction is alone from its start. A raw save outside a transaction holds nothing.
    """
    ids = set(ids)
    if ids and connection.features.has_select_for_update and connection.in_atomic_block:
        _locking(connection.vendor).asked(ids=ids)


@cache
def _locking(vendor: str) -> Compiled:
    rows = Artifact.objects.filter(pk__in=GivenList("ids")).order_by("pk").select_for_update(no_key=True)
    return Compiled.of(rows.values_list("pk"))


def lock_for(versions: Iterable[int], producers: Iterable[int] = ()) -> None:
    """Lock the artifacts of `versions` and of the analyses that produced them, or are about to: `producers`.

    A producer read before the lock may have changed when the lock is granted: it is read again until it stands.
    """
    versions = set(versions)
    own = versions.union(producers)
    if not (own and connection.features.has_select_for_update and connection.in_atomic_block):
        return
    given = {"versions": bound(versions), "own": bound(own)}
    with prepared_cursor(connection, len(own)) as cursor:

        def read(statement: str) -> set[int]:
            cursor.execute(statement, given)
            return {row[0] for row in cursor.fetchall()}

        held = read(_LOCKING)
        while not read(_DECIDING) <= held:
            held |= read(_LOCKING)


def _listed(name: str) -> str:
    return unnested("postgresql", f"%({name})s")


# By two indexes: an OR with a subquery would walk the whole table. Analyses that produced many are looked up once.
_DECIDING = f"""
    SELECT version.artifact_id FROM {ArtifactVersion._meta.db_table} version WHERE version.id IN (
        {_listed("own")} UNION SELECT link.target_version_id FROM {Link._meta.db_table} link
        WHERE link.source_id IN ({_listed("versions")}) AND link.relation = '{Relation.PRODUCED_BY}'
    )
"""
_LOCKING = f"SELECT id FROM {Artifact._meta.db_table} WHERE id IN ({_DECIDING}) ORDER BY id FOR NO KEY UPDATE"
