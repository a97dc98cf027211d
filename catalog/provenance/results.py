"""What is stored of the rules and of the evidence: brought up to date, tallied, or distrusted.

For one model or thousands, by the same statement. The signals call it for the models a change touches, the audit for
all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import cache

from django.db import connection
from django.db.models import Q, QuerySet

from catalog.columns import RULE_COLUMNS, VALIDATION_COLUMNS
from catalog.evidence import EvidenceRecord, record_checks, tally
from catalog.models import ArtifactVersion
from catalog.provenance.judging import differing, updating
from catalog.statements.id_lists import Ids, Span, among, batches, listed, named, parts
from catalog.statements.prepared import batch_cursor
from catalog.vocabulary import Kind


def refresh(ids: Iterable[int], side_by_side: bool = False) -> list[int]:
    """Write what the rules say of the model versions `ids`; return the ids of those whose stored result was wrong.

    Rows that are right are not written. The caller holds the locks (`catalog.provenance.locks`). `side_by_side`: few
    others lie between them.
    """
    changed: list[int] = []
    for batch in batches(ids):
        reach = Span(batch[0], batch[-1]) if side_by_side else batch
        with batch_cursor(connection, reach) as cursor:
            cursor.execute(updating(connection.vendor, side_by_side), named(batch) | named(reach))
            changed += [row[0] for row in cursor.fetchall()]
    return changed


def wrongly_judged(ids: Ids) -> dict[int, bool]:
    """Those of the model versions `ids` whose stored result is wrong, each with whether nobody tallied its evidence."""
    return _told(differing, ids)


def whether_untallied(ids: Ids) -> dict[int, bool]:
    """Of each of the versions `ids`, of any kind, whether it is a model whose evidence nobody tallied."""
    return _told(_tallying, ids)


def _told(statement: Callable[[str, bool], str], ids: Ids) -> dict[int, bool]:
    """What a statement says of versions."""
    told: dict[int, bool] = {}
    for batch in parts(ids):
        with batch_cursor(connection, batch) as cursor:
            cursor.execute(statement(connection.vendor, isinstance(batch, Span)), named(batch))
            told.update((version, bool(said)) for version, said in cursor.fetchall())
    return told


@cache
def _tallying(vendor: str, span: bool) -> str:
    return (
        f"SELECT id, kind = '{Kind.MODEL}' AND evidence_asked IS NULL FROM {ArtifactVersion._meta.db_table} "
        f"WHERE {among(vendor, 'id', span=span)}"
    )


def judge(ids: Iterable[int]) -> None:
    """As `refresh`, for who does not ask which were wrong: within `pipelined` this is not waited for."""
    for batch in batches(ids):
        with batch_cursor(connection, batch) as cursor:
            cursor.execute(updating(connection.vendor), named(batch))


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


def tally_evidence(ids: Collection[int]) -> list[int]:
    """Tally the evidence of those models `ids` that came in by a way that never did; return their ids."""
    if not ids:
        return []
    alike: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for version in ArtifactVersion.objects.filter(pk__in=listed(ids), evidence_asked__isnull=True).order_by():
        alike[tally(record_checks(evidence_record(version)))].append(version.pk)
    for (held, asked), versions in alike.items():
        told = {"evidence_held": held, "evidence_asked": asked}
        QuerySet(ArtifactVersion).filter(pk__in=listed(versions)).update(**told)
    return [version for versions in alike.values() for version in versions]


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
