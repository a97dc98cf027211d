"""Bearer tokens: issued by a command or in the admin, shown once, kept as digests, with an end."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

import catalog.token_admin  # noqa: F401 - registers the page
from catalog.roles import Role
from tests.api.writing import PROBLEM, body_of, post, token_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ADMIN = "/admin/knox/authtoken/"


def bearing(token: str) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def issue(*arguments: str) -> tuple[str, str]:
    """What `issue_token` prints: the token, and what it says beside it."""
    out, err = StringIO(), StringIO()
    call_command("issue_token", *arguments, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue()


def test_the_command_prints_a_token_that_writes() -> None:
    token, said = issue("bot", "--new", "--role", "registrant", "--days", "3")
    assert "Valid until" in said and "may not write" not in said
    assert post(bearing(token), "/api/models", body_of()).status_code == 201
    assert not get_user_model().objects.get(username="bot").has_usable_password()


def test_only_a_digest_is_kept() -> None:
    token, _ = issue("bot", "--new")
    stored = AuthToken.objects.get()
    assert token not in (stored.digest, stored.token_key, str(stored))
    assert stored.digest != token and len(stored.token_key) < len(token) / 2


def test_the_lifetime_is_as_asked_for() -> None:
    issue("bot", "--new", "--days", "3")
    remaining = AuthToken.objects.get().expiry - timezone.now()
    assert timedelta(days=2, hours=23) < remaining <= timedelta(days=3)


def test_a_user_without_rights_gets_a_token_and_a_hint() -> None:
    token, said = issue(UserFactory().username)
    assert "may not write yet" in said
    assert post(bearing(token), "/api/models", body_of()).status_code == 403


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody"],
        ["bot", "--new", "--days", "0"],
        ["bot", "--new", "--days", "99999999"],
        ["bot", "--new", "--days", "x"],
        ["bot", "--new", "--role", "king"],
        ["bad name!", "--new"],
        ["x" * 151, "--new"],
    ],
)
def test_the_command_refuses(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        issue(*arguments)
    assert not AuthToken.objects.exists()


def test_the_command_refuses_a_user_who_is_not_active() -> None:
    with pytest.raises(CommandError):
        issue(UserFactory(is_active=False).username)


def test_an_expired_token_is_a_401() -> None:
    answer = post(bearing(token_of(expiry=timedelta(seconds=-1))), "/api/models", body_of())
    assert (answer.status_code, answer["Content-Type"], answer["WWW-Authenticate"]) == (401, PROBLEM, "Bearer")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer " + "0" * 64,
        "Bearer " + "0" * 10_000,
        "Bearer a b",
        "Bearer \xff\xfe",
        "Bearer a\0b",
        "bearer é",
        "Basic cm9vdDpyb290",
        "Token abc",
        "\xff",
        "nonsense",
    ],
)
def test_a_malformed_token_is_a_401(header: str) -> None:
    client = APIClient(raise_request_exception=False)
    answer = client.post("/api/models", body_of(), format="json", HTTP_AUTHORIZATION=header)
    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)


def test_a_token_that_is_nearly_right_is_a_401() -> None:
    token = token_of()
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert post(bearing(wrong), "/api/models", body_of()).status_code == 401
    assert bearing(wrong).get("/api/models").status_code == 401


def test_the_admin_issues_a_token_and_shows_it_once(client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser("root"))
    writer = UserFactory(is_superuser=True)
    page = client.post(f"{ADMIN}add/", {"user": writer.pk, "days": "7"}, follow=True)
    shown = next(str(message) for message in page.context["messages"] if "shown this once" in str(message))
    token = shown.rsplit(" ", 1)[1]
    assert post(bearing(token), "/api/models", body_of()).status_code == 201
    assert AuthToken.objects.get().expiry <= timezone.now() + timedelta(days=7)
    assert token not in client.get(ADMIN).content.decode()


@pytest.mark.parametrize("days", ["0", "", "x", "99999999"])
def test_the_admin_refuses_a_lifetime(client: Client, days: str) -> None:
    root = get_user_model().objects.create_superuser("root")
    client.force_login(root)
    assert client.post(f"{ADMIN}add/", {"user": root.pk, "days": days}).status_code == 200
    assert not AuthToken.objects.exists()


def test_staff_issue_tokens_for_themselves_alone(client: Client) -> None:
    root = get_user_model().objects.create_superuser("root")
    staff = UserFactory(is_staff=True)
    staff.user_permissions.add(*Permission.objects.filter(content_type__app_label="knox"))
    AuthToken.objects.create(user=root)
    client.force_login(staff)
    client.post(f"{ADMIN}add/", {"user": root.pk, "days": "7"})
    assert AuthToken.objects.filter(user=root).count() == 1
    client.post(f"{ADMIN}add/", {"user": staff.pk, "days": "7"})
    assert AuthToken.objects.filter(user=staff).count() == 1
    assert "root" not in client.get(ADMIN).content.decode()


def test_deleting_a_token_ends_it(client: Client) -> None:
    token = token_of(Role.REGISTRANT)
    client.force_login(get_user_model().objects.create_superuser("root"))
    client.post(f"{ADMIN}{AuthToken.objects.get().pk}/delete/", {"post": "yes"})
    assert post(bearing(token), "/api/models", body_of()).status_code == 401
