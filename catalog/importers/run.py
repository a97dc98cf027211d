"""Takes an importer's records through the one door: each whole or not at all, and a bad one never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction

from catalog.errors import CatalogError
from catalog.importers.growth import settle_evaluations, settle_tags
from catalog.importers.records import Record, Reject, SourceLost
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import Registered, VersionInput, register


@dataclass
class ImportReport:
    """What came of an import. `added` counts the versions that are new, `known` those that stood already.

    `grown` counts the tags and evaluations that versions which stood already got. `stopped` says why the import ended
    before its source did, and is blank where it did not.
    """

    records: int = 0
    added: int = 0
    known: int = 0
    grown: int = 0
    stopped: str = ""
    rejects: list[Reject] = field(default_factory=list)


def import_records(
    records: Iterable[Record | Reject], *, dry_run: bool = False, progress: Callable[[int], object] = lambda count: None
) -> ImportReport:
    """Register `records`, each in a transaction of its own; with `dry_run` all is tried and rolled back.

    `progress` is told of each record read. An import that is broken off, by its source or from the keyboard, keeps
    what went in and says so in the report; run again, it goes on.
    """
    report = ImportReport()
    with transaction.atomic() if dry_run else nullcontext():
        try:
            _import_all(records, report, progress)
        except SourceLost as lost:
            report.stopped = str(lost)
        except KeyboardInterrupt:
            report.stopped = "Interrupted from the keyboard."
        if dry_run:
            transaction.set_rollback(True)
    return report


def _import_all(records: Iterable[Record | Reject], report: ImportReport, progress: Callable[[int], object]) -> None:
    for item in records:
        if isinstance(item, Reject):
            report.rejects.append(item)
        else:
            _import_record(item, report)
        progress(1)


def _import_record(record: Record, report: ImportReport) -> None:
    try:
        with coalesced_refresh():
            registered = [_register(version) for version in record.versions]
            grown = _grown(record, registered[-1]) if record.grows else 0
    except _Refused as refused:
        report.rejects.append(Reject(file=record.file, name=record.name, reason=str(refused)))
    else:
        added = sum(one.created for one in registered)
        report.records += 1
        report.added += added
        report.known += len(registered) - added
        report.grown += grown


class _Refused(Exception):
    """The door's reason, with the version that it refused."""


def _grown(record: Record, registered: Registered) -> int:
    stated = record.versions[-1]
    try:
        tags = settle_tags(registered.version, stated, record.aliases)
        return tags if registered.created else tags + settle_evaluations(registered.version, stated)
    except (CatalogError, DatabaseError) as error:
        raise _Refused(f"{stated.artifact}: {error}") from error


def _register(version: VersionInput) -> Registered:
    try:
        return register(version)
    except (CatalogError, DatabaseError) as error:
        raise _Refused(f"{version.artifact}: {error}") from error
