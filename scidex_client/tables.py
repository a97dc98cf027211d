"""Tables of what the catalogue answers, for pandas: install `scidex-models-client[pandas]`.

Counts and version numbers are nullable integers, times are in UTC, and what nobody states is missing, never 0 or "".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scidex_client.answers import Comparison, EvaluationOfModel, Leaderboards, MetricRow, ModelDetail, Standing

if TYPE_CHECKING:
    import pandas as pd

_TIMES = ("created_at", "registered_at")
_COUNTS = ("version_number", "parameter_count", "dataset_version", "n", "number", "rank", "depth")
_REALS = ("quality_score", "quality_uncapped", "provenance_completeness", "value", "ci_low", "ci_high", "std_error")
_CASE = ("metric", "unit", "direction", "target", "task", "subset", "dataset", "dataset_version", "split")
_BOARD = ("metric", "unit", "direction", "task", "subset", "dataset_version", "split", "period", "verdict")


def rows_frame(rows: Iterable[Mapping[str, Any]], *, metrics: Sequence[str] = ()) -> pd.DataFrame:
    """One line for each row of a list. Each of `metrics` gets a column of its name, from `evaluation_metrics`."""
    lines = [{**row, **{name: row["evaluation_metrics"].get(name) for name in metrics}} for row in rows]
    return _frame(lines, reals=(*_REALS, *metrics))


def evaluations_frame(details: Iterable[ModelDetail]) -> pd.DataFrame:
    """One line for each evaluation of each model, with the version's `id`, its `model` and its `title`."""
    columns = ("id", "model", "title", *EvaluationOfModel.__annotations__)
    lines = [
        {"id": detail["id"], "model": detail["model"], "title": detail["title"], **entry}
        for detail in details
        for entry in detail["evaluations"]
    ]
    return _frame(lines, columns)


def comparison_frame(comparison: Comparison, *, wide: bool = False) -> pd.DataFrame:
    """The metrics of a comparison: a line for each metric and model that reports it, or, `wide`, for each metric,
    with a column for each model. `best` and `leading` are as the catalogue marks them."""
    ids = [row["id"] for row in comparison["models"]]
    if wide:
        lines = [_case(row) | {name: row["values"].get(name) for name in ids} for row in comparison["metrics"]]
        return _frame(lines, (*_CASE, *ids, "verdict", "reason"), reals=ids)
    lines = [
        _case(row) | _of_model(row, name)
        for row in comparison["metrics"]
        for name in ids
        if row["values"].get(name) is not None
    ]
    return _frame(lines, (*_CASE, "id", "value", "ci_low", "ci_high", "n", "best", "leading", "verdict", "reason"))


def leaderboard_frame(answer: Leaderboards) -> pd.DataFrame:
    """One line for each standing of each leaderboard of a dataset."""
    places = [name for name in Standing.__annotations__ if name != "interval"]
    lines = [
        {name: board[name] for name in _BOARD}  # type: ignore[literal-required] # names of its fields
        | {name: standing[name] for name in places}  # type: ignore[literal-required]
        | _interval(standing["interval"])
        for board in answer["leaderboards"]
        for standing in board["standings"]
    ]
    return _frame(lines, (*_BOARD, *places, "ci_low", "ci_high"))


def _case(row: MetricRow) -> dict[str, Any]:
    names = (*_CASE, "verdict", "reason")
    return {name: row[name] for name in names}  # type: ignore[literal-required] # names of its fields


def _of_model(row: MetricRow, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "value": row["values"][name],
        "n": row["n"].get(name),
        "best": name in row["best"],
        "leading": name in row["leading"],
        **_interval(row["intervals"].get(name)),
    }


def _interval(interval: Sequence[float] | None) -> dict[str, Any]:
    low, high = interval or (None, None)
    return {"ci_low": low, "ci_high": high}


def _frame(
    lines: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None, reals: Iterable[str] = _REALS
) -> pd.DataFrame:
    pandas = _pandas()
    frame = pandas.DataFrame.from_records(lines, columns=columns)
    types = dict.fromkeys(_COUNTS, "Int64") | dict.fromkeys(reals, "float64") | {"target": "float64"}
    frame = frame.astype({name: kind for name, kind in types.items() if name in frame})
    for name in _TIMES:
        if name in frame:
            frame[name] = pandas.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise ImportError("Tables need pandas: pip install 'scidex-models-client[pandas]'.") from error
    return pandas
