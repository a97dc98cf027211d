"""Scores of a hub's models, as its evaluation dashboard publishes them.

`dashboard/scores/{target}/{evaluation set}/scores.csv` has one line per model (hubPredEvalsData, config schema
v1.0.1); `dashboard/predevals-options.json` says which dates each evaluation set has. The dashboard names models,
not revisions: a score goes to the revision that was in force on the last reference date of its set, because later
revisions made none of the forecasts that it scores. WIS and the absolute error of the median are in the unit of the
target, relative skills are ratios to the hub's baseline over shared tasks, coverages are best at their nominal level.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from catalog.importers.documents import Unreadable, decode
from catalog.importers.files import SourceTree
from catalog.importers.hubverse.datasets import ADMISSIONS, ED_VISITS
from catalog.importers.records import Reject
from catalog.importers.text import integer, number

OPTIONS = "dashboard/predevals-options.json"
TARGETS = {
    "wk inc flu hosp": (ADMISSIONS, "hospital admissions"),
    "wk inc flu prop ed visits": (ED_VISITS, "proportion"),
}
"""The target data of each target, and its unit (README of FluSight's target data)."""

METRICS = {
    "wis": None,
    "wis_scaled_relative_skill": "ratio",
    "ae_median": None,
    "ae_median_scaled_relative_skill": "ratio",
    "interval_coverage_50": "proportion",
    "interval_coverage_95": "proportion",
}
"""Metrics with their unit, None where it is the target's."""


@dataclass(frozen=True, slots=True)
class Score:
    """One value of one model in one evaluation set. `rank` is the place of the set in the dashboard's own order."""

    metric: str
    value: float
    unit: str
    target: str
    dataset: str
    period: str
    subset: str
    n: int | None
    until: date | None
    rank: tuple[int, int]


@dataclass(slots=True)
class Scores:
    """All scores by model, and the files that could not be taken."""

    by_model: dict[str, list[Score]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Set:
    target: str
    name: str
    until: date | None
    rank: tuple[int, int]


def read_scores(tree: SourceTree) -> Scores:
    """The scores of all evaluation sets."""
    scores, options = Scores(), _options(tree)
    for file in tree.files("scores.csv"):
        parts = PurePosixPath(file).parts
        if len(parts) < 4 or parts[-4] != "scores":
            continue
        try:
            chosen = _evaluation_set(options, parts[-3], parts[-2])
            for row in csv.DictReader(io.StringIO(decode(tree.read(file)))):
                scores.by_model.setdefault(row.get("model_id") or "", []).extend(_line(row, chosen))
        except (Unreadable, csv.Error) as error:
            scores.rejects.append(Reject(file=file, name=f"{parts[-3]} / {parts[-2]}", reason=str(error)))
    return scores


def _options(tree: SourceTree) -> dict[str, Any]:
    try:
        value = tree.json(OPTIONS)
    except Unreadable:
        return {}
    return value if isinstance(value, dict) else {}


def _evaluation_set(options: dict[str, Any], target: str, name: str) -> _Set:
    """What the dashboard says of a set. Without its options, all sets are of the newest revision."""
    if not options:
        return _Set(target, name, None, (0, 0))
    targets = [str(item.get("target_id")) for item in options.get("targets") or [] if isinstance(item, dict)]
    sets = {str(item.get("eval_set_name")): item for item in options.get("eval_sets") or [] if isinstance(item, dict)}
    if target not in targets or name not in sets:
        raise Unreadable(f"{PurePosixPath(OPTIONS).name} does not define this evaluation set: its dates are not known")
    filters = sets[name].get("task_filters")
    dates = filters.get("reference_date") if isinstance(filters, dict) else None
    until = _last(dates if isinstance(dates, list) else [dates])
    return _Set(target, name, until, (targets.index(target), list(sets).index(name)))


def _last(dates: list[Any]) -> date:
    try:
        return max(date.fromisoformat(item) for item in dates)
    except (TypeError, ValueError):
        raise Unreadable("the evaluation set has no reference dates") from None


def _line(row: dict[str, str], chosen: _Set) -> Iterator[Score]:
    """The values of a line. `NA`, `inf` and blanks are no values; nor are scores over no forecasts at all."""
    n = integer(row.get("n"))
    dataset, unit = TARGETS.get(chosen.target, ("", ""))
    period, _, subset = chosen.name.partition(", ")
    for metric, own_unit in METRICS.items():
        value = number(row.get(metric))
        if value is not None and n != 0:
            stated = unit if own_unit is None else own_unit
            yield Score(metric, value, stated, chosen.target, dataset, period, subset, n, chosen.until, chosen.rank)
