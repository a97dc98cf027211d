"""Tables: one line for each thing, in types that say what they are."""

from __future__ import annotations

import builtins
import math
from typing import Any

import pandas as pd
import pytest

from scidex_client import tables
from scidex_client.answers import EvaluationOfModel, Leaderboard, MetricRow, Standing
from tests.client.conftest import Opening, page_of
from tests.client.faulty import faulty, says

ROW: dict[str, Any] = {
    "id": "model-a-v2",
    "model": "model-a",
    "title": "A",
    "version_number": 2,
    "quality_score": 0.3,
    "provenance_warning": True,
    "warnings": ["training_dataset"],
    "parameter_count": None,
    "evaluation_metrics": {"rmse": 0.5, "auroc": None},
    "created_at": "2026-04-05T12:00:00Z",
    "registered_at": "2026-04-05T12:00:03.123456Z",
}
OTHER = ROW | {
    "id": "model-b-v1",
    "parameter_count": 9,
    "evaluation_metrics": {},
    "created_at": "2026-04-05T12:00:00.5Z",
}


def evaluation(**fields: Any) -> dict[str, Any]:
    stated = dict.fromkeys(EvaluationOfModel.__annotations__)
    return stated | {"number": 1, "metric": "rmse", "value": 0.5, "primary": False, "reported_by": "author"} | fields


def metric(values: dict[str, float | None], **fields: Any) -> dict[str, Any]:
    stated: dict[str, Any] = dict.fromkeys(MetricRow.__annotations__)
    filled = {"metric": "rmse", "values": values, "intervals": dict.fromkeys(values), "n": dict.fromkeys(values)}
    return stated | filled | {"verdict": "single", "reason": "", "best": [], "leading": []} | fields


def test_rows_have_types() -> None:
    frame = tables.rows_frame([ROW, OTHER], metrics=["rmse", "auroc"])
    assert list(frame["id"]) == ["model-a-v2", "model-b-v1"]
    assert frame["version_number"].dtype == frame["parameter_count"].dtype == pd.Int64Dtype()
    assert frame["parameter_count"][0] is pd.NA and frame["parameter_count"][1] == 9
    assert str(frame["created_at"].dtype).endswith("UTC]") and str(frame["registered_at"].dtype).endswith("UTC]")
    assert frame["created_at"][1] == pd.Timestamp("2026-04-05T12:00:00.5Z")
    assert frame["provenance_warning"].dtype == bool
    assert frame["rmse"][0] == 0.5 and math.isnan(frame["rmse"][1]) and frame["auroc"].dtype == "float64"


def test_a_list_becomes_a_table(opening: Opening) -> None:
    with faulty(says(200, page_of(ROW, OTHER))) as server:
        frame = opening(server.url).models(family="statistical").to_frame(metrics=["rmse"])
    assert len(frame) == 2 and frame["quality_score"].mean() == 0.3


def test_rows_of_no_models() -> None:
    assert len(tables.rows_frame([])) == 0


def test_evaluations_have_a_line_each() -> None:
    detail: Any = ROW | {"evaluations": [evaluation(n=120), evaluation(number=2, metric="auroc", value=1, ci_low=0.9)]}
    frame = tables.evaluations_frame([detail, ROW | {"evaluations": []}])  # type: ignore[list-item] # enough of one
    assert list(frame["id"]) == ["model-a-v2"] * 2 and list(frame["metric"]) == ["rmse", "auroc"]
    assert frame["n"].dtype == frame["dataset_version"].dtype == pd.Int64Dtype() and frame["n"][1] is pd.NA
    assert frame["value"].dtype == "float64" and math.isnan(frame["ci_low"][0])
    nothing = tables.evaluations_frame([])
    assert list(nothing) == list(frame) and (nothing.dtypes == frame.dtypes)[["n", "value", "ci_low"]].all()


COMPARISON: Any = {
    "models": [ROW, OTHER],
    "metrics": [
        metric(
            {"model-a-v2": 0.5, "model-b-v1": 0.25},
            intervals={"model-a-v2": [0.4, 0.6], "model-b-v1": None},
            n={"model-a-v2": 120, "model-b-v1": None},
            verdict="comparable",
            best=["model-b-v1"],
            leading=["model-b-v1"],
        ),
        metric({"model-a-v2": None, "model-b-v1": 3.0}, metric="aic"),
    ],
}


def test_a_comparison_has_a_line_for_each_metric_and_model() -> None:
    frame = tables.comparison_frame(COMPARISON)
    assert list(zip(frame["metric"], frame["id"], frame["value"], frame["best"], strict=True)) == [
        ("rmse", "model-a-v2", 0.5, False),
        ("rmse", "model-b-v1", 0.25, True),
        ("aic", "model-b-v1", 3.0, False),
    ]
    assert frame["ci_low"][0] == 0.4 and math.isnan(frame["ci_high"][1]) and frame["n"][1] is pd.NA


def test_or_a_line_for_each_metric_and_a_column_for_each_model() -> None:
    frame = tables.comparison_frame(COMPARISON, wide=True)
    assert frame["model-a-v2"][0] == 0.5 and math.isnan(frame["model-a-v2"][1])
    assert list(frame["model-b-v1"]) == [0.25, 3.0] and list(frame["verdict"]) == ["comparable", "single"]


def test_a_leaderboard_has_a_line_for_each_place() -> None:
    board: dict[str, Any] = dict.fromkeys(Leaderboard.__annotations__) | {"metric": "rmse", "dataset_version": 2}
    place = {"rank": None, "id": "model-a-v2", "value": 0.5, "interval": [0.4, 0.6], "version_number": 2, "n": 12}
    place = dict.fromkeys(Standing.__annotations__) | place
    answer: Any = {"leaderboards": [board | {"standings": [place, place | {"rank": 1, "interval": None}]}]}
    frame = tables.leaderboard_frame(answer)
    assert list(frame["id"]) == ["model-a-v2"] * 2 and frame["rank"][0] is pd.NA and frame["rank"][1] == 1
    assert frame["ci_high"][0] == 0.6 and math.isnan(frame["ci_high"][1])


def test_without_pandas_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"scidex-models-client\[pandas\]"):
        tables.rows_frame([ROW])
