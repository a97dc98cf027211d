"""Asking the catalogue in this process, and the database for what the catalogue asked of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.test import RequestFactory

from catalog.stamps import forget_counts
from catalog.statements.prepared import prepared_cursor


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL, its parameters, and whether it is planned once and kept."""

    sql: str
    params: Any = None
    prepared: bool = False


_handler: list[WSGIHandler] = []


def answer(path: str, status: int = 200) -> Any:
    """The answer to a GET, through all middleware. Raises LookupError where it is of another `status`."""
    if not _handler:
        _handler.append(WSGIHandler())
    request = RequestFactory(headers={"host": "localhost", "accept": "application/json"}).get(path)
    response = _handler[0].get_response(request)
    if response.status_code != status:
        raise LookupError(f"{path} answers {response.status_code}.")
    return response


def asked(path: str) -> Any:
    """The JSON of an answer."""
    return json.loads(answer(path).content)


def statements(path: str, status: int = 200) -> list[Statement]:
    """What the catalogue asks the database for one answer, with every total counted anew."""
    answer(path, status)  # what is cached once is no part of it
    forget_counts()
    found: list[Statement] = []

    def keep(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        prepared = type(context["cursor"].cursor) is type(prepared_cursor(connection).cursor)
        found.append(Statement(sql, params, prepared))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        answer(path, status)
    return found


def is_count(statement: Statement) -> bool:
    """Whether this is the exact total of a list."""
    return statement.sql.startswith("SELECT COUNT(")


def replay(chosen: Sequence[Statement]) -> Callable[[], None]:
    """A task: the database answers these statements again, and every row is fetched."""

    def run() -> None:
        for statement in chosen:
            with (prepared_cursor if statement.prepared else _cursor)(connection) as cursor:
                cursor.execute(statement.sql, statement.params)
                if cursor.description:
                    cursor.fetchall()

    return run


def _cursor(of: BaseDatabaseWrapper) -> CursorWrapper:
    return of.cursor()
