"""The audit: all models are judged anew, in batches that commit, and what is wrong is put right, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from catalog.columns import RULE_COLUMNS
from catalog.models import ArtifactVersion, Posting
from catalog.provenance.batches import Batch, batches_in, stretches_of
from catalog.provenance.commits import Awaited, unhurried
from catalog.provenance.jobs import in_order
from catalog.provenance.judging import judging
from catalog.provenance.locks import lock_for
from catalog.provenance.postings import post, wrongly_posted
from catalog.provenance.recording import (
    FACT_LOGS,
    LOGS,
    STANDINGS,
    Log,
    record,
    record_gone,
    record_metrics,
    suspected,
    unrecorded,
)
from catalog.provenance.results import refresh, tally_evidence, whether_untallied, wrongly_judged
from catalog.provenance.rules import RULES
from catalog.provenance.soundness import Imprint, facts_stand
from catalog.provenance.statistics import analyse_grown
from catalog.searching import TABLE
from catalog.statements.id_lists import BATCH, Ids, Span, among, named, parts
from catalog.statements.prepared import batch_cursor
from catalog.vocabulary import Kind

_FILLED = [Posting._meta.db_table, *(log.kept._meta.db_table for log in (*FACT_LOGS.values(), STANDINGS)), TABLE]
"""The tables that a raw load, and the audit after it, fill."""


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
    thorough: bool = False,
    progress: Callable[[int, int], object] = lambda count, position: None,
) -> AuditReport:
    """Bring all models up to date, or those of one family, or `among` some versions, whatever bypassed the signals.

    What bypassed them is also written into the history, of the versions looked at and, without a family, of those of
    other kinds.

    A batch is looked at first: then nothing is locked, and nothing written. What is wrong in it is locked, judged again
    and put right in a transaction of its own, so that nobody waits longer than that takes. Where that was most of a
    batch, all of the next is locked and put right without a look. The rules are judged of all; postings and histories
    are compared where somebody wrote to them since an audit found them right, or where this one is `thorough`.

    `jobs` batches are worked on at a time, each on a connection and in a stretch of its own: more than one sees nothing
    of a transaction that the caller is in. `progress` is told how many models each batch looked at and how far the
    audit has come, by several jobs in the first stretch: one that begins `after` there goes on. The disk has all that
    this, or the report, tells of. A second audit changes nothing. With `dry_run` nothing is written.
    """
    report = AuditReport(dry_run=dry_run)
    if not family:
        report.recorded += record_metrics(dry_run=dry_run)
    versions = ArtifactVersion.objects.all() if among is None else among
    versions = versions.filter(kind=Kind.MODEL, family=family) if family else versions
    of_all, mostly = among is None and not family, _Mostly()

    first, *_ = stretches = stretches_of(versions, after, jobs, batch_size)

    def pieces() -> Iterator[Callable[[], _Part]]:
        for batch in batches_in(stretches, versions, batch_size, of_all=of_all):
            yield partial(_audited, batch, dry_run=dry_run, expected=mostly, thorough=thorough)

    reached = position = after
    with Awaited() as awaited, closing(in_order(pieces(), jobs)) as found:
        for part in found:
            mostly = part.mostly
            report.add(part.report)
            if part.wrote:
                awaited.count()
            if part.position in first:  # before which nothing is left; what comes after, others have begun
                reached = part.position
            if awaited.is_all:
                position = reached
            progress(part.report.looked_at, position)
    return report


class _Unsound(NamedTuple):
    """The versions of which something may not be as it should be.

    Of those that are `untallied` nobody tallied the evidence; of the `suspects` of a log, the facts may have changed
    past the signals.
    """

    versions: set[int]
    untallied: set[int]
    suspects: Mapping[Log, set[int]]


_NOTHING = _Unsound(set(), set(), {})


class _Mostly(NamedTuple):
    """Of what most was wrong in a batch. So it will be in the next, and a look would be half of the work done twice."""

    anything: bool = False
    postings: bool = False


class _Part(NamedTuple):
    """What was found in a batch of versions, the key of its last one, and whether anything was put right."""

    report: AuditReport
    position: int
    wrote: bool
    mostly: _Mostly


def _audited(batch: Batch, *, dry_run: bool, expected: _Mostly, thorough: bool) -> _Part:
    """Audit a batch of versions; what is `expected` to be mostly wrong is not looked at first."""
    report, mostly = AuditReport(dry_run=dry_run), _Mostly()
    unsound = _all_of(batch, thorough) if expected.anything else _look(batch, report, thorough)
    if unsound.versions:
        mostly = _put_right(batch, unsound, expected, report)
    if mostly.anything:
        analyse_grown(_FILLED)
    _count(batch.in_one, report)
    return _Part(report, batch.last, bool(unsound.versions), mostly)


def _look(batch: Batch, report: AuditReport, thorough: bool) -> _Unsound:
    """The versions of which something is not as it should be.

    In a dry run, which ends with it, the report is told how many.
    """
    span = _span_of(batch)
    imprint = Imprint.of(span) if span else None
    known = None if thorough else imprint
    wrong = wrongly_judged(batch.in_one)
    if known and known.stands and not wrong:
        return _NOTHING
    misplaced = wrongly_posted(batch.in_one)
    if report.dry_run:
        report.changed += len(wrong)
        report.relisted += len(misplaced)
        report.recorded += unrecorded(batch.in_one)
        return _NOTHING
    suspects = suspected(batch.in_one, [STANDINGS] if known and known.facts_stand else LOGS)
    versions = {*wrong, *misplaced}.union(*suspects.values())
    if imprint and not (imprint.stands or versions):
        imprint.keep()
    del suspects[STANDINGS]  # which are looked at again, once all else is put right
    return _Unsound(versions, _untallied(wrong), suspects)


def _all_of(batch: Batch, thorough: bool) -> _Unsound:
    """All versions of a batch, and those beside them that are suspected."""
    span = _span_of(batch)
    known = span and not thorough and facts_stand(span)
    suspects = {} if known else suspected(batch.in_one, list(FACT_LOGS.values()))
    versions = whether_untallied(batch.in_one)
    return _Unsound(set(versions).union(*suspects.values()), _untallied(versions), suspects)


def _span_of(batch: Batch) -> Span | None:
    """The span that an imprint can be taken of; None where the database tells nothing, or others lie between."""
    return batch.in_one if connection.vendor == "postgresql" and isinstance(batch.in_one, Span) else None


def _untallied(versions: Mapping[int, bool]) -> set[int]:
    return {version for version, untallied in versions.items() if untallied}


@unhurried()
def _put_right(batch: Batch, unsound: _Unsound, expected: _Mostly, report: AuditReport) -> _Mostly:
    """Judge what is `unsound` again, now that nobody changes it, and write what is not as it should be.

    Returns of what most was wrong indeed.
    """
    wrong, untallied, suspects = unsound
    in_one = batch.of(wrong)
    lock_for(in_one)
    changed = set(tally_evidence(untallied))
    changed.update(refresh(wrong, side_by_side=isinstance(in_one, Span)))
    # A span may also have what came in since, which nobody has locked.
    relisted = post(wrong if expected.postings else wrong.intersection(wrongly_posted(in_one)))
    report.changed += len(changed)
    report.relisted += len(relisted)
    for log, owners in suspects.items():
        report.recorded += record(log, owners) + record_gone(log, owners)
    standing = wrong.intersection(*suspected(in_one, [STANDINGS]).values())
    report.recorded += record(STANDINGS, standing)
    found = changed.union(relisted, standing, *suspects.values())
    return _Mostly(2 * len(found) > batch.size, 2 * len(relisted) > len(wrong))


def _count(ids: Ids, report: AuditReport) -> None:
    """Count the models, and what fails: as stored, or in a dry run as the rules say."""
    for batch in parts(ids):
        with batch_cursor(connection, batch) as cursor:
            cursor.execute(_counting(connection.vendor, isinstance(batch, Span), report.dry_run), named(batch))
            looked_at, complete, *failing = cursor.fetchone()
        report.looked_at += looked_at
        report.complete += complete
        for rule, count in zip(RULES, failing, strict=True):
            report.failing[rule.code] += count


@cache
def _counting(vendor: str, span: bool, dry_run: bool) -> str:
    """The statement for how many models there are in a batch, how many are complete, and how many fail each rule."""
    stored = f"{ArtifactVersion._meta.db_table} WHERE kind = '{Kind.MODEL}' AND {among(vendor, 'id', span=span)}"
    complete = " AND ".join(f"COALESCE({column}, true)" for column in RULE_COLUMNS)
    counts = [
        f"count(*) FILTER (WHERE {condition})"
        for condition in ("true", complete, *(f"NOT {column}" for column in RULE_COLUMNS))
    ]
    return f"SELECT {', '.join(counts)} FROM {f'({judging(vendor, span)}) fresh' if dry_run else stored}"
