"""The rows of the list of models: plain values, no model instances.

Two queries, whatever the rows: the versions, and their links and evaluations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db.models import BooleanField, FloatField, TextField, Value

from catalog.columns import VALIDATION_COLUMNS
from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.provenance.rules import RULES, failing
from catalog.querysets import VersionQuerySet
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Compiled, GivenList
from catalog.vocabulary import QualityBasis, Relation

Record = Mapping[str, Any]
"""The columns of one version, by name."""

COLUMNS = (
    *("pk", "public_id", "artifact__public_id", "title", "title_key", "family", "family_basis", "version_number"),
    *("version_label", "version_tag", "is_latest", "state", "quality_score", "assessed_quality", "quality_uncapped"),
    *("provenance_completeness", "parameter_count", "created_at", "registered_at"),
    *("evidence_held", "evidence_asked", *VALIDATION_COLUMNS),
    *(rule.column for rule in RULES),
)
_Links = dict[str, list[str]]
"""The artifact ids that a version's links lead to, by relation."""

_Value = tuple[str, float, bool]
"""An evaluation: the metric, the value, and whether it is primary."""

_SHOWN = (Relation.TRAINED_ON, Relation.PRODUCED_BY, Relation.TESTS)


def records(versions: VersionQuerySet) -> list[Record]:
    """The columns that a row and every sort needs, in the order of `versions`."""
    return list(versions.values(*COLUMNS))


def rows(found: Sequence[Record], base_url: str) -> list[dict[str, Any]]:
    """The rows of model versions, in one query. `base_url` is the address of the list of models."""
    beside = _beside([record["pk"] for record in found])
    return [_row(record, *beside[record["pk"]], base_url) for record in found]


def record_of(version: ArtifactVersion, columns: Sequence[str] = COLUMNS) -> Record:
    """The columns of a version that was just read."""
    return {name: getattr(version, name) for name in columns if "__" not in name} | {
        "artifact__public_id": version.artifact.public_id
    }


def row_of(record: Record, named: Iterable[tuple[str, str]], values: Iterable[_Value], base_url: str) -> dict[str, Any]:
    """The row of one version whose links and evaluations are read already, in their order.

    `named` are the relation and the artifact of each link, `values` the metric, the value and whether it is primary.
    """
    links: _Links = {}
    for relation, target in named:
        _add(links, relation, target)
    return _row(record, links, values, base_url)


def _row(record: Record, links: _Links, values: Iterable[_Value], base_url: str) -> dict[str, Any]:
    datasets = list(links.get(Relation.TRAINED_ON, ()))
    metrics, counts = _flat_view(values)
    warnings = [rule.code for rule in failing(record)]
    return {
        "id": record["public_id"],
        "model": record["artifact__public_id"],
        "title": record["title"],
        "model_family": record["family"],
        "family_basis": record["family_basis"],
        "version_number": record["version_number"],
        "version_label": record["version_label"] or None,
        "version_tag": record["version_tag"],
        "is_latest": record["is_latest"],
        "state": record["state"],
        "quality_score": record["quality_score"],
        "quality_basis": basis_of(record["assessed_quality"]),
        "quality_uncapped": record["quality_uncapped"],
        "provenance_completeness": record["provenance_completeness"],
        "provenance_warning": bool(warnings),
        "warnings": warnings,
        "parameter_count": record["parameter_count"],
        "evaluation_metrics": metrics,
        "evaluation_counts": counts,
        "trained_on": datasets[0] if datasets else None,
        "datasets": datasets,
        "produced_by": _first(links, Relation.PRODUCED_BY),
        "tests_hypothesis": _first(links, Relation.TESTS),
        "created_at": record["created_at"],
        "registered_at": record["registered_at"],
        "url": f"{base_url}/{record['public_id']}",
    }


def basis_of(assessed_quality: float | None) -> str:
    """What a model's quality score rests on."""
    return QualityBasis.EVIDENCE.value if assessed_quality is None else QualityBasis.ASSESSED.value


def _first(links: _Links, relation: Relation) -> str | None:
    return next(iter(links.get(relation, ())), None)


def _flat_view(values: Iterable[_Value]) -> tuple[dict[str, float | None], dict[str, int]]:
    """One value a metric: the one reported, or the primary among several; null where nobody says which counts."""
    flat: dict[str, float | None] = {}
    counts: dict[str, int] = {}
    primaries: dict[str, float] = {}
    for metric, value, primary in values:
        counts[metric] = counts.get(metric, 0) + 1
        flat[metric] = value if counts[metric] == 1 else None
        if primary:
            primaries[metric] = value
    return flat | primaries, counts


def _beside(ids: Sequence[int]) -> dict[int, tuple[_Links, list[_Value]]]:
    """What stands beside each version: its links that are shown, and its evaluations that count. One query."""
    found: dict[int, tuple[_Links, list[_Value]]] = {version: ({}, []) for version in ids}
    for version, _, name, value, primary, target in _beside_query(read_vendor()).rows(ids=ids):
        links, values = found[version]
        if target is None:
            values.append((name, value, primary))
        else:
            _add(links, name, target)
    return found


@cache
def _beside_query(vendor: str) -> Compiled:
    """Evaluations by metric, and links by relation: those have a value, these a target. Each in their order."""
    evaluations = Evaluation.objects.live().filter(version__in=GivenList("ids")).order_by()
    links = Link.objects.filter(source__in=GivenList("ids"), relation__in=_SHOWN).order_by()
    no_target, no_value, no_rank = Value(None, TextField()), Value(None, FloatField()), Value(None, BooleanField())
    both = evaluations.values_list("version", "number", "metric", "value", "primary", no_target).union(
        links.values_list("source", "number", "relation", no_value, no_rank, "target__public_id"), all=True
    )
    return Compiled.of(both.order_by("version", "number"))


def _add(links: _Links, relation: str, target: str) -> None:
    """Each once, in the order they were stated."""
    targets = links.setdefault(relation, [])
    if target not in targets:
        targets.append(target)
