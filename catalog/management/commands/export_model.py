"""Write what the catalogue says of a model, or of several side by side, in a format of another tool."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.comparison.compare import MOST
from catalog.errors import NotFound
from catalog.exports.loading import export_of
from catalog.exports.registry import FORMATS, Format
from catalog.models import ArtifactVersion
from catalog.references import resolve_version
from catalog.selection import select_models
from catalog.suggestions import nearest_names
from catalog.vocabulary import Kind

STDOUT = "-"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="+", metavar="ID", help=f"A model, or 2 to {MOST} to compare: x, x@3, x@tag.")
        parser.add_argument("--format", required=True, choices=list(FORMATS), help="What to write.")
        parser.add_argument("--output", default=STDOUT, metavar="FILE", help="Where to; '-', and no FILE, is stdout.")
        parser.add_argument("--force", action="store_true", help="Overwrite FILE where there is one.")
        parser.add_argument(
            "--url", default=home_address(), help="The catalogue's address, by which things are named: %(default)s."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted, output = FORMATS[options["format"]], options["output"]
        if not options["url"].startswith(("https://", "http://")):
            raise CommandError(f"--url is an address that starts with https:// or http://, not '{options['url']}'.")
        path = None if output == STDOUT else Path(output)
        if path is None and not wanted.is_text and self.stdout.isatty():
            raise CommandError(f"{wanted.label} is no text for a terminal. Give --output FILE, or pipe it on.")
        if path is not None:
            _refuse_taken(path, force=options["force"])
        content = wanted.write(export_of(_chosen(options["ids"]), options["url"].rstrip("/")))
        if path is None:
            self._print(content, wanted)
        else:
            _write(path, content, force=options["force"])
            self.stderr.write(f"{path}: {wanted.label}, {len(content)} bytes.")

    def _print(self, content: bytes, wanted: Format) -> None:
        """To the bytes below the text where there are any: line breaks and encoding are the format's."""
        binary = getattr(self.stdout, "buffer", None)
        if binary is not None:
            binary.write(content)
            binary.flush()
        elif wanted.is_text:
            self.stdout.write(content.decode(), ending="")
        else:
            raise CommandError(f"{wanted.label} is no text. Give --output FILE.")


def home_address() -> str:
    """The address of the catalogue by its settings: its first host, or this machine's."""
    hosts = [host for host in settings.ALLOWED_HOSTS if host not in ("*", *settings.LOOPBACK_HOSTS) and host[0] != "."]
    return f"{'https' if settings.HTTPS else 'http'}://{hosts[0]}" if hosts else "http://127.0.0.1:8000"


def _chosen(ids: Sequence[str]) -> list[ArtifactVersion]:
    """The versions of these models. Raises `CommandError`, saying what is wrong with the names and what is near."""
    if len(ids) == 1:
        try:
            return [resolve_version(ids[0], Kind.MODEL)]
        except NotFound as error:
            raise CommandError(" ".join([error.detail, *_near(ids)])) from error
    selection = select_models(",".join(ids))
    if selection.faults:
        raise CommandError(" ".join([*(fault.detail for fault in selection.faults), *_near(selection.unknown)]))
    return list(selection.versions)


def _near(names: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(near.name for name in names for near in nearest_names(name, kind=Kind.MODEL)))
    return [f"Near: {', '.join(found)}."] if found else []


def _refuse_taken(path: Path, *, force: bool) -> None:
    """Before anything is read: a path that is taken, or that leads nowhere."""
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
    if is_folder:
        raise CommandError(f"{path} is a folder; name a file in it.")
    if not path.parent.is_dir():
        raise CommandError(f"The folder of --output {path} does not exist.")
    if is_there and not force:
        raise CommandError(f"{path} is there already. Give another name, or --force to overwrite it.")


def _write(path: Path, content: bytes, *, force: bool) -> None:
    try:
        with path.open("wb" if force else "xb") as file:
            file.write(content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
