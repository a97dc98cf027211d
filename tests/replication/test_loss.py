"""A database that is not there for now is told from a mistake, and what is broken is not kept."""

from __future__ import annotations

import sqlite3

import psycopg
import psycopg_pool
import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
)

from catalog.models import Artifact
from catalog.replication.loss import is_unavailable
from catalog.roles import Role
from tests.api.writing import PROBLEM, body_of, client_of, post


def caused(error: type[DatabaseError] | type[InterfaceError], cause: Exception) -> Exception:
    raised = error("as Django has it")
    raised.__cause__ = cause
    return raised


@pytest.mark.parametrize(
    "error",
    [
        caused(OperationalError, psycopg.OperationalError("connection refused")),
        caused(OperationalError, psycopg_pool.PoolTimeout()),
        caused(OperationalError, psycopg.errors.AdminShutdown()),
        caused(OperationalError, psycopg.errors.CannotConnectNow()),
        caused(OperationalError, psycopg.errors.ConnectionFailure()),
        caused(OperationalError, psycopg.errors.TooManyConnections()),
        caused(OperationalError, psycopg.errors.SerializationFailure("conflict with recovery")),
        caused(InternalError, psycopg.errors.ReadOnlySqlTransaction()),
        caused(InterfaceError, psycopg.InterfaceError("the connection is closed")),
    ],
    ids=lambda error: type(error.__cause__).__name__,
)
def test_what_may_succeed_in_a_moment(error: Exception) -> None:
    assert is_unavailable(error)


@pytest.mark.parametrize(
    "error",
    [
        None,
        ValueError("no error of a database"),
        OperationalError("of Django's own"),
        caused(OperationalError, sqlite3.OperationalError("no such table")),
        caused(OperationalError, psycopg.errors.QueryCanceled()),
        caused(IntegrityError, psycopg.errors.UniqueViolation()),
        caused(DataError, psycopg.DataError("of psycopg's own")),
    ],
    ids=str,
)
def test_what_will_not(error: Exception | None) -> None:
    assert not is_unavailable(error)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="what a session of PostgreSQL does")
def test_a_connection_over_which_nothing_is_written_any_more_is_not_used_again() -> None:
    client = client_of(Role.REGISTRANT)
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    answer = post(client, "/api/models", body_of("m"))
    connection.close()  # as the end of a request does, which the test client holds back
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, PROBLEM, "5")
    assert not Artifact.objects.exists()
    assert post(client, "/api/models", body_of("m")).status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="what a session of PostgreSQL does")
def test_a_connection_that_the_server_ended_fails_one_request_and_writes_nothing_by_half() -> None:
    client = client_of(Role.REGISTRANT)
    ended = []

    def end(execute, sql, params, many, context):
        if "INSERT INTO" in sql and not ended:
            ended.append(sql)
            execute("SELECT pg_terminate_backend(pg_backend_pid())", (), False, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(end):
        answer = post(client, "/api/models", body_of("m"))
    connection.close()
    assert ended
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
    assert not Artifact.objects.exists()
    assert post(client, "/api/models", body_of("m")).status_code == 201
