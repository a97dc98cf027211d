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
    """What a load has met: rows by their natural keys, and these by the primary keys.

    `new` are the keys of versions that it made itself: all facts of theirs are among the rows.
    """

    rows: dict[tuple[_Table, Hashable], Model] = field(default_factory=dict)
    keys: dict[tuple[_Table, Any], Hashable] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)

    def note(self, table: _Table, key: Hashable, row: Model) -> None:
        if self.keys.get((table, row.pk), key) != key:  # it was another row until this one was written over it
            self.rows.clear()
            self.keys.clear()
            self.new.clear()
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


def fact_by_key(alias: str | None, model: Any, owner: Any, key: tuple[str, int], look_up: Callable[[], Any]) -> Any:
    """As `row_by_key`, of a fact: its key is the public id of its `owner`, a row of that model, and its number."""
    met = _met.get()
    stated_by = met.rows.get(((alias, owner), key[0])) if met else None
    if met is None or stated_by is None or stated_by.pk not in met.new:
        return look_up()
    if ((alias, model), key) not in met.rows:
        raise model.DoesNotExist
    return met.rows[(alias, model), key]


def note(row: Any) -> None:
    """Take note of an artifact that a load has written."""
    met = _met.get()
    if met is not None:
        met.note((row._state.db, type(row)), row.public_id, row)


def note_version(version: Any, *, new: bool) -> None:
    """The same of a version; `new` where there was none."""
    met = _met.get()
    if met is not None:
        note(version)
        if new:
            met.new.add(version.pk)


def note_fact(fact: Any, owner: int) -> None:
    """The same of a fact of the version `owner`, by its key alone: a load has many of them."""
    met = _met.get()
    if met is not None and owner in met.new:
        met.note((fact._state.db, type(fact)), fact.natural_key(), type(fact)(pk=fact.pk))


def is_made(version: int) -> bool:
    """Whether a load has made that version: nobody else can see it yet, or state anything of it."""
    met = _met.get()
    return met is not None and version in met.new


def known_key(alias: str | None, model: type[Model], pk: Any) -> Any:
    """The natural key of a row that a load has met; None of any other."""
    met = _met.get()
    return None if met is None else met.keys.get(((alias, model), pk))
