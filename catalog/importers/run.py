"""Takes an importer's records through the one door: each whole or not at all, and a bad one never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction

from catalog.errors import CatalogError
from catalog.importers.records import Record, Reject
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import VersionInput, register


@dataclass
class ImportReport:
    """What came of an import. `added` counts the versions that are new, `known` those that stood already."""

    records: int = 0
    added: int = 0
    known: int = 0
    rejects: list[Reject] = field(default_factory=list)


def import_records(
    records: Iterable[Record | Reject], *, dry_run: bool = False, progress: Callable[[int], object] = lambda count: None
) -> ImportReport:
    """Register `records`, each in a transaction of its own; with `dry_run` all is tried and rolled back.

    `progress` is told of each record read. An import that is broken off keeps what went in; run again, it goes on.
    """
    report = ImportReport()
    with transaction.atomic() if dry_run else nullcontext():
        for item in records:
            if isinstance(item, Reject):
                report.rejects.append(item)
            else:
                _import_record(item, report)
            progress(1)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _import_record(record: Record, report: ImportReport) -> None:
    try:
        with coalesced_refresh():
            added = sum(_register(version) for version in record.versions)
    except _Refused as refused:
        report.rejects.append(Reject(file=record.file, name=record.name, reason=str(refused)))
    else:
        report.records += 1
        report.added += added
        report.known += len(record.versions) - added


class _Refused(Exception):
    """The door's reason, with the version that it refused."""


def _register(version: VersionInput) -> bool:
    try:
        return register(version).created
    except (CatalogError, DatabaseError) as error:
        raise _Refused(f"{version.artifact}: {error}") from error
