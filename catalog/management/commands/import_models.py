"""Import models from a source in one of the formats of the field."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.errors import CatalogError
from catalog.importers.records import Reject
from catalog.importers.registry import IMPORTERS
from catalog.importers.run import ImportReport, import_records


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", choices=sorted(IMPORTERS), metavar="SOURCE", help=f"{', '.join(IMPORTERS)}.")
        parser.add_argument("path", type=Path, metavar="PATH", help="The folder, or the file, as the source keeps it.")
        parser.add_argument("--dry-run", action="store_true", help="Try everything, and write nothing.")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="Write what is rejected, and why, as CSV.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"There is nothing at {path}.")
        rejects: Path | None = options["rejects"]
        if rejects and not rejects.parent.is_dir():
            raise CommandError(f"The folder of --rejects {rejects} does not exist.")
        try:
            with tqdm(desc=options["source"], unit="record", disable=None, file=sys.stderr) as bar:
                records = IMPORTERS[options["source"]](path)
                report = import_records(records, dry_run=options["dry_run"], progress=bar.update)
        except CatalogError as error:
            raise CommandError(str(error)) from error
        if rejects:
            _write(report.rejects, rejects)
        self._tell(report, rejects, options["dry_run"])

    def _tell(self, report: ImportReport, rejects: Path | None, dry_run: bool) -> None:
        verb = "would be added" if dry_run else "added"
        self.stdout.write(
            f"{report.records} records in: {report.added} versions {verb}, {report.known} known already; "
            f"{len(report.rejects)} rejected."
        )
        for reject in () if rejects else report.rejects:
            self.stdout.write(f"  {reject.file}: {reject.name}: {reject.reason}")


def _write(rejects: list[Reject], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "record", "reason"])
        for reject in rejects:
            writer.writerow([_as_text(reject.file), _as_text(reject.name), _as_text(reject.reason)])


def _as_text(cell: str) -> str:
    """A cell that starts like a formula would be run by a spreadsheet."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell
