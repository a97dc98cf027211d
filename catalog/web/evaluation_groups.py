"""A model's evaluations by what they were measured on. Pure: from the values of `catalog.detail`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.comparison.ordering import NORMAL_QUANTILE
from catalog.web.metadata_blocks import SCROLLED_FROM

_STATED_SOMETIMES = ("unit", "task", "subset", "period", "n", "evaluated_by")
"""Columns that a table has only where a value of it states one."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One value. `low` and `high` bound its interval, `estimated` where they follow from its standard error."""

    stated: Mapping[str, Any]
    low: float | None
    high: float | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class EvaluationGroup:
    """What was measured on one split of one version of a dataset. None is what nobody states."""

    dataset: str | None
    title: str | None
    dataset_version: int | None
    split: str | None
    values: tuple[Measured, ...]
    columns: frozenset[str]

    @property
    def is_long(self) -> bool:
        return len(self.values) > SCROLLED_FROM


def evaluation_groups(
    evaluations: Iterable[Mapping[str, Any]], titles: Mapping[str, str]
) -> tuple[EvaluationGroup, ...]:
    """The groups, those that name their dataset first, the largest before the others. `titles` are by artifact id."""
    found: dict[tuple[str | None, int | None, str | None], list[Mapping[str, Any]]] = defaultdict(list)
    for value in evaluations:
        found[value["dataset"], value["dataset_version"], value["split"]].append(value)
    ordered = sorted(found.items(), key=lambda item: (item[0][0] is None, -len(item[1])))
    return tuple(
        EvaluationGroup(
            *(dataset, titles.get(dataset or ""), version, split),
            tuple(map(_measured, sorted(values, key=_by_metric))),
            _columns(values),
        )
        for (dataset, version, split), values in ordered
    )


def _by_metric(value: Mapping[str, Any]) -> tuple[Any, ...]:
    """By metric and then its tasks and subsets; the newest period last."""
    return value["metric"], *(value[name] or "" for name in ("task", "subset", "period")), value["number"]


def _columns(values: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(
        [name for name in _STATED_SOMETIMES if any(value[name] is not None for value in values)]
        + ["interval"] * any(_measured(value).low is not None for value in values)
    )


def _measured(value: Mapping[str, Any]) -> Measured:
    if value["ci_low"] is not None or value["ci_high"] is not None:
        return Measured(value, value["ci_low"], value["ci_high"], estimated=False)
    if value["std_error"] is None:
        return Measured(value, None, None, estimated=False)
    margin = NORMAL_QUANTILE * value["std_error"]
    return Measured(value, value["value"] - margin, value["value"] + margin, estimated=True)
