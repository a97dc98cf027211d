"""The query parameters of a request, taken strictly: nothing unknown, nothing twice, nothing silently ignored."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django_filters import FilterSet
from rest_framework.request import Request

from catalog.api.query_errors import InvalidQuery, UnknownInQuery, invalid
from catalog.errors import Fault
from catalog.filtersets import UNKNOWN_REFERENCE
from catalog.nearest import unknown

EVERYWHERE = frozenset({"format"})
"""Parameters that every address takes."""


def query_of(request: Request, allowed: Collection[str] = (), repeatable: Collection[str] = ()) -> QueryDict:
    """The parameters that have a value.

    Raises `InvalidQuery` for a parameter that is not `allowed`, and for one given twice that is not `repeatable`.
    """
    valid = sorted({*allowed, *EVERYWHERE})
    given = request.query_params
    faults = [
        Fault(name, unknown("parameter", name, valid), "unknown_parameter") for name in given if name not in valid
    ]
    faults += [
        Fault(name, f"'{name}' is given {len(values)} times; give it once.", "repeated")
        for name, values in given.lists()
        if name in valid and name not in repeatable and len(values) > 1
    ]
    if faults:
        raise InvalidQuery(faults, "The query is not valid.")
    query = QueryDict(mutable=True)
    for name, values in given.lists():
        if stated := [value for value in values if value.strip()]:
            query.setlist(name, stated)
    return query


def integer(query: QueryDict, name: str, default: int, least: int, most: int) -> int:
    """A whole number. Raises `InvalidQuery` where it is none, or out of its bounds."""
    text = query.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"\d{1,20}", text, re.ASCII) or not least <= int(text) <= most:
        raise invalid(name, f"'{text[:100]}' is no whole number from {least} to {most}.", "range")
    return int(text)


def choice(query: QueryDict, name: str, default: str, valid: Collection[str]) -> str:
    """One of a few words. Raises `InvalidQuery`, naming the nearest."""
    word = query.get(name, "").strip() or default
    if word not in valid:
        raise invalid(name, f"{unknown('value', word, valid)} Valid: {', '.join(valid)}.", "choice")
    return word


def flag(query: QueryDict, name: str, default: bool = False) -> bool:
    """True or false, spelt so."""
    return choice(query, name, str(default).lower(), ("true", "false")) == "true"


def refuse_invalid(filterset: FilterSet) -> None:
    """Raise what is wrong with a set of filters: `UnknownInQuery` where all that is wrong is an unknown id."""
    if filterset.is_valid():
        return
    errors = [
        (name, error) for name, found in filterset.form.errors.as_data().items() for error in found
    ]  # one entry per problem, in the order of the fields
    faults = [Fault(name, _text(error), error.code or "invalid") for name, error in errors]
    if all(fault.code == UNKNOWN_REFERENCE for fault in faults):
        raise UnknownInQuery("A filter names what the catalogue does not hold.", faults)
    raise InvalidQuery(faults, "The query is not valid.")


def _text(error: ValidationError) -> str:
    return " ".join(str(message) for message in error.messages)
