"""Bring the provenance results of all models up to date, whatever bypassed the signals, and tell what was altered."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.models import QuerySet
from tqdm import tqdm

from catalog.comparison.leakage import LEAKAGE, SHARED_PARENT
from catalog.leakage import LeakageReport, evaluated, find_leakage
from catalog.models import ArtifactVersion
from catalog.provenance.audit import AuditReport, audit
from catalog.provenance.integrity import IntegrityReport, find_altered, recorded
from catalog.provenance.rules import RULES
from catalog.replication.routing import PRIMARY
from catalog.statements.id_lists import BATCH
from catalog.vocabulary import Family

TELL_EVERY = 60
"""Seconds after which an audit that nobody watches says how far it came, should it be ended without a word."""

MOST_JOBS = 32
_OF_AUDIT = ("batch_size", "after", "jobs", "thorough")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--family", choices=Family.values, help="Look at the models of one family only.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and write nothing.")
        parser.add_argument(
            "--check",
            action="store_true",
            help="Write nothing, and exit with 1 where a stored result was out of date or a record was altered.",
        )
        parser.add_argument(
            "--rules-only", action="store_true", help="Judge the rules; take no digest anew, look for no leakage."
        )
        parser.add_argument(
            "--thorough",
            action="store_true",
            help="Compare all that is stored, also what nobody has written to since an audit found it right.",
        )
        parser.add_argument("--batch-size", type=int, default=BATCH, help="Keys of versions in each committed batch.")
        parser.add_argument(
            "--jobs", type=int, default=1, help="Batches that are worked on at a time, each by a connection of its own."
        )
        parser.add_argument(
            "--after", type=int, default=0, metavar="POSITION", help="Go on where an audit that was ended says it came."
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["batch_size"] <= 100_000:
            raise CommandError("--batch-size must be from 1 to 100000.")
        if not 1 <= options["jobs"] <= MOST_JOBS:
            raise CommandError(f"--jobs must be from 1 to {MOST_JOBS}.")
        if options["jobs"] > 1 and connections[PRIMARY].vendor == "sqlite":
            raise CommandError("SQLite has one writer at a time; leave --jobs out.")
        family, dry_run = options["family"], options["dry_run"] or options["check"]
        wanted = {"family": family, "dry_run": dry_run, **{name: options[name] for name in _OF_AUDIT}}
        report = self._audited(**wanted)
        integrity, leakage = (None, None) if options["rules_only"] else _looked_into(family)
        if options["format"] == "json":
            self.stdout.write(json.dumps(_as_dict(report, integrity, leakage)))
        else:
            self._tell(report)
            self._tell_more(integrity, leakage)
        if options["check"] and (report.changed or report.relisted or not (integrity is None or integrity.is_sound)):
            sys.exit(1)

    def _audited(self, *, family: str | None, after: int, **options: Any) -> AuditReport:
        """Audit, and where that is ended half-way, say how to go on."""
        position, told = after, time.monotonic()
        with _bar(_models(family, after), "Auditing", "model") as bar:

            def show(count: int, reached: int) -> None:
                nonlocal position, told
                position = reached
                bar.set_postfix(after=position, refresh=False)
                bar.update(count)
                if bar.disable and time.monotonic() - told > TELL_EVERY:
                    told = time.monotonic()
                    self.stderr.write(f"Audited as far as --after {position}.")

            try:
                with _ended_politely():
                    return audit(family=family, after=after, progress=show, **options)
            except KeyboardInterrupt as interrupt:
                message = f"Ended half-way. What was brought up to date stays; to go on, add --after {position}."
                raise CommandError(message, returncode=130) from interrupt

    def _tell(self, report: AuditReport) -> None:
        verb = "out of date" if report.dry_run else "brought up to date"
        self.stdout.write(f"{report.looked_at} models looked at, {report.changed} {verb}, {report.complete} complete.")
        if report.recorded:
            seen = "not in the history" if report.dry_run else "written into the history"
            self.stdout.write(f"  {report.recorded} changes {seen}.")
        if report.relisted:
            self.stdout.write(
                f"  {report.relisted} models {'' if report.dry_run else 'were '}in a wrong place of lists."
            )
        for rule in RULES:
            self.stdout.write(f"  {rule.code}: {report.failing[rule.code]} fail")

    def _tell_more(self, integrity: IntegrityReport | None, leakage: LeakageReport | None) -> None:
        if integrity is not None:
            self.stdout.write(f"{integrity.looked_at} records of every kind looked at.")
            self._tell_of(integrity.altered, "altered since they were registered", integrity.ids)
            self._tell_of(integrity.pins_changed, "pins to something else than was pinned", integrity.pins)
        if leakage is not None:
            self.stdout.write(f"{leakage.looked_at} models with an evaluation on a dataset looked at.")
            self._tell_of(leakage.counts[LEAKAGE], "with leakage", leakage.named[LEAKAGE])
            self._tell_of(leakage.counts[SHARED_PARENT], "with a shared parent", leakage.named[SHARED_PARENT])

    def _tell_of(self, count: int, what: str, named: Sequence[str]) -> None:
        more = f" and {count - len(named)} more" if count > len(named) else ""
        self.stdout.write(f"  {count} {what}{': ' if named else ''}{', '.join(named)}{more}")


def _looked_into(family: str | None) -> tuple[IntegrityReport, LeakageReport]:
    with _bar(recorded(family), "Taking digests anew", "version") as bar:
        integrity = find_altered(family, bar.update)
    with _bar(evaluated(family), "Looking for leakage", "model") as bar:
        leakage = find_leakage(family, bar.update)
    return integrity, leakage


@contextmanager
def _ended_politely() -> Iterator[None]:
    """Take being asked to end as being interrupted from the keyboard: the batch in hand is rolled back."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _models(family: str | None, after: int) -> QuerySet[ArtifactVersion]:
    models = ArtifactVersion.objects.of_models().filter(pk__gt=after)
    return models.filter(family=family) if family else models


def _bar(rows: QuerySet, what: str, unit: str) -> tqdm:
    return tqdm(total=rows.count(), desc=what, unit=unit, disable=None, file=sys.stderr)


def _as_dict(report: AuditReport, integrity: IntegrityReport | None, leakage: LeakageReport | None) -> dict[str, Any]:
    """The report as JSON; what was not looked into is null."""
    return report.as_dict() | {
        "integrity": integrity.as_dict() if integrity else None,
        "leakage": leakage.as_dict() if leakage else None,
    }
