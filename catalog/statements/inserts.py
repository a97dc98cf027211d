"""Rows that are inserted over and over, by statements that are built once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Any

from django.db import connections
from django.db.models import AutoField, Field, JSONField, Model, QuerySet, TextField

from catalog.replication.routing import PRIMARY
from catalog.statements.compiled import Asked, Compiled, Given

FEW = 10
"""Rows up to which each number of them has a statement of its own."""


def keys_for(*models: type[Model]) -> Asked:
    """A key for a row of each of `models`, asked for, so that rows refer to each other before they are there.

    SQLite's are the next ones: nobody else writes while the caller's transaction does.
    """
    return _next_keys(connections[PRIMARY].vendor, models).asked()


@cache
def _next_keys(vendor: str, models: tuple[type[Model], ...]) -> Compiled:
    return Compiled(f"SELECT {', '.join(_next_key(vendor, model._meta) for model in models)}", (), {})


def _next_key(vendor: str, table: Any) -> str:
    if vendor == "postgresql":
        return f"nextval(pg_get_serial_sequence('{table.db_table}', '{table.pk.column}'))"
    return f"(SELECT COALESCE(MAX(seq), 0) + 1 FROM sqlite_sequence WHERE name = '{table.db_table}')"


def insert_all(rows: Sequence[Model]) -> None:
    """Insert rows of one model, which know their keys all or none. As by `bulk_create`, no signal is sent.

    Raises IntegrityError where one is not allowed.
    """
    if len(rows) > FEW:
        QuerySet[Model](type(rows[0])).bulk_create(rows)
    elif rows:
        _insert(rows, connections[PRIMARY])
        are_stored(rows)


def are_stored(rows: Sequence[Model]) -> None:
    """Have rows know that they were inserted."""
    for row in rows:
        row._state.adding, row._state.db = False, PRIMARY


def _insert(rows: Sequence[Model], connection: Any) -> None:
    sql, fields = _statement(type(rows[0]), len(rows), rows[0].pk is not None)
    with connection.cursor() as cursor:
        cursor.execute(sql, [_prepared(field, row, connection) for row in rows for field in fields])


_PLAIN = frozenset({str, int, bool, NoneType})
"""What a column takes as it is; Django would convert it to what it is already. JSON alone writes texts otherwise."""


def _prepared(field: Field[Any, Any], row: Model, connection: Any) -> Any:
    value = field.pre_save(row, True)
    if type(value) in _PLAIN and not isinstance(field, JSONField):
        return value
    return field.get_db_prep_save(value, connection)


@cache
def _statement(model: type[Model], count: int, keyed: bool) -> tuple[str, tuple[Field[Any, Any], ...]]:
    """The statement for `count` rows, and the fields whose values it takes, row by row."""
    fields = _fields(model, keyed)
    row = f"({', '.join(['%s'] * len(fields))})"
    return f"{inserting(model, keyed=keyed)} VALUES {', '.join([row] * count)}", fields


@cache
def _fields(model: type[Model], keyed: bool) -> tuple[Field[Any, Any], ...]:
    fields = model._meta.concrete_fields
    return tuple(field for field in fields if not field.generated and (keyed or not isinstance(field, AutoField)))


def columns_of(model: type[Model], *, keyed: bool) -> tuple[str, ...]:
    """The columns that are written of a row: others are computed, and a key that is not known is given."""
    return tuple(str(field.column) for field in _fields(model, keyed))


def inserting(model: type[Model], *, keyed: bool) -> str:
    """What a statement begins with that inserts rows by these columns."""
    return f"INSERT INTO {model._meta.db_table} ({_listed(columns_of(model, keyed=keyed))})"


def _listed(columns: Iterable[str]) -> str:
    """A column may have the name of a word of SQL: `primary`."""
    return ", ".join(f'"{column}"' for column in columns)


class GivenRows(Given):
    """For PostgreSQL: rows of a model, told when the statement runs: one text of JSON, however many they are."""

    def __init__(self, model: type[Model], *, keyed: bool) -> None:
        super().__init__(model._meta.db_table, TextField())
        fields = _fields(model, keyed)
        self._columns = columns_of(model, keyed=keyed)
        self._values = attrgetter(*(field.attname for field in fields))
        self._dated = [field for field in fields if getattr(field, "auto_now_add", False)]

    def adapted(self, value: Sequence[Model]) -> str:
        for row in value:
            for field in self._dated:
                field.pre_save(row, True)
        return _WRITER.encode([dict(zip(self._columns, self._values(row), strict=True)) for row in value])


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is no value of a column that JSON has a way to write.")


_WRITER = json.JSONEncoder(default=_as_text, allow_nan=False)


def rows_of(model: type[Model]) -> str:
    """For PostgreSQL: the rows that `GivenRows` tells for `%s`, each with all columns of the table."""
    return f"json_populate_recordset(NULL::{model._meta.db_table}, %s::json)"


def inserting_rows(model: type[Model], *, keyed: bool) -> str:
    """For PostgreSQL: the statement that inserts the rows that `GivenRows` tells."""
    return f"{inserting(model, keyed=keyed)} SELECT {_listed(columns_of(model, keyed=keyed))} FROM {rows_of(model)}"
