"""Which of several comparable values are best, in the metric's own direction and within what intervals allow.

Values are finite and share one unit. Nothing here asks whether they may be compared: `cases` does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from catalog.comparison.records import EvaluationValue, Interval
from catalog.vocabulary import Direction

Stated = TypeVar("Stated", str, float)

RELATIVE_TOLERANCE = 1e-9
"""Numbers that differ by no more than this share of the larger are one number."""

NORMAL_QUANTILE = 1.96
"""Standard errors on each side of a value that make a 95 % interval, where no interval is stated."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One model's value in a row."""

    model: str
    evaluation: EvaluationValue


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a metric gets better: a direction and, for `target`, the value to come near to."""

    direction: str | None
    target: float | None

    @property
    def known(self) -> bool:
        """Whether values can be ordered at all."""
        if self.direction == Direction.TARGET:
            return self.target is not None
        return self.direction in (Direction.HIGHER, Direction.LOWER)

    def loss(self, value: float) -> float:
        """How far from good a value is, in its own unit: less is better. Only where the goal is known."""
        if self.direction == Direction.HIGHER:
            return -value
        if self.direction == Direction.LOWER or self.target is None:
            return value
        return abs(value - self.target)


def nearly_equal(left: float, right: float, scale: float = 0.0) -> bool:
    """Whether two numbers are one within the tolerance, relative to the larger of them and of `scale`."""
    return left == right or abs(left - right) <= RELATIVE_TOLERANCE * max(abs(left), abs(right), abs(scale))


def goal_of(evaluations: Iterable[EvaluationValue]) -> Goal:
    """The goal that the values state; statements that contradict each other make it unknown."""
    stated = list(evaluations)
    return Goal(_agreed(item.direction for item in stated), _agreed(item.target for item in stated))


def interval_of(evaluation: EvaluationValue) -> Interval | None:
    """The stated interval, else the value ± 1.96 standard errors, else None. One stated bound is no interval."""
    if evaluation.ci_low is not None and evaluation.ci_high is not None:
        return evaluation.ci_low, evaluation.ci_high
    if evaluation.std_error is None:
        return None
    margin = NORMAL_QUANTILE * evaluation.std_error
    return evaluation.value - margin, evaluation.value + margin


def winners(contenders: Sequence[Contender], goal: Goal) -> tuple[Contender, ...]:
    """The best contenders and all that tie with one of them, in the order given; none where the goal is unknown.

    Ties are taken against the best alone: being tied is not transitive, and a chain of overlapping intervals
    would call everything best.
    """
    if not contenders or not goal.known:
        return ()
    champion = min(contenders, key=lambda contender: goal.loss(contender.evaluation.value))
    best = [contender for contender in contenders if _as_good(contender, champion, goal)]
    return tuple(contender for contender in contenders if any(_tied(contender, other, goal) for other in best))


def best_first(contenders: Iterable[Contender], goal: Goal) -> Iterator[tuple[Contender, ...]]:
    """The contenders in ranks: the winners, then the winners of the rest, and so on; none where the goal is unknown."""
    if not goal.known:
        return
    waiting = sorted(contenders, key=partial(_loss_of, goal=goal))
    reach = _reach(waiting, goal)
    while waiting:
        near = _ahead(waiting, reach, goal)
        best = winners(waiting[:near], goal)
        yield best
        shown = set(map(id, best))
        waiting[:near] = [contender for contender in waiting[:near] if id(contender) not in shown]


def _reach(contenders: Sequence[Contender], goal: Goal) -> float:
    """How much worse than the first a value can be and still tie.

    As far as the widest interval reaches, and twice the largest tolerance that any pair could be given: once to the
    best, once to what ties with it. A ranking then looks at neighbours and not at every pair.
    """
    values = [contender.evaluation.value for contender in contenders]
    sizes = (*map(abs, values), *(abs(goal.loss(value)) for value in values), abs(goal.target or 0.0))
    widest = max((_half_width(contender.evaluation) for contender in contenders), default=0.0)
    return widest + 4 * RELATIVE_TOLERANCE * max((*sizes, widest), default=0.0)


def _half_width(evaluation: EvaluationValue) -> float:
    """How far a value's interval reaches to its farther side."""
    interval = interval_of(evaluation)
    return max(abs(bound - evaluation.value) for bound in interval) if interval else 0.0


def _ahead(waiting: Sequence[Contender], reach: float, goal: Goal) -> int:
    """How many of those waiting, by their loss, may tie with the first."""
    losses = partial(_loss_of, goal=goal)
    return bisect_right(waiting, losses(waiting[0]) + reach, key=losses)


def _loss_of(contender: Contender, goal: Goal) -> float:
    return goal.loss(contender.evaluation.value)


def _agreed(values: Iterable[Stated | None]) -> Stated | None:
    stated = {value for value in values if value is not None}
    return stated.pop() if len(stated) == 1 else None


def _as_good(left: Contender, right: Contender, goal: Goal) -> bool:
    values = left.evaluation.value, right.evaluation.value
    # Distances from a target are small beside the values that they were taken from, and carry their rounding.
    scale = max(*map(abs, values), abs(goal.target or 0.0))
    return nearly_equal(goal.loss(values[0]), goal.loss(values[1]), scale)


def _tied(left: Contender, right: Contender, goal: Goal) -> bool:
    return _as_good(left, right, goal) or _inside(left, right) or _inside(right, left)


def _inside(inner: Contender, outer: Contender) -> bool:
    interval = interval_of(outer.evaluation)
    return interval is not None and interval[0] <= inner.evaluation.value <= interval[1]
