from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.test import Client


@pytest.fixture
def _database_down(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection to host db.internal refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        yield


def test_livez_asks_nothing_of_the_database(client: Client) -> None:
    response = client.get("/livez")  # no django_db mark: a query would fail the test
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_says_that_the_database_answers(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "database": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_database_down")
def test_readyz_is_503_without_a_database_and_keeps_the_reason_to_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "unreachable"}
    assert b"db.internal" not in response.content
    assert "db.internal" in caplog.text


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_refuse_to_be_written_to(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
