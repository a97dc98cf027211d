"""Nothing that others depend on is deleted: the refusal names them, and nothing is half-done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import RestrictedError

from catalog.errors import Conflict, Fault

NAMED = 20
"""How many of those that depend on a thing its refusal names."""


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Say of a deletion that the rows' own references forbid what depends on `what`. Django refuses before it deletes.

    Raises `Conflict`: its faults name the first that depend on it, its detail how many there are.
    """
    try:
        yield
    except RestrictedError as error:
        raise depended_on(what, error.restricted_objects) from error


def depended_on(what: str, dependents: Iterable[Any]) -> Conflict:
    """The refusal to delete `what`, which `dependents` depend on."""
    rows = sorted(set(dependents), key=lambda row: (row._meta.model_name, row.pk))
    one = len(rows) == 1
    named = f"the first {NAMED} are named" if len(rows) > NAMED else f"{'it is' if one else 'they are'} named"
    detail = (
        f"{what} is not deleted: {len(rows):,} {'record depends' if one else 'records depend'} on it; {named}. "
        "Retract what is wrong: it stays readable, and all that rests on it is told."
    )
    return Conflict(detail, [Fault("", _in_words(row), "depended_on") for row in rows[:NAMED]])


def _in_words(row: Any) -> str:
    """A row that depends on another: a link, an evaluation, or the version that came after it."""
    name = row._meta.verbose_name
    return f"{name[:1].upper()}{name[1:]}: {row}."
