"""What somebody may have meant who filtered by what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.filtersets import UNKNOWN_REFERENCE, ModelFilterSet
from catalog.filtersets.fields import ReferencesField
from catalog.identity import id_problem
from catalog.suggestions import nearest_names
from catalog.web.query import PageQuery

_LOOKED_UP, _NAMED = 3, 3
"""How many wrong references are looked after, and how many names are suggested for each."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that is there, and the address of the list with it in place of the wrong one."""

    name: str
    url: str


def suggestions(filters: ModelFilterSet, query: PageQuery) -> list[Suggestion]:
    """The nearest names of the right kind for the references that lead nowhere."""
    return [
        Suggestion(name, query.without(field, text).having_too(field, name).but("offset").url)
        for field, text, kind in list(_unknown(filters, query))[:_LOOKED_UP]
        for name in _near(text, kind)
    ]


def _unknown(filters: ModelFilterSet, query: PageQuery) -> Iterator[tuple[str, str, str]]:
    for name, errors in filters.form.errors.as_data().items():
        field = filters.form.fields.get(name)
        if isinstance(field, ReferencesField) and any(error.code == UNKNOWN_REFERENCE for error in errors):
            for text in query.values(name):
                yield name, text, field.kind


def _near(text: str, kind: str) -> list[str]:
    """Names of the kind that are spelt most like the reference; none where it is one itself."""
    name = text.strip().partition("@")[0]
    if id_problem(name):
        return []
    near = [found.name for found in nearest_names(name, kind=kind, count=_NAMED)]
    return [] if name in near else near
