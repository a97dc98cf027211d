"""Queries that are read so often that they are built once: writing one takes the ORM longer than it takes to answer it.

A query is written as ever, with `Given` in place of what differs from one reading to the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from django.db.models import BigIntegerField, BooleanField, Expression, Field, Model, QuerySet, TextField
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL

from catalog.replication.routing import read_alias, read_connection, read_vendor
from catalog.statements.id_lists import bound, bound_texts, unnested, unnested_pairs
from catalog.statements.prepared import Answer, ask


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
        listed = unnested(read_vendor(), of=_type_of(field))
        super().__init__(listed, [_GivenList(name, field)], field)


class _GivenJSON(Given):
    def adapted(self, value: Any) -> Any:
        return json.dumps(sorted(value))


class GivenPairs(RawSQL):
    """The condition that an id and another column are one of the pairs that are told when the query runs."""

    def __init__(self, name: str, columns: tuple[str, str], field: Field[Any, Any] | None = None) -> None:
        self._of(name, columns, unnested_pairs(read_vendor(), of=_type_of(field)))

    def _of(self, name: str, columns: tuple[str, str], pairs: str) -> None:
        super().__init__(f"({', '.join(columns)}) IN ({pairs})", [_GivenJSON(name, TextField())], BooleanField())


class GivenNamedPairs(GivenPairs):
    """The same of pairs that have a name in place of the id, which a `table` of names leads to."""

    def __init__(
        self, name: str, columns: tuple[str, str], field: Field[Any, Any] | None = None, *, table: str
    ) -> None:
        pairs = unnested_pairs(read_vendor(), of=_type_of(field), by="text")
        looked_up = f"SELECT {columns[0]}, other FROM pair JOIN {table} USING (name)"
        self._of(name, columns, f"WITH pair (name, other) AS ({pairs}) {looked_up}")


def _type_of(field: Field[Any, Any] | None) -> str:
    return "text" if isinstance(field, TextField) else "bigint"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query by `values_list` that is ready to run on one kind of database."""

    sql: str
    params: Sequence[Any]
    converters: Mapping[int, tuple[Sequence[Any], Any]]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any]) -> Compiled:
        """Raises EmptyResultSet where the query can find nothing, whatever is given."""
        return cls.by(queryset.query.get_compiler(connection=read_connection()))

    @classmethod
    def by(cls, compiler: Any) -> Compiled:
        """The query of a compiler, which knows afterwards what the columns are of."""
        sql, params = compiler.as_sql()
        selected = [expression for expression, *_ in compiler.select]
        return cls(sql, params, compiler.get_converters(selected))

    @classmethod
    def counting(cls, queryset: QuerySet[Any, Any]) -> Compiled:
        """How many rows `queryset` has: one row of one number."""
        rows = cls.of(queryset)
        return cls(f"SELECT COUNT(*) FROM ({rows.sql}) counted", rows.params, {})

    def asked(self, **given: Any) -> Asked:
        """The query with what is `given`, sent to the database: within `pipelined`, nobody waits for it yet."""
        params = [value.adapted(given[value.name]) if isinstance(value, Given) else value for value in self.params]
        return Asked(self, ask(read_connection(), self.sql, params))

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows that are found with what is `given`."""
        return self.asked(**given).rows()

    def converted(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """A database has fewer types than Python."""
        if not (self.converters and rows):
            return rows
        connection, found = read_connection(), [list(row) for row in rows]
        for position, (converters, expression) in self.converters.items():
            for values in found:
                for convert in converters:
                    values[position] = convert(values[position], expression, connection)
        return [tuple(values) for values in found]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that was sent."""

    query: Compiled
    answer: Answer

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows that are found, once they are there."""
        return self.query.converted(self.answer.rows())


_Row = TypeVar("_Row", bound=Model)


class CompiledModels(Generic[_Row]):
    """A query for instances of a model, with those that `select_related` names, that is ready to run."""

    def __init__(self, queryset: QuerySet[_Row]) -> None:
        compiler: Any = queryset.query.get_compiler(connection=read_connection())
        self._query = Compiled.by(compiler)
        self._instances = _Instances.of(compiler.klass_info, compiler.select, compiler.annotation_col_map or {})

    def read_by(self, sql: str, params: Sequence[Any]) -> CompiledModels[_Row]:
        """The same instances, by another statement that yields the same columns."""
        other = copy(self)
        other._query = replace(self._query, sql=sql, params=params)
        return other

    def asked(self, **given: Any) -> AskedModels[_Row]:
        """The query with what is `given`, sent to the database: within `pipelined`, nobody waits for it yet."""
        return AskedModels(self._query.asked(**given), self._instances, read_alias())

    def found(self, **given: Any) -> list[_Row]:
        """The instances that are found with what is `given`."""
        return self.asked(**given).found()


@dataclass(frozen=True, slots=True)
class AskedModels(Generic[_Row]):
    """A query for instances that was sent."""

    asked: Asked
    instances: _Instances
    alias: str

    def found(self) -> list[_Row]:
        """The instances that are found, once they are there."""
        return [self.instances.made_of(row, self.alias) for row in self.asked.rows()]


@dataclass(frozen=True, slots=True)
class _Instances:
    """Which columns of a row are an instance's, with the instances that come along."""

    model: Any
    names: Sequence[str]
    columns: slice
    key: int
    annotations: Mapping[str, int]
    related: Sequence[tuple[_Instances, Callable[[Any, Any], None], Callable[[Any, Any], None]]]

    @classmethod
    def of(
        cls, info: Mapping[str, Any], select: Sequence[Any], annotations: Mapping[str, int] = MappingProxyType({})
    ) -> _Instances:
        """From what Django's compiler knows of its columns."""
        fields = info["select_fields"]
        columns = slice(fields[0], fields[-1] + 1)
        names = [expression.target.attname for expression, *_ in select[columns]]
        related = [
            (cls.of(other, select), other["local_setter"], other["remote_setter"])
            for other in info.get("related_klass_infos", ())
        ]
        return cls(info["model"], names, columns, names.index(info["model"]._meta.pk.attname), annotations, related)

    def made_of(self, row: tuple[Any, ...], alias: str) -> Any:
        """The instance, as Django makes it; None where an outer join met none."""
        values = row[self.columns]
        if values[self.key] is None:
            return None
        instance = self._of(values, alias)
        for name, position in self.annotations.items():
            setattr(instance, name, row[position])
        for instances, keep, keep_in_turn in self.related:
            other = instances.made_of(row, alias)
            keep(instance, other)
            if other is not None:
                keep_in_turn(other, instance)
        return instance

    def _of(self, values: tuple[Any, ...], alias: str) -> Any:
        """As `from_db`, of a class without fields that set anything else: it sets each by itself, and tells signals."""
        instance = self.model.__new__(self.model)
        state = instance._state = ModelState()
        state.adding, state.db = False, alias
        instance.__dict__.update(zip(self.names, values, strict=True))
        return instance
