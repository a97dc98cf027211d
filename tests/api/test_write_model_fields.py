"""Wrong fields of a model's body, each named where the client wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import ArtifactVersion
from tests.api.writing import body_of, client_of, pointers, post
from tests.factories import make_dataset

pytestmark = pytest.mark.django_db
PATH = "/api/models"


@pytest.fixture
def client() -> APIClient:
    return client_of()


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        ({"model": "compare"}, "/model"),
        ({"model": "has space"}, "/model"),
        ({"model": "a" * 201}, "/model"),
        ({"model": 7}, "/model"),
        ({"model": None}, "/model"),
        ({"id": "-x"}, "/id"),
        ({"title": " "}, "/title"),
        ({"title": ""}, "/title"),
        ({"title": ["x"]}, "/title"),
        ({"title": "x" * 501}, "/title"),
        ({"model_family": "neural"}, "/model_family"),
        ({"model_family": None}, "/model_family"),
        ({"model_family": {}}, "/model_family"),
        ({"family_basis": "guess"}, "/family_basis"),
        ({"metadata": []}, "/metadata"),
        ({"metadata": None}, "/metadata"),
        ({"metadata": {"coefficients": {"age": {"value": "0.2"}}}}, "/metadata/coefficients/age/value"),
        ({"metadata": {"code": {"repository": 1}}}, "/metadata/code/repository"),
        ({"parameter_count": "9"}, "/parameter_count"),
        ({"parameter_count": 9.0}, "/parameter_count"),
        ({"parameter_count": True}, "/parameter_count"),
        ({"parameter_count": -1}, "/parameter_count"),
        ({"parameter_count": 2**53}, "/parameter_count"),
        ({"parameter_count": 1, "metadata": {"parameter_count": 2}}, "/parameter_count"),
        ({"evaluation_metrics": {"rmse": "0.1"}}, "/evaluation_metrics/rmse"),
        ({"evaluation_metrics": {"a/b~": None}}, "/evaluation_metrics/a~1b~0"),
        ({"evaluation_metrics": {" ": 1}}, "/evaluation_metrics/ "),
        ({"evaluation_metrics": {"m" * 201: 1}}, "/evaluation_metrics/" + "m" * 201),
        ({"evaluation_metrics": [1]}, "/evaluation_metrics"),
        ({"evaluation_metrics": {"a": 1}, "evaluations": [{"metric": "b", "value": 1}]}, "/evaluations"),
        ({"evaluations": {}}, "/evaluations"),
        ({"evaluations": [{"metric": "a", "value": 1}, 7]}, "/evaluations/1"),
        ({"evaluations": [{"metric": "a"}]}, "/evaluations/0/value"),
        ({"evaluations": [{"metric": "a", "value": 1, "ci_low": 2, "ci_high": 1}]}, "/evaluations/0/ci_low"),
        ({"evaluations": [{"metric": "a", "value": 1, "spilt": "test"}]}, "/evaluations/0/spilt"),
        ({"evaluations": [{"metric": "a", "value": 1, "dataset_version": 1}]}, "/evaluations/0/dataset"),
        ({"evaluations": [{"metric": "a", "value": 1}, {"metric": "a", "value": 2}]}, "/evaluations/1"),
        ({"trained_on": 7}, "/trained_on"),
        ({"trained_on": [["x"]]}, "/trained_on/0"),
        ({"trained_on": [""]}, "/trained_on/0"),
        ({"trained_on": [{"stated_as": "x"}]}, "/trained_on/0/ref"),
        ({"trained_on": [{"ref": "x", "stated_as": 1}]}, "/trained_on/0/stated_as"),
        ({"trained_on": [{"ref": "x", "outcome": "supports"}]}, "/trained_on/0/outcome"),
        ({"trained_on": ["x"] * 1001}, "/trained_on"),
        ({"produced_by": ["x"]}, "/produced_by"),
        ({"tests_hypothesis": {"ref": "x", "outcome": "yes"}}, "/tests_hypothesis/outcome"),
        ({"declares_hypothesis": 1}, "/declares_hypothesis"),
        ({"quality": 0.9}, "/quality"),
        ({"quality": {"value": 1.1, "by": "me"}}, "/quality/value"),
        ({"quality": {"value": 0.5}}, "/quality/by"),
        ({"quality": {"value": 0.5, "by": " "}}, "/quality/by"),
        ({"version_tag": "7"}, "/version_tag"),
        ({"created_at": "yesterday"}, "/created_at"),
        ({"created_at": "2026-04-05"}, "/created_at"),
        ({"created_at": "2026-04-05T12:00:00"}, "/created_at"),
        ({"created_at": "0001-01-01T00:00:00+23:00"}, "/created_at"),
        ({"created_at": 1775390400}, "/created_at"),
        ({"source": {"format": "sheet", "record": "1"}}, "/source/revision"),
        ({"source": {"format": "sheet", "record": "1", "revision": " "}}, "/source/revision"),
        ({"source": "sheet"}, "/source"),
    ],
)
def test_a_wrong_field_is_named_where_it_stood(client: APIClient, fields: dict[str, Any], blamed: str) -> None:
    assert pointers(post(client, PATH, body_of() | fields)) == [blamed]
    assert ArtifactVersion.objects.count() == 0


def test_a_link_given_twice_is_named(client: APIClient) -> None:
    make_dataset("data")
    assert pointers(post(client, PATH, body_of(trained_on=["data", {"ref": "data"}]))) == ["/trained_on/1/ref"]


def test_required_fields_are_all_named_at_once(client: APIClient) -> None:
    assert pointers(post(client, PATH, {})) == ["/title", "/model", "/model_family", "/metadata"]


@pytest.mark.parametrize("body", [[], "x", 7, True])
def test_a_body_that_is_no_object(client: APIClient, body: Any) -> None:
    assert pointers(post(client, PATH, body)) == [""]


def test_an_unknown_field_is_refused_naming_the_nearest(client: APIClient) -> None:
    answer = post(client, PATH, body_of(trained_onn=["x"]))
    assert pointers(answer) == ["/trained_onn"]
    assert "'trained_on'" in answer.json()["errors"][0]["detail"]
    assert answer.json()["errors"][0]["code"] == "unknown_field"


@pytest.mark.parametrize("query", ["strickt=true", "strict=maybe", "strict=true&strict=true"])
def test_an_unknown_parameter_is_refused(client: APIClient, query: str) -> None:
    assert pointers(post(client, f"{PATH}?{query}", body_of())) == [query.split("=")[0]]
