"""Who may write: reading is public, writing needs credentials and the permission, by token or in a session."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from knox.crypto import hash_token
from knox.models import AuthToken
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from catalog.api.throttling import RequestThrottle
from catalog.models import ArtifactVersion
from catalog.roles import Role, group_of
from tests.api.writing import PROBLEM, body_of, client_of, post, token_of
from tests.factories import UserFactory, evaluated_model, make_dataset

pytestmark = pytest.mark.django_db

LINK = {"relation": "trained_on", "ref": "other"}
EVALUATION = {"metric": "mae", "value": 1}
WRITES: list[tuple[str, str, Any, Role]] = [
    ("post", "/api/models", body_of("model-new"), Role.REGISTRANT),
    ("post", "/api/artifacts", {"artifact": "d", "kind": "dataset", "title": "d"}, Role.REGISTRANT),
    ("post", "/api/models/model-p-v1/links", LINK, Role.REGISTRANT),
    ("post", "/api/artifacts/model-p-v1/links", LINK, Role.REGISTRANT),
    ("post", "/api/models/model-p-v1/evaluations", EVALUATION, Role.REGISTRANT),
    ("patch", "/api/artifacts/model-p-v1", {"version_tag": "stable"}, Role.CURATOR),
    ("delete", "/api/models/model-p-v1/links/1?reason=x", None, Role.CURATOR),
    ("delete", "/api/artifacts/model-p-v1/links/1?reason=x", None, Role.CURATOR),
    ("delete", "/api/models/model-p-v1/evaluations/1?reason=x", None, Role.CURATOR),
]


@pytest.fixture(autouse=True)
def _model(db: None) -> None:
    make_dataset("other")
    evaluated_model("model-p")


def send(client: APIClient, method: str, path: str, body: Any) -> Any:
    return getattr(client, method)(path, body, format="json")


@pytest.mark.parametrize(("method", "path", "body", "role"), WRITES)
def test_without_credentials_it_is_a_401(method: str, path: str, body: Any, role: Role) -> None:
    answer = send(APIClient(), method, path, body)
    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path", "body", "role"), WRITES)
def test_with_too_few_rights_it_is_a_403(method: str, path: str, body: Any, role: Role) -> None:
    too_few = [None] if role == Role.REGISTRANT else [None, Role.REGISTRANT]
    for other in too_few:
        answer = send(client_of(other), method, path, body)
        assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
        assert "permission catalog." in answer.json()["detail"]


@pytest.mark.parametrize(("method", "path", "body", "role"), WRITES)
def test_the_role_suffices(method: str, path: str, body: Any, role: Role) -> None:
    assert send(client_of(role), method, path, body).status_code in (200, 201)


def test_a_superuser_may_without_being_permitted_and_whoever_is_not_active_may_nothing() -> None:
    for user, status in ((UserFactory(is_superuser=True), 201), (UserFactory(is_active=False), 401)):
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {AuthToken.objects.create(user=user)[1]}")
        assert post(client, "/api/models", body_of()).status_code == status


def test_a_bearer_and_what_they_may_take_one_query_by_themselves_and_by_groups_alike(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="add_link"))
    user.groups.add(group_of(Role.REGISTRANT))
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {AuthToken.objects.create(user=user)[1]}")
    send(client, "post", "/api/models", {})  # what is asked once
    with django_assert_num_queries(1):
        assert send(client, "post", "/api/models", {}).status_code == 400
    with django_assert_num_queries(1):
        assert send(client, "patch", "/api/artifacts/model-p-v1", {"title": "x"}).status_code == 403


def test_tokens_that_are_found_by_one_key_give_each_user_what_they_may_themselves() -> None:
    """A key is the beginning of a token: two may begin alike, were it by chance."""
    curator, reader = token_of(Role.CURATOR), token_of(None)
    AuthToken.objects.filter(token_key=reader[:15]).update(token_key=curator[:15])
    assert AuthToken.objects.filter(token_key=curator[:15]).count() == 2
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {curator}")
    assert send(client, "patch", "/api/artifacts/model-p-v1", {"version_tag": "stable"}).status_code == 200
    with mock.patch("catalog.api.authentication.hash_token", return_value=hash_token(reader)):
        assert send(client, "patch", "/api/artifacts/model-p-v1", {"version_tag": None}).status_code == 403


def test_reading_is_public_and_credentials_do_no_harm() -> None:
    assert APIClient().get("/api/models").status_code == 200
    assert client_of(None).get("/api/models").status_code == 200


def test_rights_are_asked_for_before_anything_is_read() -> None:
    answer = APIClient().post("/api/models/nowhere/links", "[" * 1000, content_type="text/plain")
    assert answer.status_code == 401


def test_a_session_writes_with_its_csrf_token_alone() -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_superuser("root"))
    body = body_of("model-session")
    refused = post(client, "/api/models", body)
    assert (refused.status_code, refused["Content-Type"]) == (403, PROBLEM)
    client.cookies["csrftoken"] = "a" * 32
    assert post(client, "/api/models", body, HTTP_X_CSRFTOKEN="a" * 32).status_code == 201
    assert ArtifactVersion.objects.filter(artifact__public_id="model-session").count() == 1


def test_a_token_needs_no_csrf_token() -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=client_of()._credentials["HTTP_AUTHORIZATION"])
    assert post(client, "/api/models", body_of()).status_code == 201


def test_a_user_who_is_not_active_writes_nothing() -> None:
    client = client_of()
    get_user_model().objects.update(is_active=False)
    assert post(client, "/api/models", body_of()).status_code == 401


def test_too_many_requests_are_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RequestThrottle, "THROTTLE_RATES", {"user": "2/min", "anon": None})
    client = client_of()
    answers = [post(client, "/api/models", body_of()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2]["Content-Type"] == PROBLEM
    assert int(answers[2]["Retry-After"]) > 0


def test_a_browser_is_answered_with_a_page() -> None:
    client = client_of()
    answer = client.post("/api/models", body_of(title=""), format="json", HTTP_ACCEPT="text/html")
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/html; charset=utf-8")
    answer = client.post("/api/models", body_of(), format="json", HTTP_ACCEPT="text/html")
    assert answer.status_code == 201


def test_who_cannot_log_in_cannot_write() -> None:
    client = APIClient()
    client.force_login(UserFactory())
    assert post(client, "/api/models", body_of()).status_code == 403


def test_what_a_user_may_by_themselves_and_by_their_groups_is_asked_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = UserFactory()
    user.groups.add(group_of(Role.REGISTRANT))
    user.user_permissions.add(Permission.objects.get(codename="delete_link"))
    user = get_user_model().objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        assert user.has_perm("catalog.add_link") and user.has_perm("catalog.delete_link")
        assert not user.has_perm("catalog.change_evaluation")
        assert user.has_module_perms("catalog") and not user.has_module_perms("auth")


def test_who_is_gone_may_nothing(db: None) -> None:
    user = UserFactory()
    user.groups.add(group_of(Role.CURATOR))
    get_user_model().objects.filter(pk=user.pk).delete()
    assert not user.has_perm("catalog.add_link")


def test_who_is_shut_out_or_may_everything_needs_no_group(db: None) -> None:
    shut_out, anybody = UserFactory(is_active=False), UserFactory(is_superuser=True)
    shut_out.groups.add(group_of(Role.CURATOR))
    assert not shut_out.has_perm("catalog.add_link")
    assert anybody.has_perm("catalog.add_link")
    assert "catalog.add_link" in anybody.get_all_permissions()
