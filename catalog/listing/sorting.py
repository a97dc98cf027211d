"""The orders that a list comes in, each total, so that every page follows from the row before it.

A sort is a row of keys that the database orders by and compares by. All keys of a sort run the same way, which
makes "what comes after this row" one row comparison that an index serves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    Expression,
    F,
    Field,
    FloatField,
    Func,
    QuerySet,
    TextField,
    Value,
)

from catalog.json_values import text_problem

Rows = TypeVar("Rows", bound=QuerySet)
"""Versions, or what else comes in lists."""


@dataclass(frozen=True, slots=True)
class Key:
    """One column of a sort. `null` stands for null, so that it sorts last; `negated` turns a number round."""

    column: str
    field: Field
    null: int | None = None
    negated: bool = False

    @property
    def expression(self) -> Any:
        """What the database compares."""
        if self.null is not None:  # written out: an index on an expression knows no parameters
            return Func(F(self.column), template=f"COALESCE(%(expressions)s, {self.null})", output_field=self.field)
        return -F(self.column) if self.negated else F(self.column)

    def ordering(self, descending: bool) -> Any:
        # A negated column is ordered by the column itself, the other way round: an index knows no negated one.
        expression = F(self.column) if self.negated else self.expression
        return expression.desc() if descending != self.negated else expression.asc()

    def of(self, record: Mapping[str, Any]) -> Any:
        """The key of a row that was read."""
        value = record[self.column]
        if value is None:
            return self.null
        return -value if self.negated else value


_NEWEST = Key("pk", BigIntegerField())
"""The version registered last has the largest key."""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order by `keys`, the last of which is unique. `descending` is the direction of the sort itself."""

    name: str
    keys: tuple[Key, ...]
    descending: bool = True

    @property
    def default_order(self) -> str:
        return "desc" if self.descending else "asc"

    def ordered(self, versions: Rows, order: str) -> Rows:
        """The versions in this order, or in the exact reverse."""
        return versions.order_by(*(key.ordering(order == "desc") for key in self.keys))

    def beyond(self, versions: Rows, order: str, values: Sequence[Any]) -> Rows:
        """The versions that come after the row whose keys are `values`."""
        return versions.filter(RowComparison("<" if order == "desc" else ">", self.keys, values))

    def by_version(self) -> Sort:
        """The same order, of rows that name a version and are none."""
        keys = (replace(key, column="version") if key.column == "pk" else key for key in self.keys)
        return replace(self, keys=tuple(keys))

    def keys_of(self, record: Mapping[str, Any]) -> list[Any]:
        """The keys of a row that was read, as plain values."""
        return [key.of(record) for key in self.keys]


class RowComparison(Func):
    """`(a, b) < (x, y)`, which both databases compare key by key."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, operator: str, keys: Sequence[Key], values: Sequence[Any]) -> None:
        self.operator = operator
        self.size = len(keys)
        bounds = [
            value if isinstance(value, Expression) else Value(value, output_field=key.field)
            for key, value in zip(keys, values, strict=True)
        ]
        super().__init__(*(key.expression for key in keys), *bounds)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        parts: list[str] = []
        params: list[Any] = []
        for expression in self.source_expressions:
            sql, bound = compiler.compile(expression)
            parts.append(sql)
            params += bound
        left, right = ", ".join(parts[: self.size]), ", ".join(parts[self.size :])
        return f"({left}) {self.operator} ({right})", tuple(params)


SORTS: dict[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort("quality_score", (Key("quality_score", FloatField()), Key("quality_uncapped", FloatField()), _NEWEST)),
        Sort("created_at", (Key("created_at", DateTimeField()), _NEWEST)),
        Sort("parameter_count", (Key("parameter_count", BigIntegerField(), null=-1), _NEWEST)),
        Sort(
            "title",
            (Key("title_key", TextField()), Key("pk", BigIntegerField(), negated=True)),
            descending=False,
        ),
    )
}
"""What the list of models can be sorted by. Equal rows stand newest version first."""

DEFAULT_SORT = "quality_score"

BY_VERSION = Sort("version_number", (Key("version_number", BigIntegerField()),))
"""The order of one artifact's versions."""


def parse_key(key: Key, value: Any) -> Any:
    """The value of a key as it was written down. Raises ValueError or OverflowError where it cannot be one."""
    if isinstance(key.field, FloatField | BigIntegerField):
        kinds = (float, int) if isinstance(key.field, FloatField) else (int,)
        if isinstance(value, bool) or not isinstance(value, kinds) or not abs(value) < 2**63:
            raise ValueError(value)
        return value
    if not isinstance(value, str) or text_problem(value):
        raise ValueError(value)
    if isinstance(key.field, DateTimeField):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC)
    return value
