"""Who writes in tests, and plain bodies to write."""

from __future__ import annotations

from typing import Any

from knox.models import AuthToken
from rest_framework.test import APIClient

from catalog.roles import Role, group_of
from tests.factories import UserFactory, make_analysis, make_dataset, new_id

PROBLEM = "application/problem+json"


def token_of(role: Role | None = Role.CURATOR, **options: Any) -> str:
    """A token of a new user in a role."""
    user = UserFactory()
    if role is not None:
        user.groups.add(group_of(role))
    return AuthToken.objects.create(user=user, **options)[1]


def client_of(role: Role | None = Role.CURATOR) -> APIClient:
    """A client that bears a token, and answers a server's error as the server would."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(role)}")
    return client


def body_of(model: str | None = None, **fields: Any) -> dict[str, Any]:
    """A model's body, with nothing but what is required."""
    model = model or new_id("model")
    return {"model": model, "title": f"Title of {model}", "model_family": "statistical", "metadata": {}} | fields


def complete_body(model: str | None = None, **fields: Any) -> dict[str, Any]:
    """A model's body that fails no provenance rule."""
    dataset = f"{make_dataset().artifact}@1"
    return body_of(model, trained_on=[dataset], produced_by=str(make_analysis(used=[dataset]))) | fields


def post(client: APIClient, path: str, body: Any, **options: Any) -> Any:
    """The answer to a POST."""
    return client.post(path, body, format="json", **options)


def pointers(answer: Any, status: int = 400) -> list[str]:
    """Which fields a problem blames; checks that it is a problem of `status`."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    problem = answer.json()
    assert problem["status"] == status
    return [error.get("pointer", error.get("parameter")) for error in problem["errors"]]
