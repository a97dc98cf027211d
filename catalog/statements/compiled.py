"""Queries that are read so often that they are built once: writing one takes the ORM longer than it takes to answer it.

A query is written as ever, with `Given` in place of what differs from one reading to the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Expression, Field, QuerySet, TextField
from django.db.models.expressions import RawSQL

from catalog.replication.routing import read_connection
from catalog.statements.id_lists import bound, bound_texts, unnested
from catalog.statements.prepared import prepared_cursor


class Given(Expression):
    """A value that is told when the query runs, by its name."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        # With its type: the statement is prepared before the value is known.
        typed = self.output_field.cast_db_type(connection)
        return ("%s" if connection.vendor == "sqlite" else f"%s::{typed}"), (self,)

    def adapted(self, value: Any) -> Any:
        """The value as the database takes it."""
        return self.output_field.get_db_prep_value(value, read_connection())


class _GivenList(Given):
    def adapted(self, value: Any) -> Any:
        return bound_texts(value) if isinstance(self.output_field, TextField) else bound(value)


class GivenList(RawSQL):
    """Keys, or texts, that are told when the query runs, however many: what comes after `__in`."""

    def __init__(self, name: str, field: Field[Any, Any] | None = None) -> None:
        field = field or BigIntegerField()
        of = "text" if isinstance(field, TextField) else "bigint"
        super().__init__(unnested(read_connection().vendor, of=of), [_GivenList(name, field)], field)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query by `values_list` that is ready to run on one kind of database."""

    sql: str
    params: Sequence[Any]
    converters: Mapping[int, tuple[Sequence[Any], Any]]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any]) -> Compiled:
        """Raises EmptyResultSet where the query can find nothing, whatever is given."""
        compiler = queryset.query.get_compiler(connection=read_connection())
        sql, params = compiler.as_sql()
        selected = [expression for expression, *_ in compiler.select]
        return cls(sql, params, compiler.get_converters(selected))

    @classmethod
    def counting(cls, queryset: QuerySet[Any, Any]) -> Compiled:
        """How many rows `queryset` has: one row of one number."""
        rows = cls.of(queryset)
        return cls(f"SELECT COUNT(*) FROM ({rows.sql}) counted", rows.params, {})

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows that are found with what is `given`."""
        params = [value.adapted(given[value.name]) if isinstance(value, Given) else value for value in self.params]
        with prepared_cursor(read_connection()) as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return [self._converted(row) for row in found] if self.converters else found

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """SQLite has fewer types than Python."""
        values = list(row)
        for position, (converters, expression) in self.converters.items():
            for convert in converters:
                values[position] = convert(values[position], expression, read_connection())
        return tuple(values)
