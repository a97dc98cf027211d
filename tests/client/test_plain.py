"""What a notebook holds becomes what JSON can hold, or is refused by name."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scidex_client import InvalidInput
from scidex_client.plain import DEEPEST, plain


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.float64(0.25), 0.25),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.str_("x"), "x"),
        (Fraction(1, 4), 0.25),
        ((1, "a", None, True), [1, "a", None, True]),
        (datetime(2026, 4, 5, 12, tzinfo=UTC), "2026-04-05T12:00:00+00:00"),
        (pd.Timestamp("2026-04-05T12:00:00Z"), "2026-04-05T12:00:00+00:00"),
        (pd.NaT, None),
        (pd.Series([1.5, 2.5]), [1.5, 2.5]),
    ],
    ids=repr,
)
def test_values_of_notebooks(value: Any, expected: Any) -> None:
    made = plain({"value": value})["value"]
    assert made == expected and type(made) is type(expected)


@pytest.mark.parametrize(
    ("value", "pointer", "words"),
    [
        ({"value": float("nan")}, "/value", "no number nan; leave the field out, or give None"),
        ({"a": [{"b": np.float64("inf")}]}, "/a/0/b", "no number inf"),
        ({"a/b": {"~": float("-inf")}}, "/a~1b/~0", "no number -inf"),
        ({"array": np.array([1.0, np.nan])}, "/array/1", "no number nan"),
        ({"at": datetime(2026, 4, 5)}, "/at", "with its timezone"),  # noqa: DTZ001 # which is what is wrong
        ({"names": {"a"}}, "/names", "no place for a set"),
        ({"price": Decimal("1")}, "/price", "no place for a Decimal"),
        ({"by": {1: "a"}}, "/by", "1 is a int"),
    ],
)
def test_what_json_cannot_hold_is_named(value: Any, pointer: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        plain(value)
    assert [fault["pointer"] for fault in caught.value.errors] == [pointer]
    assert words in str(caught.value) and caught.value.status is None


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        plain({"a": float("nan"), "b": [object(), 1, float("inf")]})
    assert [fault["pointer"] for fault in caught.value.errors] == ["/a", "/b/0", "/b/2"]


def test_a_list_within_itself_ends() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(InvalidInput, match=f"nested deeper than {DEEPEST}"):
        plain({"a": endless})


texts = st.text(max_size=4)
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(plain_values)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_plain_values_stay_as_they_are(value: Any) -> None:
    assert plain(value) == value
