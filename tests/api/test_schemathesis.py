"""Requests made up from the OpenAPI document: none breaks the server, and every answer is one that it describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from catalog.api.views.schema import document
from catalog.roles import Role
from scidex_models.wsgi import application
from tests.api.writing import token_of
from tests.factories import evaluated_model, make_analysis, make_dataset, make_hypothesis, make_model

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PLAIN = {"Accept": "application/json", "Accept-Encoding": "identity"}
"""Asked of the application itself, nothing decompresses an answer."""

KNOWN = ["model-a", "model-a@1", "model-b-v1", "data-a", "hypothesis-a", "analysis-a"]

schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document())))
schema.app = application


@schema.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """A random reference leads nowhere; most have to lead somewhere."""
    given = (path_parameters or {}).get("reference")
    if isinstance(given, str):
        choices = [*KNOWN, given]
        path_parameters = {**(path_parameters or {}), "reference": choices[sum(map(ord, given)) % len(choices)]}
    return path_parameters


@pytest.fixture
def _open_connection(db: None) -> Iterator[None]:
    """A server drops its connection between requests, and with it the transaction that a test runs in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def _catalogue(_open_connection: None) -> None:
    make_dataset("data-a")
    make_hypothesis("hypothesis-a")
    evaluated_model("model-a", dataset="data-a")
    make_model("model-b", tests=["hypothesis-a"])
    make_analysis("analysis-a", used=["data-a@1", "model-a"])


def bounded(count: int) -> Any:
    """The same few examples each time."""
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@schema.include(method="GET").parametrize()
@bounded(25)
@pytest.mark.usefixtures("_catalogue")
def test_reading(case: Any) -> None:
    case.call_and_validate(checks=CHECKS, headers=PLAIN)


@schema.include(method_regex="POST|PATCH|DELETE").parametrize()
@bounded(25)
@pytest.mark.usefixtures("_catalogue")
def test_writing_as_a_curator(case: Any) -> None:
    bearer = {**PLAIN, "Authorization": f"Bearer {token_of(Role.CURATOR)}"}
    case.call_and_validate(checks=CHECKS, headers=bearer)
