"""What holds for every comparison, whatever the models say."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalog.comparison.cases import RowKey, key_of
from catalog.comparison.compare import compare
from catalog.comparison.metadata import field_name, flatten, metadata_rows, same
from catalog.comparison.metrics import metric_rows
from catalog.comparison.ordering import interval_of
from catalog.comparison.ranking import rank
from catalog.comparison.records import ComparedModel, EvaluationValue, MetricRow, TrainingLink
from catalog.comparison.training_data import jaccard
from tests.comparison.building import model

NUMBERS = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0])
# What several models state alike is drawn more often, so that most draws have rows to judge.
VALUES = st.builds(
    EvaluationValue,
    metric=st.sampled_from(["rmse", "aic", "skill", "coverage", "mystery"]),
    value=NUMBERS,
    unit=st.sampled_from([None, None, None, "mM"]),
    dataset=st.sampled_from(["x", "x", "y", None]),
    dataset_version=st.sampled_from([1, 1, 2, None]),
    split=st.sampled_from(["test", "test", "train", None]),
    n=st.sampled_from([None, 60, 80, 100]),
    std_error=st.sampled_from([None, 0.1, 1.0]),
    period=st.sampled_from([None, "2023", "2024"]),
    evaluated_by=st.sampled_from([None, "hub"]),
    primary=st.booleans(),
).map(lambda value: replace(value, **GOALS[value.metric]))
GOALS: dict[str, dict[str, Any]] = {
    "rmse": {"direction": "lower"},
    "aic": {"direction": "lower", "same_data_only": True},
    "skill": {"direction": "higher", "case_adjusted": True},
    "coverage": {"direction": "target", "target": 0.95},
    "mystery": {"direction": None},
}
LINKS = st.builds(
    TrainingLink,
    dataset=st.sampled_from([None, "x", "y", "z"]),
    version_number=st.sampled_from([None, 1, 2]),
    split=st.sampled_from([None, "train", "test"]),
)
MODELS = st.lists(st.tuples(st.lists(VALUES, max_size=6), st.lists(LINKS, max_size=3)), min_size=2, max_size=5).map(
    lambda drawn: [model(f"m{i}", *values, training=tuple(links)) for i, (values, links) in enumerate(drawn)]
)
# Rows in which something is at stake: every model reports the metric in one way that everybody states.
CONTEST = st.lists(st.tuples(NUMBERS, st.sampled_from([None, 0.1, 1.0])), min_size=2, max_size=6)

KEYS = st.sampled_from(["a", "b", "", ".", "a.b", '"', '"a"', "a b", "\\", '\\"', "µ"])
LEAVES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, 1, -1.5, "", "text", [], [0, 1], [{"a": 1}], {}]
)
RECORDS = st.dictionaries(
    KEYS, st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8), max_size=3
)


def key(row: MetricRow) -> RowKey:
    return RowKey(row.metric, row.unit, row.task, row.subset, row.dataset, row.dataset_version, row.split)


def contest(
    drawn: Sequence[tuple[float, float | None]], direction: str | None, target: float | None = None
) -> MetricRow:
    stated: dict[str, Any] = {"direction": direction, "target": target, "dataset": "x", "dataset_version": 1}
    models = [
        model(f"m{i}", EvaluationValue(metric="q", value=number, std_error=error, split="test", **stated))
        for i, (number, error) in enumerate(drawn)
    ]
    (row,) = metric_rows(models)
    return row


@given(MODELS, st.randoms())
def test_the_order_of_models_changes_the_order_of_answers_only(models: list[ComparedModel], random: Any) -> None:
    shuffled = random.sample(models, len(models))
    before, after = compare(models), compare(shuffled)
    assert [(key(row), row.values, row.verdict, row.reason) for row in before.metrics] == [
        (key(row), row.values, row.verdict, row.reason) for row in after.metrics
    ]
    for left, right in zip(before.metrics, after.metrics, strict=True):
        assert (set(left.best), set(left.leading)) == (set(right.best), set(right.leading))
        assert list(right.values) == [model.id for model in shuffled]
    assert before.metadata == after.metadata
    assert before.training_data.shared == after.training_data.shared
    assert before.training_data.unique == after.training_data.unique
    assert {(note.code, note.message) for note in before.notices} == {(n.code, n.message) for n in after.notices}


@given(MODELS)
def test_best_is_among_leading_and_leading_among_the_reported(models: list[ComparedModel]) -> None:
    for row in metric_rows(models):
        reported = {name for name, number in row.values.items() if number is not None}
        assert set(row.best) <= set(row.leading) <= reported
        assert not row.best or (row.verdict == "comparable" and row.direction is not None and len(reported) > 1)
        assert not row.leading or row.verdict in ("comparable", "unknown")
        assert row.verdict != "comparable" or len(reported) > 1
        assert row.reason or row.verdict == "comparable"


@given(MODELS)
def test_every_way_of_measuring_has_one_row_and_shows_reported_values(models: list[ComparedModel]) -> None:
    rows = {key(row): row for row in metric_rows(models)}
    assert len(rows) == len(metric_rows(models))
    assert rows.keys() == {key_of(value) for model in models for value in model.evaluations}
    for row_key, row in rows.items():
        for compared in models:
            own: set[float | None] = {v.value for v in compared.evaluations if key_of(v) == row_key}
            assert row.values[compared.id] in (own or {None})


@given(MODELS)
def test_what_contradicts_is_never_compared(models: list[ComparedModel]) -> None:
    for row in metric_rows(models):
        known = {number for number in row.n.values() if number is not None}
        if len(known) > 1 and row.metric != "skill":
            assert row.verdict == "different_cases"
        if row.metric == "skill":
            counts = [row.n[name] for name in row.leading]
            assert all(count is None or count >= 0.75 * max(known) for count in counts)
        if row.metric == "aic" and row.dataset_version is None:
            assert row.leading == ()


@given(CONTEST, st.sampled_from([0.25, 3.0, 1e6]))
def test_scaling_the_unit_changes_nothing(drawn: list[tuple[float, float | None]], factor: float) -> None:
    scaled = [(number * factor, error and error * factor) for number, error in drawn]
    for direction, target in (("lower", None), ("higher", None), ("target", 0.5)):
        best = contest(drawn, direction, target).best
        assert contest(scaled, direction, target and target * factor).best == best
        assert best


@given(CONTEST)
def test_turning_signs_and_direction_round_changes_nothing(drawn: list[tuple[float, float | None]]) -> None:
    turned = [(-number, error) for number, error in drawn]
    assert contest(drawn, "lower").best == contest(turned, "higher").best


@given(st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] != pair[1]))
def test_of_two_unequal_values_without_intervals_each_direction_has_its_own_best(pair: tuple[float, float]) -> None:
    drawn = [(number, None) for number in pair]
    assert {*contest(drawn, "lower").best} ^ {*contest(drawn, "higher").best} == {"m0", "m1"}


@given(CONTEST, st.floats(0.1, 10))
def test_getting_better_keeps_a_best_model_best(drawn: list[tuple[float, float | None]], gain: float) -> None:
    plain = [(number, None) for number, _ in drawn]
    for direction, sign in (("higher", 1), ("lower", -1)):
        best = int(contest(plain, direction).best[0][1:])
        improved = [(number + sign * gain * (i == best), None) for i, (number, _) in enumerate(plain)]
        assert contest(improved, direction).best == (f"m{best}",)


@given(CONTEST)
def test_the_best_are_the_extreme_and_what_its_interval_or_theirs_reaches(drawn: list[tuple[float, Any]]) -> None:
    row = contest(drawn, "higher")
    top = max(number for number, _ in drawn)
    champions = [pair for pair in drawn if pair[0] == top]

    def reaches(outer: tuple[float, Any], number: float) -> bool:
        interval = interval_of(EvaluationValue(metric="q", value=outer[0], std_error=outer[1]))
        return interval is not None and interval[0] <= number <= interval[1]

    expected = {
        f"m{i}"
        for i, pair in enumerate(drawn)
        if pair[0] == top or reaches(pair, top) or any(reaches(champion, pair[0]) for champion in champions)
    }
    assert set(row.best) == expected


@given(MODELS)
def test_a_model_beside_its_own_copy_is_tied_in_everything(models: list[ComparedModel]) -> None:
    original = models[0]
    copy = replace(original, id="copy")
    comparison = compare([original, copy])
    for row in comparison.metrics:
        assert row.values[original.id] == row.values["copy"]
        assert row.verdict in ("comparable", "unknown")
        assert row.best in ((), (original.id, "copy"))
        assert row.leading in ((), (original.id, "copy"))
    assert not any(row.differs for row in comparison.metadata)
    assert comparison.training_data.unique == {original.id: (), "copy": ()}
    assert comparison.training_data.overlap[0].jaccard in (None, 1.0)


@given(st.lists(LINKS, max_size=4), st.lists(LINKS, max_size=4))
def test_jaccard_is_symmetric_and_a_share(left: list[TrainingLink], right: list[TrainingLink]) -> None:
    share = jaccard(left, right)
    assert share == jaccard(right, left)
    assert share is None or 0.0 <= share <= 1.0
    common = {link.dataset for link in left} & {link.dataset for link in right}
    assert share is None or (share == 0.0) is not bool(common)


@given(MODELS)
def test_every_training_dataset_is_shared_or_unique_and_never_both(models: list[ComparedModel]) -> None:
    overlap = compare(models).training_data
    shared = {item.artifact: set(item.versions) for item in overlap.shared}
    for compared in models:
        own = {link.dataset for link in compared.training if link.dataset}
        unique = set(overlap.unique[compared.id])
        assert own == unique | {artifact for artifact, holders in shared.items() if compared.id in holders}
        assert not unique & shared.keys()


@given(RECORDS)
def test_flattening_can_be_undone_from_the_names_alone(record: dict[str, Any]) -> None:
    rebuilt: dict[str, Any] = {}
    leaves = list(flatten(record))
    for path, leaf in leaves:
        *above, last = parse(field_name(path))
        inner = rebuilt
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = leaf
    assert rebuilt == record
    assert len({field_name(path) for path, _ in leaves}) == len(leaves)


def parse(name: str) -> list[str]:
    segments = re.findall(r'(?:^|\.)("(?:[^"\\]|\\.)*"|[^."]+)', name)
    return [json.loads(segment) if segment.startswith('"') else segment for segment in segments]


@given(RECORDS, RECORDS)
def test_fields_differ_exactly_where_their_values_do(left: dict[str, Any], right: dict[str, Any]) -> None:
    rows = metadata_rows([model("a", metadata=left), model("b", metadata=right)])
    assert all(row.differs is not same(row.values["a"], row.values["b"]) for row in rows)
    # Null and absent are one, so only non-null leaves tell two records apart.
    told = [{path: repr(leaf) for path, leaf in flatten(side) if leaf is not None} for side in (left, right)]
    assert any(row.differs for row in rows) is (told[0] != told[1])


@given(MODELS)
def test_ranking_agrees_with_the_comparison(models: list[ComparedModel]) -> None:
    groups = rank((compared.id, value) for compared in models for value in compared.evaluations)
    assert all(group.verdict != "different_cases" for group in groups)
    by_key: dict[RowKey, list[Any]] = {}
    for group in groups:
        by_key.setdefault(group.key, []).append(group)
        ranks = [place.rank for place in group.places]
        assert ranks == sorted(ranks, key=lambda number: number or 0)
        assert all(number == 1 + sum((other or 0) < number for other in ranks) for number in ranks if number)
    for row in metric_rows(models):
        reported = [name for name, number in row.values.items() if number is not None]
        if len(by_key[key(row)]) == 1 and len(reported) > 1:
            (group,) = by_key[key(row)]
            assert {place.model for place in group.places if place.rank == 1} == set(row.leading)
