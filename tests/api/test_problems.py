from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.test import Client, RequestFactory
from rest_framework import exceptions

from catalog.api import handlers
from catalog.api.problems import exception_handler, status_of
from catalog.errors import Conflict, Fault, InvalidInput, NotFound, ProvenanceIncomplete, UnknownReference
from tests.factories import make_model

pytestmark = pytest.mark.django_db

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def problem_of(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert list(problem) == ["type", "title", "status", "detail", "errors"]
    assert problem["status"] == status and problem["title"] and problem["detail"]
    return problem


class TestOfTheCatalogue:
    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (InvalidInput([Fault("/a", "wrong", "type")]), 400),
            (UnknownReference([Fault("/a", "wrong", "type")]), 422),
            (Conflict("taken", [Fault("/a", "wrong", "type")]), 409),
            (ProvenanceIncomplete("incomplete", [Fault("/a", "wrong", "type")]), 422),
            (NotFound("gone", [Fault("/a", "wrong", "type")]), 404),
        ],
    )
    def test_each_error_has_its_status(self, error: Any, status: int) -> None:
        answer = exception_handler(error, {})

        assert answer is not None and answer.status_code == status == status_of(error)
        assert answer.data["errors"] == [{"pointer": "/a", "detail": "wrong", "code": "type"}]
        assert answer.data["detail"] == error.detail

    def test_what_nobody_foresaw_is_the_servers(self) -> None:
        assert exception_handler(RuntimeError("secret"), {}) is None


class TestOfTheFramework:
    def test_nested_errors_become_pointers(self) -> None:
        error = exceptions.ValidationError(
            {
                "title": ["Required."],
                "links": [{}, {"ref/x": ["Wrong.", "Very."]}],
                "non_field_errors": ["Neither."],
                "quality": {"value": ["Too large."]},
            },
            code="invalid",
        )

        answer = exception_handler(error, {})

        assert answer is not None and answer.status_code == 400
        assert [(fault["pointer"], fault["detail"]) for fault in answer.data["errors"]] == [
            ("/title", "Required."),
            ("/links/1/ref~1x", "Wrong."),
            ("/links/1/ref~1x", "Very."),
            ("", "Neither."),
            ("/quality/value", "Too large."),
        ]

    def test_headers_are_kept(self) -> None:
        answer = exception_handler(exceptions.Throttled(wait=7), {})

        assert answer is not None and answer.status_code == 429 and answer["Retry-After"] == "7"

    @pytest.mark.parametrize(("error", "status"), [(RequestDataTooBig(), 413), (SuspiciousOperation("secret"), 400)])
    def test_what_django_refuses(self, error: Exception, status: int) -> None:
        answer = exception_handler(error, {})

        assert answer is not None and answer.status_code == status
        assert "secret" not in str(answer.data)


