"""The text of a report of a comparison: what to know first, the metrics, what differs, what is shared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from catalog.comparison.records import Comparison, MetadataRow, MetricRow
from catalog.exports.bibliography import write_bibtex
from catalog.exports.card.markdown import block, bullets, code, number, plain, table
from catalog.exports.records import Export

_LONGEST_VALUE = 200
"""Characters of a value in the table of what differs; the record has it whole."""


def comparison_report(export: Export, comparison: Comparison) -> str:
    """The report, without the facts before it."""
    ids = comparison.models
    parts = (
        f"# Comparison of {len(ids)} models",
        f"From <{export.home}/models/compare?ids={','.join(ids)}>.",
        bullets(
            f"**{plain(notice.code.replace('_', ' '))}**: {plain(notice.message)}" for notice in comparison.notices
        ),
        "## Models",
        table(("Model", "Title", "Family", "Score", "Provenance", "Digest"), _models(export)),
        "## Metrics",
        _metrics(comparison),
        "## Differences of the records",
        _differences(comparison.metadata, ids),
        "## Training data",
        bullets(_training(comparison)),
        "## Where they come from",
        bullets(_inputs(comparison)),
        "## Citation",
        block(write_bibtex(export).decode().rstrip("\n"), "bibtex"),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _models(export: Export) -> Iterator[tuple[str, ...]]:
    for model in export.models:
        warnings = ", ".join(model["warnings"]).replace("_", " ")
        yield (
            code(model["id"]),
            plain(model["title"]),
            model["model_family"].replace("_", " "),
            f"{model['quality_score']:.3g}, {model['quality_basis']}",
            f"{model['provenance_completeness']:.0%}{f'; fails {warnings}' if warnings else ''}",
            code(model["content_digest"]),
        )


def _metrics(comparison: Comparison) -> str:
    if not comparison.metrics:
        return "None of the models reports an evaluation."
    columns = ("Metric", "Measured on", *map(code, comparison.models), "Verdict")
    told = "The best of comparable values is bold, the leading of those that may be comparable in italics."
    return f"{told}\n\n{table(columns, (_metric(row, comparison.models) for row in comparison.metrics))}"


def _metric(row: MetricRow, models: Sequence[str]) -> tuple[str, ...]:
    name = f"{code(row.metric)} {plain(f'({row.unit})')}" if row.unit else code(row.metric)
    data = f"{row.dataset}, version {row.dataset_version}" if row.dataset_version else row.dataset
    measured = ", ".join(filter(None, (data, row.split, row.task, row.subset)))
    verdict = row.verdict.value.replace("_", " ")
    reason = f": {plain(row.reason)}" if row.reason else ""
    return (name, plain(measured) or "not stated", *(_value(row, model) for model in models), f"{verdict}{reason}")


def _value(row: MetricRow, model: str) -> str:
    interval, said = row.intervals[model], number(row.values[model])
    if said and model in row.best:
        said = f"**{said}**"
    elif said and model in row.leading:
        said = f"*{said}*"
    return f"{said} ({number(interval[0])} to {number(interval[1])})" if interval else said


def _differences(rows: Iterable[MetadataRow], models: Sequence[str]) -> str:
    differing = [row for row in rows if row.differs]
    if not differing:
        return "The records do not differ."
    lines = ((code(row.field), *(_shown(row.values[model]) for model in models)) for row in differing)
    return table(("Field", *map(code, models)), lines)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return plain(text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…")


def _training(comparison: Comparison) -> Iterator[str]:
    for shared in comparison.training_data.shared:
        same = {True: "the same version", False: "different versions", None: "versions not all stated"}
        yield f"Shared: {code(shared.artifact)}, {same[shared.same_version]}; {_versions(shared.versions)}."
    for model, datasets in comparison.training_data.unique.items():
        if datasets:
            yield f"{code(model)} alone: {', '.join(map(code, datasets))}."


def _inputs(comparison: Comparison) -> Iterator[str]:
    inputs = comparison.provenance
    if inputs.shared_inputs:
        yield f"Shared: {', '.join(map(code, inputs.shared_inputs))}."
    for difference in inputs.different_versions:
        yield f"In different versions: {code(difference.artifact)}; {_versions(difference.versions)}."
    for model, artifacts in inputs.unique_inputs.items():
        if artifacts:
            yield f"{code(model)} alone: {', '.join(map(code, artifacts))}."


def _versions(versions: Mapping[str, int | None]) -> str:
    return ", ".join(f"{code(model)} {version or 'not stated'}" for model, version in versions.items())
