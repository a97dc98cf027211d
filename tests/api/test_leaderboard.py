from __future__ import annotations

import pytest

from tests.factories import MetricFactory, make_dataset, make_model, measured, retracted

pytestmark = pytest.mark.django_db

BOARD = (
    *("metric", "unit", "direction", "target", "task", "subset", "dataset_version", "split", "period", "verdict"),
    *("reason", "standings"),
)
STANDING = ("rank", "id", "model", "title", "version_number", "is_latest", "value", "interval", "n", "suspect")


@pytest.fixture(autouse=True)
def _metrics() -> None:
    MetricFactory(name="rmse", direction="lower")
    MetricFactory(name="auroc", direction="higher")
    make_dataset("data")


def scored(model: str, value: float, metric: str = "rmse", **stated: object) -> object:
    usual = {"dataset": "data", "dataset_version": 1, "split": "test", "n": 100}
    return make_model(model, evaluations=(measured(metric, value, **{**usual, **stated}),))


def ranks(answer) -> list[dict[str, int | None]]:
    return [{place["id"]: place["rank"] for place in board["standings"]} for board in answer["leaderboards"]]


def test_models_rank_in_the_metrics_direction_and_ties_share(get) -> None:
    for name, value in {"a": 0.3, "b": 0.1, "c": 0.1}.items():
        scored(name, value)

    answer = get("/api/artifacts/data/leaderboard?metric=rmse")

    assert (answer["dataset"], answer["dataset_version"]) == ("data", None)
    [board] = answer["leaderboards"]
    assert tuple(board) == BOARD and tuple(board["standings"][0]) == STANDING
    assert (board["verdict"], board["split"], board["task"]) == ("comparable", "test", None)
    assert ranks(answer) == [{"b-v1": 1, "c-v1": 1, "a-v1": 3}]
    assert answer["available"] == [{"metric": "rmse", "task": None, "split": "test", "values": 3}]


def test_what_is_more_likely_a_mistake_is_marked(get) -> None:
    scored("a", 0.0)
    scored("b", 0.1)

    [board] = get("/api/artifacts/data/leaderboard")["leaderboards"]

    assert [place["suspect"] for place in board["standings"]] == [True, False]


def test_unequal_cases_stand_apart_and_a_lone_value_has_no_rank(get) -> None:
    scored("a", 0.1)
    scored("b", 0.2)
    scored("c", 0.05, n=10)

    answer = get("/api/artifacts/data/leaderboard?metric=rmse&split=test")

    assert ranks(answer) == [{"a-v1": 1, "b-v1": 2}, {"c-v1": None}]
    assert answer["leaderboards"][1]["verdict"] == "single"


def test_metric_task_and_split_narrow(get) -> None:
    scored("a", 0.1)
    scored("b", 0.9, "auroc", split="validation", task="activation")

    assert ranks(get("/api/artifacts/data/leaderboard?task=activation")) == [{"b-v1": None}]
    assert ranks(get("/api/artifacts/data/leaderboard?split=test")) == [{"a-v1": None}]
    assert ranks(get("/api/artifacts/data/leaderboard?metric=rmse&split=validation")) == []
    assert len(get("/api/artifacts/data/leaderboard?metric=")["leaderboards"]) == 2


def test_a_model_stands_by_its_newest_version_that_counts(get) -> None:
    scored("a", 0.5)
    scored("a", 0.4)
    retracted(scored("a", 0.1))
    scored("b", 0.2)

    assert ranks(get("/api/artifacts/data/leaderboard")) == [{"b-v1": 1, "a-v2": 2}]


def test_an_older_version_stands_where_the_newer_reports_other_data(get) -> None:
    make_dataset("data")
    scored("a", 0.5)
    scored("a", 0.4, dataset_version=2)

    assert ranks(get("/api/artifacts/data/leaderboard")) == [{"a-v1": None}, {"a-v2": None}]
    pinned = get("/api/artifacts/data@2/leaderboard")
    assert (ranks(pinned), pinned["dataset_version"]) == ([{"a-v2": None}], 2)


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("metric=rsme", "metric", "'rmse'"),
        ("split=tets", "split", "'test'"),
        ("task=activation", "task", "No evaluation on this dataset states a task."),
        ("metrics=rmse", "metrics", "'metric'"),
        ("metric=rmse&metric=rmse", "metric", "give it once"),
    ],
)
def test_what_the_dataset_does_not_have_is_refused_by_name(refused, query: str, parameter: str, says: str) -> None:
    scored("a", 0.1)

    error = refused(f"/api/artifacts/data/leaderboard?{query}")

    assert error["parameter"] == parameter and says in error["detail"]


def test_only_datasets_that_exist_have_leaderboards(get) -> None:
    make_model("model")
    make_dataset("unmeasured")

    assert "not dataset" in get("/api/artifacts/model/leaderboard", 404)["detail"]
    get("/api/artifacts/nowhere/leaderboard", 404)
    assert get("/api/artifacts/unmeasured/leaderboard")["leaderboards"] == []


def test_more_values_than_can_be_ranked_have_to_be_narrowed(refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.api.views.leaderboard.MOST_VALUES", 1)
    scored("a", 0.1)
    scored("b", 0.1)

    assert "Give task or split." in refused("/api/artifacts/data/leaderboard?metric=rmse")["detail"]


def test_queries_do_not_grow_with_the_models(queries) -> None:
    scored("a", 0.1)
    alone = queries("/api/artifacts/data/leaderboard")
    for name in "bcdef":
        scored(name, 0.2, n=None)

    assert queries("/api/artifacts/data/leaderboard") == alone <= 8


def test_what_can_be_asked_for_counts_no_retracted_version_and_names_the_widest_first(get) -> None:
    MetricFactory(name="skill", direction="lower", case_adjusted=True)
    for name in "ab":
        scored(name, 0.1)
        scored(name, 0.1, "skill")
    retracted(scored("c", 0.1, task="activation"))
    retracted(scored("d", 0.1, "auroc"))
    scored("e", 0.1, "auroc")

    available = get("/api/artifacts/data/leaderboard")["available"]

    assert [(choice["metric"], choice["task"], choice["values"]) for choice in available] == [
        ("skill", None, 2),
        ("rmse", None, 2),
        ("auroc", None, 1),
    ]
