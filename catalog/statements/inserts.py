"""Rows that are inserted over and over: the statement is built once, and planned once on each connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any

from django.db import connections
from django.db.models import AutoField, Field, JSONField, Model, QuerySet

from catalog.replication.routing import PRIMARY
from catalog.statements.compiled import Asked, Compiled
from catalog.statements.prepared import prepared_cursor

FEW = 10
"""Rows that have a statement of their own: each number of them is one to prepare."""


def keys_for(*models: type[Model]) -> Asked | None:
    """Keys for a row of each of `models`, asked for; None where the database gives them with the rows alone.

    Whoever has the key of a row can refer to it before the database has answered that it is there.
    """
    return _next_keys(models).asked() if connections[PRIMARY].vendor == "postgresql" else None


@cache
def _next_keys(models: tuple[type[Model], ...]) -> Compiled:
    sequences = (f"pg_get_serial_sequence('{model._meta.db_table}', '{model._meta.pk.column}')" for model in models)
    return Compiled(f"SELECT {', '.join(f'nextval({sequence})' for sequence in sequences)}", (), {})


def insert(row: Model) -> None:
    """Insert a row; one that has no key yet is told its own. As by `bulk_create`, no signal is sent.

    Raises IntegrityError where it is not allowed.
    """
    if row.pk is not None:
        _insert([row], keyed=True)
    else:
        [[row.pk]] = _insert([row], returning=True)


def insert_all(rows: Sequence[Model]) -> None:
    """Insert rows of one model, whose keys nobody asks for. As by `bulk_create`, no signal is sent.

    Raises IntegrityError where one is not allowed.
    """
    if len(rows) > FEW:
        QuerySet[Model](type(rows[0])).bulk_create(rows)
    elif rows:
        _insert(rows)


def _insert(rows: Sequence[Model], *, keyed: bool = False, returning: bool = False) -> Any:
    connection = connections[PRIMARY]
    sql, fields = _statement(type(rows[0]), len(rows), keyed, returning)
    values = (_prepared(field, row, connection) for row in rows for field in fields)
    with prepared_cursor(connection) as cursor:
        cursor.execute(sql, list(map(_untyped, values) if connection.vendor == "postgresql" else values))
        found = cursor.fetchall() if returning else ()
    for row in rows:
        row._state.adding, row._state.db = False, PRIMARY
    return found


_PLAIN = frozenset({str, int, bool, NoneType})
"""What a column takes as it is; Django would convert it to what it is already. JSON alone writes texts otherwise."""


def _prepared(field: Field[Any, Any], row: Model, connection: Any) -> Any:
    value = field.pre_save(row, True)
    if type(value) in _PLAIN and not isinstance(field, JSONField):
        return value
    return field.get_db_prep_save(value, connection)


def _untyped(value: Any) -> Any:
    """A value as the text that its column takes. With types, each combination of nulls would be planned by itself."""
    return str(value) if isinstance(value, bool | int | float | datetime) else value


@cache
def _statement(model: type[Model], count: int, keyed: bool, returning: bool) -> tuple[str, tuple[Field[Any, Any], ...]]:
    """The statement for `count` rows, and the fields whose values it takes, row by row."""
    meta, quoted = model._meta, connections[PRIMARY].ops.quote_name
    fields = tuple(
        field for field in meta.concrete_fields if not field.generated and (keyed or not isinstance(field, AutoField))
    )
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    key = f" RETURNING {quoted(str(meta.pk.column))}" if returning else ""
    return f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES {', '.join([row] * count)}{key}", fields
