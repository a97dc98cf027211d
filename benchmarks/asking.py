"""Asking the catalogue in this process, and the database for what the catalogue asked of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory

Statement = tuple[str, Any]
"""SQL and its parameters."""

_handler: list[WSGIHandler] = []


def answer(path: str) -> Any:
    """The answer to a GET, through all middleware. Raises LookupError where it is not 200."""
    if not _handler:
        _handler.append(WSGIHandler())
    request = RequestFactory(headers={"host": "localhost", "accept": "application/json"}).get(path)
    response = _handler[0].get_response(request)
    if response.status_code != 200:
        raise LookupError(f"{path} answers {response.status_code}.")
    return response


def asked(path: str) -> Any:
    """The JSON of an answer."""
    return json.loads(answer(path).content)


def statements(path: str) -> list[Statement]:
    """What the catalogue asks the database for one answer."""
    answer(path)  # what is cached once is no part of it
    found: list[Statement] = []

    def keep(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        answer(path)
    return found


def is_count(statement: Statement) -> bool:
    """Whether this is the exact total of a list."""
    return statement[0].startswith("SELECT COUNT(")


def replay(chosen: Sequence[Statement]) -> Callable[[], None]:
    """A task: the database answers these statements again, and every row is fetched."""

    def run() -> None:
        with connection.cursor() as cursor:
            for sql, params in chosen:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()

    return run
