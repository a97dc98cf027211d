"""Ranking one metric's values, by the comparison's own rules: unequal cases apart, ties share a rank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog.comparison.cases import Judgement, RowKey, enough_cases, judge, key_of, representatives, stated_apart
from catalog.comparison.ordering import Contender, Goal, best_first, goal_of, interval_of
from catalog.comparison.records import EvaluationValue, Interval
from catalog.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One model's place; `rank` counts from 1 and is None where the group cannot be ranked."""

    model: str
    rank: int | None
    value: float
    interval: Interval | None
    n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedGroup:
    """Values that were measured in one way (`key`) on cases that nobody says differ, best first."""

    key: RowKey
    direction: str | None
    target: float | None
    period: str | None
    verdict: Verdict
    reason: str
    places: tuple[Place, ...]


def rank(entries: Iterable[tuple[str, EvaluationValue]]) -> tuple[RankedGroup, ...]:
    """Rank (model id, value) pairs: by metric and data, within each the largest group of equal cases first.

    Values with different keys, periods or numbers of cases are never ranked against each other; a case-adjusted
    metric joins those with at least 75 % of the largest n. Rank 1 is what a comparison would call best or leading;
    a rank after a tie counts those before it. A model alone in its group has no rank. A model with values for several
    periods has a place in each; with several in one group, the value that would represent it in a comparison.
    """
    rows: dict[RowKey, list[Contender]] = defaultdict(list)
    for model, evaluation in entries:
        rows[key_of(evaluation)].append(Contender(model, evaluation))
    groups = [_group(key, group) for key, row in rows.items() for group in _equal_cases(row)]
    return tuple(sorted(groups, key=_display_order))


def _equal_cases(row: Iterable[Contender]) -> Iterator[tuple[Contender, ...]]:
    for period in stated_apart(row, lambda value: value.period).values():
        reported: dict[str, list[EvaluationValue]] = defaultdict(list)
        for contender in period:
            reported[contender.model].append(contender.evaluation)
        contenders = representatives(reported)
        if all(contender.evaluation.case_adjusted for contender in contenders):
            yield from _bands(contenders)
        else:
            yield from stated_apart(contenders, lambda value: value.n).values()


def _bands(contenders: Sequence[Contender]) -> Iterator[tuple[Contender, ...]]:
    while contenders:
        band, contenders = enough_cases(contenders)
        yield band


def _group(key: RowKey, contenders: Sequence[Contender]) -> RankedGroup:
    goal = goal_of(contender.evaluation for contender in contenders)
    lone = Judgement(Verdict.SINGLE, "No other model has a value on the same cases.")
    judgement = judge(key, contenders) if len(contenders) > 1 else lone
    ranks = _ranks(judgement.compared, goal)
    periods = {contender.evaluation.period for contender in contenders} - {None}
    return RankedGroup(
        key=key,
        direction=goal.direction,
        target=goal.target,
        period=next(iter(periods), None),
        verdict=judgement.verdict,
        reason=judgement.reason,
        places=tuple(sorted((_place(item, ranks) for item in contenders), key=lambda place: _order(place, goal))),
    )


def _ranks(contenders: Sequence[Contender], goal: Goal) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for tied in best_first(contenders, goal):
        ranks.update(dict.fromkeys((contender.model for contender in tied), len(ranks) + 1))
    return ranks


def _place(contender: Contender, ranks: dict[str, int]) -> Place:
    evaluation = contender.evaluation
    return Place(
        model=contender.model,
        rank=ranks.get(contender.model),
        value=evaluation.value,
        interval=interval_of(evaluation),
        n=evaluation.n,
    )


def _order(place: Place, goal: Goal) -> tuple[int, float, str]:
    return place.rank or 0, goal.loss(place.value) if goal.known else 0.0, place.model


def _display_order(group: RankedGroup) -> tuple[tuple[str, ...], int, str, list[str]]:
    return group.key.sort_key, -len(group.places), group.period or "", [place.model for place in group.places]
