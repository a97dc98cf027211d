"""The one shape that every importer yields: a record of the source, or the reason why it is not one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from catalog.registration.submission import VersionInput


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record of a source file, with the versions it registers, in the order they are to be registered.

    Datasets and analyses that a model refers to come before it. What another record registered too is found by
    its `source` and registered once. A record goes in whole or not at all.
    """

    file: str
    name: str
    versions: tuple[VersionInput, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reject:
    """A record that does not go in: `file` relative to the PATH given, the record's name in it, and why."""

    file: str
    name: str
    reason: str


class Importer(Protocol):
    """A reader of one format: yields records and rejects, oldest version first, and never writes.

    Raises nothing for a bad record: it yields a `Reject` and goes on. Raises `InvalidInput` where PATH itself is
    not what the format needs.
    """

    def __call__(self, path: Path) -> Iterator[Record | Reject]: ...
