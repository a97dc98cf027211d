"""The locks that close the races between writers.

What decides a model's result are its own links and evaluations and the links of its producing analysis. Whoever
changes any of them holds the artifact rows of both; whoever holds them sees all that was committed before.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.db import connection
from django.db.models import TextField

from catalog.models import Artifact, ArtifactVersion, Identifier, Link
from catalog.statements.compiled import Asked, Compiled, GivenList
from catalog.statements.id_lists import Ids, Span, among, bound, named, unnested
from catalog.statements.prepared import batch_cursor
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


def lock_named(names: Iterable[str]) -> Asked | None:
    """As `lock_artifacts`, those that `names` lead to, whose keys are sent for; None where nothing need be locked."""
    if not (connection.features.has_select_for_update and connection.in_atomic_block):
        return None
    return _locking_named(connection.vendor).asked(names=set(names))


@cache
def _locking_named(vendor: str) -> Compiled:
    named = Identifier.objects.filter(name__in=GivenList("names", TextField())).order_by().values("artifact")
    rows = Artifact.objects.filter(pk__in=named).order_by("pk").select_for_update(no_key=True)
    return Compiled.of(rows.values_list("pk"))


def lock_for(versions: Ids, producers: Iterable[int] = ()) -> None:
    """Lock the artifacts of `versions` and of the analyses that produced them, or are about to: `producers`.

    A producer read before the lock may have changed when the lock is granted: it is read again until it stands.
    """
    batch = versions if isinstance(versions, Span) else sorted(set(versions))
    producers = set(producers)
    if not (batch or producers) or not (connection.features.has_select_for_update and connection.in_atomic_block):
        return
    given, span = {**named(batch), "producers": bound(producers)}, isinstance(batch, Span)
    with batch_cursor(connection, batch) as cursor:

        def read(statement: str) -> set[int]:
            cursor.execute(statement, given)
            return {row[0] for row in cursor.fetchall()}

        held = read(_locking_for(span))
        while not read(_producing(span)) <= held:
            held |= read(_locking_for(span))


@cache
def _producing(span: bool) -> str:
    """The statement for the analyses that produced the versions of a batch."""
    return (
        f"SELECT DISTINCT link.target_version_id FROM {Link._meta.db_table} link "
        f"WHERE {among('postgresql', 'link.source_id', span=span)} AND link.relation = '{Relation.PRODUCED_BY}'"
    )


@cache
def _locking_for(span: bool) -> str:
    """The statement that locks what decides the versions of a batch; it yields the analyses among that.

    The versions and the analyses are looked up apart: an OR with a subquery would walk the whole table. The artifacts
    are looked up as an array, which the planner takes for short: it would read all of them for a batch. What is locked
    is counted, since no row is locked that nobody asks for.
    """
    versions = ArtifactVersion._meta.db_table
    return f"""
        WITH producer (id) AS MATERIALIZED ({_producing(span)} UNION {unnested("postgresql", "%(producers)s")}),
        deciding AS (
            SELECT version.artifact_id FROM {versions} version WHERE {among("postgresql", "version.id", span=span)}
            UNION ALL SELECT version.artifact_id FROM producer JOIN {versions} version ON version.id = producer.id
        ),
        locked AS (
            SELECT id FROM {Artifact._meta.db_table} WHERE id = ANY (ARRAY(SELECT artifact_id FROM deciding))
            ORDER BY id FOR NO KEY UPDATE
        )
        SELECT id FROM producer WHERE (SELECT count(*) FROM locked) >= 0
    """
