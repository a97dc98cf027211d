"""The names of exported files."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.exports.names import file_name
from catalog.identity import ID_LENGTH, ID_PATTERN

IDS = st.from_regex(ID_PATTERN, fullmatch=True).map(lambda name: name[:ID_LENGTH])


@given(st.lists(IDS, min_size=1, max_size=8))
def test_every_file_system_and_every_header_takes_them(ids: list[str]) -> None:
    name = file_name(ids, "crate.zip")
    assert re.fullmatch(r"[A-Za-z0-9._-]+\.crate\.zip", name) and len(name) <= 150


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["a:b-v1"], "scidex-a-b-v1.csv"),
        (["con"], "scidex-con.csv"),
        (["a-v1", "b-v2"], "scidex-a-v1_vs_b-v2.csv"),
        (["a" * 200], f"scidex-{'a' * 120}.csv"),
        (["a" * 118 + "..", "b"], f"scidex-{'a' * 118}_etc.csv"),
    ],
)
def test_they_say_what_is_in_the_file(ids: list[str], expected: str) -> None:
    assert file_name(ids, "csv") == expected
