"""Flattening, and what counts as a difference."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.comparison.metadata import field_name, metadata_rows, same
from catalog.comparison.records import MetadataRow
from tests.comparison.building import model


def rows_of(left: dict[str, Any], right: dict[str, Any], **stated: Any) -> dict[str, MetadataRow]:
    rows = metadata_rows([model("a", metadata=left, **stated), model("b", metadata=right)])
    return {row.field: row for row in rows}


def test_a_row_has_the_contracts_shape() -> None:
    rows = rows_of({"training_config": {"optimizer": "adam"}}, {"training_config": {"optimizer": "sgd"}})
    assert list(rows.values()) == [
        MetadataRow(
            field="training_config.optimizer",
            section="training_config",
            values={"a": "adam", "b": "sgd"},
            differs=True,
        )
    ]


def test_top_level_fields_are_general_and_first() -> None:
    rows = rows_of({"a_section": {"x": 1}, "solver": "cvode", "equations": ["dx/dt = -x"]}, {})
    assert [(row.field, row.section) for row in rows.values()] == [
        ("equations", "general"),
        ("solver", "general"),
        ("a_section.x", "a_section"),
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("a", "b"), "a.b"),
        (("a", "b.c"), 'a."b.c"'),
        (("a.b", "c"), '"a.b".c'),
        (('say "k"',), r'"say \"k\""'),
        (("",), '""'),
        (("k µ", "β"), "k µ.β"),
    ],
)
def test_ambiguous_keys_are_quoted(path: tuple[str, ...], name: str) -> None:
    assert field_name(path) == name


def test_keys_with_dots_do_not_fall_together_with_paths() -> None:
    rows = rows_of({"a": {"b": 1}}, {"a.b": 1})
    assert {field: row.differs for field, row in rows.items()} == {'"a.b"': True, "a.b": True}


def test_an_array_and_an_empty_mapping_are_one_value() -> None:
    rows = rows_of({"layers": [{"units": 8}], "options": {}}, {})
    assert rows["layers"].values == {"a": [{"units": 8}], "b": None}
    assert rows["options"].values == {"a": {}, "b": None}
    assert rows["options"].differs


def test_absent_and_null_are_the_same() -> None:
    rows = rows_of({"solver": None}, {})
    assert rows["solver"].values == {"a": None, "b": None}
    assert not rows["solver"].differs


def test_a_scalar_here_and_a_mapping_there_are_two_fields() -> None:
    rows = rows_of({"solver": "cvode"}, {"solver": {"name": "cvode"}})
    assert rows["solver"].values == {"a": "cvode", "b": None}
    assert rows["solver.name"].values == {"a": None, "b": "cvode"}


def test_the_versions_own_fields_stand_in_for_missing_metadata() -> None:
    rows = rows_of({"license": "MIT", "parameter_count": None}, {}, parameter_count=9, license="Apache-2.0")
    assert rows["parameter_count"].values == {"a": 9, "b": None}
    assert rows["license"].values == {"a": "MIT", "b": None}


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, 1.0, True),
        (1.0, 1.0 + 5e-10, True),
        (1e-30, 1e-30 * (1 + 5e-10), True),
        (1.0, 1.0 + 2e-9, False),
        (0, 1e-300, False),
        (1.0, -1.0, False),
        (True, 1, False),
        (False, 0, False),
        (None, 0, False),
        (None, "", False),
        (None, False, False),
        ("1", 1, False),
        ("a", "a", True),
        ([1, 2], [1, 2.0000000001], True),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ([True], [1], False),
        ([{"k": [0.1 + 0.2]}], [{"k": [0.3]}], True),
        ([{"k": 1}], [{"k": 1, "l": None}], False),
        ({}, [], False),
    ],
)
def test_sameness_of_two_values(left: Any, right: Any, equal: bool) -> None:
    assert same(left, right) is equal
    assert same(right, left) is equal


def test_any_pair_that_differs_makes_a_row_differ() -> None:
    step = 1 + 7e-10
    models = [model(name, metadata={"k": number}) for name, number in (("b", step), ("a", 1.0), ("c", step * step))]
    (row,) = metadata_rows(models)
    assert row.differs
