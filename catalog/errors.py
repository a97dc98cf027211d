"""What can go wrong at the catalogue's doors. These know no HTTP: `catalog.api.problems` translates them, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong field.

    `pointer` is a JSON pointer (RFC 6901) from the root of the input, such as `/metadata/parameters/k1/value`;
    `detail` says what is wrong and how to mend it; `code` is stable and for programs.
    """

    pointer: str
    detail: str
    code: str = "invalid"

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.detail}"


class CatalogError(Exception):
    """Base of the errors that a caller can mend. `faults` names each wrong field, if a field is to blame."""

    def __init__(self, detail: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "; ".join([self.detail, *map(str, self.faults)])


class InvalidInput(CatalogError):
    """A field is missing, of the wrong type, or out of its bounds."""

    def __init__(self, faults: Iterable[Fault], detail: str = "The input is not valid.") -> None:
        super().__init__(detail, faults)


class UnknownReference(CatalogError):
    """A field refers to an artifact or a version that the catalogue does not hold."""

    def __init__(self, faults: Iterable[Fault], detail: str = "A reference leads nowhere.") -> None:
        super().__init__(detail, faults)


class NotFound(CatalogError):
    """The thing asked for is not in the catalogue."""


class Conflict(CatalogError):
    """The input contradicts what is stored: a name that is taken, a field that is immutable."""


class ProvenanceIncomplete(CatalogError):
    """A strict registration that fails a provenance rule."""
