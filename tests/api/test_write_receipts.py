"""A minimal answer, for who prefers one: a receipt in place of the detail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.api.writing.answers import prefers_minimal
from tests.api.writing import body_of, client_of, complete_body, pointers, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> APIClient:
    return client_of()


def minimal(client: APIClient, path: str, body: dict[str, Any]) -> Any:
    return post(client, path, body, headers={"Prefer": "return=minimal"})


def test_a_receipt_says_what_the_detail_says_of_it(client: APIClient) -> None:
    body = complete_body("model-a", quality={"value": 0.8, "by": "A curator"})
    answer = minimal(client, "/api/models", body)
    receipt, detail = answer.json(), client.get(answer["Location"]).json()
    assert (answer.status_code, answer["Preference-Applied"]) == (201, "return=minimal")
    assert answer["Location"] == receipt["url"] == "http://testserver/api/models/model-a-v1"
    assert (receipt["artifact"], receipt["kind"], receipt["quality_score"]) == ("model-a", "model", 0.8)
    shared = receipt.keys() - {"artifact", "kind"}
    assert {name: detail[name] for name in shared} == {name: receipt[name] for name in shared}


def test_it_names_the_rules_that_fail(client: APIClient) -> None:
    receipt = minimal(client, "/api/models", body_of(quality={"value": 0.8, "by": "A curator"})).json()
    assert receipt["warnings"] == ["training_dataset", "producing_analysis", "pinned_inputs"]
    assert (receipt["quality_score"], receipt["quality_uncapped"], receipt["provenance_completeness"]) == (0.3, 0.8, 0)


def test_what_is_no_model_is_not_judged(client: APIClient) -> None:
    answer = minimal(client, "/api/artifacts", {"artifact": "data", "kind": "dataset", "title": "Data"})
    receipt = answer.json()
    assert (answer.status_code, receipt["id"], receipt["kind"]) == (201, "data-v1", "dataset")
    assert answer["Location"] == receipt["url"] == "http://testserver/api/artifacts/data-v1"
    assert (receipt["quality_score"], receipt["provenance_completeness"], receipt["warnings"]) == (None, None, [])


def test_what_stood_already_has_a_receipt_too(client: APIClient) -> None:
    first = minimal(client, "/api/models", body_of("model-a"))
    again = minimal(client, "/api/models", body_of("model-a"))
    assert (again.status_code, again["Preference-Applied"], again.json()) == (200, "return=minimal", first.json())
    assert "Location" not in again


def test_a_refusal_is_whole(client: APIClient) -> None:
    answer = minimal(client, "/api/models", body_of(trained_on="nothing"))
    assert pointers(answer, 422) == ["/trained_on"]
    assert "Preference-Applied" not in answer


def test_without_the_preference_the_detail_is_answered(client: APIClient) -> None:
    for prefer in ({}, {"Prefer": "return=representation"}, {"Prefer": "respond-async"}):
        answer = post(client, "/api/models", body_of(), headers=prefer)
        assert "links" in answer.json() and "Preference-Applied" not in answer


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answered_by", [minimal, post], ids=["a receipt", "a detail"])
def test_what_a_registration_is_answered_with_is_asked_for_in_its_transaction(
    client: APIClient, answered_by: Callable[..., Any]
) -> None:
    answered_by(client, "/api/models", complete_body())  # what is asked once
    body = complete_body()
    with CaptureQueriesContext(connection) as captured:
        assert answered_by(client, "/api/models", body).status_code == 201
    asked = [query["sql"] for query in captured]
    assert asked[-1] == "COMMIT"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("return=minimal", True),
        ("Return=Minimal", True),
        ('respond-async, return="minimal"; foo=bar, wait=10', True),
        ("return = minimal", True),
        ("return=minimal, return=representation", True),
        ("return=representation, return=minimal", False),
        ("return", False),
        ("returns=minimal", False),
        ("foo; return=minimal", False),
        ("", False),
        (",;=", False),
    ],
)
def test_preferences_are_read_as_rfc_7240_writes_them(stated: str, expected: bool) -> None:
    assert prefers_minimal(stated) is expected
