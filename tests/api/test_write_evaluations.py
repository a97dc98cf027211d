"""Later evaluations of a version: appended, superseded by name, retracted with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import Evaluation
from tests.api.writing import client_of, pointers, post
from tests.factories import complete_model, evaluated_model, make_dataset, make_model

pytestmark = pytest.mark.django_db
CASE = {"metric": "rmse", "value": 0.5, "dataset": "data", "dataset_version": 1, "split": "test"}


@pytest.fixture
def client() -> APIClient:
    make_dataset("data")
    return client_of()


@pytest.fixture
def path(client: APIClient) -> str:
    return f"/api/models/{complete_model('model-e')}/evaluations"


def test_one_is_appended_and_counts_as_evidence(client: APIClient, path: str) -> None:
    before = client.get("/api/models/model-e").json()
    answer = post(client, path, CASE | {"n": 40, "ci_low": 0.4, "ci_high": 0.6, "evaluated_by": "A lab"})
    assert answer.status_code == 201
    shown = answer.json()
    [evaluation] = shown["evaluations"]
    assert {name: evaluation[name] for name in CASE} == CASE
    assert (evaluation["number"], evaluation["reported_by"]) == (1, "author")
    assert shown["evidence"]["score"] > before["evidence"]["score"]
    assert shown["content_digest"] == before["content_digest"]


def test_the_same_again_adds_nothing(client: APIClient, path: str) -> None:
    assert [post(client, path, CASE).status_code for _ in range(2)] == [201, 200]
    assert Evaluation.objects.count() == 1


def test_another_value_is_refused_unless_it_supersedes_by_name(client: APIClient, path: str) -> None:
    post(client, path, CASE)
    better = CASE | {"value": 0.4}
    assert pointers(post(client, path, better), 409) == ["/value"]
    assert pointers(post(client, path, better | {"supersedes": 7}), 422) == ["/supersedes"]
    answers = [post(client, path, better | {"supersedes": 1}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert [(row["number"], row["value"]) for row in answers[1].json()["evaluations"]] == [(2, 0.4)]
    assert Evaluation.objects.get(number=2).supersedes.number == 1


def test_one_is_retracted_with_a_reason(client: APIClient, path: str) -> None:
    post(client, path, CASE)
    answer = client.delete(f"{path}/1", QUERY_STRING="reason=Measured+on+the+wrong+split")
    assert (answer.status_code, answer.json()["evaluations"]) == (200, [])
    kept = Evaluation.objects.get()
    assert (kept.is_live, kept.retraction_reason) == (False, "Measured on the wrong split")
    assert client.delete(f"{path}/1", QUERY_STRING="reason=again").status_code == 200
    assert post(client, path, CASE).status_code == 201


def test_a_retraction_needs_a_reason_and_a_number_that_is_there(client: APIClient, path: str) -> None:
    post(client, path, CASE)
    assert pointers(client.delete(f"{path}/1")) == ["reason"]
    assert client.delete(f"{path}/2", QUERY_STRING="reason=x").status_code == 404
    assert client.delete("/api/models/model-e/evaluations/1", QUERY_STRING="reason=x").status_code == 400
    assert Evaluation.objects.get().is_live


def test_the_case_given_at_registration_is_taken(client: APIClient) -> None:
    model = evaluated_model(dataset="data")
    assert pointers(post(client, f"/api/models/{model}/evaluations", CASE | {"value": 7}), 409) == ["/value"]


@pytest.mark.parametrize(
    ("fields", "status", "blamed"),
    [
        ({"metric": None}, 400, "/metric"),
        ({"metric": " "}, 400, "/metric"),
        ({"value": "0.5"}, 400, "/value"),
        ({"value": None}, 400, "/value"),
        ({"value": True}, 400, "/value"),
        ({"dataset": "nowhere"}, 422, "/dataset"),
        ({"dataset": ""}, 400, "/dataset"),
        ({"dataset_version": 7}, 422, "/dataset"),
        ({"dataset_version": 10**12}, 422, "/dataset"),
        ({"dataset_version": 0}, 400, "/dataset_version"),
        ({"dataset": "data@1"}, 400, "/dataset_version"),
        ({"dataset": "model-e", "dataset_version": None}, 400, "/dataset"),
        ({"n": 1.5}, 400, "/n"),
        ({"n": -1}, 400, "/n"),
        ({"std_error": -0.1}, 400, "/std_error"),
        ({"ci_low": 2, "ci_high": 1}, 400, "/ci_low"),
        ({"reported_by": "press"}, 400, "/reported_by"),
        ({"primary": "yes"}, 400, "/primary"),
        ({"supersedes": 0}, 400, "/supersedes"),
        ({"supersedes": 2**53 - 1}, 422, "/supersedes"),
        ({"direction": "lower"}, 400, "/direction"),
        ({"task": "x" * 201}, 400, "/task"),
    ],
)
def test_a_wrong_evaluation_is_refused(
    client: APIClient, path: str, fields: dict[str, Any], status: int, blamed: str
) -> None:
    assert pointers(post(client, path, CASE | fields), status) == [blamed]
    assert not Evaluation.objects.exists()


def test_only_models_are_evaluated(client: APIClient) -> None:
    assert post(client, "/api/models/data/evaluations", CASE).status_code == 404
    assert post(client, "/api/models/nowhere/evaluations", CASE).status_code == 404
    make_model("model-latest")
    assert post(client, "/api/models/model-latest/evaluations", CASE).json()["id"] == "model-latest-v1"
