from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.models import Artifact
from catalog.registration import LinkInput, append_evaluation, retract_evaluation, set_tag
from catalog.stamps import forget_counts
from catalog.vocabulary import Family, Outcome, Relation
from tests.factories import (
    complete_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    orphan_model,
    retracted,
    unpinned_model,
)

pytestmark = pytest.mark.django_db

KEYS = (
    *("id", "model", "title", "model_family", "family_basis", "version_number", "version_label", "version_tag"),
    *("is_latest", "state", "quality_score", "quality_basis", "quality_uncapped", "provenance_completeness"),
    *("provenance_warning", "warnings", "parameter_count", "evaluation_metrics", "evaluation_counts", "trained_on"),
    *("datasets", "produced_by", "tests_hypothesis", "created_at", "registered_at", "url"),
)


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["models"]]


class TestRows:
    def test_the_shape_and_its_order(self, get) -> None:
        model = complete_model("model-a", created_at=datetime(2026, 4, 5, 12, tzinfo=UTC))

        page = get("/api/models")

        assert list(page) == ["models", "total", "next", "previous"]
        [row] = page["models"]
        assert tuple(row) == KEYS
        assert row["id"] == "model-a-v1" and row["model"] == "model-a"
        assert row["url"] == "http://testserver/api/models/model-a-v1"
        assert row["created_at"] == "2026-04-05T12:00:00Z"
        assert row["quality_score"] == row["quality_uncapped"] == 0.9 and row["quality_basis"] == "assessed"
        assert row["provenance_completeness"] == 1 and row["warnings"] == [] and row["provenance_warning"] is False
        assert row["version_label"] is None and row["version_tag"] is None
        assert row["title"] == model.title

    def test_a_failing_rule_caps_and_is_named(self, get) -> None:
        orphan_model(quality=0.8)

        [row] = get("/api/models")["models"]

        assert row["quality_score"] == 0.3 and row["quality_uncapped"] == 0.8
        assert row["warnings"] == ["training_dataset", "producing_analysis", "pinned_inputs"]
        assert row["provenance_warning"] is True
        assert row["trained_on"] is None and row["datasets"] == [] and row["produced_by"] is None

    def test_links_are_artifact_ids_each_once_in_the_order_stated(self, get) -> None:
        make_dataset("data-b")
        make_dataset("data-a")
        make_dataset("data-b")
        hypothesis = make_hypothesis("h-1")
        analysis = make_analysis("analysis-1")
        make_model(trained_on=["data-b@1", "data-a", "data-b@2"], produced_by=str(analysis), tests=[str(hypothesis)])

        [row] = get("/api/models")["models"]

        assert row["datasets"] == ["data-b", "data-a"] and row["trained_on"] == "data-b"
        assert row["produced_by"] == "analysis-1" and row["tests_hypothesis"] == "h-1"

    def test_the_flat_view_shows_one_value_a_metric(self, get) -> None:
        model = make_model(
            evaluations=(
                measured("rmse", 0.5),
                measured("mae", 1.0, split="train"),
                measured("mae", 2.0, split="test", primary=True),
                measured("r2", 0.5, split="train"),
                measured("r2", 0.4, split="test"),
            )
        )

        [row] = get("/api/models")["models"]

        assert row["evaluation_metrics"] == {"rmse": 0.5, "mae": 2.0, "r2": None}
        assert row["evaluation_counts"] == {"rmse": 1, "mae": 2, "r2": 2}

        retract_evaluation(model, 4, reason="Wrong split")
        append_evaluation(model, measured("rmse", 0.6), supersedes=1)

        [row] = get("/api/models")["models"]
        assert row["evaluation_metrics"]["r2"] == 0.4 and row["evaluation_counts"]["r2"] == 1
        assert row["evaluation_metrics"]["rmse"] == 0.6 and row["evaluation_counts"]["rmse"] == 1

    def test_an_empty_catalogue(self, get) -> None:
        assert get("/api/models") == {"models": [], "total": 0, "next": None, "previous": None}


