"""Evaluations as the comparison takes them, with what their metrics mean: no object of the database for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet

from catalog.comparison.records import EvaluationValue
from catalog.models import Evaluation

_MEANING = {"metric_unit": "metric__unit", "direction": "metric__direction", "target": "metric__target_value"}
_RULES = {"case_adjusted": "metric__case_adjusted", "same_data_only": "metric__same_data_only"}
_DATA = {"data": "dataset__public_id", "data_version": "dataset_version__version_number"}
_OWN = (
    *("metric_id", "value", "unit", "task", "subset", "split", "n", "ci_low", "ci_high", "std_error", "period"),
    *("evaluated_by", "reported_by", "primary"),
)


def evaluation_values(evaluations: QuerySet[Evaluation], *also: str) -> Iterator[tuple[EvaluationValue, Any]]:
    """Each evaluation, in their order, with its columns `also`, by name. One query.

    A unit that is not stated is the metric's own.
    """
    read = {name: F(column) for name, column in (_MEANING | _RULES | _DATA).items()}
    for row in evaluations.values(*_OWN, *also, **read):
        yield _value(row), row


def _value(row: dict[str, Any]) -> EvaluationValue:
    return EvaluationValue(
        metric=row["metric_id"],
        value=row["value"],
        unit=row["unit"] or row["metric_unit"] or None,
        direction=row["direction"],
        target=row["target"],
        case_adjusted=row["case_adjusted"],
        same_data_only=row["same_data_only"],
        dataset=row["data"],
        dataset_version=row["data_version"],
        task=row["task"] or None,
        subset=row["subset"] or None,
        split=row["split"] or None,
        period=row["period"] or None,
        evaluated_by=row["evaluated_by"] or None,
        n=row["n"],
        ci_low=row["ci_low"],
        ci_high=row["ci_high"],
        std_error=row["std_error"],
        reported_by=row["reported_by"],
        primary=row["primary"],
    )
