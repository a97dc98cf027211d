"""Adding links to versions that exist, and withdrawing them: how the remedy of a warning is applied."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import Link
from tests.api.writing import client_of, pointers, post
from tests.factories import complete_model, make_analysis, make_dataset, make_hypothesis, make_model, unpinned_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> APIClient:
    return client_of()


def remove(client: APIClient, path: str, reason: str | None = "It was wrong.") -> Any:
    return client.delete(path, QUERY_STRING=f"reason={reason}" if reason is not None else "")


def test_remedies_lift_the_cap_one_by_one(client: APIClient) -> None:
    make_dataset("data")
    make_analysis("analysis")
    make_model("model-bare", quality=0.9)
    path = "/api/models/model-bare-v1/links"
    answer = post(client, path, {"relation": "trained_on", "ref": "data@1", "stated_as": "Our data"})
    assert answer.status_code == 201
    assert answer.json()["warnings"] == ["producing_analysis", "pinned_inputs"]
    answer = post(client, path, {"relation": "produced_by", "ref": "analysis"})
    assert answer.json()["warnings"] == ["pinned_inputs"]
    answer = post(client, "/api/artifacts/analysis-v1/links", {"relation": "used", "ref": "data@1"})
    assert (answer.status_code, answer["Location"]) == (201, "http://testserver/api/artifacts/analysis-v1")
    assert [link["relation"] for link in answer.json()["links"]] == ["used"]
    shown = client.get("/api/models/model-bare").json()
    assert (shown["warnings"], shown["quality_score"]) == ([], 0.9)


def test_withdrawing_the_unpinned_input_mends_the_model_that_rests_on_it(client: APIClient) -> None:
    model = unpinned_model("model-unpinned")
    analysis = model.links.get(relation="produced_by").target_version
    dataset = model.links.get(relation="trained_on").target.public_id
    post(client, f"/api/artifacts/{analysis}/links", {"relation": "used", "ref": f"{dataset}@1"})
    assert client.get("/api/models/model-unpinned").json()["warnings"] == ["pinned_inputs"]
    assert remove(client, f"/api/artifacts/{analysis}/links/1").status_code == 200
    assert client.get("/api/models/model-unpinned").json()["warnings"] == []


def test_withdrawing_a_link_brings_the_cap_back_and_keeps_the_history(client: APIClient) -> None:
    model = complete_model("model-c", quality=0.9)
    number = model.links.get(relation="trained_on").number
    answer = remove(client, f"/api/models/{model}/links/{number}", "Another dataset was meant.")
    assert (answer.status_code, answer.json()["quality_score"]) == (200, 0.3)
    assert "training_dataset" in answer.json()["warnings"]
    kept = Link.history.filter(source=model.pk, number=number, history_type="-").get()
    assert kept.history_change_reason == "Another dataset was meant."
    assert kept.history_user is not None
    assert remove(client, f"/api/models/{model}/links/{number}").status_code == 404


def test_a_number_is_never_given_twice(client: APIClient) -> None:
    make_dataset("data")
    model = make_model()
    path = f"/api/models/{model}/links"
    post(client, path, {"relation": "trained_on", "ref": "data"})
    remove(client, f"{path}/1")
    answer = post(client, path, {"relation": "trained_on", "ref": "data"})
    assert [link["number"] for link in answer.json()["links"]] == [2]


def test_the_same_link_again_adds_nothing(client: APIClient) -> None:
    make_hypothesis("h")
    path = f"/api/models/{make_model()}/links"
    body = {"relation": "tests", "ref": "h", "outcome": "supports"}
    assert post(client, path, body).status_code == 201
    again = post(client, path, body)
    assert (again.status_code, len(again.json()["links"])) == (200, 1)
    assert pointers(post(client, path, body | {"outcome": "contradicts"}), 409) == ["/ref"]


def test_a_bare_id_adds_to_the_latest_version_and_withdraws_from_none(client: APIClient) -> None:
    make_dataset("data")
    make_model("model-two")
    make_model("model-two")
    answer = post(client, "/api/models/model-two/links", {"relation": "trained_on", "ref": "data"})
    assert answer.json()["id"] == "model-two-v2"
    answer = remove(client, "/api/models/model-two/links/1")
    assert answer.status_code == 400
    assert "model-two-v2" in answer.json()["detail"]
    assert remove(client, "/api/models/model-two@2/links/1").status_code == 200


def test_a_second_producing_analysis_is_a_conflict(client: APIClient) -> None:
    model = complete_model()
    other = make_analysis()
    answer = post(client, f"/api/models/{model}/links", {"relation": "produced_by", "ref": str(other)})
    assert pointers(answer, 409) == ["/ref"]


@pytest.mark.parametrize(
    ("body", "status", "blamed"),
    [
        ({}, 400, ["/relation", "/ref"]),
        ({"relation": "trained_on", "ref": "nowhere"}, 422, ["/ref"]),
        ({"relation": "trained_on", "ref": "h"}, 400, ["/ref"]),
        ({"relation": "revises", "ref": "data"}, 400, ["/relation"]),
        ({"relation": "trains_on", "ref": "data"}, 400, ["/relation"]),
        ({"relation": "trained_on", "ref": 1}, 400, ["/ref"]),
        ({"relation": "trained_on", "ref": None}, 400, ["/ref"]),
        ({"relation": "trained_on", "ref": "data", "outcome": "supports"}, 400, ["/outcome"]),
        ({"relation": "trained_on", "ref": "data", "stated_as": "x" * 2001}, 400, ["/stated_as"]),
        ({"relation": "trained_on", "reff": "data"}, 400, ["/reff", "/ref"]),
        ({"relation": "fine_tuned_from", "ref": "model-x"}, 400, ["/ref"]),
        ({"relation": "used", "ref": "data"}, 400, [""]),
    ],
)
def test_a_wrong_link_is_refused(client: APIClient, body: dict[str, Any], status: int, blamed: list[str]) -> None:
    make_dataset("data")
    make_hypothesis("h")
    make_model("model-x")
    assert pointers(post(client, "/api/models/model-x/links", body), status) == blamed
    assert not Link.objects.exists()


@pytest.mark.parametrize("query", ["", "reason=", "reason=%20", "reason=%00", "reason=a&reason=b", "raeson=x"])
def test_a_withdrawal_needs_one_reason(client: APIClient, query: str) -> None:
    model = complete_model()
    answer = client.delete(f"/api/models/{model}/links/1", QUERY_STRING=query)
    assert pointers(answer) == ["raeson" if "raeson" in query else "reason"]
    assert Link.objects.filter(source=model).count() == 2


@pytest.mark.parametrize("path", ["models/nowhere", "models/data", "models/model-x@9", "artifacts/nowhere"])
def test_no_such_version(client: APIClient, path: str) -> None:
    make_dataset("data")
    make_model("model-x")
    assert post(client, f"/api/{path}/links", {"relation": "cites", "ref": "data"}).status_code == 404
    assert remove(client, f"/api/{path}/links/1").status_code == 404


@pytest.mark.parametrize("number", ["0", "7", "99999999999", "9" * 5_000, "-1", "x"])
def test_no_such_link(client: APIClient, number: str) -> None:
    assert remove(client, f"/api/models/{complete_model()}/links/{number}").status_code == 404
