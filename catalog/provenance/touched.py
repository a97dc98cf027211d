"""Which models a change touches, and when they are brought up to date: at once, or once at the end of bulk work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.db.models import QuerySet

from catalog.models import ArtifactVersion, Link
from catalog.provenance.audit import forget_evidence, refresh, reset
from catalog.provenance.locks import lock_for
from catalog.vocabulary import Kind, Relation

_waiting: ContextVar[set[int] | None] = ContextVar("waiting", default=None)


@contextmanager
def coalesced_refresh() -> Iterator[None]:
    """Refresh the models that the block touches once, at its end, in its own transaction.

    For work that writes many rows of one model, and for bulk imports. Nested blocks join the outermost. Where the
    block raises, its changes are rolled back and nothing is refreshed.
    """
    if _waiting.get() is not None:
        yield
        return
    with transaction.atomic():
        token = _waiting.set(set())
        try:
            yield
            owners = _waiting.get() or set()
        finally:
            _waiting.reset(token)
        refresh(affected_by(owners))


def touching(owners: Iterable[int | None], producers: Iterable[int] = ()) -> None:
    """Lock what decides the models that a change to rows of the versions `owners` is about to touch.

    `producers` are the versions of the analyses that the change makes theirs.
    """
    lock_for((owner for owner in owners if owner is not None), producers)


def touched(owners: Iterable[int | None]) -> None:
    """Bring up to date what a change to rows of the versions `owners` touched, or let it wait for the block's end."""
    known = {owner for owner in owners if owner is not None}
    waiting = _waiting.get()
    if waiting is not None:
        waiting |= known
    else:
        refresh(affected_by(known))


def distrust(owners: Iterable[int | None]) -> None:
    """Cap the models that a raw load touched until the audit."""
    reset(_affected({owner for owner in owners if owner is not None}))


def distrust_version(version: ArtifactVersion) -> None:
    """Cap what a version that was loaded raw decides: its own models, and those whose analyses are pinned to it."""
    distrust([version.pk, *Link.objects.filter(target_version=version.pk).values_list("source", flat=True)])
    forget_evidence(version.pk)


def affected_by(owners: Iterable[int]) -> set[int]:
    """The models decided by rows of the versions `owners`: those among them, and those that they produced."""
    owners = set(owners)
    return set(_affected(owners).values_list("pk", flat=True)) if owners else set()


def _affected(owners: set[int]) -> QuerySet[ArtifactVersion]:
    # In two steps by two indexes: an OR with a subquery has both databases walk the whole table.
    produced = Link.objects.filter(relation=Relation.PRODUCED_BY, target_version__in=owners)
    rows: QuerySet[ArtifactVersion] = QuerySet(ArtifactVersion)
    return rows.filter(pk__in=owners.union(produced.values_list("source", flat=True)), kind=Kind.MODEL)
