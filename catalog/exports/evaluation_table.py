"""CSV: the evaluations of one model, or the metrics of a comparison side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog.comparison.records import Comparison, MetricRow
from catalog.exports.cells import table
from catalog.exports.records import Detail, Export

_MEASURED = ("metric", "unit", "direction", "target", "task", "subset", "dataset", "dataset_version", "split")
_VALUE = (
    *("metric", "value", "unit", "direction", "target", "task", "subset", "dataset", "dataset_version", "split"),
    *("n", "ci_low", "ci_high", "std_error", "period", "evaluated_by", "reported_by", "primary"),
)
MODEL_COLUMNS = ("model", "version", "version_number", "content_digest", *_VALUE)
"""The columns of one model's table: which version it is in each row, so that tables can be put below one another."""

COMPARISON_COLUMNS = (*_MEASURED, "verdict", "reason", "best", "leading")
"""The first columns of a comparison's table. The values follow, one column a model, then each one's interval and n."""


def write_csv(export: Export) -> bytes:
    """The table, one evaluation a row, or one metric of a comparison."""
    if export.comparison is None:
        return table(MODEL_COLUMNS, _evaluations(export.models[0]))
    return table(_comparison_columns(export.comparison), _metrics(export.comparison))


def _evaluations(model: Detail) -> Iterator[list[Any]]:
    version = [model["model"], model["id"], model["version_number"], model["content_digest"]]
    for value in model["evaluations"]:
        yield [*version, *(_plain(value[name]) for name in _VALUE)]


def _comparison_columns(comparison: Comparison) -> list[str]:
    beside = [f"{name} {what}" for name in comparison.models for what in ("ci_low", "ci_high", "n")]
    return [*COMPARISON_COLUMNS, *comparison.models, *beside]


def _metrics(comparison: Comparison) -> Iterator[list[Any]]:
    for row in comparison.metrics:
        values = [row.values[name] for name in comparison.models]
        beside = [item for name in comparison.models for item in _beside(row, name)]
        yield [*(getattr(row, name) for name in COMPARISON_COLUMNS), *values, *beside]


def _beside(row: MetricRow, model: str) -> list[float | None]:
    return [*(row.intervals[model] or (None, None)), row.n[model]]


def _plain(value: Any) -> Any:
    """True and false in the words of JSON, which other tools read."""
    return str(value).lower() if isinstance(value, bool) else value
