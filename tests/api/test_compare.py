from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_list import KEYS
from tests.factories import (
    MetricFactory,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    retracted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def _two() -> None:
    """Two models of one dataset in two versions, evaluated on one test split."""
    MetricFactory(name="loss", unit="µM", direction="lower")
    for name in ("data", "data", "extra", "held-out"):
        make_dataset(name)
    make_analysis("run-a", used=["data@1", "extra@1"])
    make_analysis("run-b", used=["data@2"])
    case = {"dataset": "held-out", "dataset_version": 1, "split": "test", "n": 120}
    make_model(
        "a",
        trained_on=["data@1", "extra@1"],
        produced_by="run-a",
        metadata={"training_config": {"optimizer": "adam", "a.b": [1, 2]}},
        evaluations=(measured("loss", 0.023, **case), measured("only-a", 1.0)),
    )
    make_model(
        "b",
        trained_on=["data@2"],
        produced_by="run-b",
        metadata={"training_config": {"optimizer": "sgd"}},
        evaluations=(measured("loss", 0.031, ci_low=0.03, ci_high=0.04, **case),),
    )


@pytest.mark.usefixtures("_two")
class TestShape:
    def test_the_whole(self, get) -> None:
        found = get("/api/models/compare?ids=b,a")

        assert list(found) == ["models", "metadata", "metrics", "training_data", "provenance", "notices"]
        assert [row["id"] for row in found["models"]] == ["b-v1", "a-v1"]
        assert all(tuple(row) == KEYS for row in found["models"])

    def test_metadata(self, get) -> None:
        rows = {row["field"]: row for row in get("/api/models/compare?ids=a,b")["metadata"]}

        assert rows["training_config.optimizer"] == {
            "field": "training_config.optimizer",
            "section": "training_config",
            "values": {"a-v1": "adam", "b-v1": "sgd"},
            "differs": True,
        }
        assert rows['training_config."a.b"']["values"] == {"a-v1": [1, 2], "b-v1": None}

    def test_metrics(self, get) -> None:
        rows = {row["metric"]: row for row in get("/api/models/compare?ids=a,b")["metrics"]}

        assert rows["loss"] == {
            "metric": "loss",
            "unit": "µM",
            "direction": "lower",
            "target": None,
            "task": None,
            "subset": None,
            "dataset": "held-out",
            "dataset_version": 1,
            "split": "test",
            "values": {"a-v1": 0.023, "b-v1": 0.031},
            "intervals": {"a-v1": None, "b-v1": [0.03, 0.04]},
            "n": {"a-v1": 120, "b-v1": 120},
            "verdict": "comparable",
            "reason": "",
            "best": ["a-v1"],
            "leading": ["a-v1"],
        }
        assert rows["only-a"]["verdict"] == "single" and rows["only-a"]["best"] == []

    def test_training_data(self, get) -> None:
        assert get("/api/models/compare?ids=a,b")["training_data"] == {
            "shared": [{"artifact": "data", "versions": {"a-v1": 1, "b-v1": 2}, "same_version": False}],
            "unique": {"a-v1": ["extra"], "b-v1": []},
            "overlap": [{"models": ["a-v1", "b-v1"], "jaccard": 0.5}],
        }

    def test_provenance(self, get) -> None:
        found = get("/api/models/compare?ids=a,b")["provenance"]

        assert list(found) == [
            *("graphs", "shared_inputs", "unique_inputs", "different_versions", "completeness", "warnings")
        ]
        for name in ("a-v1", "b-v1"):
            assert found["graphs"][name] == get(f"/api/models/{name}/provenance")
        assert found["shared_inputs"] == ["data"]
        assert found["unique_inputs"] == {"a-v1": ["extra", "run-a"], "b-v1": ["run-b"]}
        assert found["different_versions"] == [{"artifact": "data", "versions": {"a-v1": 1, "b-v1": 2}}]
        assert found["completeness"] == {"a-v1": 1, "b-v1": 1} and found["warnings"] == {"a-v1": [], "b-v1": []}

    def test_notices(self, get) -> None:
        assert get("/api/models/compare?ids=a,b")["notices"] == []
        make_model("a")

        [notice] = get("/api/models/compare?ids=a@1,b")["notices"]

        assert (notice["code"], notice["models"], notice["path"]) == ("superseded", ["a-v1"], [])
        assert list(notice) == ["code", "models", "message", "path"] and notice["message"]


class TestIds:
    @pytest.mark.parametrize("ids", ["", "m-0", ",".join(f"m-{number}" for number in range(9)), "m-0,", "m-0,,m-1"])
    def test_too_few_too_many_or_blank(self, refused, ids: str) -> None:
        for number in range(9):
            make_model(f"m-{number}")

        assert refused(f"/api/models/compare?ids={ids}")["parameter"] == "ids"

    def test_none_at_all(self, refused) -> None:
        assert refused("/api/models/compare")["parameter"] == "ids"

    def test_eight_are_taken_in_the_order_asked_for(self, get) -> None:
        names = [make_model().public_id for _ in range(8)][::-1]

        found = get(f"/api/models/compare?ids={','.join(names)}")

        assert [row["id"] for row in found["models"]] == names
        assert list(found["provenance"]["graphs"]) == names

    @pytest.mark.parametrize("second", ["a", "a-v1", "a@1", "a@stable", "alias"])
    def test_one_version_by_two_names(self, refused, second: str) -> None:
        make_model("a", version_tag="stable", aliases=("alias",))

        assert refused(f"/api/models/compare?ids=a,{second}")["code"] == "repeated"

    def test_two_versions_of_one_model(self, get) -> None:
        make_model("a")
        make_model("a")

        assert len(get("/api/models/compare?ids=a@1,a@2")["models"]) == 2

    def test_every_unknown_id_is_named(self, get) -> None:
        make_model("a")
        make_dataset("data")

        problem = get("/api/models/compare?ids=no,a,nor,data,a@7,no", 404)

        said = [error["detail"] for error in problem["errors"]]
        assert all(error["parameter"] == "ids" for error in problem["errors"])
        assert [name for name in ("'no'", "'nor'", "'data'", "'a@7'") if any(name in text for text in said)] == [
            *("'no'", "'nor'", "'data'", "'a@7'")
        ]
        assert len(said) == 4

    def test_compare_is_no_model(self, refused) -> None:
        assert refused("/api/models/compare?id=a,b")["detail"].endswith("the nearest is 'ids'.")


def test_retracted_models_compare_with_a_notice(get) -> None:
    retracted(make_model("a"))
    make_model("b")

    assert [notice["code"] for notice in get("/api/models/compare?ids=a,b")["notices"]] == ["retracted"]


def test_a_comparison_takes_a_constant_number_of_queries(queries) -> None:
    def model(name: str, width: int) -> Any:
        datasets = [str(make_dataset()) for _ in range(width)]
        values = [measured("rmse", 0.5, dataset=dataset) for dataset in datasets]
        return make_model(name, trained_on=datasets, evaluations=tuple(values), tests=[str(make_hypothesis())])

    for name, width in (("a", 1), ("b", 1), *((f"large-{number}", 25) for number in range(8))):
        model(name, width)
    large = ",".join(f"large-{number}" for number in range(8))

    assert queries("/api/models/compare?ids=a,b") == queries(f"/api/models/compare?ids={large}")
