"""The `Results` of a model as evaluations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from catalog.importers.datasets import Datasets
from catalog.importers.text import as_text, number, snake
from catalog.registration.submission import EvaluationInput, VersionInput

_PERCENT = re.compile(r"(?:\w+_)?accuracy|recall_at_\d+|(?:\w+_)?m?ap(?:_at_\d+)?|[co]f1|m?iou|maccc?|aacc")
"""Metrics that OpenMMLab reports in percent. BLEU and CIDEr are points of their own."""


def evaluations(results: Any, datasets: Datasets) -> tuple[tuple[EvaluationInput, ...], tuple[VersionInput, ...]]:
    """The values of a model, and the datasets they were measured on. A null value is none."""
    found: dict[tuple[str, str, str, str, str], EvaluationInput] = {}
    measured_on: dict[str, VersionInput] = {}
    for result in results if isinstance(results, list) else [results]:
        if not isinstance(result, dict):
            continue
        dataset = datasets.single(result.get("Dataset"))
        task = as_text(result.get("Task"))
        for metric, split, subset, unit, value in _values(result.get("Metrics")):
            key = (metric, task, dataset.artifact if dataset else "", split, subset)
            found.setdefault(
                key,
                EvaluationInput(
                    metric=metric,
                    value=value,
                    unit=unit,
                    task=task,
                    subset=subset,
                    dataset=dataset.artifact if dataset else None,
                    split=split,
                ),
            )
            if dataset:
                measured_on[dataset.artifact] = dataset
    return tuple(found.values()), tuple(measured_on.values())


def _values(metrics: Any) -> Iterator[tuple[str, str, str, str, float]]:
    """Metric, split, subset, unit and value of each number. `Accuracy (testA)` states the split in brackets."""
    for key, value in metrics.items() if isinstance(metrics, dict) else ():
        bracket = re.search(r"\((?P<inner>[^()]+)\)\s*$", key)
        inner = bracket["inner"].strip() if bracket else ""
        metric = snake((key[: bracket.start()] if bracket else key).replace("@", " at "))
        unit = "%" if inner == "%" or _PERCENT.fullmatch(metric) else ""
        for subset, measured in _numbers(value):
            if metric:
                yield metric, "" if inner == "%" else inner, subset, unit, measured


def _numbers(value: Any, subset: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(item, f"{subset} / {key}" if subset else str(key))
        return
    measured = number(value.rstrip("% ") if isinstance(value, str) else value)
    if measured is not None:
        yield subset, measured
