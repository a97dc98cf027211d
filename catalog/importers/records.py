"""The one shape that every importer yields: a record of the source, or the reason why it is not one."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.errors import CatalogError
from catalog.registration.submission import VersionInput


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record of a source file, with the versions it registers, in the order they are to be registered.

    Datasets and analyses that a model refers to come before it. What another record registered too is found by
    its `source` and registered once. A record goes in whole or not at all.

    A registry that is alive says more of a version as time goes by. With `grows`, the last version takes, where it
    stands already, its tag and the evaluations that it has not got yet. `aliases` are all the names that mean this
    version in the source: of these a version carries one as its tag, and no other version carries any.
    """

    file: str
    name: str
    versions: tuple[VersionInput, ...]
    grows: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reject:
    """A record that does not go in: `file` relative to the PATH given, the record's name in it, and why."""

    file: str
    name: str
    reason: str


class SourceLost(CatalogError):
    """A source that stopped answering. What it gave before stands; the message says where to go on."""
