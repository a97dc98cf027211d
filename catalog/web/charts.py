"""The geometry of two small charts, ready for a template. Pure; every number is in the unit of an SVG's user space.

    {% include "catalog/svg/dots.html" with chart=dots(...) %}      models side by side, by one metric
    {% include "catalog/svg/course.html" with chart=course(...) %}  one metric over the versions of one model

`name` tells the charts of one page apart. Values are finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from catalog.web.scales import Scale, Tick, scale_for

LABELS, PLOT, NUMBERS = 132, 250, 84
"""Widths of the three parts of a comparison's chart: whose value, the axis, the value."""

ROW, HEAD, FOOT = 22, 8, 26
COURSE_WIDTH, COURSE_HEIGHT = 420, 120
COURSE_LEFT, COURSE_RIGHT, COURSE_TOP, COURSE_BOTTOM = 74, 14, 12, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One model's value: `label` fits beside the axis, `title` says it all; `low` and `high` bound its interval."""

    label: str
    title: str
    value: float
    low: float | None = None
    high: float | None = None
    best: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A value with its place; `x_low` and `x_high` are None where no interval is stated."""

    measured: Measured
    x: float
    y: int
    x_low: float | None
    x_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """A comparison by one metric. `x_target` is where its target lies, if it has one."""

    name: str
    title: str
    direction: str | None
    target: float | None
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    logarithmic: bool
    x_target: float | None
    left: int
    right: int
    base: int
    width: int
    height: int


def dots(
    values: Sequence[Measured], *, name: str, title: str, direction: str | None = None, target: float | None = None
) -> Dots:
    """A dot and an interval for each value, on an axis that fits these values and no others."""
    bounds = [bound for item in values for bound in (item.value, item.low, item.high) if bound is not None]
    scale = scale_for([*bounds, *([] if target is None else [target])], LABELS, LABELS + PLOT)
    base = HEAD + ROW * len(values)
    return Dots(
        name=name,
        title=title,
        direction=direction,
        target=target,
        dots=tuple(_dot(item, HEAD + ROW * number + ROW // 2, scale) for number, item in enumerate(values)),
        ticks=scale.ticks(),
        logarithmic=scale.logarithmic,
        x_target=None if target is None else scale.place(target),
        left=LABELS,
        right=LABELS + PLOT,
        base=base,
        width=LABELS + PLOT + NUMBERS,
        height=base + FOOT,
    )


def _dot(item: Measured, y: int, scale: Scale) -> Dot:
    stated = item.low is not None and item.high is not None
    return Dot(
        measured=item,
        x=scale.place(item.value),
        y=y,
        x_low=scale.place(item.low) if stated and item.low is not None else None,
        x_high=scale.place(item.high) if stated and item.high is not None else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A metric's value at one version; None where that version does not report it."""

    id: str
    label: str
    value: float | None
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A version on the course; `y` is None where it has no value."""

    point: Point
    x: float
    y: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A metric over versions. `lines` join neighbouring versions that report it, and break where one does not."""

    name: str
    title: str
    direction: str | None
    steps: tuple[Step, ...]
    lines: tuple[str, ...]
    ticks: tuple[Tick, ...]
    logarithmic: bool
    left: int
    right: int
    base: int
    width: int = COURSE_WIDTH
    height: int = COURSE_HEIGHT


def course(points: Sequence[Point], *, name: str = "course", title: str, direction: str | None = None) -> Course:
    """The course of a metric, `points` oldest first."""
    right, base = COURSE_WIDTH - COURSE_RIGHT, COURSE_HEIGHT - COURSE_BOTTOM
    scale = scale_for([point.value for point in points if point.value is not None], base, COURSE_TOP)
    steps = tuple(
        Step(
            point=point,
            x=_along(number, len(points), COURSE_LEFT + 8, right - 8),
            y=None if point.value is None else scale.place(point.value),
        )
        for number, point in enumerate(points)
    )
    return Course(
        name=name,
        title=title,
        direction=direction,
        steps=steps,
        lines=tuple(_joined(steps)),
        ticks=scale.ticks(most=3),
        logarithmic=scale.logarithmic,
        left=COURSE_LEFT,
        right=right,
        base=base,
    )


def _joined(steps: Sequence[Step]) -> list[str]:
    """The points of each polyline, as SVG writes them."""
    runs = [list(run) for reported, run in groupby(steps, key=lambda step: step.y is not None) if reported]
    return [" ".join(f"{step.x},{step.y}" for step in run) for run in runs if len(run) > 1]


def _along(number: int, count: int, first: float, last: float) -> float:
    return round((first + last) / 2 if count == 1 else first + (last - first) * number / (count - 1), 1)
