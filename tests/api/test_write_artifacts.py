"""Registering artifacts that are no models, and amending versions of any kind."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import ArtifactVersion
from tests.api.writing import client_of, pointers, post
from tests.factories import complete_model, make_analysis, make_dataset, make_document, make_hypothesis, make_model

pytestmark = pytest.mark.django_db
PATH = "/api/artifacts"


@pytest.fixture
def client() -> APIClient:
    return client_of()


def dataset(**fields: Any) -> dict[str, Any]:
    return {"artifact": "data", "kind": "dataset", "title": "Data"} | fields


def test_a_dataset_with_all_it_can_say(client: APIClient) -> None:
    make_document("paper")
    make_analysis("cleaning")
    make_dataset("raw")
    body = dataset(
        id="data.first",
        aliases=["Data-of-ours", "data2"],
        checksums={"sha256": "abc"},
        metadata={"rows": 7},
        description="d",
        license="CC0",
        changelog="c",
        version_label="1.0",
        version_tag="stable",
        created_at="2026-04-05T12:00:00Z",
        source={"format": "sheet", "record": "1", "revision": "1"},
        derives_from=["raw@1"],
        produced_by="cleaning",
        cites={"ref": "paper", "stated_as": "The paper"},
    )
    answer = post(client, PATH, body)
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert answer["Location"] == shown["url"] == "http://testserver/api/artifacts/data.first"
    same = ("metadata", "checksums", "description", "license", "changelog", "version_label", "version_tag", "source")
    assert {name: shown[name] for name in same} == {name: body[name] for name in same}
    assert sorted(shown["aliases"]) == ["Data-of-ours", "data2"]
    assert shown["identified_by"] == "checksum"
    assert {link["relation"] for link in shown["links"]} == {"derives_from", "produced_by", "cites"}
    assert client.get(f"{PATH}/data2").json()["id"] == "data.first"


@pytest.mark.django_db(transaction=True)  # as a request: in no transaction of a test's
def test_a_dataset_that_links_to_nothing_takes_a_fixed_number_of_statements(client: APIClient) -> None:
    post(client, PATH, dataset(artifact="before"))  # what is asked once
    with CaptureQueriesContext(connection) as captured:
        answer = post(client, PATH, dataset())
    assert answer.status_code == 201
    statements = [query for query in captured if not str(query["sql"]).startswith(("BEGIN", "COMMIT"))]
    assert len(statements) == (8 if connection.vendor == "postgresql" else 13)  # the one writes all of it at once
    assert client.get(answer["Location"]).json() == answer.json()


def test_an_analysis_with_its_inputs_and_what_it_tests(client: APIClient) -> None:
    make_dataset("data")
    make_hypothesis("h")
    body = {
        "artifact": "analysis",
        "kind": "analysis",
        "title": "Fit",
        "inputs": ["data@1"],
        "tests": {"ref": "h", "outcome": "contradicts"},
    }
    links = post(client, PATH, body).json()["links"]
    assert [(link["relation"], link["pinned"], link["outcome"]) for link in links] == [
        ("used", True, None),
        ("tests", False, "contradicts"),
    ]


def test_the_same_again_adds_nothing_and_other_content_a_version(client: APIClient) -> None:
    numbers = [
        (answer.status_code, answer.json()["version_number"])
        for answer in (post(client, PATH, dataset(title=title)) for title in ("a", "a", "b", "a"))
    ]
    assert numbers == [(201, 1), (200, 1), (201, 2), (201, 3)]


@pytest.mark.parametrize(
    ("fields", "status", "blamed"),
    [
        ({"kind": "model"}, 400, "/kind"),
        ({"kind": "datasets"}, 400, "/kind"),
        ({"kind": "analysis"}, 409, "/artifact"),
        ({"artifact": "model-x", "kind": "dataset"}, 409, "/artifact"),
        ({"artifact": "fresh", "id": "model-x-v1"}, 409, "/id"),
        ({"artifact": "fresh", "aliases": ["ok", "model-x"]}, 409, "/aliases/1"),
        ({"aliases": ["bad alias"]}, 400, "/aliases/0"),
        ({"aliases": "one"}, 400, "/aliases"),
        ({"checksums": {"sha256": 7}}, 400, "/checksums/sha256"),
        ({"checksums": {"sha256": ""}}, 400, "/checksums/sha256"),
        ({"checksums": ["x"]}, 400, "/checksums"),
        ({"inputs": ["model-x"]}, 400, "/inputs/0"),
        ({"tests": {"ref": "nowhere"}}, 400, "/tests/ref"),
        ({"derives_from": "nowhere"}, 422, "/derives_from"),
        ({"cites": "model-x"}, 400, "/cites"),
        ({"model_family": "statistical"}, 400, "/model_family"),
        ({"evaluations": []}, 400, "/evaluations"),
    ],
)
def test_a_wrong_artifact_is_refused(client: APIClient, fields: dict[str, Any], status: int, blamed: str) -> None:
    make_dataset("data")
    make_model("model-x")
    before = ArtifactVersion.objects.count()
    assert pointers(post(client, PATH, dataset(**fields)), status) == [blamed]
    assert ArtifactVersion.objects.count() == before


def patch(client: APIClient, version: object, **fields: Any) -> Any:
    return client.patch(f"{PATH}/{version}", fields, format="json")


def test_a_tag_is_given_moved_and_taken_away(client: APIClient) -> None:
    first, second = make_dataset("data"), make_dataset("data")
    assert patch(client, first, version_tag="stable").json()["version_tag"] == "stable"
    assert patch(client, second, version_tag="stable").status_code == 200
    assert client.get(f"{PATH}/data@stable").json()["id"] == second.public_id
    assert patch(client, "data@stable", version_tag=None).json()["version_tag"] is None
    assert client.get(f"{PATH}/data@stable").status_code == 404


def test_a_retraction_settles_the_latest_version(client: APIClient) -> None:
    first, second = make_dataset("data"), make_dataset("data")
    answer = patch(client, second, state="retracted", reason="Wrong units.")
    assert [answer.json()[name] for name in ("state", "state_reason", "is_latest")] == [
        "retracted",
        "Wrong units.",
        False,
    ]
    assert client.get(f"{PATH}/data").json()["id"] == first.public_id


def test_quality_is_assessed_and_taken_back(client: APIClient) -> None:
    model = complete_model(quality=None)
    assert patch(client, model, quality={"value": 0.9, "by": "A. Curator"}).status_code == 200
    shown = client.get(f"/api/models/{model}").json()
    assert (shown["quality_score"], shown["quality"]["by"]) == (0.9, "A. Curator")
    patch(client, model, quality=None)
    assert client.get(f"/api/models/{model}").json()["quality_basis"] == "evidence"


def test_no_assessment_lifts_the_cap(client: APIClient) -> None:
    model = make_model()
    patch(client, model, quality={"value": 1, "by": "Somebody"})
    assert client.get(f"/api/models/{model}").json()["quality_score"] == 0.3


def test_a_family_is_a_curators_decision(client: APIClient) -> None:
    model = make_model()
    assert patch(client, model, family="biophysical", family_basis="curator").status_code == 200
    shown = client.get(f"/api/models/{model}").json()
    assert (shown["model_family"], shown["family_basis"]) == ("biophysical", "curator")
    assert patch(client, model, family="statistical").status_code == 200


def test_changes_are_made_all_or_none(client: APIClient) -> None:
    model = make_model()
    assert pointers(patch(client, model, version_tag="good", state="retracted")) == ["/reason"]
    assert client.get(f"/api/models/{model}").json()["version_tag"] is None


def test_a_change_keeps_who_made_it_and_why(client: APIClient) -> None:
    model = make_model()
    patch(client, model, state="deprecated", reason="A better one exists.")
    record = ArtifactVersion.history.filter(id=model.pk).latest()
    assert "A better one exists." in record.history_change_reason
    assert record.history_user is not None


@pytest.mark.parametrize(
    ("fields", "status", "blamed"),
    [
        ({"title": "New"}, 409, "/title"),
        ({"metadata": {}}, 409, "/metadata"),
        ({"quality_score": 1}, 409, "/quality_score"),
        ({"is_latest": True}, 409, "/is_latest"),
        ({"id": "x"}, 409, "/id"),
        ({"parameter_count": 1}, 409, "/parameter_count"),
        ({"stat": "retracted"}, 400, "/stat"),
        ({"model_family": "statistical"}, 400, "/model_family"),
        ({"version_tag": "12"}, 400, "/version_tag"),
        ({"version_tag": ""}, 400, "/version_tag"),
        ({"version_tag": 7}, 400, "/version_tag"),
        ({"state": "gone", "reason": "x"}, 400, "/state"),
        ({"state": None, "reason": "x"}, 400, "/state"),
        ({"state": "retracted", "reason": " "}, 400, "/reason"),
        ({"reason": "x"}, 400, "/reason"),
        ({"quality": {"value": 2, "by": "me"}}, 400, "/quality/value"),
        ({"quality": {"value": 0.5, "by": "me", "at": "x"}}, 400, "/quality/at"),
        ({"family": "neural"}, 400, "/family"),
        ({"family_basis": "curator"}, 400, "/family_basis"),
        ({"family": "statistical", "family_basis": "source"}, 400, "/family_basis"),
    ],
)
def test_a_wrong_change_is_refused(client: APIClient, fields: dict[str, Any], status: int, blamed: str) -> None:
    assert pointers(patch(client, make_model(), **fields), status) == [blamed]


def test_a_field_by_the_name_that_the_detail_has_for_it_is_told_its_own(client: APIClient) -> None:
    model = make_model()
    refused = patch(client, model, state="retracted", state_reason="Leaked.")
    assert pointers(refused, 400) == ["/state_reason"] and "the nearest is 'reason'" in refused.content.decode()
    model.refresh_from_db()
    assert model.state == "active"


def test_only_models_have_quality_and_family(client: APIClient) -> None:
    data = make_dataset()
    assert pointers(patch(client, data, quality={"value": 1, "by": "me"})) == ["/quality"]
    assert pointers(patch(client, data, family="statistical")) == ["/family"]


def test_an_exact_version_is_asked_for(client: APIClient) -> None:
    make_dataset("data")
    answer = patch(client, "data", version_tag="stable")
    assert answer.status_code == 400
    assert "data-v1" in answer.json()["detail"]
    assert patch(client, "nowhere", version_tag="stable").status_code == 404
    assert patch(client, "data@7", version_tag="stable").status_code == 404


def test_nothing_is_deleted(client: APIClient) -> None:
    model = make_model()
    for path in (f"/api/models/{model}", f"{PATH}/{model}", "/api/models", PATH):
        assert client.delete(path).status_code == 405
        assert client.put(path, {}, format="json").status_code == 405
