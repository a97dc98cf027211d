"""What changed between two states of an answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.comparison.changes import changes

NOTICE = {"code": "retracted", "models": ["m-v1"], "message": "m-v1 is retracted.", "path": []}


def told(then: Any, now: Any) -> list[tuple[str, str]]:
    return [(change.path, change.sentence) for change in changes(then, now)]


@pytest.mark.parametrize(
    ("then", "now", "path", "sentence"),
    [
        (
            {"models": [{"id": "m-v1", "quality_score": 0.9}]},
            {"models": [{"id": "m-v1", "quality_score": 0.3}]},
            "models[m-v1].quality_score",
            "m-v1, quality score: 0.9 then, 0.3 now.",
        ),
        (
            {"provenance": {"warnings": {"m-v1": []}}},
            {"provenance": {"warnings": {"m-v1": ["pinned_inputs"]}}},
            "provenance.warnings.m-v1",
            "warnings, m-v1: none then, pinned_inputs now.",
        ),
        (
            {"provenance": {"graphs": {"m_a-v1": {"nodes": [{"id": "d_x-v1", "state": "active"}]}}}},
            {"provenance": {"graphs": {"m_a-v1": {"nodes": [{"id": "d_x-v1", "state": "retracted"}]}}}},
            "provenance.graphs.m_a-v1.nodes[d_x-v1].state",
            "what m_a-v1 came from, d_x-v1, state: active then, retracted now.",
        ),
        (
            {"notices": []},
            {"notices": [NOTICE]},
            "notices[retracted, m-v1, m-v1 is retracted.]",
            "New: m-v1 is retracted.",
        ),
        (
            {"notices": [NOTICE]},
            {"notices": []},
            "notices[retracted, m-v1, m-v1 is retracted.]",
            "No longer: m-v1 is retracted.",
        ),
        (
            {"training_data": {"shared": []}},
            {"training_data": {"shared": [{"artifact": "d", "same_version": None}]}},
            "training_data.shared[d]",
            "shared, d: new.",
        ),
        (
            {"models": [{"id": "m-v1", "evaluation_metrics": {"rmse": 0.2}}]},
            {"models": [{"id": "m-v1", "evaluation_metrics": {}}]},
            "models[m-v1].evaluation_metrics.rmse",
            "m-v1, evaluation metrics, rmse: 0.2 then, nothing now.",
        ),
    ],
)
def test_a_change_is_told_by_its_path_and_in_words(then: Any, now: Any, path: str, sentence: str) -> None:
    assert told(then, now) == [(path, sentence)]


def test_items_are_told_apart_by_name_and_not_by_place() -> None:
    one, two = {"id": "a", "state": "active"}, {"id": "b", "state": "active"}
    assert told({"models": [one, two]}, {"models": [two, one]}) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
    max_leaves=12,
)
ANSWERS = st.dictionaries(st.sampled_from(["verdicts", "scores", "note"]), VALUES)


@given(ANSWERS, ANSWERS)
def test_there_are_changes_where_two_answers_differ_and_nowhere_else(then: Any, now: Any) -> None:
    assert not list(changes(then, then))
    found = list(changes(then, now))
    assert all(change.then != change.now for change in found)
    assert bool(found) != _same_but_for_nulls(then, now)


def _same_but_for_nulls(one: Any, other: Any) -> bool:
    """A field of null is as one that is not there."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_same_but_for_nulls(one.get(name), other.get(name)) for name in {*one, *other})
    return one == other
