"""Who has written sees it, and who has not is no burden to the primary."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.test import Client

from catalog.replication import written
from catalog.replication.routing import PRIMARY
from catalog.replication.written import COOKIE
from catalog.roles import Role
from tests.api.writing import body_of, token_of
from tests.factories import make_dataset
from tests.replication.conftest import ALIAS, Standby
from tests.replication.test_reading import asked_by

pytestmark = pytest.mark.django_db(transaction=True)


def read_by(client: Client) -> str:
    """The database that answers the client."""
    (alias,) = asked_by(client, "/api/models")
    return alias


def register(client: Client, **fields: Any) -> Any:
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token_of(Role.REGISTRANT)}"}
    return client.post("/api/models", body_of(**fields), content_type="application/json", **headers)


def test_a_client_with_cookies_sees_its_write_at_once_and_the_replica_answers_when_it_can(
    client: Client, standby: Standby
) -> None:
    standby.written = 150
    answer = register(client)
    assert answer.status_code == 201
    assert read_by(client) == PRIMARY
    assert read_by(Client()) == ALIAS  # another client waits for nothing
    standby.replayed = 150
    assert read_by(client) == ALIAS


def test_the_cookie_is_signed_short_lived_and_for_the_server_alone(client: Client, standby: Standby) -> None:
    cookie = register(client).cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 610)
    client.cookies[COOKIE] = "7fffffffffffffff:forged:forged"
    assert read_by(client) == ALIAS


def test_a_cookie_that_is_past_its_time_is_ignored(
    client: Client, standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    standby.written = 150
    register(client)
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 611)
    assert read_by(client) == ALIAS


def test_a_client_without_cookies_that_bears_a_token_reads_from_the_primary(standby: Standby) -> None:
    bearer = Client(HTTP_AUTHORIZATION=f"Bearer {token_of(Role.REGISTRANT)}")
    assert read_by(bearer) == PRIMARY


def test_with_a_token_and_the_cookie_the_replica_answers(standby: Standby) -> None:
    bearer = Client(HTTP_AUTHORIZATION=f"Bearer {token_of(Role.REGISTRANT)}")
    register(bearer)
    assert read_by(bearer) == ALIAS


def test_a_session_sees_what_was_written_in_the_administration(client: Client, standby: Standby) -> None:
    standby.written = 150
    user = get_user_model().objects.create_superuser("root", password="root")
    make_dataset("d")
    client.post("/admin/login/", {"username": user.username, "password": "root", "next": "/admin/"})
    assert COOKIE in client.cookies
    assert read_by(client) == PRIMARY


@pytest.mark.parametrize("fields", [{"title": ""}, {"model_family": "none"}])
def test_what_was_refused_leaves_no_cookie(client: Client, standby: Standby, fields: dict[str, str]) -> None:
    assert register(client, **fields).status_code == 400
    assert COOKIE not in client.cookies


def test_reading_leaves_no_cookie(client: Client, standby: Standby) -> None:
    read_by(client)
    assert COOKIE not in client.cookies


def test_where_the_position_cannot_be_learnt_any_more_the_write_stands_and_its_client_reads_from_the_primary(
    client: Client, standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> int:
        raise OperationalError

    monkeypatch.setattr(written, "written_by_now", gone)
    assert register(client).status_code == 201
    standby.replayed = standby.written = 10**15
    assert read_by(client) == PRIMARY
