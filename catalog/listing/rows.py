"""The rows of the list of models: plain values, no model instances.

Three queries, whatever the rows: the versions, their links and their evaluations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from catalog.columns import VALIDATION_COLUMNS
from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.provenance.rules import RULES, failing
from catalog.querysets import VersionQuerySet
from catalog.replication.routing import read_connection
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
_SHOWN = (Relation.TRAINED_ON, Relation.PRODUCED_BY, Relation.TESTS)


def records(versions: VersionQuerySet) -> list[Record]:
    """The columns that a row and every sort needs, in the order of `versions`."""
    return list(versions.values(*COLUMNS))


def rows(found: Sequence[Record], base_url: str) -> list[dict[str, Any]]:
    """The rows of model versions, in two queries. `base_url` is the address of the list of models."""
    ids = [record["pk"] for record in found]
    links, evaluations = _links(ids), _evaluations(ids)
    return [_row(record, links.get(record["pk"], {}), evaluations.get(record["pk"], ()), base_url) for record in found]


def record_of(version: ArtifactVersion) -> Record:
    """The columns of a version that was just read."""
    return {name: getattr(version, name) for name in COLUMNS if "__" not in name} | {
        "artifact__public_id": version.artifact.public_id
    }


def row_of(
    record: Record, named: Iterable[tuple[str, str]], values: Iterable[tuple[str, float, bool]], base_url: str
) -> dict[str, Any]:
    """The row of one version whose links and evaluations are read already, in their order.

    `named` are the relation and the artifact of each link, `values` the metric, the value and whether it is primary.
    """
    links: dict[str, list[str]] = {}
    for relation, target in named:
        _add(links, relation, target)
    return _row(record, links, values, base_url)


def _row(record: Record, links: Mapping[str, Sequence[str]], values: Iterable[Any], base_url: str) -> dict[str, Any]:
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


def _first(links: Mapping[str, Sequence[str]], relation: Relation) -> str | None:
    return next(iter(links.get(relation, ())), None)


def _flat_view(values: Iterable[tuple[str, float, bool]]) -> tuple[dict[str, float | None], dict[str, int]]:
    """One value a metric: the one reported, or the primary among several; null where nobody says which counts."""
    values = list(values)
    counts = Counter(metric for metric, _, _ in values)
    flat: dict[str, float | None] = {}
    for metric, value, primary in values:
        if primary or counts[metric] == 1:
            flat[metric] = value
        else:
            flat.setdefault(metric, None)
    return flat, dict(counts)


def _links(ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """The artifact ids that each version's links lead to, by relation, each once, in the order they were stated."""
    found: dict[int, dict[str, list[str]]] = {}
    for source, relation, target in _links_query(read_connection().vendor).rows(ids=ids):
        _add(found.setdefault(source, {}), relation, target)
    return found


@cache
def _links_query(vendor: str) -> Compiled:
    links = Link.objects.filter(source__in=GivenList("ids"), relation__in=_SHOWN).order_by("source", "number")
    return Compiled.of(links.values_list("source", "relation", "target__public_id"))


def _add(links: dict[str, list[str]], relation: str, target: str) -> None:
    targets = links.setdefault(relation, [])
    if target not in targets:
        targets.append(target)


def _evaluations(ids: Sequence[int]) -> dict[int, list[tuple[str, float, bool]]]:
    """Metric, value and rank of each version's evaluations that still count."""
    found: dict[int, list[tuple[str, float, bool]]] = {}
    for version, metric, value, primary in _evaluations_query(read_connection().vendor).rows(ids=ids):
        found.setdefault(version, []).append((metric, value, primary))
    return found


@cache
def _evaluations_query(vendor: str) -> Compiled:
    evaluations = Evaluation.objects.live().filter(version__in=GivenList("ids")).order_by("version", "number")
    return Compiled.of(evaluations.values_list("version", "metric", "value", "primary"))
