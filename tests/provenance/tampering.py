"""Raw SQL that alters what is immutable, past every guard and signal."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from catalog.models import ArtifactVersion, Evaluation, Link


def alter(version: ArtifactVersion, **columns: Any) -> None:
    """Write columns of a version; objects and arrays as JSON."""
    _write(ArtifactVersion, version.pk, columns)


def alter_evaluation(version: ArtifactVersion, number: int = 1, **columns: Any) -> None:
    _write(Evaluation, Evaluation.objects.get(version=version, number=number).pk, columns)


def alter_link(version: ArtifactVersion, number: int = 1, **columns: Any) -> None:
    _write(Link, Link.objects.get(source=version, number=number).pk, columns)


def take_away(version: ArtifactVersion, *, with_artifact: bool = False) -> None:
    """Delete a version's row, and its artifact's, whatever points at them: the test must roll back."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_identifier WHERE artifact_id = %s", [version.artifact_id])
        cursor.execute("DELETE FROM catalog_artifactversion WHERE id = %s", [version.pk])
        if with_artifact:
            cursor.execute("DELETE FROM catalog_artifact WHERE id = %s", [version.artifact_id])


def _write(model: Any, pk: int, columns: dict[str, Any]) -> None:
    stored = [json.dumps(value) if isinstance(value, dict | list) else value for value in columns.values()]
    assignments = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {assignments} WHERE id = %s", [*stored, pk])
