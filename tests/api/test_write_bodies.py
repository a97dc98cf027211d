"""Bodies that are no JSON, or JSON that could not be kept: each is a 4xx that says why, and never a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.test import APIClient

from catalog.models import ArtifactVersion
from tests.api.writing import PROBLEM, body_of, client_of, pointers

PATH = "/api/models"
WRITING_PATHS = (PATH, "/api/artifacts", "/api/models/x/evaluations", "/api/models/x/links", "/api/artifacts/x/links")


@pytest.fixture
def client(db: None) -> APIClient:
    return client_of()


def send(client: APIClient, body: bytes | str, content_type: str = "application/json", path: str = PATH) -> Any:
    return client.generic("POST", path, body, content_type=content_type)


def with_metadata(text: str) -> str:
    """A body, written by hand, whose metadata holds `text` as a value."""
    return '{"model": "m", "title": "t", "model_family": "statistical", "metadata": {"a": ' + text + "}}"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "{",
        "{'model': 1}",
        '{"model": "m",}',
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 500 + "]" * 500,
        "01",
        "tru",
        b"\xff\xfe",
        b'{"model": "\xff"}',
        "\0",
        '{"a": 1, "a": 2}',
        '{"\\ud800": 1, "\\ud800": 2}',
        "9" * 100_000,
    ],
)
def test_what_is_no_body_is_a_400(client: APIClient, body: bytes | str) -> None:
    answer = send(client, body)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert ArtifactVersion.objects.count() == 0


@pytest.mark.parametrize(
    ("value", "blamed"),
    [
        ("NaN", "/metadata/a"),
        ("[1, -Infinity]", "/metadata/a/1"),
        ("1e999", "/metadata/a"),
        ("-1e999", "/metadata/a"),
        ('"\\ud800"', "/metadata/a"),
        ('"\\u0000"', "/metadata/a"),
        ('{"\\ud800": "\\ud800"}', "/metadata/a"),
        ('{"\\u0000": 1}', "/metadata/a"),
        ("9007199254740992", "/metadata/a"),
        ("-9007199254740992", "/metadata/a"),
        ("1" * 5_000, "/metadata/a"),
        ('"' + "x" * 100_001 + '"', "/metadata/a"),
        ('{"' + "k" * 501 + '": 1}', "/metadata/a"),
        ("[" * 63 + "]" * 63, "/metadata/a" + "/0" * 62),
    ],
)
def test_values_that_cannot_be_kept_are_named(client: APIClient, value: str, blamed: str) -> None:
    assert pointers(send(client, with_metadata(value))) == [blamed]
    assert ArtifactVersion.objects.count() == 0


@pytest.mark.parametrize("value", ["[" * 62 + "]" * 62, "9007199254740991", "1e308", "-0.0", '"\\ud83d\\ude00"'])
def test_values_at_the_edge_are_kept(client: APIClient, value: str) -> None:
    answer = send(client, with_metadata(value))
    assert answer.status_code == 201, answer.content
    assert answer.json()["metadata"]["a"] == json.loads(value)


def test_of_a_million_faults_some_are_told(client: APIClient) -> None:
    assert len(pointers(send(client, with_metadata("[" + "NaN," * 10_000 + "1]")))) == 100


def test_a_byte_order_mark_is_no_matter(client: APIClient) -> None:
    assert send(client, b"\xef\xbb\xbf" + json.dumps(body_of()).encode()).status_code == 201


@pytest.mark.parametrize("path", WRITING_PATHS)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_too_large(client: APIClient, path: str, content_type: str) -> None:
    client.post(PATH, body_of("x"), format="json")
    client_body = b'{"a": "' + b"x" * 2_000 + b'"}'
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1_000):
        answer = send(client, client_body, content_type, path)
    assert (answer.status_code, answer["Content-Type"]) == (413 if content_type == "application/json" else 415, PROBLEM)


def test_a_body_that_says_less_than_it_holds_is_too_large_all_the_same(client: APIClient) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1_000):
        answer = client.generic(
            "POST", PATH, b" " * 2_000, content_type="application/json", CONTENT_LENGTH="not a number"
        )
    assert answer.status_code in (400, 413)


def test_a_form_in_a_session_is_a_415(db: None) -> None:
    client = APIClient(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_superuser("root"))
    client.cookies["csrftoken"] = "a" * 32  # the form itself would hold the other half
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1_000):
        answer = send(client, b"a=" + b"x" * 2_000, "application/x-www-form-urlencoded")
    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "x", "/"],
)
def test_another_content_type_is_a_415(client: APIClient, content_type: str) -> None:
    answer = send(client, "a=1", content_type)
    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20)
    | st.sampled_from(
        ["data", "model-x", "data@1", "data@9", "@", "data-v1", "tests", "statistical", "2026-04-05T12:00Z"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = (
    *("model", "id", "title", "model_family", "metadata", "evaluations", "evaluation_metrics", "trained_on", "kind"),
    *("produced_by", "tests_hypothesis", "quality", "created_at", "source", "artifact", "inputs", "tests", "aliases"),
    *("checksums", "relation", "ref", "outcome", "metric", "value", "dataset", "dataset_version", "n", "supersedes"),
    *("version_tag", "state", "reason", "family", "parameter_count", "stated_as", "by", "format", "record", "revision"),
)
NAMED = st.recursive(
    JSON_VALUES, lambda inner: st.dictionaries(st.sampled_from(NAMES), inner, max_size=5) | st.lists(inner, max_size=3)
)
PLAUSIBLE = st.fixed_dictionaries(
    {"title": st.just("t")},
    optional={
        "model": st.just("model-x"),
        "artifact": st.sampled_from(["data", "new"]),
        "model_family": st.sampled_from(["statistical", "biophysical", "deep_learning"]),
        "kind": st.sampled_from(["dataset", "analysis", "other"]),
        "metadata": st.dictionaries(
            st.sampled_from(["checkpoint", "code", "framework", "license", "parameters", "snapshot_date", "commit"])
            | st.text(max_size=5),
            JSON_VALUES,
            max_size=4,
        ),
    }
    | dict.fromkeys(("trained_on", "tests", "inputs", "evaluations", "quality", "source", "id", "checksums"), NAMED),
)


class RandomBodies(TestCase):
    """Whatever is sent, the server answers for it."""

    def setUp(self) -> None:
        self.client = client_of()
        self.client.post(PATH, body_of("model-x"), format="json")
        self.client.post("/api/artifacts", {"artifact": "data", "kind": "dataset", "title": "d"}, format="json")

    @settings(max_examples=150, deadline=None)
    @given(
        body=PLAUSIBLE | NAMED,
        target=st.sampled_from(
            [("POST", path.replace("/x/", "/model-x/")) for path in WRITING_PATHS]
            + [("PATCH", "/api/artifacts/model-x@1")]
        ),
    )
    def test_no_body_is_a_server_error(self, body: Any, target: tuple[str, str]) -> None:
        method, path = target
        answer = self.client.generic(method, path, json.dumps(body), content_type="application/json")
        assert answer.status_code in (200, 201, 400, 404, 409, 422), answer.content
        json.loads(answer.content)
