"""Import models from a source in one of the formats of the field."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.errors import CatalogError
from catalog.importers.records import Reject
from catalog.importers.registry import IMPORTERS
from catalog.importers.run import ImportReport, import_records
from catalog.spreadsheets import cell
from catalog.vocabulary import Family

_OPTIONS = {"family": "--family", "since": "--since"}
"""The options that only some sources take, by the names that readers know them by."""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", choices=sorted(IMPORTERS), metavar="SOURCE", help=f"{', '.join(IMPORTERS)}.")
        parser.add_argument("path", metavar="PATH", help="The folder, the file, or the server's address (mlflow).")
        parser.add_argument("--dry-run", action="store_true", help="Try everything, and write nothing.")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="Write what is rejected, and why, as CSV.")
        parser.add_argument(
            "--family",
            choices=Family.values,
            metavar="FAMILY",
            help=f"The family of models whose record does not tell it: {', '.join(Family.values)}. {_takers('family')}",
        )
        parser.add_argument(
            "--since",
            metavar="DATE-TIME",
            help=f"Only what was made or changed since, such as 2026-04-05T12:00:00Z. {_takers('since')}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source: str = options["source"]
        path, chosen = _path(source, options["path"]), _chosen(source, options)
        rejects: Path | None = options["rejects"]
        if rejects and not rejects.parent.is_dir():
            raise CommandError(f"The folder of --rejects {rejects} does not exist.")
        try:
            with tqdm(desc=source, unit="record", disable=None, file=sys.stderr) as bar:
                records = IMPORTERS[source](path, **chosen)
                report = import_records(records, dry_run=options["dry_run"], progress=bar.update)
        except CatalogError as error:
            raise CommandError(str(error)) from error
        if rejects:
            _write(report.rejects, rejects)
        self._tell(report, rejects, options["dry_run"])
        if report.stopped:
            kept = "nothing was written" if options["dry_run"] else "what is told above is in; run it again to go on"
            raise CommandError(f"{report.stopped} Not all was read: {kept}.")

    def _tell(self, report: ImportReport, rejects: Path | None, dry_run: bool) -> None:
        verb = "would be added" if dry_run else "added"
        self.stdout.write(
            f"{report.records} records in: {report.added} versions {verb}, {report.known} known already; "
            f"{len(report.rejects)} rejected."
        )
        if report.grown:
            self.stdout.write(f"{report.grown} tags and evaluations of known versions {verb}.")
        for reject in () if rejects else report.rejects:
            self.stdout.write(f"  {reject.file}: {reject.name}: {reject.reason}")


def _takers(option: str) -> str:
    takers = [name for name, format_ in IMPORTERS.items() if option in format_.options]
    return f"Only for {' and '.join(takers)}."


def _path(source: str, path: str) -> Path | str:
    """PATH as the source's reader takes it. An address is for the one source that is a server."""
    is_address = path.startswith(("http://", "https://"))
    if IMPORTERS[source].is_served:
        if not is_address:
            raise CommandError(f"{source} is read from a server: PATH is its address, such as http://127.0.0.1:5000.")
        return path
    if is_address:
        raise CommandError(f"{source} is read from files: {path} is an address.")
    if not Path(path).exists():
        raise CommandError(f"There is nothing at {path}.")
    return Path(path)


def _chosen(source: str, options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given beside those that every source takes; refused where this source takes none such."""
    chosen = {name: options[name] for name in _OPTIONS if options[name] is not None}
    for name in chosen:
        if name not in IMPORTERS[source].options:
            raise CommandError(f"{source} does not take {_OPTIONS[name]}. {_takers(name)}")
    if "since" in chosen:
        chosen["since"] = _moment(chosen["since"])
    return chosen


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(f"--since {text}: give a date and time with its timezone, such as 2026-04-05T12:00:00Z.")
    return moment


def _write(rejects: list[Reject], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "record", "reason"])
        for reject in rejects:
            writer.writerow([cell(reject.file), cell(reject.name), cell(reject.reason)])
