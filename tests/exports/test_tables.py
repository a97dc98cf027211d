"""Tables, read back as a program and as a spreadsheet would."""

from __future__ import annotations

import csv
import io

import pandas
import pytest
from hypothesis import given, settings

from catalog.exports.evaluation_table import COMPARISON_COLUMNS, MODEL_COLUMNS, write_csv
from catalog.exports.loading import export_of
from catalog.spreadsheets import cell
from tests.exports.building import HOME, TEXT, detail, evaluation, export
from tests.factories import make_dataset, make_model, measured


def rows(written: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode(), newline="")))


def test_each_row_says_which_version_it_is_of() -> None:
    written = write_csv(export(detail(evaluations=[evaluation(value=-0.5, primary=True), evaluation(metric="mae")])))
    first, second = rows(written)
    assert tuple(first) == MODEL_COLUMNS
    assert (first["model"], first["version"], first["content_digest"]) == ("model-a", "model-a-v1", "sha256:00")
    assert (first["value"], first["primary"], first["dataset"]) == ("-0.5", "true", "")
    assert second["metric"] == "mae"


def test_it_is_rfc_4180_and_tables_can_be_put_below_one_another() -> None:
    written = [write_csv(export(detail(name, evaluations=[evaluation()]))) for name in ("a-v1", "b-v1")]
    assert all(text.endswith(b"\r\n") and text.count(b"\n") == text.count(b"\r\n") for text in written)
    frame = pandas.concat(pandas.read_csv(io.BytesIO(text)) for text in written)
    assert list(frame["version"]) == ["a-v1", "b-v1"] and frame["value"].sum() == 1.0


def test_without_evaluations_it_has_its_columns() -> None:
    assert write_csv(export(detail())).decode() == ",".join(MODEL_COLUMNS) + "\r\n"


@given(TEXT)
@settings(max_examples=60, deadline=None)
def test_texts_come_back_and_none_is_a_formula(text: str) -> None:
    [row] = rows(write_csv(export(detail(evaluations=[evaluation(metric=text, task=text, subset=text, split=text)]))))
    for said in (row["metric"], row["task"], row["subset"], row["split"]):
        assert said == (f"'{text}" if text[0] in "=+-@\t\r" else text)


@pytest.mark.parametrize("value", [-1.5, -3, None, True])
def test_what_is_no_text_stays_what_it_is(value: object) -> None:
    assert cell(value) is value


@pytest.mark.django_db
def test_a_comparison_has_a_column_for_each_model() -> None:
    make_dataset("data")
    case = {"dataset": "data", "dataset_version": 1, "split": "test", "n": 10}
    one = make_model("one", evaluations=(measured("loss", 0.2, ci_low=0.1, ci_high=0.3, **case),))
    two = make_model("two", evaluations=(measured("loss", 0.4, **case), measured("other", 1.0)))
    loss, other = rows(write_csv(export_of([two, one], HOME)))
    models = ["two-v1", "one-v1"]
    beside = [f"{name} {what}" for name in models for what in ("ci_low", "ci_high", "n")]
    assert list(loss) == [*COMPARISON_COLUMNS, *models, *beside]
    assert (loss["verdict"], loss["one-v1"], loss["two-v1"]) == ("comparable", "0.2", "0.4")
    assert (loss["one-v1 ci_low"], loss["two-v1 ci_low"], loss["two-v1 n"]) == ("0.1", "", "10")
    assert (other["verdict"], other["one-v1"], other["reason"] != "") == ("single", "", True)
