"""A model's evaluations by what they were measured on. Pure: from the values of `catalog.detail`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.comparison.ordering import NORMAL_QUANTILE
from catalog.web.metadata_blocks import SCROLLED_FROM

MOST_SHOWN = 200
"""How many values a page shows of all; the JSON has the rest."""

_STATED_SOMETIMES = ("task", "subset", "period", "n", "evaluated_by", "reported_by")
"""Columns that a table has only where a value of it states one."""

_SHAREABLE = {
    "task": "task",
    "subset": "subset",
    "period": "period",
    "n": "n",
    "evaluated_by": "evaluated by",
    "reported_by": "reported by",
}
"""What several values may have in common, and how that reads."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One value, the first of its metric or a later one.

    `low` and `high` bound its interval, `estimated` where they follow from its standard error.
    """

    stated: Mapping[str, Any]
    low: float | None
    high: float | None
    estimated: bool
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class EvaluationGroup:
    """What was measured on one split of one version of a dataset. None is what nobody states.

    `shared` holds what several values have in common, which then is no column; `left_out` counts values not shown.
    """

    dataset: str | None
    title: str | None
    dataset_version: int | None
    split: str | None
    values: tuple[Measured, ...]
    columns: frozenset[str]
    shared: tuple[tuple[str, Any], ...]
    left_out: int = 0

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
    groups = (_group(key, sorted(values, key=_by_metric), titles) for key, values in ordered)
    return tuple(_cut(groups))


def _cut(groups: Iterable[EvaluationGroup]) -> Iterator[EvaluationGroup]:
    room = MOST_SHOWN
    for group in groups:
        shown = group.values[:room]
        room -= len(shown)
        yield replace(group, values=shown, left_out=len(group.values) - len(shown))


def _group(
    key: tuple[str | None, int | None, str | None], values: Sequence[Mapping[str, Any]], titles: Mapping[str, str]
) -> EvaluationGroup:
    dataset, version, split = key
    shared = {name: values[0][name] for name in _SHAREABLE if _is_shared(values, name)}
    return EvaluationGroup(
        dataset=dataset,
        title=titles.get(dataset or ""),
        dataset_version=version,
        split=split,
        values=tuple(_in_order(values)),
        columns=_columns(values).difference(shared),
        shared=tuple((_SHAREABLE[name], value) for name, value in shared.items()),
    )


def _in_order(values: Iterable[Mapping[str, Any]]) -> Iterator[Measured]:
    before = None
    for value in values:
        yield replace(_measured(value), is_first=value["metric"] != before)
        before = value["metric"]


def _is_shared(values: Sequence[Mapping[str, Any]], name: str) -> bool:
    return len(values) > 1 and values[0][name] is not None and len({value[name] for value in values}) == 1


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
