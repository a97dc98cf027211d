"""What the tests of the API share: asking it as a program does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

Get = Callable[..., dict[str, Any]]


@pytest.fixture
def get(client: Client) -> Get:
    """Ask for an address and read the JSON; the status has to be as expected, and the media type to fit it."""

    def ask(path: str, status: int = 200, **headers: str) -> dict[str, Any]:
        answer = client.get(path, headers={"accept": "application/json", **headers})
        assert answer.status_code == status, answer.content
        expected = "application/json" if status < 400 else "application/problem+json"
        assert answer.headers["content-type"] == expected
        return answer.json()

    return ask


@pytest.fixture
def refused(get: Get) -> Callable[..., dict[str, str]]:
    """Ask for an address that is refused for one parameter, and return what is said of it."""

    def ask(path: str, status: int = 400) -> dict[str, str]:
        problem = get(path, status)
        assert set(problem) == {"type", "title", "status", "detail", "errors"}
        assert problem["status"] == status
        [error] = problem["errors"]
        return error

    return ask


@pytest.fixture
def queries(client: Client) -> Callable[[str], int]:
    """How many queries an address takes."""

    def count(path: str) -> int:
        client.get(path)  # what is cached once is no part of it
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    return count
