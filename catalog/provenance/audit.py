"""Brings what is stored of the rules up to date: for one model or a million, by the same statement.

The signals call `refresh` for the models a change touches; the audit calls it for all, in batches that commit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import zip_longest
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from catalog.columns import RULE_COLUMNS, VALIDATION_COLUMNS
from catalog.evidence import EvidenceRecord, record_checks, tally
from catalog.models import ArtifactVersion, Posting
from catalog.provenance.jobs import in_order
from catalog.provenance.judging import differing, judging, updating
from catalog.provenance.locks import lock_for
from catalog.provenance.postings import post, wrongly_posted
from catalog.provenance.recording import (
    FACT_LOGS,
    STANDINGS,
    Log,
    record,
    record_gone,
    record_metrics,
    suspected,
    unrecorded,
)
from catalog.provenance.rules import RULES
from catalog.provenance.statistics import analyse_grown
from catalog.statements.id_lists import BATCH, Ids, Span, among, batches, listed, named, parts
from catalog.statements.prepared import batch_cursor, prepared_cursor
from catalog.vocabulary import Kind

_FILLED = [Posting._meta.db_table, *(log.kept._meta.db_table for log in (*FACT_LOGS.values(), STANDINGS))]
"""The tables that an audit fills after a raw load."""


def refresh(ids: Iterable[int], dry_run: bool = False) -> list[int]:
    """Write what the rules say of the model versions `ids`; return the ids of those whose stored result was wrong.

    Rows that are right are not written. The caller holds the locks (`catalog.provenance.locks`). With `dry_run` nothing
    is written, and those whose evidence nobody tallied are among them.
    """
    changed: list[int] = []
    statement = (differing if dry_run else updating)(connection.vendor)
    for batch in batches(ids):
        with prepared_cursor(connection, len(batch)) as cursor:
            cursor.execute(statement, named(batch))
            changed += [row[0] for row in cursor.fetchall()]
    return changed


def reset(models: QuerySet[ArtifactVersion]) -> int:
    """Fail every rule of `models` until the audit: a raw load says nothing that can be trusted.

    Returns how many of them had a result.
    """
    failed = dict.fromkeys(RULE_COLUMNS, False) | dict.fromkeys(VALIDATION_COLUMNS, False)
    failed.pop("has_tested_hypothesis")
    wrong = Q()
    for column in failed:
        wrong |= Q(**{column: True})
    return models.filter(wrong).update(**failed)


def forget_evidence(pk: int) -> None:
    """Count no evidence of a version's record until the audit tallies it anew."""
    QuerySet(ArtifactVersion).filter(pk=pk, evidence_asked__isnull=False).update(
        evidence_held=None, evidence_asked=None
    )


@dataclass
class AuditReport:
    """What an audit found. `failing` counts, for each rule's code, the models that fail it now.

    `recorded` counts the changes that nothing had written down: of versions of any kind, links, evaluations, metrics.
    `relisted` counts the models that a list by dataset, analysis or hypothesis left out or had in a wrong place.
    """

    looked_at: int = 0
    changed: int = 0
    failing: dict[str, int] = field(default_factory=lambda: {rule.code: 0 for rule in RULES})
    complete: int = 0
    recorded: int = 0
    relisted: int = 0
    dry_run: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "looked_at": self.looked_at,
            "changed": self.changed,
            "complete": self.complete,
            "failing": self.failing,
            "recorded": self.recorded,
            "relisted": self.relisted,
            "dry_run": self.dry_run,
        }

    def add(self, part: AuditReport) -> None:
        """Take in what was found of some of the versions."""
        self.looked_at += part.looked_at
        self.changed += part.changed
        self.complete += part.complete
        self.recorded += part.recorded
        self.relisted += part.relisted
        for code, count in part.failing.items():
            self.failing[code] += count


def audit(
    *,
    family: str | None = None,
    among: QuerySet[ArtifactVersion] | None = None,
    dry_run: bool = False,
    batch_size: int = BATCH,
    after: int = 0,
    jobs: int = 1,
    progress: Callable[[int, int], object] = lambda count, position: None,
) -> AuditReport:
    """Bring all models up to date, or those of one family, or `among` some versions, whatever bypassed the signals.

    What bypassed them is also written into the history, of the versions looked at and, without a family, of those of
    other kinds.

    A batch is looked at first: then nothing is locked, and nothing written. What is wrong in it is locked, judged again
    and put right in a transaction of its own, so that nobody waits longer than that takes. Where that was most of a
    batch, all of the next is locked and put right without a look. `jobs` batches are worked on at a time, each on a
    connection and in a stretch of its own: more than one sees nothing of a transaction that the caller is in.
    `progress` is told how many models each batch looked at and how far the audit has come, by several jobs in the first
    stretch: one that begins `after` there goes on. A second audit changes nothing. With `dry_run` nothing is written.
    """
    report = AuditReport(dry_run=dry_run)
    if not family:
        report.recorded += record_metrics(dry_run=dry_run)
    versions = ArtifactVersion.objects.all() if among is None else among
    versions = versions.filter(kind=Kind.MODEL, family=family) if family else versions
    of_all, at_once = among is None and not family, False

    first, *others = stretches = _stretches(versions, after, jobs)

    def pieces() -> Iterator[Callable[[], _Part]]:
        for batch in _in_turns([_batches(versions, batch_size, stretch) for stretch in stretches]):
            yield partial(_audited, batch, of_all=of_all, dry_run=dry_run, at_once=at_once)

    position = after
    for part in in_order(pieces(), jobs):
        at_once = part.mostly_wrong
        report.add(part.report)
        if part.position in first:  # before which nothing is left; what comes after, others have begun
            position = part.position
        progress(part.report.looked_at, position if others else part.position)
    return report


class _Part(NamedTuple):
    """What was found in a batch of versions, the key of its last one, and whether most of it was wrong."""

    report: AuditReport
    position: int
    mostly_wrong: bool


def _audited(batch: Mapping[int, str], *, of_all: bool, dry_run: bool, at_once: bool) -> _Part:
    """Audit a batch of versions, given with their kinds.

    `of_all`: it lacks none of the versions between its first and its last. `at_once`: nothing is looked at first.
    """
    report = AuditReport(dry_run=dry_run)
    ids = list(batch)
    models = [version for version, kind in batch.items() if kind == Kind.MODEL]
    part: Ids = Span(ids[0], ids[-1]) if of_all else ids
    if at_once:
        suspects = suspected(part, list(FACT_LOGS.values()))
        wrong = set(ids).union(*suspects.values())
    else:
        wrong, suspects = _look(models, part, report)
    mostly_wrong = bool(wrong) and 2 * len(_put_right(wrong, suspects, report)) > len(ids)
    if mostly_wrong:
        analyse_grown(_FILLED)
    _count(models if dry_run else part, report)
    report.looked_at = len(models)
    return _Part(report, ids[-1], mostly_wrong)


def _look(models: Sequence[int], ids: Ids, report: AuditReport) -> tuple[set[int], dict[Log, set[int]]]:
    """The versions of which something is not as it should be; and those whose history may lack something.

    `models` are those of `ids` that rules judge. In a dry run, which ends with it, the report is told how much.
    """
    wrong = refresh(models, dry_run=True)
    misplaced = wrongly_posted(ids)
    if report.dry_run:
        report.changed += len(wrong)
        report.relisted += len(misplaced)
        report.recorded += unrecorded(ids)
        return set(), {}
    suspects = suspected(ids)
    unsound = {*wrong, *misplaced}.union(*suspects.values())
    return unsound, {log: owners for log, owners in suspects.items() if log is not STANDINGS}


@transaction.atomic
def _put_right(ids: Collection[int], suspects: Mapping[Log, Collection[int]], report: AuditReport) -> set[int]:
    """Judge the versions `ids` again, now that nobody changes them, and write what is not as it should be.

    Of the `suspects` of a log, its facts may have changed past the signals. Returns the versions that were wrong.
    """
    lock_for(ids)
    changed, relisted = {*_assess_records(ids), *refresh(ids)}, post(ids)
    report.changed += len(changed)
    report.relisted += len(relisted)
    for log, owners in suspects.items():
        report.recorded += record(log, owners) + record_gone(log, owners)
    [standing] = suspected(ids, [STANDINGS]).values()
    report.recorded += record(STANDINGS, standing)
    return changed.union(relisted, standing, *suspects.values())


def _stretches(versions: QuerySet[ArtifactVersion], after: int, count: int) -> list[range]:
    """The keys beyond `after`, as so many stretches, one for each job.

    Versions that lie side by side have artifacts and analyses in common: jobs on them would wait for each other.
    """
    last = versions.aggregate(Max("pk"))["pk__max"] or 0
    width = max(1, -(-(last - after) // count))
    return [range(start + 1, start + width + 1) for start in range(after, after + count * width, width)]


def _batches(versions: QuerySet[ArtifactVersion], size: int, stretch: range) -> Iterator[dict[int, str]]:
    """The kinds of the versions of a stretch, by their keys, in the order of these."""
    rows = versions.filter(pk__lt=stretch.stop).order_by("pk").values_list("pk", "kind")
    after = stretch.start - 1
    while batch := dict(rows.filter(pk__gt=after)[:size]):
        yield batch
        after = max(batch)


def _in_turns(streams: Iterable[Iterator[dict[int, str]]]) -> Iterator[dict[int, str]]:
    """What the streams have, one of each at a time, to the end of the longest."""
    for turn in zip_longest(*streams):
        yield from (batch for batch in turn if batch is not None)


def _assess_records(ids: Collection[int]) -> list[int]:
    """Tally the evidence of models that came in by a way that never did."""
    models = ArtifactVersion.objects.filter(pk__in=listed(ids), kind=Kind.MODEL)
    unassessed = list(models.filter(evidence_asked__isnull=True).order_by())
    for version in unassessed:
        held, asked = tally(record_checks(evidence_record(version)))
        QuerySet(ArtifactVersion).filter(pk=version.pk).update(evidence_held=held, evidence_asked=asked)
    return [version.pk for version in unassessed]


def evidence_record(version: ArtifactVersion) -> EvidenceRecord:
    """What the evidence checks look at, from a stored version. The family is the stated one: it never changes."""
    return EvidenceRecord(
        family=version.stated_family or "",
        metadata=version.metadata,
        license=version.license,
        parameter_count=version.parameter_count,
        has_evaluation=version.has_validation,
        has_evaluation_with_dataset=version.has_validation_context,
    )


def _count(ids: Ids, report: AuditReport) -> None:
    """Count what fails: as stored, or in a dry run as the rules say."""
    for batch in parts(ids):
        with batch_cursor(connection, batch) as cursor:
            cursor.execute(_counting(connection.vendor, isinstance(batch, Span), report.dry_run), named(batch))
            complete, *failing = cursor.fetchone()
        report.complete += complete
        for rule, count in zip(RULES, failing, strict=True):
            report.failing[rule.code] += count


@cache
def _counting(vendor: str, span: bool, dry_run: bool) -> str:
    """The statement for how many models of a batch are complete, and how many fail each rule."""
    stored = f"{ArtifactVersion._meta.db_table} WHERE kind = '{Kind.MODEL}' AND {among(vendor, 'id', span=span)}"
    complete = " AND ".join(f"COALESCE({column}, true)" for column in RULE_COLUMNS)
    counts = [
        f"count(*) FILTER (WHERE {condition})"
        for condition in (complete, *(f"NOT {column}" for column in RULE_COLUMNS))
    ]
    return f"SELECT {', '.join(counts)} FROM {f'({judging(vendor)}) fresh' if dry_run else stored}"
