"""Pages that a browser holds already."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.frozen import freeze
from catalog.models import ArtifactVersion
from catalog.registration import set_tag
from tests.factories import UserFactory, evaluated_model, make_dataset

pytestmark = pytest.mark.django_db

STAMP = 1 if connection.vendor == "postgresql" else 0
PAGES = [
    *("/", "/models", "/models?family=statistical", "/models/a", "/models/compare", "/models/compare?ids=a,b"),
    *("/comparisons/{frozen}", "/artifacts", "/artifacts/d", "/artifacts/d/diff", "/artifacts/d/dependents"),
    "/artifacts/d/dependents.csv",
]


@pytest.fixture(autouse=True)
def frozen() -> str:
    make_dataset("d")
    return freeze([evaluated_model(name, dataset="d", trained_on=["d@1"]) for name in ("a", "b")])[0].public_id


@pytest.mark.django_db(transaction=True)
class TestEveryPage:
    @pytest.mark.usefixtures("calm")
    def test_what_is_held_is_not_sent_again(self, client: Client, frozen: str) -> None:
        for path in PAGES:
            first = client.get(path.format(frozen=frozen))
            assert first.status_code == 200 and first.headers["Cache-Control"] == "no-cache", path
            for method in ("GET", "HEAD"):
                with CaptureQueriesContext(connection) as captured:
                    second = again(client, path.format(frozen=frozen), first.headers["ETag"], method)

                assert (second.status_code, second.content, len(captured)) == (304, b"", STAMP), path
                for name in ("ETag", "Cache-Control", "Vary"):
                    assert second.headers[name] == first.headers[name], (path, name)

    def test_what_may_have_changed_is_sent(self, client: Client, frozen: str) -> None:
        tags = {path: client.get(path.format(frozen=frozen)).headers["ETag"] for path in PAGES}

        set_tag(ArtifactVersion.objects.get(artifact__public_id="a"), "stable")

        for path, etag in tags.items():
            assert again(client, path.format(frozen=frozen), etag).status_code == 200, path


def again(client: Client, path: str, etag: str, method: str = "GET") -> HttpResponse:
    return client.generic(method, path, headers={"if-none-match": etag})  # type: ignore[return-value]


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("path", ["/models/compare?ids=a,b", "/models/a"])
def test_who_is_signed_in_has_each_page_anew(client: Client, path: str) -> None:
    etag = client.get(path).headers["ETag"]
    client.force_login(UserFactory())

    answer = again(client, path, etag)

    assert answer.status_code == 200 and "ETag" not in answer.headers
    assert set(answer.headers["Cache-Control"].split(", ")) == {"no-cache", "private"}
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.usefixtures("calm")
def test_a_moment_that_has_not_come_yet_comes(client: Client) -> None:
    moment = (timezone.now() + timedelta(days=1)).isoformat().replace("+00:00", "Z")

    assert "ETag" not in client.get(f"/models/a?as_of={moment}").headers


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize(("path", "status"), [("/models/c", 404), ("/models/d", 302), ("/comparisons/c", 404)])
def test_what_is_no_page_has_no_tag(client: Client, path: str, status: int) -> None:
    answer = again(client, path, "*")

    assert answer.status_code == status and "ETag" not in answer.headers
