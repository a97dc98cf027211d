"""What can be wrong with the query of a request."""

from __future__ import annotations

from catalog.errors import Fault, InvalidInput, NotFound


class InvalidQuery(InvalidInput):
    """A query parameter is unknown, repeated, or of no valid value. `pointer` of each fault is its name."""


class UnknownInQuery(NotFound):
    """A query parameter names what the catalogue does not hold. `pointer` of each fault is its name."""


def invalid(name: str, detail: str, code: str) -> InvalidQuery:
    """The error that one parameter is not valid."""
    return InvalidQuery([Fault(name, detail, code)], "The query is not valid.")
