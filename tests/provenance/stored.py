"""What is stored of a model, read anew, and raw SQL for what no ORM call would write."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from catalog.columns import RULE_COLUMNS
from catalog.models import ArtifactVersion
from catalog.provenance.audit import audit


def stored(version: ArtifactVersion, column: str = "quality_score") -> Any:
    return ArtifactVersion.objects.values_list(column, flat=True).get(pk=version.pk)


def rules(version: ArtifactVersion) -> tuple[bool | None, ...]:
    """The four rule columns: dataset, analysis, pinned inputs, hypothesis."""
    return ArtifactVersion.objects.values_list(*RULE_COLUMNS).get(pk=version.pk)


def set_by_sql(version: ArtifactVersion, **columns: Any) -> None:
    """Write columns past every guard."""
    assignments = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE catalog_artifactversion SET {assignments} WHERE id = %s", [*columns.values(), version.pk]
        )


def bypass(queryset: QuerySet) -> QuerySet:
    """The same rows, written to without guard or signal, as raw SQL would."""
    return QuerySet(queryset.model).filter(pk__in=list(queryset.values_list("pk", flat=True)))


def assert_nothing_to_audit() -> None:
    report = audit(dry_run=True)
    assert report.changed == 0, report
