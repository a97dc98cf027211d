"""Conditional requests: who holds an answer that is still right is told so, for one question to the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.api.views.schema import document
from catalog.detail import model_detail
from catalog.frozen import freeze
from catalog.models import ArtifactVersion
from catalog.registration import set_tag
from tests.api.writing import token_of
from tests.factories import UserFactory, evaluated_model, make_analysis, make_dataset

pytestmark = pytest.mark.django_db

STAMP = 1 if connection.vendor == "postgresql" else 0
"""Queries of a 304. SQLite's are asked by a connection of the stamp's own."""

READS = sorted(path for path, methods in document()["paths"].items() if "get" in methods)
SOFTWARE = ["/api/schema", "/api/docs"]
"""These depend on nothing that the catalogue holds."""

QUERIES = {"compare": "?ids=a,b", "export": "?ids=a,b", "diff": "?from=1&to=1", "leaderboard": "?metric=rmse"}


@pytest.fixture(autouse=True)
def frozen() -> str:
    make_dataset("d")
    make_analysis("analysis", used=["d@1"])
    versions = [evaluated_model(name, dataset="d", trained_on=["d@1"]) for name in ("a", "b")]
    return freeze(versions)[0].public_id


def address(path: str, comparison: str) -> str:
    """Where something is read, for the path of an operation."""
    reference = "analysis" if "/analyses/" in path else "d" if "/artifacts/" in path else "a"
    query = next((query for end, query in QUERIES.items() if f"/{end}" in path and "models/{" not in path), "")
    return path.format(reference=reference, export_format="bibtex", number=1, comparison=comparison) + query


def ask(client: Client, path: str, etag: str = "", method: str = "GET", **headers: str) -> HttpResponse:
    conditions = {"if-none-match": etag} if etag else {}
    return client.generic(method, path, headers={"accept": "application/json", **conditions, **headers})  # type: ignore[return-value]


def tag_of(client: Client, path: str, **headers: str) -> str:
    answer = ask(client, path, **headers)
    assert answer.status_code == 200, answer.content
    return answer.headers["ETag"]


def change() -> None:
    set_tag(ArtifactVersion.objects.get(artifact__public_id="a"), "stable")


@pytest.mark.django_db(transaction=True)
class TestEveryRead:
    @pytest.mark.usefixtures("calm")
    def test_what_is_held_is_not_sent_again(self, client: Client, frozen: str) -> None:
        for path in [*READS, *SOFTWARE]:
            first = ask(client, address(path, frozen))
            assert first.status_code == 200 and first.headers["ETag"].startswith('W/"'), path
            assert first.headers["Cache-Control"] == "no-cache"
            for method in ("GET", "HEAD"):
                with CaptureQueriesContext(connection) as captured:
                    second = ask(client, address(path, frozen), first.headers["ETag"], method)

                assert (second.status_code, second.content) == (304, b""), path
                assert len(captured) == (0 if path in SOFTWARE else STAMP), path
                assert "Content-Type" not in second.headers
                for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
                    assert second.headers[name] == first.headers[name], (path, name)

    def test_what_may_have_changed_is_sent(self, client: Client, frozen: str) -> None:
        tags = {path: tag_of(client, address(path, frozen)) for path in READS}

        change()

        for path, etag in tags.items():
            second = ask(client, address(path, frozen), etag)
            assert second.status_code == 200 and second.headers["ETag"] != etag, path
        assert ask(client, "/api/models/a", tags["/api/models/{reference}"]).json()["version_tag"] == "stable"

    def test_a_change_while_an_answer_is_made_is_not_taken_for_part_of_it(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def overtaken(*args: Any, **options: Any) -> dict[str, Any]:
            answer = model_detail(*args, **options)
            change()
            return answer

        with monkeypatch.context() as patch:
            patch.setattr("catalog.api.views.models.model_detail", overtaken)
            etag = tag_of(client, "/api/models/a")

        assert ask(client, "/api/models/a", etag).json()["version_tag"] == "stable"


@pytest.mark.usefixtures("calm")
def test_a_head_has_the_tag_of_the_get(client: Client) -> None:
    assert ask(client, "/api/models", method="HEAD").headers["ETag"] == tag_of(client, "/api/models")


@pytest.mark.usefixtures("calm")
def test_each_representation_has_a_tag_of_its_own(client: Client, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    tags = [
        tag_of(client, "/api/models"),
        tag_of(client, "/api/models?limit=1"),
        tag_of(client, "/api/models?limit=2"),
        tag_of(client, "/api/models", host="models.example.org"),
        tag_of(client, "/api/artifacts/d/dependents"),
        tag_of(client, "/api/artifacts/d/dependents", accept="text/csv"),
        client.get("/api/models", secure=True, headers={"accept": "application/json"}).headers["ETag"],
    ]

    assert len(set(tags)) == len(tags)


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("form", ["{}", '"other", {}', "{strong}", "*"])
def test_how_a_tag_is_held(client: Client, form: str) -> None:
    etag = tag_of(client, "/api/models")

    assert ask(client, "/api/models", form.format(etag, strong=etag.removeprefix("W/"))).status_code == 304


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("held", ["other", '"other"', 'W/"', "é", ","])
def test_what_is_no_tag_of_ours(client: Client, held: str) -> None:
    assert ask(client, "/api/models", held).status_code == 200


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/models/c", 404), ("/api/models?x=1", 400), ("/api/models?dataset=c", 404), ("/api/nothing", 404)],
)
def test_an_error_has_no_tag_and_is_never_held(client: Client, path: str, status: int) -> None:
    for held in ("", "*", tag_of(client, "/api/models")):
        answer = ask(client, path, held)
        assert answer.status_code == status and "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-cache"


def test_a_write_has_no_tag(client: Client) -> None:
    answer = client.post("/api/models", {}, "application/json", headers={"if-none-match": "*"})

    assert answer.status_code == 401 and "ETag" not in answer.headers


@pytest.mark.usefixtures("calm")
class TestCredentials:
    def test_a_token_is_looked_at_first(self, client: Client) -> None:
        etag = tag_of(client, "/api/models")

        assert ask(client, "/api/models", etag, authorization="Bearer " + "0" * 64).status_code == 401

    def test_what_is_asked_with_a_token_is_the_same_and_kept_by_nobody_else(self, client: Client) -> None:
        token = token_of()
        etag = tag_of(client, "/api/models")

        answer = ask(client, "/api/models", etag, authorization=f"Bearer {token}")

        assert answer.status_code == 304
        assert set(answer.headers["Cache-Control"].split(", ")) == {"no-cache", "private"}

    def test_what_is_asked_in_a_session(self, client: Client) -> None:
        client.force_login(UserFactory())

        answer = ask(client, "/api/models", tag_of(client, "/api/models"))

        assert answer.status_code == 304 and "private" in answer.headers["Cache-Control"]
        assert {"Accept", "Cookie"} <= set(answer.headers["Vary"].split(", "))

    def test_the_browsable_page_has_no_tag(self, client: Client) -> None:
        answer = ask(client, "/api/models", "*", accept="text/html")

        assert answer.status_code == 200 and "ETag" not in answer.headers

    def test_what_shows_tokens_and_changes_is_stored_by_nobody(self, client: Client) -> None:
        client.force_login(User.objects.create_superuser("root"))

        for path in ("/admin/", "/admin/login/", "/admin/knox/authtoken/", "/admin/knox/authtoken/add/"):
            assert "no-store" in client.get(path, follow=True).headers["Cache-Control"], path
