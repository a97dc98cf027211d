"""What is different between two versions, as far as the plain values say it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.comparison.differences import (
    MEASURED,
    StatedLink,
    evaluation_differences,
    field_differences,
    link_differences,
)

PLAIN = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-1e9, 1e9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.", max_size=2), inner, max_size=3),
    max_leaves=8,
)
records = st.dictionaries(st.text("abc.", min_size=1, max_size=2), json_values, max_size=4)


def fields(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, Any, Any]]:
    return [(item.field, str(item.change), item.before, item.after) for item in field_differences(before, after)]


def test_fields_are_flattened_and_sorted_general_ones_first():
    before = {"title": "A", "metadata": {"training": {"epochs": 40, "optimizer": "adam"}}, "license": "MIT"}
    after = {"title": "B", "metadata": {"training": {"epochs": 50, "optimizer": "adam", "lr.base": 0.1}}}
    assert fields(before, after) == [
        ("license", "removed", "MIT", None),
        ("title", "changed", "A", "B"),
        ("metadata.training.epochs", "changed", 40, 50),
        ('metadata.training."lr.base"', "added", None, 0.1),
    ]
    assert {item.section for item in field_differences(before, after)} == {"general", "metadata"}


def test_numbers_within_one_part_in_a_billion_are_one_number():
    assert fields({"k": 0.1}, {"k": 0.1 * (1 + 5e-10)}) == []
    assert fields({"k": 0.1}, {"k": 0.1 * (1 + 5e-9)}) != []
    assert fields({"k": 1}, {"k": True}) == [("k", "changed", 1, True)]


@PLAIN
@given(records)
def test_a_record_does_not_differ_from_itself(record: dict[str, Any]):
    assert field_differences(record, record) == ()


@PLAIN
@given(records, records)
def test_the_other_way_round_is_the_reverse(before: dict[str, Any], after: dict[str, Any]):
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [(field, turned[change], new, old) for field, change, old, new in fields(after, before)] == fields(
        before, after
    )


def measured(value: float, **more: Any) -> dict[str, Any]:
    return dict.fromkeys(MEASURED) | {"metric": "rmse", "value": value, "primary": False} | more


def test_evaluations_are_told_by_their_case():
    before = {"gone": measured(1.0), "same": measured(2.0), "other": measured(3.0)}
    after = {"same": measured(2.0), "other": measured(3.5), "new": measured(4.0)}
    told = evaluation_differences(before, after)
    assert [(str(item.change), (item.before or {}).get("value"), (item.after or {}).get("value")) for item in told] == [
        ("removed", 1.0, None),
        ("changed", 3.0, 3.5),
        ("added", None, 4.0),
    ]
    assert told[0].case == {"metric": "rmse"}


def link(number: int | None, artifact: str = "data", **more: Any) -> StatedLink:
    version = None if number is None else f"{artifact}-v{number}"
    return StatedLink(
        relation="trained_on", artifact=artifact, kind="dataset", version_id=version, version_number=number, **more
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([link(1)], [link(1)], []),
        ([link(1)], [link(2)], [("repinned", 1, 2)]),
        ([link(None)], [link(2)], [("repinned", None, 2)]),
        ([link(1)], [], [("withdrawn", 1, None)]),
        ([], [link(1)], [("added", None, 1)]),
        ([link(1), link(2)], [link(2), link(3)], [("repinned", 1, 3)]),
        ([link(1)], [link(1), link(2)], [("added", None, 2)]),
        ([link(1)], [link(1, stated_as="SEA-AD")], [("changed", 1, 1)]),
        ([link(1)], [link(1, artifact="other")], [("withdrawn", 1, None), ("added", None, 1)]),
    ],
)
def test_links(before: list[StatedLink], after: list[StatedLink], told: list[tuple]):
    def number(side: StatedLink | None) -> int | None:
        return side.version_number if side else None

    assert [
        (str(item.change), number(item.before), number(item.after)) for item in link_differences(before, after)
    ] == told