class TestFilters:
    def test_by_family(self, get) -> None:
        make_model("a", family=Family.STATISTICAL)
        make_model("b", family=Family.BIOPHYSICAL)

        assert ids(get("/api/models?family=statistical")) == ["a-v1"]

    def test_by_dataset_any_version_or_the_pinned_one(self, get) -> None:
        make_dataset("data")
        make_dataset("data", aliases=("data-alias",))
        make_dataset("other")
        make_model("unpinned", trained_on=["data"])
        make_model("first", trained_on=["data@1"])
        make_model("second", trained_on=["data@2"])
        make_model("elsewhere", trained_on=["other"])

        def found(query: str) -> set[str]:
            return {row["model"] for row in get(f"/api/models?{query}")["models"]}

        assert found("dataset=data") == found("dataset=data-alias") == {"unpinned", "first", "second"}
        assert found("dataset=data@2") == found("dataset=data-v2") == {"second"}
        assert found("dataset=data@1&dataset=other") == {"first", "elsewhere"}

    def test_by_hypothesis_and_analysis(self, get) -> None:
        make_hypothesis("h")
        make_analysis("run")
        make_model("tests", tests=["h"])
        make_model("made", produced_by="run")

        assert ids(get("/api/models?hypothesis=h")) == ["tests-v1"]
        assert ids(get("/api/models?analysis=run")) == ids(get("/api/models?analysis=run@1")) == ["made-v1"]
        assert get("/api/models?hypothesis=h&analysis=run")["total"] == 0

    def test_by_evaluation(self, get) -> None:
        make_dataset("data")
        model = make_model("a", evaluations=(measured("rmse", dataset="data", dataset_version=1),))
        make_model("b", evaluations=(measured("mae", dataset="data"),))

        assert set(ids(get("/api/models?evaluated_on=data"))) == {"a-v1", "b-v1"}
        assert ids(get("/api/models?evaluated_on=data@1")) == ["a-v1"]
        assert ids(get("/api/models?metric=mae")) == ["b-v1"]

        retract_evaluation(model, 1, reason="Wrong")
        assert get("/api/models?metric=rmse")["total"] == 0

    def test_by_text(self, get) -> None:
        make_model("model-x", title="Microglial activation", description="An ODE of tau spread")
        make_model("model-y", title="Something else")

        for query in ("microglial", "TAU", "model-x", "spread+microglial"):
            assert ids(get(f"/api/models?q={query}")) == ["model-x-v1"], query
        assert get("/api/models?q=50%25_off")["total"] == 0
        assert get("/api/models?q=+")["total"] == 2

    def test_by_completeness_and_quality(self, get) -> None:
        complete_model("whole", quality=0.9)
        unpinned_model("capped", quality=0.9)
        complete_model("unassessed", quality=None)

        assert set(ids(get("/api/models?complete=true"))) == {"whole-v1", "unassessed-v1"}
        assert ids(get("/api/models?complete=false")) == ["capped-v1"]
        assert ids(get("/api/models?min_quality=0.31")) == ["whole-v1"]
        assert set(ids(get("/api/models?max_quality=0.3"))) == {"capped-v1", "unassessed-v1"}
        assert ids(get("/api/models?quality_basis=evidence")) == ["unassessed-v1"]
        assert set(ids(get("/api/models?quality_basis=assessed"))) == {"whole-v1", "capped-v1"}

    def test_one_row_a_model_unless_every_version_is_asked_for(self, get) -> None:
        make_model("a")
        make_model("a")

        assert ids(get("/api/models")) == ids(get("/api/models?latest=true")) == ["a-v2"]
        assert ids(get("/api/models?latest=false")) == ["a-v2", "a-v1"]

    def test_retracted_versions_are_left_out_unless_asked_for(self, get) -> None:
        make_model("a")
        retracted(make_model("a"))
        retracted(make_model("gone"))

        assert ids(get("/api/models")) == ["a-v1"]
        assert ids(get("/api/models?latest=false")) == ["a-v1"]
        assert ids(get("/api/models?state=retracted")) == ["gone-v1"]
        assert set(ids(get("/api/models?state=retracted&latest=false"))) == {"gone-v1", "a-v2"}
        assert ids(get("/api/models?state=active")) == ["a-v1"]

    def test_by_tag_and_framework(self, get) -> None:
        set_tag(make_model("a"), "stable")
        make_model("a", family=Family.DEEP_LEARNING)
        set_tag(make_model("b"), "stable")

        assert ids(get("/api/models?tag=stable")) == ["b-v1"]
        assert set(ids(get("/api/models?tag=stable&latest=false"))) == {"a-v1", "b-v1"}
        assert ids(get("/api/models?framework=pytorch")) == ["a-v2"]

    def test_by_date(self, get) -> None:
        make_model("old", created_at=datetime(2025, 1, 1, tzinfo=UTC))
        make_model("recent", created_at=datetime(2026, 1, 1, 12, tzinfo=UTC))

        assert ids(get("/api/models?created_after=2026-01-01")) == ["recent-v1"]
        assert ids(get("/api/models?created_after=2026-01-01T12:00:00Z")) == ["recent-v1"]
        assert get("/api/models?created_after=2026-01-01T12:00:01Z")["total"] == 0
        assert ids(get("/api/models?created_before=2026-01-01T14:00:00%2B02:00")) == ["old-v1"]


