"""Rows by the names that a dump gives them: a load asks for the same few of them thousands of times."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

_Table = tuple[str | None, type[Model]]
"""A database by its alias, and a model: a proxy finds other rows than its table has."""


@dataclass(slots=True)
class _Met:
    """What a load has met: rows by their natural keys, and these by the primary keys."""

    rows: dict[tuple[_Table, Hashable], Model] = field(default_factory=dict)
    keys: dict[tuple[_Table, Any], Hashable] = field(default_factory=dict)

    def note(self, table: _Table, key: Hashable, row: Model) -> None:
        if self.keys.get((table, row.pk), key) != key:  # it was another row until this one was written over it
            self.rows.clear()
            self.keys.clear()
        self.rows[table, key] = row
        self.keys[table, row.pk] = key


_met: ContextVar[_Met | None] = ContextVar("met", default=None)


@contextmanager
def remembered_keys() -> Iterator[None]:
    """Within, each row is looked up once by its natural key. For a load, beside which nobody deletes what it found."""
    token = _met.set(_Met())
    try:
        yield
    finally:
        _met.reset(token)


def row_by_key(alias: str | None, model: type[Model], key: Hashable, look_up: Callable[[], Any]) -> Any:
    """The row of `model` with a natural key: as it was met, or what `look_up` finds. Raises what that raises."""
    met = _met.get()
    if met is None:
        return look_up()
    table = (alias, model)
    if (table, key) not in met.rows:
        met.note(table, key, look_up())
    return met.rows[table, key]


def note(row: Any) -> None:
    """Take note of an artifact, or a version, that a load has written."""
    met = _met.get()
    if met is not None:
        met.note((row._state.db, type(row)), row.public_id, row)


def known_key(alias: str | None, model: type[Model], pk: Any) -> Any:
    """The natural key of a row that a load has met; None of any other."""
    met = _met.get()
    return None if met is None else met.keys.get(((alias, model), pk))
