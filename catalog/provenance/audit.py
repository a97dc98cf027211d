"""Brings what is stored of the rules up to date: for one model or a million, by the same statement.

The signals call `refresh` for the models a change touches; the audit calls it for all, in batches that commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from catalog.columns import RULE_COLUMNS, VALIDATION_COLUMNS
from catalog.evidence import EvidenceRecord, record_checks, tally
from catalog.models import ArtifactVersion
from catalog.provenance.id_lists import bound, unnested
from catalog.provenance.locks import lock_for
from catalog.provenance.postings import post, wrongly_posted
from catalog.provenance.prepared import prepared_cursor
from catalog.provenance.recording import FACT_LOGS, STANDINGS, record, record_gone, record_metrics
from catalog.provenance.rules import FACTS, RULES
from catalog.vocabulary import Kind

BATCH_SIZE = 2_000
"""Larger batches hash the whole link table for each rule: 20 µs a row at 2,000, 68 µs at 20,000 (PostgreSQL 15)."""

_IDS = "the ids of the versions"


def refresh(ids: Iterable[int], dry_run: bool = False) -> list[int]:
    """Write what the rules say of the model versions `ids`; return the ids of those whose stored result was wrong.

    Rows that are right are not written. The caller holds the locks (`catalog.provenance.locks`).
    """
    changed: list[int] = []
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BATCH_SIZE):
        sql, params = _statement(connection.vendor, dry_run)
        batch = wanted[start : start + BATCH_SIZE]
        values = [bound(batch) if value == _IDS else value for value in params]
        with prepared_cursor(connection) as cursor:
            cursor.execute(sql, values)
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


def audit(
    *,
    family: str | None = None,
    among: QuerySet[ArtifactVersion] | None = None,
    dry_run: bool = False,
    batch_size: int = BATCH_SIZE,
    progress: Callable[[int], object] = lambda count: None,
) -> AuditReport:
    """Bring all models up to date, or those of one family, or `among` some versions, whatever bypassed the signals.

    What bypassed them is also written into the history, of the versions looked at and, without a family, of those of
    other kinds.

    Each batch locks what it reads and commits, so that nobody waits longer than a batch; `progress` is told how
    many models each batch looked at. A second audit changes nothing. With `dry_run` nothing is written.
    """
    report = AuditReport(dry_run=dry_run)
    for ids in _batches(audited(family, among), batch_size):
        with transaction.atomic():
            lock_for(ids)
            wrong = set(_assess_records(ids, dry_run)) | set(refresh(ids, dry_run))
            report.relisted += _post_again(ids, dry_run)
            _count(ids, report)
            report.recorded += _record_unseen(ids, dry_run)
        report.looked_at += len(ids)
        report.changed += len(wrong)
        progress(len(ids))
    if not family:
        others = (ArtifactVersion.objects.all() if among is None else among).exclude(kind=Kind.MODEL)
        report.recorded += _record_others(others, dry_run, batch_size)
    return report


def _record_others(versions: QuerySet[ArtifactVersion], dry_run: bool, batch_size: int) -> int:
    count = record_metrics(dry_run=dry_run)
    for ids in _batches(versions, batch_size):
        with transaction.atomic():
            lock_for(ids)
            count += _record_unseen(ids, dry_run)
    return count


def _record_unseen(ids: Sequence[int], dry_run: bool) -> int:
    """Write down what of the versions `ids` and of their facts was changed past the signals; return how many rows."""
    facts = sum(
        record(log, ids, dry_run=dry_run) + record_gone(log, ids, dry_run=dry_run) for log in FACT_LOGS.values()
    )
    return facts + record(STANDINGS, ids, dry_run=dry_run)


def audited(family: str | None = None, among: QuerySet[ArtifactVersion] | None = None) -> QuerySet[ArtifactVersion]:
    """The versions that an audit looks at."""
    versions = (ArtifactVersion.objects.all() if among is None else among).filter(kind=Kind.MODEL)
    return versions.filter(family=family) if family else versions


def _batches(versions: QuerySet[ArtifactVersion], size: int) -> Iterator[list[int]]:
    last = 0
    while ids := list(versions.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]):
        yield ids
        last = ids[-1]


def _assess_records(ids: Sequence[int], dry_run: bool) -> list[int]:
    """Tally the evidence of rows that came in by a way that never did."""
    unassessed = list(ArtifactVersion.objects.filter(pk__in=ids, evidence_asked__isnull=True))
    for version in unassessed if not dry_run else ():
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


def _post_again(ids: Sequence[int], dry_run: bool) -> int:
    """Put right where lists find the versions `ids`; return for how many it was wrong."""
    wrong = wrongly_posted(ids)
    if not dry_run:
        post(wrong)
    return len(wrong)


def _count(ids: Sequence[int], report: AuditReport) -> None:
    """Count what fails: as stored, or in a dry run as the rules say."""
    versions: QuerySet[ArtifactVersion] = QuerySet(ArtifactVersion).filter(pk__in=ids)
    columns = [rule.column for rule in RULES]
    if report.dry_run:
        versions = versions.annotate(**_fresh())
        columns = [f"fresh_{column}" for column in columns]
    for row in versions.values_list(*columns):
        failed = [rule.code for rule, holds in zip(RULES, row, strict=True) if holds is False]
        report.complete += not failed
        for code in failed:
            report.failing[code] += 1


def _fresh() -> dict[str, Any]:
    return {f"fresh_{column}": expression for column, expression in FACTS.items()}


@cache
def _statement(vendor: str, dry_run: bool) -> tuple[str, tuple[Any, ...]]:
    """Compile the rules once: through the ORM each time they cost ten times what the database does."""
    chosen = RawSQL(unnested(vendor), [_IDS])
    rows = (
        QuerySet(ArtifactVersion)
        .filter(kind=Kind.MODEL, pk__in=chosen)
        .annotate(pk_of_row=F("pk"), **_fresh())
        .values("pk_of_row", *_fresh())
    )
    select, params = rows.query.sql_with_params()
    table = connection.ops.quote_name(ArtifactVersion._meta.db_table)
    differs = " OR ".join(f"{table}.{column} IS DISTINCT FROM fresh.fresh_{column}" for column in FACTS)
    where = f"{table}.id = fresh.pk_of_row AND ({differs})"
    if dry_run:
        return f"WITH fresh AS MATERIALIZED ({select}) SELECT {table}.id FROM {table}, fresh WHERE {where}", params
    assignments = ", ".join(f"{column} = fresh.fresh_{column}" for column in FACTS)
    update = f"UPDATE {table} SET {assignments} FROM fresh WHERE {where} RETURNING {table}.id"
    return f"WITH fresh AS MATERIALIZED ({select}) {update}", params
