"""How a metric went over the versions of a model, on one and the same data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.comparison.cases import RowKey, key_of, representatives
from catalog.comparison.leakage import TRAINING_SPLITS
from catalog.comparison.records import EvaluationValue
from catalog.evaluation_values import evaluation_values
from catalog.models import Evaluation
from catalog.web.charts import Course, Point, course

Reported = Mapping[RowKey, Mapping[int, Sequence[EvaluationValue]]]
"""What each version, by its number, reports under each way of measuring."""


@dataclass(frozen=True, slots=True)
class Courses:
    """The course that is shown, if any metric has one, and the metrics that have."""

    chart: Course | None
    key: RowKey | None
    metrics: tuple[str, ...]


def reported_by(artifact: int) -> Reported:
    """All that the versions of an artifact report and that counts. One query."""
    rows = Evaluation.objects.live().filter(version__artifact=artifact).order_by("version__version_number", "number")
    found: dict[RowKey, dict[int, list[EvaluationValue]]] = defaultdict(lambda: defaultdict(list))
    for value, (number,) in evaluation_values(rows, "version__version_number"):
        found[key_of(value)][number].append(value)
    return found


def courses(reported: Reported, versions: Sequence[Mapping[str, Any]], current: int, asked: str = "") -> Courses:
    """The course of the metric `asked` for, else of the one that most versions report on the same data.

    `versions` are all of the model, newest first, as `catalog.detail` lists them; `current` is the number of the one
    that the page is about.
    """
    best: dict[str, RowKey] = {}
    for key in sorted(reported, key=lambda key: (-len(reported[key]), _is_of_training(key), key.sort_key)):
        if len(reported[key]) > 1:
            best.setdefault(key.metric, key)
    if not best:
        return Courses(None, None, ())
    key = best.get(asked) or next(iter(best.values()))
    return Courses(_chart(key, reported[key], versions, current), key, tuple(sorted(best)))


def _is_of_training(key: RowKey) -> bool:
    """A fit says less of a model than a test does."""
    return (key.split or "").casefold() in TRAINING_SPLITS


def _chart(
    key: RowKey, values: Mapping[int, Sequence[EvaluationValue]], versions: Sequence[Mapping[str, Any]], current: int
) -> Course:
    chosen = {item.model: item.evaluation for item in representatives({str(n): found for n, found in values.items()})}
    points = [
        Point(
            id=version["id"],
            label=f"v{version['version_number']}",
            value=chosen[number].value if (number := str(version["version_number"])) in chosen else None,
            current=version["version_number"] == current,
        )
        for version in reversed(versions)
    ]
    direction = next(iter(chosen.values())).direction
    return course(points, title=f"{key.metric} over the versions", direction=direction)
