"""Leaderboards follow the comparison's rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalog.comparison.ordering import Contender, Goal, best_first, winners
from catalog.comparison.ranking import RankedGroup, rank
from catalog.comparison.records import EvaluationValue
from tests.comparison.building import value


def ranks(*entries: tuple[str, EvaluationValue]) -> list[dict[str, int | None]]:
    return [{place.model: place.rank for place in group.places} for group in rank(entries)]


def only(*entries: tuple[str, EvaluationValue]) -> RankedGroup:
    (group,) = rank(entries)
    return group


def test_ties_share_a_rank_and_the_next_counts_them() -> None:
    group = only(("c", value(2.0)), ("b", value(1.0)), ("a", value(1.0)), ("d", value(3.0)))
    assert [(place.model, place.rank) for place in group.places] == [("a", 1), ("b", 1), ("c", 3), ("d", 4)]


def test_ranks_follow_the_direction() -> None:
    assert ranks(("a", value(1.0, direction="higher")), ("b", value(2.0, direction="higher"))) == [{"b": 1, "a": 2}]


def test_intervals_tie_with_the_best_of_those_left() -> None:
    entries = (("a", value(1.0)), ("b", value(1.5, std_error=0.3)), ("c", value(2.0)), ("d", value(2.1, std_error=0.1)))
    assert ranks(*entries) == [{"a": 1, "b": 1, "c": 3, "d": 3}]


def test_places_are_in_the_order_of_their_ranks() -> None:
    group = only(("a", value(1.0)), ("c", value(1.2)), ("b", value(1.5, std_error=0.3)))
    assert [(place.model, place.rank) for place in group.places] == [("a", 1), ("b", 1), ("c", 3)]


def test_unequal_cases_are_ranked_apart_the_larger_group_first() -> None:
    numbers = {"a": 80, "b": 120, "c": 120, "d": 80, "e": 120}
    entries = [(name, value(place, n=n)) for place, (name, n) in enumerate(numbers.items(), 1)]
    assert ranks(*entries) == [{"b": 1, "c": 2, "e": 3}, {"a": 1, "d": 2}]


def test_an_unstated_n_stands_apart_only_where_others_differ() -> None:
    assert ranks(("a", value(1.0, n=10)), ("b", value(2.0))) == [{"a": 1, "b": 2}]
    assert len(ranks(("a", value(1.0, n=10)), ("b", value(2.0)), ("c", value(2.0, n=20)))) == 3


def test_case_adjusted_values_share_a_group_within_three_quarters() -> None:
    numbers = {"a": 100, "b": 75, "c": 70, "d": 60}
    entries = [(name, value(1.0, n=n, case_adjusted=True)) for name, n in numbers.items()]
    assert ranks(*entries) == [{"a": 1, "b": 1}, {"c": 1, "d": 1}]


def test_periods_and_keys_are_ranked_apart() -> None:
    seasons = ({"period": "2023-24"}, {"period": "2024-25"}, {"split": "val"})
    entries = [(name, value(1.0, **stated)) for stated in seasons for name in "ab"]
    assert ranks(*entries) == [{"a": 1, "b": 1}] * 3
    assert [group.period for group in rank(entries)] == ["2023-24", "2024-25", None]


def test_a_lone_value_has_no_rank() -> None:
    group = only(("a", value(1.0)))
    assert (group.verdict, group.places[0].rank) == ("single", None)


def test_no_rank_where_nothing_may_lead() -> None:
    aic = {"metric": "aic", "same_data_only": True, "dataset_version": None}
    assert ranks(("a", value(1.0, **aic)), ("b", value(2.0, **aic))) == [{"a": None, "b": None}]
    assert ranks(("a", value(1.0, direction=None)), ("b", value(2.0, direction=None))) == [{"a": None, "b": None}]


def test_unstated_data_are_ranked_under_their_verdict() -> None:
    group = only(("a", value(1.0, split=None)), ("b", value(2.0, split=None)))
    assert (group.verdict, [place.rank for place in group.places]) == ("unknown", [1, 2])


def test_nothing_gives_nothing() -> None:
    assert rank([]) == ()


Spread = float | tuple[float, float] | None
"""A standard error, or two bounds in any order, which need not hold the value."""


def around(spread: Spread) -> dict[str, float | None]:
    if not isinstance(spread, tuple):
        return {"std_error": spread}
    return {"ci_low": min(spread), "ci_high": max(spread)}


NUMBERS = st.one_of(
    st.floats(-1e3, 1e3),
    st.sampled_from([0.1, 0.1 + 1e-12, 0.1 + 1e-10, 0.3, 0.3 - 1e-16, 1e300, -1e300, 0.0]),
)


@given(
    st.lists(st.tuples(NUMBERS, st.one_of(st.none(), st.floats(0, 10), st.tuples(NUMBERS, NUMBERS))), max_size=12),
    st.sampled_from([Goal("lower", None), Goal("higher", None), Goal("target", 0.2), Goal(None, None)]),
    st.booleans(),
)
def test_ranks_are_what_winning_again_and_again_among_all_the_rest_gives(
    values: list[tuple[float, Spread]], goal: Goal, with_errors: bool
) -> None:
    contenders = [
        Contender(f"m{place}", value(number, **(around(spread) if with_errors else {})))
        for place, (number, spread) in enumerate(values)
    ]
    expected, waiting = [], contenders
    while best := winners(waiting, goal):
        expected.append(set(best))
        waiting = [contender for contender in waiting if contender not in best]
    assert [set(tied) for tied in best_first(contenders, goal)] == expected
