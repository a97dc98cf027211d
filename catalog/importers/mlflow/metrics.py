"""The values of a run and of its logged model as evaluations.

A run gives the last value of each metric, and no dataset. A logged model (MLflow 3) gives values with the dataset they
were measured on, but not always the last one, and a NaN as 0. So the run's value stands where both speak of one
measurement, by time and step, and a 0 that the run does not confirm is looked up in the metric's history.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from catalog.importers.mlflow.facts import Facts, items, mapping
from catalog.importers.mlflow.inputs import Input
from catalog.importers.text import as_text, number, snake
from catalog.registration.submission import EvaluationInput

MAX_EVALUATIONS = 1_000
"""How many values of one version are kept, by name."""

_OF_THE_MACHINE = "system/"

_Moment = tuple[str, Any, Any]


def evaluations(facts: Facts, dataset_of: Callable[[str, str], Input]) -> tuple[EvaluationInput, ...]:
    """The finite values, each once for its dataset. `dataset_of` finds a dataset by name and digest."""
    last = {_moment(metric): metric for metric in items(mapping(facts.run.get("data")).get("metrics"))}
    kept: dict[tuple[str, str, str], tuple[Any, Mapping[str, Any]]] = {}
    for metric in items(mapping(facts.logged.get("data")).get("metrics")):
        name, digest = as_text(metric.get("dataset_name")), as_text(metric.get("dataset_digest"))
        if not name and metric.get("run_id") == mapping(facts.run.get("info")).get("run_id"):
            continue
        stated = last.pop(_moment(metric), None)
        value = stated if stated is not None else metric
        _keep(kept, (_key(metric), name, digest), {**value, "value": _confirmed(facts, value, stated is not None)})
    for metric in last.values():
        _keep(kept, (_key(metric), "", ""), metric)
    return tuple(_entries(kept, dataset_of))


def _keep(
    kept: dict[tuple[str, str, str], tuple[Any, Mapping[str, Any]]], case: tuple[str, str, str], metric: Any
) -> None:
    """Keep a value where it is later than the one before it."""
    order = (number(metric.get("step")) or 0, number(metric.get("timestamp")) or 0)
    if case not in kept or kept[case][0] <= order:
        kept[case] = (order, metric)


def _entries(
    kept: Mapping[tuple[str, str, str], tuple[Any, Mapping[str, Any]]], dataset_of: Callable[[str, str], Input]
) -> Iterator[EvaluationInput]:
    taken: dict[tuple[str, str, str], str] = {}
    for count, ((key, name, digest), (_, metric)) in enumerate(sorted(kept.items(), key=lambda item: item[0])):
        value = _finite(metric.get("value"))
        if value is None or key.startswith(_OF_THE_MACHINE) or count >= MAX_EVALUATIONS:
            continue
        named = snake(key.replace("@", " at "))[:180]
        if not named[:1].isalpha() or taken.setdefault((named, name, digest), key) != key:
            named = f"{named or 'metric'}_{hashlib.sha256(key.encode()).hexdigest()[:8]}".lstrip("_")
            named = named if named[:1].isalpha() else f"metric_{named}"
        measured = dataset_of(name, digest) if name else None
        yield EvaluationInput(
            metric=named,
            value=value,
            dataset=measured.ref if measured else None,
            split=measured.split[:100] if measured else "",
        )


def _confirmed(facts: Facts, metric: Mapping[str, Any], is_of_run: bool) -> Any:
    value = metric.get("value")
    if is_of_run or number(value) != 0 or not isinstance(metric.get("run_id"), str):
        return value
    history = facts.server.pages(
        "metrics/get-history", "metrics", run_id=metric["run_id"], metric_key=_key(metric), max_results=1_000
    )
    return next((item.get("value") for item in items(list(history)) if _moment(item) == _moment(metric)), value)


def _finite(value: Any) -> float | None:
    """The number; None for what MLflow writes for NaN (a text) and for infinity (the largest float)."""
    measured = number(value) if not isinstance(value, str) else None
    return measured if measured is not None and abs(measured) < sys.float_info.max else None


def _moment(metric: Mapping[str, Any]) -> _Moment:
    return (_key(metric), metric.get("timestamp"), metric.get("step"))


def _key(metric: Mapping[str, Any]) -> str:
    return as_text(metric.get("key"))
