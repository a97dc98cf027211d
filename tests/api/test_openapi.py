from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.db import connection
from django.test import Client

from catalog.api.views.artifacts import ArtifactCollection
from catalog.api.views.models import ModelCollection, ModelComparison, ModelProvenance
from catalog.api.views.schema import document
from catalog.exports.registry import FORMATS

CHECKED_IN = Path(__file__).parents[2] / "openapi.yaml"
REMEDY = "It is out of date: manage.py spectacular --file openapi.yaml"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the bounds of integers differ by database")
def test_the_checked_in_document_is_the_one_that_is_served(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(made))

    assert made.read_text() == CHECKED_IN.read_text(), REMEDY


def test_every_parameter_is_described(described: dict[str, Any]) -> None:
    views = {
        "/api/models": ModelCollection,
        "/api/models/compare": ModelComparison,
        "/api/models/{reference}/provenance": ModelProvenance,
        "/api/artifacts": ArtifactCollection,
    }
    for path, view in views.items():
        parameters = described["paths"][path]["get"]["parameters"]
        named = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
        assert named == {*view.parameters, "format"}, path
        repeatable = {parameter["name"] for parameter in parameters if parameter["schema"].get("type") == "array"}
        assert repeatable == set(view.repeatable), path


def formats_of(operation: dict[str, Any]) -> list[str]:
    """What `format` may ask of an operation for."""
    return [word for item in operation["parameters"] if item["name"] == "format" for word in item["schema"]["enum"]]


def test_every_operation_is_told_in_full(described: dict[str, Any]) -> None:
    for path, method, operation in operations(described):
        assert operation["summary"] and operation["description"] and operation["tags"], path
        statuses = set(operation["responses"])
        assert statuses >= {"400", "401", "429"}, (path, method)
        # An export is a file in the format of its address, whatever the client accepts.
        files = [item.media_type for item in FORMATS.values()] if "/export/" in path else ["application/json"]
        assert ("406" in statuses) == ("/export/" not in path), (path, method)
        if method != "get":
            assert "403" in statuses
        if method in ("post", "patch"):
            assert statuses >= {"409", "413", "415"}, (path, method)
        if method == "post":
            assert "422" in statuses, path
        if "{" in path:
            assert "404" in statuses
        assert ("304" in statuses) == (method == "get"), (path, method)
        for status, response in operation["responses"].items():
            assert ("ETag" in response.get("headers", {})) == (method == "get" and status in ("200", "304"))
            if status == "304":
                assert "content" not in response
                continue
            expected = files if status < "400" else ["application/problem+json"]
            if status < "400" and "csv" in formats_of(operation):
                expected = [*expected, "text/csv"]
            assert list(response["content"]) == expected, (path, method, status)
            assert response.get("description") is not None


def test_enums_and_bounds_are_given(described: dict[str, Any]) -> None:
    listed = {
        parameter["name"]: parameter["schema"] for parameter in described["paths"]["/api/models"]["get"]["parameters"]
    }

    assert set(listed["sort"]["enum"]) == {"quality_score", "created_at", "parameter_count", "title"}
    assert set(listed["family"]["enum"]) == {"biophysical", "deep_learning", "statistical"}
    assert (listed["limit"]["minimum"], listed["limit"]["maximum"], listed["limit"]["default"]) == (1, 200, 20)
    assert (listed["offset"]["minimum"], listed["offset"]["maximum"]) == (0, 10**9)
    assert (listed["min_quality"]["minimum"], listed["min_quality"]["maximum"]) == (0, 1)


@pytest.mark.django_db
class TestServed:
    def test_json_by_default_and_yaml_on_request(self, client: Client) -> None:
        answer = client.get("/api/schema")

        assert answer.headers["content-type"].startswith("application/json")
        assert answer.json()["openapi"].startswith("3.")
        made = client.get("/api/schema?format=yaml")
        assert yaml.load(made.content, yaml.CSafeLoader) == answer.json()
        assert client.get("/api/schema", headers={"accept": "text/html,*/*;q=0.8"}).status_code == 200

    @pytest.mark.parametrize("address", ["/api/schema", "/api/schema?format=yaml"])
    def test_each_format_is_written_once(self, address: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        first = client.get(address)
        monkeypatch.setattr("catalog.api.views.schema.document", lambda: pytest.fail("it is made again"))
        second = client.get(address)

        assert second.content == first.content
        assert second.headers["content-type"] == first.headers["content-type"]

    def test_a_format_that_is_not_there(self, client: Client) -> None:
        answer = client.get("/api/schema?format=toml")

        assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"

    def test_the_docs_page_asks_no_other_host(self, client: Client) -> None:
        answer = client.get("/api/docs")

        html = answer.content.decode()
        assert answer.status_code == 200 and "//" not in html.replace("<!DOCTYPE", "")
        policy = answer.headers["content-security-policy"]
        assert "style-src 'self' 'unsafe-inline'" in policy and "script-src" not in policy
        assert "<style" not in html and "<script>" not in html
