"""Bring the provenance results of all models up to date, whatever bypassed the signals."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.provenance.audit import BATCH_SIZE, AuditReport, audit, audited
from catalog.provenance.rules import RULES
from catalog.vocabulary import Family


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--family", choices=Family.values, help="Look at the models of one family only.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and write nothing.")
        parser.add_argument(
            "--check", action="store_true", help="Write nothing, and exit with 1 where a stored result is out of date."
        )
        parser.add_argument("--batch-size", type=int, default=BATCH_SIZE, help="Models in each committed batch.")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["batch_size"] <= 100_000:
            raise CommandError("--batch-size must be from 1 to 100000.")
        family, dry_run = options["family"], options["dry_run"] or options["check"]
        total = audited(family).count()
        with tqdm(total=total, desc="Auditing", unit="model", disable=None, file=sys.stderr) as bar:
            report = audit(family=family, dry_run=dry_run, batch_size=options["batch_size"], progress=bar.update)
        if options["format"] == "json":
            self.stdout.write(json.dumps(report.as_dict()))
        else:
            self._tell(report)
        if options["check"] and report.changed:
            sys.exit(1)

    def _tell(self, report: AuditReport) -> None:
        verb = "out of date" if report.dry_run else "brought up to date"
        self.stdout.write(f"{report.looked_at} models looked at, {report.changed} {verb}, {report.complete} complete.")
        for rule in RULES:
            self.stdout.write(f"  {rule.code}: {report.failing[rule.code]} fail")