class TestSorting:
    def test_by_quality_ties_by_the_uncapped_score_then_newest(self, get) -> None:
        unpinned_model("low", quality=0.5)
        unpinned_model("high", quality=0.9)
        complete_model("best", quality=0.95)
        unpinned_model("high-too", quality=0.9)

        expected = ["best-v1", "high-too-v1", "high-v1", "low-v1"]
        assert ids(get("/api/models")) == ids(get("/api/models?sort=quality_score&order=desc")) == expected
        assert ids(get("/api/models?order=asc")) == expected[::-1]

    def test_by_parameter_count_null_last(self, get) -> None:
        for name, count in {"none": None, "zero": 0, "many": 2**40, "few": 7, "none-too": None}.items():
            make_model(name, parameter_count=count)

        expected = ["many-v1", "few-v1", "zero-v1", "none-too-v1", "none-v1"]
        assert ids(get("/api/models?sort=parameter_count")) == expected
        assert ids(get("/api/models?sort=parameter_count&order=asc")) == expected[::-1]

    def test_by_title_in_whatever_case(self, get) -> None:
        for name, title in {"a": "beta", "b": "Alpha", "c": "Ärger", "d": "alpha"}.items():
            make_model(name, title=title)

        expected = ids(get("/api/models?sort=title"))
        assert expected[:2] == ["d-v1", "b-v1"]
        assert ids(get("/api/models?sort=title&order=desc")) == expected[::-1]
        assert ids(get("/api/models?sort=title&order=asc")) == expected

    def test_by_date_newest_first(self, get) -> None:
        make_model("old", created_at=datetime(2025, 1, 1, tzinfo=UTC))
        make_model("recent", created_at=datetime(2026, 1, 1, tzinfo=UTC))
        make_model("old-too", created_at=datetime(2025, 1, 1, tzinfo=UTC))

        assert ids(get("/api/models?sort=created_at")) == ["recent-v1", "old-too-v1", "old-v1"]


