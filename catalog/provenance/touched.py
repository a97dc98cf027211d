"""Which models a change touches, and when they are brought up to date: at once, or once at the end of bulk work.

What changed is written down in the same breath: how a version stands then, and what is stated of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Model, QuerySet

from catalog.models import ArtifactVersion, Link
from catalog.provenance.locks import lock_for
from catalog.provenance.postings import keep_posted
from catalog.provenance.recording import FACT_LOGS, STANDINGS, record
from catalog.provenance.results import judge, reset
from catalog.statements.id_lists import batches
from catalog.statements.prepared import pipelined
from catalog.vocabulary import Kind, Relation


@dataclass(slots=True)
class _Block:
    """What waits for the end of a block: versions to judge, record and cap, and facts to record, by their owners.

    `new` are versions that the block made, with their kinds: what they produced, it made too.
    """

    owners: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    written: dict[type[Model], set[int]] = field(default_factory=dict)
    distrusted: set[int] = field(default_factory=set)
    new: dict[int, str] = field(default_factory=dict)
    moment: datetime | None = None

    def settle(self) -> None:
        if not (self.owners or self.changed or self.distrusted):
            return
        with pipelined():
            self._settle()
        self._cap()  # which has to be told how many rows it reset

    def _settle(self) -> None:
        for model, owners in self.written.items():
            record(FACT_LOGS[model], owners, self.moment)
        judged = affected_by(self.owners - self.new.keys())
        judged |= {version for version, kind in self.new.items() if kind == Kind.MODEL}
        judge(judged)
        touched = judged | self.owners | self.changed
        keep_posted(touched, new=self.new)
        record(STANDINGS, touched, self.moment)

    def _cap(self) -> None:
        """Cap last what was loaded raw: nothing else that the block did says that it can be trusted."""
        for owners in batches(self.distrusted):
            models = _affected(set(owners))
            if reset(models):
                record(STANDINGS, models.values_list("pk", flat=True), known_only=True)
            keep_posted(models.values_list("pk", flat=True))


_waiting: ContextVar[_Block | None] = ContextVar("waiting", default=None)


@contextmanager
def coalesced_refresh(savepoint: bool = True) -> Iterator[None]:
    """Refresh and record what the block touches once, at its end, in its own transaction.

    For work that writes many rows of one model, and for bulk imports. Nested blocks join the outermost. Where the
    block raises, its changes are rolled back and nothing is refreshed. One that a whole transaction begins with, and
    that it ends with where the block raises, needs no savepoint.
    """
    if _waiting.get() is not None:
        yield
        return
    with transaction.atomic(savepoint=savepoint):
        block = _Block()
        token = _waiting.set(block)
        try:
            yield
        finally:
            _waiting.reset(token)
        block.settle()


def is_waiting() -> bool:
    """Whether what is touched now is brought up to date at the end of a block, and not at once."""
    return _waiting.get() is not None


def dated(moment: datetime) -> None:
    """Say when the changes of the block that this is called in are made: a version begins with all that it states.

    The caller holds the locks since before `moment`.
    """
    block = _waiting.get()
    if block is not None:
        block.moment = moment


def touching(owners: Iterable[int | None], producers: Iterable[int] = ()) -> None:
    """Lock what decides the models that a change to rows of the versions `owners` is about to touch.

    `producers` are the versions of the analyses that the change makes theirs.
    """
    lock_for((owner for owner in owners if owner is not None), producers)


def touched(owners: Iterable[int | None]) -> None:
    """Bring up to date what a change to rows of the versions `owners` touched, or let it wait for the block's end."""
    block = _waiting.get() or _Block()
    block.owners.update(owner for owner in owners if owner is not None)
    if _waiting.get() is None:
        block.settle()


def made(version: ArtifactVersion) -> None:
    """As `touched`, of a version that was just inserted, and that nothing can refer to yet."""
    block = _waiting.get() or _Block()
    block.owners.add(version.pk)
    block.new[version.pk] = version.kind
    if _waiting.get() is None:
        block.settle()


def changed(versions: Iterable[int]) -> None:
    """Record a change of versions that no rule reads, at once or at the block's end."""
    block = _waiting.get() or _Block()
    block.changed.update(versions)
    if _waiting.get() is None:
        block.settle()


def written(model: type[Model], owners: Iterable[int]) -> None:
    """As `touched`, for facts of the versions `owners` that were written in bulk: their history is written too."""
    block = _waiting.get() or _Block()
    block.written.setdefault(model, set()).update(owners)
    block.owners.update(owners)
    if _waiting.get() is None:
        block.settle()


def distrust(owners: Iterable[int | None]) -> None:
    """Cap the models that a raw load touched until the audit, at once or at the block's end.

    Whose history has begun has that recorded.
    """
    block = _waiting.get() or _Block()
    block.distrusted.update(owner for owner in owners if owner is not None)
    if _waiting.get() is None:
        block.settle()


def distrust_version(version: ArtifactVersion, *, new: bool) -> None:
    """Cap what a version that was loaded raw decides: its own models, and those whose analyses are pinned to it.

    To one that is `new`, none is.
    """
    pinned = Link.objects.none() if new else Link.objects.filter(target_version=version.pk).order_by()
    distrust([version.pk, *pinned.values_list("source", flat=True)])


def affected_by(owners: Iterable[int]) -> set[int]:
    """The models decided by rows of the versions `owners`: those among them, and those that they produced."""
    owners = set(owners)
    return set(_affected(owners).values_list("pk", flat=True)) if owners else set()


def _affected(owners: set[int]) -> QuerySet[ArtifactVersion]:
    # In two steps by two indexes: an OR with a subquery has both databases walk the whole table.
    produced = Link.objects.filter(relation=Relation.PRODUCED_BY, target_version__in=owners).order_by()
    rows: QuerySet[ArtifactVersion] = QuerySet(ArtifactVersion).order_by()
    return rows.filter(pk__in=owners.union(produced.values_list("source", flat=True)), kind=Kind.MODEL)