class TestOverHttp:
    @pytest.mark.parametrize(
        "path",
        ["/api/", "/api/nothing", "/api/models/", "/api/models/a/b/c", "/api/docs/x", "/api/%00", "/api/models//"],
    )
    def test_unknown_addresses(self, client: Client, path: str) -> None:
        make_model("a")

        for method in ("GET", "POST", "DELETE"):
            problem_of(client.generic(method, path), 404)

    def test_the_address_without_a_slash(self, client: Client) -> None:
        problem_of(client.get("/api", follow=True), 404)

    @pytest.mark.parametrize("path", ["/api/models/compare", "/api/models/a/provenance", "/api/schema"])
    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
    def test_methods_that_are_not_there(self, client: Client, path: str, method: str) -> None:
        answer = client.generic(method, path, content_type="application/json")

        problem_of(answer, 405)
        assert "GET" in answer.headers["Allow"]

    def test_formats_that_are_not_there(self, client: Client) -> None:
        problem_of(client.get("/api/models", headers={"accept": "text/csv"}), 406)
        problem_of(client.get("/api/models?format=csv", headers={"accept": "*/*"}), 400)

    def test_a_token_that_is_none(self, client: Client) -> None:
        answer = client.get("/api/models", headers={"authorization": "Bearer " + "0" * 64})

        problem_of(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_too_many_requests(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        rates = {"anon": "1/min", "user": "1/min"}
        monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.THROTTLE_RATES", rates)
        client.get("/api/models")

        answer = client.get("/api/models")

        problem_of(answer, 429)
        assert int(answer.headers["Retry-After"]) > 0

    def test_a_server_error_says_nothing_of_its_cause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: Any) -> None:
            raise RuntimeError("the secret of the house")

        monkeypatch.setattr("catalog.api.views.models.rows", fail)
        client = Client(raise_request_exception=False)

        answer = client.get("/api/models", headers={"accept": "application/json"})

        problem_of(answer, 500)
        assert b"secret" not in answer.content and b"RuntimeError" not in answer.content
        page = client.get("/api/models", headers={"accept": BROWSER})
        assert page.status_code == 500 and page.headers["content-type"].startswith("text/html")
        assert b"secret" not in page.content

    def test_a_bad_host(self, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["models.example.org"]

        problem_of(Client(raise_request_exception=False).get("/api/models"), 400)

    def test_json_unless_html_is_preferred(self, client: Client) -> None:
        for accept in ("*/*", "application/json", "application/json, text/html;q=0.5", "application/*"):
            problem_of(client.get("/api/models/nothing", headers={"accept": accept}), 404)

    def test_pages_outside_the_api_stay_pages(self, client: Client) -> None:
        answer = client.get("/nothing", headers={"accept": "application/json"})

        assert answer.status_code == 404 and answer.headers["content-type"].startswith("text/html")


class TestHandlers:
    def request(self, path: str, accept: str = "application/json") -> Any:
        return RequestFactory().get(path, headers={"accept": accept})

    def test_below_the_api(self) -> None:
        request = self.request("/api/models")

        problem_of(handlers.bad_request(request, RequestDataTooBig("x")), 413)
        problem_of(handlers.bad_request(request, SuspiciousOperation("x")), 400)
        problem_of(handlers.permission_denied(request, PermissionDenied("x")), 403)
        problem_of(handlers.page_not_found(request, Exception("x")), 404)
        problem_of(handlers.server_error(request), 500)

    def test_elsewhere_and_for_browsers(self) -> None:
        for request in (self.request("/models"), self.request("/apiary"), self.request("/api/models", BROWSER)):
            answers = [
                handlers.bad_request(request, SuspiciousOperation("x")),
                handlers.permission_denied(request, PermissionDenied("x")),
                handlers.page_not_found(request, Exception("x")),
                handlers.server_error(request),
            ]
            assert [answer.status_code for answer in answers] == [400, 403, 404, 500]
            assert all(answer.headers["content-type"].startswith("text/html") for answer in answers)


class TestBrowsableApi:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/api/models", 200),
            ("/api/models/a", 200),
            ("/api/models/compare?ids=a,b", 404),
            ("/api/models?famly=x", 400),
            ("/api/artifacts", 200),
            ("/api/nothing", 404),
        ],
    )
    def test_a_browser_gets_html_that_its_policy_allows(self, client: Client, path: str, status: int) -> None:
        make_model("a")

        answer = client.get(path, headers={"accept": BROWSER})

        assert answer.status_code == status
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        html = answer.content.decode()
        policy = answer.headers["content-security-policy"]
        assert "style-src 'self' 'unsafe-inline'" in policy and "script-src" not in policy
        assert "default-src 'self'" in policy
        scripts = re.findall(r"<script([^>]*)>", html)
        assert scripts and all("src=" in script or "application/json" in script for script in scripts)
        assert not re.search(r"\son\w+=", re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL))
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//(?!testserver|www\.django-rest-framework\.org)", html)

    def test_an_error_shows_its_problem(self, client: Client) -> None:
        html = client.get("/api/models?famly=x", headers={"accept": BROWSER}).content.decode()

        assert "famly" in html and "HTTP 400 Bad Request" in html

    def test_json_keeps_the_strict_policy(self, client: Client) -> None:
        assert "unsafe" not in client.get("/api/models").headers["content-security-policy"]