class TestStrictness:
    @pytest.mark.parametrize(
        ("query", "parameter", "nearest"),
        [
            ("famly=statistical", "famly", "'family'"),
            ("family=statistcal", "family", "'statistical'"),
            ("sort=qualty", "sort", "'quality_score'"),
            ("order=descending", "order", "'desc'"),
            ("state=retired", "state", "'retracted'"),
            ("quality_basis=assesed", "quality_basis", "'assessed'"),
            ("complete=True", "complete", "'true'"),
            ("latest=1", "latest", "true"),
            ("metric=rmsee", "metric", "'rmse'"),
            ("format=jsn", "format", "'json'"),
        ],
    )
    def test_what_is_unknown_names_the_nearest(self, refused, query: str, parameter: str, nearest: str) -> None:
        error = refused(f"/api/models?{query}")

        assert error["parameter"] == parameter
        assert nearest in error["detail"]

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=abc", "limit"),
            ("limit=-1", "limit"),
            ("limit=1e2", "limit"),
            ("limit=%D9%A3", "limit"),
            ("offset=-1", "offset"),
            ("offset=1000000001", "offset"),
            ("offset=3&cursor=", "offset"),
            ("min_quality=1.1", "min_quality"),
            ("min_quality=-0.1", "min_quality"),
            ("max_quality=nan", "max_quality"),
            ("max_quality=1_0", "max_quality"),
            ("created_after=yesterday", "created_after"),
            ("created_after=2026-02-30", "created_after"),
            ("created_after=2026-02-03T10:00:00", "created_after"),
            ("created_before=0001-01-01T00:00:00%2B14:00", "created_before"),
            ("q=%00", "q"),
            ("q=" + "x" * 201, "q"),
            ("tag=%00", "tag"),
            ("metric=%00", "metric"),
            ("family=statistical&family=biophysical", "family"),
            ("limit=1&limit=2", "limit"),
            ("format=json&format=json", "format"),
            ("cursor=nonsense", "cursor"),
            ("cursor=%C3%A9", "cursor"),
        ],
    )
    def test_what_is_invalid_is_refused(self, refused, query: str, parameter: str) -> None:
        assert refused(f"/api/models?{query}")["parameter"] == parameter

    def test_every_fault_is_named(self, get) -> None:
        problem = get("/api/models?min_quality=2&state=gone&created_after=x", 400)

        assert [error["parameter"] for error in problem["errors"]] == ["min_quality", "state", "created_after"]

    def test_unknown_ids_are_not_found(self, get, refused) -> None:
        make_dataset("data")

        assert "'nothing'" in refused("/api/models?dataset=nothing", 404)["detail"]
        assert refused("/api/models?dataset=data@7", 404)["parameter"] == "dataset"
        assert refused("/api/models?analysis=data", 404)["detail"] == "'data' is of kind dataset, not analysis."
        assert refused("/api/models?hypothesis=%00", 404)["parameter"] == "hypothesis"
        problem = get("/api/models?dataset=no&dataset=nor&evaluated_on=never", 404)
        assert [error["parameter"] for error in problem["errors"]] == ["dataset", "dataset", "evaluated_on"]

    def test_something_invalid_weighs_more_than_an_unknown_id(self, get) -> None:
        assert len(get("/api/models?dataset=nothing&min_quality=2", 400)["errors"]) == 2

    def test_an_empty_value_is_not_given(self, get) -> None:
        make_model()

        query = "&".join(f"{name}=" for name in ("family", "dataset", "q", "complete", "limit", "sort", "min_quality"))
        assert get(f"/api/models?{query}&offset=&order=&latest=&format=")["total"] == 1

    def test_bounds_are_taken(self, get) -> None:
        make_model()

        assert get("/api/models?limit=200&offset=1000000000")["models"] == []
        assert get("/api/models?limit=1&min_quality=0&max_quality=1&offset=0&format=json")["total"] == 1

    def test_outcomes_do_not_hide_a_test(self, get) -> None:
        make_hypothesis("h")

        make_model(tests=[LinkInput(relation=Relation.TESTS, ref="h", outcome=Outcome.CONTRADICTS)])
        assert get("/api/models?hypothesis=h")["total"] == 1


def test_a_page_takes_a_constant_number_of_queries(queries: Callable[[str], int]) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            make_model(trained_on=["data"], evaluations=(measured("rmse", 0.5), measured("mae", 0.5)))

    make_dataset("data")
    add(1)
    paths = ["/api/models?limit=200", "/api/models?limit=200&cursor=", "/api/models?limit=200&dataset=data&sort=title"]
    few = [queries(path) for path in paths]
    add(199)

    assert [queries(path) for path in paths] == few
    assert few[0] == 3


def test_at_rest_a_page_takes_no_more_than_its_rows_and_what_stands_beside_them(
    queries: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_dataset("data")
    make_model(trained_on=["data"])
    monkeypatch.setattr("catalog.stamps._stamp", lambda: "at rest")
    forget_counts()

    assert queries("/api/models") == queries("/api/models?dataset=data&q=model&min_quality=0.1&sort=title") == 2


@pytest.mark.django_db(transaction=True)
def test_what_filters_mean_is_asked_anew_after_each_commit(get) -> None:
    get("/api/models?dataset=data", 404)
    make_dataset("data")
    assert get("/api/models?dataset=data")["total"] == 0
    make_model("a", trained_on=["data"])
    assert ids(get("/api/models?dataset=data")) == ["a-v1"]
    get("/api/models?dataset=data&dataset=other", 404)

    Artifact.objects.all().delete()
    get("/api/models?dataset=data", 404)
