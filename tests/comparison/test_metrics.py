"""Each rule of the metric rows, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.comparison.cases import representatives
from catalog.comparison.metrics import metric_rows
from catalog.comparison.records import EvaluationValue, MetricRow
from catalog.vocabulary import Verdict
from tests.comparison.building import model, value


def rows_of(**reported: EvaluationValue | list[EvaluationValue]) -> tuple[MetricRow, ...]:
    cells = {name: item if isinstance(item, list) else [item] for name, item in reported.items()}
    return metric_rows([model(name, *values) for name, values in cells.items()])


def row_of(**reported: EvaluationValue | list[EvaluationValue]) -> MetricRow:
    (row,) = rows_of(**reported)
    return row


def verdicts(**reported: EvaluationValue) -> set[str]:
    return {row.verdict for row in rows_of(**reported)}


def test_a_comparable_row_has_the_contracts_shape() -> None:
    row = row_of(a=value(0.023, unit="µM", n=120), b=value(0.031, unit="µM", n=120, ci_low=0.03, ci_high=0.032))
    assert row == MetricRow(
        metric="rmse",
        unit="µM",
        direction="lower",
        target=None,
        task=None,
        subset=None,
        dataset="dataset-x",
        dataset_version=1,
        split="test",
        values={"a": 0.023, "b": 0.031},
        intervals={"a": None, "b": (0.03, 0.032)},
        n={"a": 120, "b": 120},
        verdict=Verdict.COMPARABLE,
        reason="",
        best=("a",),
        leading=("a",),
    )


def test_a_model_that_does_not_report_the_metric_has_an_empty_cell() -> None:
    row = row_of(a=value(1.0), b=value(2.0), c=[])
    assert (row.values["c"], row.intervals["c"], row.n["c"]) == (None, None, None)
    assert row.best == ("a",)


@pytest.mark.parametrize(
    ("direction", "target", "best"),
    [("lower", None, ("a",)), ("higher", None, ("c",)), ("target", 0.95, ("b",)), ("target", 0.9, ("b",))],
)
def test_best_follows_the_direction(direction: str, target: float | None, best: tuple[str, ...]) -> None:
    numbers = {"a": 0.6, "b": 0.93, "c": 0.99}
    reported = {name: value(number, direction=direction, target=target) for name, number in numbers.items()}
    assert row_of(**reported).best == best


@pytest.mark.parametrize("goal", [{"direction": None}, {"direction": "target", "target": None}])
def test_an_unknown_direction_compares_but_calls_nothing_best(goal: dict[str, Any]) -> None:
    row = row_of(a=value(1.0, **goal), b=value(2.0, **goal))
    assert (row.verdict, row.best, row.leading) == ("comparable", (), ())
    assert "not known" in row.reason


def test_statements_of_direction_that_contradict_make_it_unknown() -> None:
    row = row_of(a=value(1.0, direction="lower"), b=value(2.0, direction="higher"))
    assert (row.direction, row.best) == (None, ())


def test_one_statement_of_direction_is_enough() -> None:
    row = row_of(a=value(1.0, direction="higher"), b=value(2.0, direction=None))
    assert (row.direction, row.best) == ("higher", ("b",))


def test_equal_values_tie() -> None:
    assert row_of(a=value(0.5), b=value(0.5 + 1e-12), c=value(0.51)).best == ("a", "b")


def test_values_equally_far_from_their_target_tie() -> None:
    row = row_of(**{n: value(v, direction="target", target=0.95) for n, v in {"a": 0.94, "b": 0.96, "c": 0.97}.items()})
    assert row.best == ("a", "b")


def test_rounding_near_the_target_breaks_no_tie() -> None:
    numbers = {"a": 0.94999999, "b": 0.95000001, "c": 0.951}
    assert row_of(**{n: value(v, direction="target", target=0.95) for n, v in numbers.items()}).best == ("a", "b")


@pytest.mark.parametrize(
    ("stated", "best"),
    [
        ({"ci_low": 0.9, "ci_high": 1.2}, ("a", "b")),
        ({"ci_low": 1.0, "ci_high": 1.2}, ("a", "b")),
        ({"ci_low": 1.01, "ci_high": 1.2}, ("a",)),
        ({"ci_low": 0.9}, ("a",)),
        ({"std_error": 0.06}, ("a", "b")),
        ({"std_error": 0.05}, ("a",)),
        ({"std_error": 1.0, "ci_low": 1.05, "ci_high": 1.15}, ("a",)),
    ],
)
def test_a_value_inside_the_others_interval_ties(stated: dict[str, float], best: tuple[str, ...]) -> None:
    assert row_of(a=value(1.0), b=value(1.1, **stated)).best == best


def test_the_bests_own_interval_ties_too() -> None:
    assert row_of(a=value(1.0, ci_low=0.8, ci_high=1.2), b=value(1.1), c=value(1.3)).best == ("a", "b")


def test_ties_do_not_chain() -> None:
    middle = value(1.1, ci_low=0.95, ci_high=1.25)
    assert row_of(a=value(1.0), b=middle, c=value(1.2)).best == ("a", "b")


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"dataset_version": None}, "version of the dataset is not stated"),
        ({"split": None}, "split is not stated"),
        ({"dataset_version": None, "split": None}, "version of the dataset and the split are not stated"),
        ({"dataset": None, "dataset_version": None, "split": None}, "dataset is not stated"),
    ],
)
def test_unstated_data_are_unknown_with_a_leading_value(stated: dict[str, Any], words: str) -> None:
    row = row_of(a=value(1.0, **stated), b=value(2.0, **stated))
    assert (row.verdict, row.best, row.leading) == ("unknown", (), ("a",))
    assert words in row.reason


def test_one_evaluation_run_is_comparable_without_version_or_split() -> None:
    run = {"dataset_version": None, "split": None, "evaluated_by": "hub", "period": "2024-25"}
    row = row_of(a=value(1.0, **run), b=value(2.0, **run))
    assert (row.verdict, row.reason, row.best) == ("comparable", "", ("a",))


@pytest.mark.parametrize("run", [{"evaluated_by": "hub"}, {"period": "2024-25"}])
def test_half_a_run_proves_nothing(run: dict[str, str]) -> None:
    reported = {name: value(1.0, split=None, **run) for name in "ab"}
    assert row_of(**reported).verdict == "unknown"


def test_a_third_value_from_elsewhere_makes_the_row_unknown() -> None:
    run = {"split": None, "evaluated_by": "hub", "period": "2024-25"}
    assert row_of(a=value(1.0, **run), b=value(2.0, **run), c=value(3.0, split=None)).verdict == "unknown"


def test_different_periods_are_different_cases() -> None:
    row = row_of(a=value(1.0, period="2023-24"), b=value(2.0, period="2024-25"), c=value(3.0))
    assert (row.verdict, row.best, row.leading) == ("different_cases", (), ())
    assert "2023-24 (a); 2024-25 (b); not stated (c)" in row.reason


@pytest.mark.parametrize("unstated", [{}, {"split": None}])
def test_different_numbers_of_cases_are_not_compared(unstated: dict[str, Any]) -> None:
    row = row_of(a=value(1.0, n=120, **unstated), b=value(2.0, n=120, **unstated), c=value(3.0, n=80, **unstated))
    assert (row.verdict, row.best, row.leading) == ("different_cases", (), ())
    assert "120 (a, b); 80 (c)" in row.reason


def test_an_n_that_only_one_side_states_contradicts_nothing() -> None:
    row = row_of(a=value(1.0, n=120), b=value(2.0))
    assert (row.verdict, row.best) == ("comparable", ("a",))


def test_case_adjusted_values_are_compared_from_three_quarters_of_the_cases() -> None:
    adjusted = {"case_adjusted": True}
    reported = {
        "a": value(1.0, n=74, **adjusted),
        "b": value(2.0, n=75, **adjusted),
        "c": value(3.0, n=100, **adjusted),
    }
    row = row_of(**reported)
    assert (row.verdict, row.best, row.leading) == ("comparable", ("b",), ("b",))
    assert row.values["a"] == 1.0
    assert "Shown but not ranked" in row.reason
    assert "a (74)" in row.reason


def test_case_adjusted_values_need_a_second_one_with_enough_cases() -> None:
    row = row_of(a=value(1.0, n=10, case_adjusted=True), b=value(2.0, n=100, case_adjusted=True))
    assert (row.verdict, row.best, row.leading) == ("different_cases", (), ())
    assert "a (10)" in row.reason


def test_a_case_adjusted_n_that_is_not_stated_is_not_held_against_a_value() -> None:
    row = row_of(a=value(1.0, case_adjusted=True), b=value(2.0, n=100, case_adjusted=True))
    assert (row.verdict, row.best) == ("comparable", ("a",))


@pytest.mark.parametrize("run", [{}, {"evaluated_by": "hub", "period": "2024-25"}])
def test_same_data_metrics_lead_nothing_without_a_data_version(run: dict[str, str]) -> None:
    stated = {"metric": "aic", "same_data_only": True, "dataset_version": None, **run}
    row = row_of(a=value(-450, **stated), b=value(-440, **stated))
    assert (row.verdict, row.best, row.leading) == ("unknown", (), ())
    assert "same version of the data" in row.reason


def test_same_data_metrics_compare_on_one_data_version() -> None:
    row = row_of(a=value(-450, metric="aic", same_data_only=True), b=value(-440, metric="aic", same_data_only=True))
    assert (row.verdict, row.best) == ("comparable", ("a",))


def test_a_metric_of_one_model_is_single_in_however_many_rows() -> None:
    rows = rows_of(a=[value(1.0), value(2.0, split="val")], b=value(1.0, metric="mae"))
    assert {row.verdict for row in rows} == {"single"}
    assert all(row.best == row.leading == () for row in rows)


@pytest.mark.parametrize(
    ("stated", "verdict"),
    [
        ({"dataset_version": 2}, "different_dataset_version"),
        ({"split": "val"}, "different_split"),
        ({"subset": "women"}, "different_split"),
        ({"task": "forecast"}, "different_task"),
        ({"unit": "mM"}, "different_unit"),
        ({"dataset": "dataset-y"}, "different_dataset"),
        ({"dataset_version": None}, "unknown"),
        ({"split": None}, "unknown"),
        ({"dataset": None, "dataset_version": None}, "unknown"),
        ({"dataset_version": 2, "split": None}, "different_dataset_version"),
        ({"dataset_version": 2, "split": "val"}, "different_split"),
        ({"dataset": "dataset-y", "unit": "mM"}, "different_dataset"),
    ],
)
def test_a_lone_value_says_what_differs(stated: dict[str, Any], verdict: str) -> None:
    assert verdicts(a=value(1.0), b=value(2.0, **stated)) == {verdict}


def test_the_nearest_miss_is_told() -> None:
    reported = {"b": value(2.0, dataset="dataset-y"), "c": value(2.0, split="val"), "d": value(2.0, unit="mM")}
    row = next(row for row in rows_of(a=value(1.0), **reported) if row.values["a"] is not None)
    assert row.verdict == "different_split"
    assert row.reason == "The nearest value elsewhere is that of c: split val there, test here."


def test_of_misses_of_one_kind_the_one_with_fewer_differences_is_nearest() -> None:
    rows = rows_of(a=value(1.0), b=value(2.0, split="val", dataset_version=2), c=value(2.0, split="val"))
    assert "that of c:" in next(row.reason for row in rows if row.values["a"] is not None)


def test_versions_of_two_datasets_are_not_set_against_each_other() -> None:
    row, _ = rows_of(a=value(1.0), b=value(1.0, dataset="dataset-y", dataset_version=7, split="val"))
    assert row.reason == "The nearest value elsewhere is that of b: dataset dataset-y there, dataset-x here."


def test_a_primary_value_stands_for_several() -> None:
    several = [value(1.0, evaluated_by="q"), value(3.0, evaluated_by="p", primary=True)]
    row = row_of(a=several, b=value(2.0))
    assert (row.values["a"], row.best) == (3.0, ("b",))
    assert row.reason == "Of several values, the primary one by p is shown for a (of 2)."


@pytest.mark.parametrize("other", [value(3.0), value(1.0, reported_by="author")])
def test_which_of_several_values_is_taken_does_not_hang_on_their_order(other: EvaluationValue) -> None:
    several = [value(1.0), other]
    assert representatives({"a": several}) == representatives({"a": several[::-1]})


def test_of_several_values_the_one_from_the_shared_run_is_taken() -> None:
    early, late = ({"evaluated_by": "hub", "period": season, "split": None} for season in ("2023-24", "2024-25"))
    row = row_of(a=[value(1.0, **early), value(5.0, **late)], b=value(2.0, **early), c=value(3.0, **early))
    assert (row.values["a"], row.verdict, row.best) == (1.0, "comparable", ("a",))
    assert "Of several values, the one by hub for 2023-24 is shown for a (of 2)." in row.reason


def test_the_same_value_told_twice_is_one() -> None:
    assert row_of(a=[value(1.0), value(1.0)], b=value(2.0)).reason == ""


def test_rows_that_models_share_come_first() -> None:
    rows = rows_of(a=[value(1.0, metric="a_lone"), value(1.0, metric="z")], b=value(1.0, metric="z"))
    assert [row.metric for row in rows] == ["z", "a_lone"]
