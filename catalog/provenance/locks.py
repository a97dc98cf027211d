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
from catalog.statements.id_lists import listed
from catalog.vocabulary import Relation


def lock_artifacts(ids: Iterable[int]) -> None:
    """Lock artifact rows until the transaction ends, in the order of their ids, so that no two writers deadlock.

    Weaker than an update's lock, so that links to the artifact can still be inserted by others. SQLite needs none:
    there a writing transaction is alone from its start. A raw save outside a transaction holds nothing.
    """
    ids = set(ids)
    if ids and connection.features.has_select_for_update and connection.in_atomic_block:
        _locking(connection.vendor).rows(ids=ids)


@cache
def _locking(vendor: str) -> Compiled:
    rows = Artifact.objects.filter(pk__in=GivenList("ids")).order_by("pk").select_for_update(no_key=True)
    return Compiled.of(rows.values_list("pk"))


def lock_for(versions: Iterable[int], producers: Iterable[int] = ()) -> None:
    """Lock the artifacts of `versions` and of the analyses that produced them, or are about to: `producers`.

    A producer read before the lock may have changed when the lock is granted: it is read again until it stands.
    """
    if not connection.features.has_select_for_update:
        return
    versions, coming = set(versions), set(producers)
    held: set[int] = set()
    while missing := _deciding(versions, coming) - held:
        lock_artifacts(missing)
        held |= missing


def _deciding(versions: set[int], coming: set[int]) -> set[int]:
    # Two queries in one, by two indexes: an OR with a subquery has both databases walk the whole table.
    own = ArtifactVersion.objects.filter(pk__in=listed(versions | coming)).order_by().values_list("artifact")
    producers = Link.objects.filter(source__in=listed(versions), relation=Relation.PRODUCED_BY).order_by()
    return {pk for (pk,) in own.union(producers.values_list("target_version__artifact"))} - {None}
