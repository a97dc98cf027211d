"""How a version stood over time: each of its standings, with what changed since the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, QuerySet

from catalog.columns import STANDING_COLUMNS
from catalog.listing.rows import basis_of
from catalog.listing.sorting import Key, Sort
from catalog.models import ArtifactVersion, Standing
from catalog.provenance.rules import failing
from catalog.vocabulary import Kind

NEWEST_FIRST = Sort("recorded_at", (Key("recorded_at", DateTimeField()), Key("pk", BigIntegerField())))

_SAID = (
    *("state", "state_reason", "version_tag", "is_latest", "model_family", "family_basis", "quality_score"),
    *("quality_uncapped", "quality_basis", "assessed_quality", "assessed_by", "assessed_reason", "assessed_at"),
    *("provenance_completeness", "warnings", "evidence_score"),
)
"""What is told of a standing; the rest of its columns shows in these."""


def standings_of(version: ArtifactVersion) -> QuerySet[Standing]:
    """The standings of a version."""
    return Standing.objects.filter(version=version)


def standing_records(standings: QuerySet[Standing]) -> list[Mapping[str, Any]]:
    """The columns of `standings`, in their order, each with the record `before` it in time. Two queries."""
    columns = ("pk", "version", "version__kind", "recorded_at", "rule_set", *STANDING_COLUMNS)
    found = list(standings.values(*columns))
    if not found:
        return []
    in_time = sorted(found, key=lambda record: (record["recorded_at"], record["pk"]))
    first = in_time[0]
    of_version = Standing.objects.filter(version=first["version"])
    earlier = NEWEST_FIRST.beyond(of_version, "desc", NEWEST_FIRST.keys_of(first))
    before = NEWEST_FIRST.ordered(earlier, "desc").values(*columns).first()
    for record in in_time:
        record["before"], before = before, record
    return found


def history_rows(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each record says, and what changed since the one before it; nothing did for the first."""
    return [_row(record) for record in found]


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    said = _said(record)
    before = _said(record["before"]) if record["before"] else None
    return {
        "recorded_at": record["recorded_at"],
        "rule_set": record["rule_set"],
        **said,
        "changes": [
            {"field": name, "then": before[name], "now": said[name]} for name in _SAID if before[name] != said[name]
        ]
        if before
        else [],
    }


def _said(record: Mapping[str, Any]) -> dict[str, Any]:
    """A standing in the words of the API. Only a model has a score."""
    is_model = record["version__kind"] == Kind.MODEL
    values = dict(record) | {
        "model_family": record["family"],
        "quality_basis": basis_of(record["assessed_quality"]) if is_model else None,
        "warnings": [rule.code for rule in failing(record)] if is_model else [],
    }
    return {name: None if values[name] == "" else values[name] for name in _SAID}
