"""Which JSON values are taken: those that every reader and both databases give back unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.json_values import MAX_DEPTH, MAX_KEY, MAX_TEXT, faults_in, pointer_to
from catalog.vocabulary import MAX_INTEGER


def found(value: Any) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in faults_in(value)]


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": [1, 2.5, None, True, "x"]},
        MAX_INTEGER,
        -MAX_INTEGER,
        5e-324,
        1.7976931348623157e308,
        1e22,
        "\U0001f600 µ",
        "x" * MAX_TEXT,
        {"k" * MAX_KEY: 1},
        nested(MAX_DEPTH),
    ],
)
def test_what_json_readers_agree_on_is_taken(value: Any) -> None:
    assert found(value) == []


@pytest.mark.parametrize(
    ("value", "pointer", "code"),
    [
        ({"a": [0, float("nan")]}, "/a/1", "number"),
        ({"a": float("inf")}, "/a", "number"),
        ({"a": MAX_INTEGER + 1}, "/a", "number"),
        ({"a": {"b": -MAX_INTEGER - 1}}, "/a/b", "number"),
        ({"a": "x\0y"}, "/a", "text"),
        ({"a": "\ud800"}, "/a", "text"),
        ({"a": "x" * (MAX_TEXT + 1)}, "/a", "text"),
        ({"a": {"\0": 1}}, "/a", "key"),
        ({"a": {"k" * (MAX_KEY + 1): 1}}, "/a", "key"),
        ({"a": {3: 1}}, "/a", "key"),
        ({"a": b"x"}, "/a", "type"),
        ({"a": {1, 2}}, "/a", "type"),
        ({"a/b~c": [None, "\0"]}, "/a~1b~0c/1", "text"),
    ],
)
def test_what_they_do_not_agree_on_is_named_by_its_pointer(value: Any, pointer: str, code: str) -> None:
    assert found(value) == [(pointer, code)]


def test_every_fault_is_named_at_once() -> None:
    assert found({"a": "\0", "b": [float("nan"), 2**60]}) == [("/a", "text"), ("/b/0", "number"), ("/b/1", "number")]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
def test_nesting_ends_at_the_limit_without_exhausting_the_stack(depth: int) -> None:
    assert found(nested(depth)) == [("/0" * MAX_DEPTH, "depth")]


def test_a_pointer_escapes_what_rfc_6901_says() -> None:
    assert pointer_to("/a", "m/n~o") == "/a/m~1n~0o" and pointer_to("", 0) == "/0"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(json_values)
def test_each_pointer_leads_to_the_value_that_is_at_fault(value: Any) -> None:
    for fault in faults_in(value):
        at = value
        for step in steps(fault.pointer):
            at = at[int(step)] if isinstance(at, list) else at[step]
        assert list(faults_in(at)), fault


def steps(pointer: str) -> Iterator[str]:
    for step in pointer.split("/")[1:]:
        yield step.replace("~1", "/").replace("~0", "~")
