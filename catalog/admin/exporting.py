"""Selected versions as files: a table for spreadsheets, and JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from catalog.models import ArtifactVersion
from catalog.provenance.rules import failing
from catalog.spreadsheets import CONTENT_TYPE, csv_lines
from catalog.vocabulary import Kind, QualityBasis

_CHUNK = 500
_PLAIN = ("version_number", "version_label", "version_tag", "is_latest", "state", "state_reason", "title")
_RECORD = ("description", "changelog", "license", "content_digest", "identified_by", "checksums", "metadata")
_NOT_IN_TABLES = frozenset({"description", "changelog", "checksums", "metadata"})
_OF_MODELS = (
    *("family", "family_basis", "parameter_count", "quality_score", "quality_uncapped", "evidence_score"),
    *("assessed_quality", "assessed_by", "assessed_reason", "provenance_completeness"),
)


def exported(version: ArtifactVersion) -> dict[str, Any]:
    """What is exported of a version, as a JSON value."""
    row: dict[str, Any] = {"id": version.public_id, "artifact": version.artifact.public_id, "kind": version.kind}
    row |= {field: getattr(version, field) for field in (*_PLAIN, *_RECORD)}
    if version.kind == Kind.MODEL:
        assessed = version.assessed_quality is not None
        row |= {field: getattr(version, field) for field in _OF_MODELS}
        row["quality_basis"] = str(QualityBasis.ASSESSED if assessed else QualityBasis.EVIDENCE)
        row["warnings"] = [rule.code for rule in failing(version)]
    row["created_at"] = version.created_at.isoformat()
    row["registered_at"] = version.registered_at.isoformat()
    return row


def _table_rows(versions: QuerySet) -> Iterator[dict[str, Any]]:
    for version in versions.iterator(_CHUNK):
        yield {key: value for key, value in exported(version).items() if key not in _NOT_IN_TABLES}


def _objects(versions: QuerySet) -> Iterator[str]:
    before = "["
    for version in versions.iterator(_CHUNK):
        yield before + json.dumps(exported(version), ensure_ascii=False, allow_nan=False)
        before = ",\n"
    yield "]\n" if before != "[" else "[]\n"


def _file(lines: Iterator[str], name: str, content_type: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)


@admin.action(description="Export selected as CSV", permissions=["view"])
def export_csv(model_admin: ModelAdmin, request: HttpRequest, versions: QuerySet) -> StreamingHttpResponse:
    name = f"{model_admin.opts.model_name}.csv"
    rows = _table_rows(versions.select_related("artifact").defer(None))
    return _file(csv_lines(rows), name, CONTENT_TYPE)


@admin.action(description="Export selected as JSON", permissions=["view"])
def export_json(model_admin: ModelAdmin, request: HttpRequest, versions: QuerySet) -> StreamingHttpResponse:
    name = f"{model_admin.opts.model_name}.json"
    return _file(_objects(versions.select_related("artifact").defer(None)), name, "application/json")
