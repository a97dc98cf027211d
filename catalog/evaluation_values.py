"""Evaluations as the comparison takes them, with what their metrics mean: no object of the database for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any

from django.db.models import QuerySet

from catalog.comparison.records import EvaluationValue
from catalog.models import Evaluation
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Asked, Compiled, GivenList

_COLUMNS = (
    *("metric_id", "value", "unit", "task", "subset", "split", "n", "ci_low", "ci_high", "std_error", "period"),
    *("evaluated_by", "reported_by", "primary", "dataset__public_id", "dataset_version__version_number"),
    *("metric__unit", "metric__direction", "metric__target_value", "metric__case_adjusted", "metric__same_data_only"),
)
"""What `_value` takes, in its order."""


def evaluation_values(
    evaluations: QuerySet[Evaluation], *also: str
) -> Iterator[tuple[EvaluationValue, tuple[Any, ...]]]:
    """Each evaluation, in their order, with what stands in its columns `also`. One query.

    A unit that is not stated is the metric's own.
    """
    return _values(evaluations.values_list(*_COLUMNS, *also))


def live_values_asked(versions: Collection[int]) -> Asked:
    """The evaluations of `versions` that count, asked for in one query: `live_values` reads them."""
    return _live(read_vendor()).asked(versions=versions)


def live_values(asked: Asked) -> Iterator[tuple[EvaluationValue, tuple[Any, ...]]]:
    """Each evaluation that was asked for, with the key of its version and its number."""
    return _values(asked.rows())


@cache
def _live(vendor: str) -> Compiled:
    rows = Evaluation.objects.live().filter(version__in=GivenList("versions")).order_by("version_id", "number")
    return Compiled.of(rows.values_list(*_COLUMNS, "version_id", "number"))


def _values(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[EvaluationValue, tuple[Any, ...]]]:
    own = len(_COLUMNS)
    for row in rows:
        yield _value(*row[:own]), row[own:]


def _value(
    metric: str,
    value: float,
    unit: str,
    task: str,
    subset: str,
    split: str,
    n: int | None,
    ci_low: float | None,
    ci_high: float | None,
    std_error: float | None,
    period: str,
    evaluated_by: str,
    reported_by: str,
    primary: bool,
    dataset: str | None,
    dataset_version: int | None,
    metric_unit: str,
    direction: str | None,
    target: float | None,
    case_adjusted: bool,
    same_data_only: bool,
) -> EvaluationValue:
    return EvaluationValue(
        metric=metric,
        value=value,
        unit=unit or metric_unit or None,
        direction=direction,
        target=target,
        case_adjusted=case_adjusted,
        same_data_only=same_data_only,
        dataset=dataset,
        dataset_version=dataset_version,
        task=task or None,
        subset=subset or None,
        split=split or None,
        period=period or None,
        evaluated_by=evaluated_by or None,
        n=n,
        ci_low=ci_low,
        ci_high=ci_high,
        std_error=std_error,
        reported_by=reported_by,
        primary=primary,
    )
