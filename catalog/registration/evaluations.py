"""Evaluations of a version: written with it, appended later, superseded by name, retracted with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, TextField
from django.utils import timezone

from catalog.errors import Conflict, Fault, InvalidInput, NotFound, UnknownReference
from catalog.models import ArtifactVersion, Evaluation, MetricDefinition
from catalog.provenance.touched import coalesced_refresh, touching
from catalog.references import Target, require
from catalog.registration.content import dataset_reference, evaluation_content, evaluation_key
from catalog.registration.links import attribute, check_reason
from catalog.registration.submission import EvaluationInput
from catalog.registration.validate import evaluation_faults
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Asked, Compiled, GivenList
from catalog.vocabulary import Kind


def evaluations_of(
    version: ArtifactVersion,
    entries: Iterable[EvaluationInput],
    targets: Mapping[str, Target],
    by: User | None,
) -> list[Evaluation]:
    """The evaluations that a version is to be registered with. Raises `InvalidInput` where two have one key."""
    rows = [_row(version, entry, targets, by) for entry in entries]
    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        row.number, row.created_at = index + 1, version.registered_at
        first = seen.setdefault(row.key_digest, index)
        if first != index:
            detail = f"It says of the same case what evaluation {first} says; give one, or say what differs."
            raise InvalidInput([Fault(f"/evaluations/{index}", detail, "repeated")])
    return rows


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics that some evaluations name, asked for."""

    names: frozenset[str]
    asked: Asked | None

    @classmethod
    def of(cls, entries: Iterable[EvaluationInput]) -> Metrics:
        names = frozenset(entry.metric for entry in entries)
        return cls(names, _defined(read_vendor()).asked(names=names) if names else None)

    def define(self) -> None:
        """Take those nobody has defined as they come: of unknown direction, so that nothing is best by them."""
        known = {name for (name,) in self.asked.rows()} if self.asked else ()
        missing = [MetricDefinition(name=name) for name in sorted(self.names.difference(known))]
        if missing:
            MetricDefinition.objects.bulk_create(missing, ignore_conflicts=True)


@cache
def _defined(vendor: str) -> Compiled:
    return Compiled.of(
        MetricDefinition.objects.filter(name__in=GivenList("names", TextField())).order_by().values_list("name")
    )


def _row(
    version: ArtifactVersion, entry: EvaluationInput, targets: Mapping[str, Target], by: User | None
) -> Evaluation:
    target = targets[dataset_reference(entry)] if entry.dataset is not None else None
    content = evaluation_content(entry, targets)
    columns: dict[str, Any] = {key: value for key, value in content.items() if key not in _RESOLVED}
    return Evaluation(
        version=version,
        metric_id=entry.metric,
        dataset=target.artifact if target else None,
        dataset_version=target.version if target and target.pinned else None,
        key_digest=evaluation_key(content),
        created_by=by,
        **columns,
    )


_RESOLVED = frozenset({"metric", "dataset", "dataset_version"})


def append_evaluation(
    version: ArtifactVersion,
    entry: EvaluationInput,
    *,
    supersedes: int | None = None,
    added_by: User | None = None,
) -> tuple[Evaluation, bool]:
    """Add a later evaluation to a model version; the one that says the same already is returned, with False.

    An evaluation of the same case with another value is refused unless it names, by number, the one it supersedes.

    Raises `InvalidInput`, `UnknownReference` for its dataset or for what it supersedes, and `Conflict`.
    """
    faults = list(evaluation_faults(entry, ""))
    if version.kind != Kind.MODEL:
        faults.append(Fault("", f"Only a model has evaluations; {version} is a {version.kind}.", "not_a_model"))
    if faults:
        raise InvalidInput(faults)
    targets = require([("/dataset", dataset_reference(entry))] if entry.dataset is not None else [])
    if any(target.kind != Kind.DATASET for target in targets.values()):
        raise InvalidInput([Fault("/dataset", f"'{entry.dataset}' is not a dataset.", "kind")])
    with coalesced_refresh():  # what it supersedes and what it says are one change
        touching([version.pk])
        row = _row(version, entry, targets, added_by)
        standing = version.evaluations.live().filter(key_digest=row.key_digest).first()
        if standing is not None and _says_the_same(standing, row):
            return standing, False
        _make_room(version, row, standing, supersedes)
        row.number = (version.evaluations.aggregate(Max("number"))["number__max"] or 0) + 1
        row.in_content = False
        Metrics.of([entry]).define()
        attribute(row, "appended", added_by)
        row.save()
        return row, True


def _says_the_same(standing: Evaluation, row: Evaluation) -> bool:
    return all(
        getattr(standing, field) == getattr(row, field)
        for field in ("value", "ci_low", "ci_high", "std_error", "primary")
    )


def _make_room(version: ArtifactVersion, row: Evaluation, standing: Evaluation | None, supersedes: int | None) -> None:
    """Set aside what `row` supersedes. Raises `Conflict` where it contradicts what it does not name."""
    if supersedes is not None:
        named = version.evaluations.live().filter(number=supersedes).first()
        if named is None:
            detail = f"{version} has no evaluation {supersedes} that still counts."
            raise UnknownReference([Fault("/supersedes", detail, "unknown_reference")])
        if standing not in (None, named):
            raise _contradicted(standing)
        named.is_live = False
        attribute(named, "superseded", row.created_by)
        named.save()
        row.supersedes = named
    elif standing is not None:
        raise _contradicted(standing)
    primaries = version.evaluations.live().filter(metric=row.metric_id, primary=True)
    if row.primary and primaries.exists():
        detail = f"Evaluation {primaries[0].number} is the primary one of {row.metric_id} already."
        raise Conflict(detail, [Fault("/primary", detail, "contradiction")])


def _contradicted(standing: Evaluation | None) -> Conflict:
    number = standing.number if standing else None
    detail = f"Evaluation {number} gives another value for the same case; say supersedes: {number} to replace it."
    return Conflict(detail, [Fault("/value", detail, "contradiction")])


def retract_evaluation(
    version: ArtifactVersion, number: int, *, reason: str, retracted_by: User | None = None
) -> Evaluation:
    """Retract an evaluation, which is kept and no longer counts; doing it twice changes nothing.

    Raises `NotFound` where the version has no such evaluation, and `InvalidInput` where no reason is given.
    """
    check_reason(reason)
    with transaction.atomic():
        touching([version.pk])
        row = version.evaluations.filter(number=number).first()
        if row is None:
            raise NotFound(f"{version} has no evaluation {number}.")
        if row.retracted_at is None:
            row.is_live, row.retracted_at, row.retraction_reason = False, timezone.now(), reason
            attribute(row, reason, retracted_by)
            row.save()
        return row
