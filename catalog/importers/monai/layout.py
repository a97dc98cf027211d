"""Where a bundle's metadata lies: the folder as it is now, and its history where PATH has one."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from catalog.importers.documents import decode
from catalog.importers.files import SourceTree, Unreadable, digest
from catalog.importers.records import Reject

METADATA = "configs/metadata.json"
INDEX = "history/index.tsv"
MAX_METADATA = 2 * 2**20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A bundle's metadata at one time. `folder` is the bundle's folder as it is now, None where it is gone."""

    bundle: str
    file: str
    content: bytes
    label: str = ""
    folder: str | None = None
    is_current: bool = False
    commit: str = ""
    committed_at: datetime | None = None

    @property
    def name(self) -> str:
        """The record's name in its file."""
        return f"{self.bundle} {self.label}".strip()

    @property
    def revision(self) -> str:
        """The commit where the source gives it, else the digest of the bytes."""
        return self.commit or digest(self.content)


@dataclass(frozen=True, slots=True)
class Row:
    """What the index says of one snapshot."""

    commit: str
    committed_at: datetime
    digest: str


def snapshots(tree: SourceTree) -> Iterator[Snapshot | Reject]:
    """Every bundle's snapshots, bundle by bundle, oldest first."""
    found: dict[str, list[Snapshot]] = defaultdict(list)
    rejects: list[Reject] = []
    folders = _bundle_folders(tree, rejects)
    index = _index(tree, rejects)
    for file in _history_files(tree):
        path = PurePosixPath(file)
        row = index.pop((path.parent.name, path.stem), None)
        snapshot = Snapshot(path.parent.name, file, b"", path.stem, folders.get(path.parent.name))
        _take(tree, snapshot, found, rejects, row)
    rejects += [Reject(file=INDEX, name=" ".join(key), reason="the file of this version is missing") for key in index]
    for bundle, folder in folders.items():
        current = Snapshot(bundle, f"{folder}/{METADATA}".lstrip("/"), b"", folder=folder, is_current=True)
        if tree.only:
            current = replace(current, file=tree.only)
        _take(tree, current, found, rejects, None)
    yield from rejects
    for bundle in sorted(found):
        yield from _in_order(found[bundle])


def _take(
    tree: SourceTree, snapshot: Snapshot, found: dict[str, list[Snapshot]], rejects: list[Reject], row: Row | None
) -> None:
    try:
        taken = replace(snapshot, content=tree.read(snapshot.file, limit=MAX_METADATA))
    except Unreadable as error:
        rejects.append(Reject(file=snapshot.file, name=snapshot.name, reason=str(error)))
        return
    if row and row.digest in ("", digest(taken.content).removeprefix("sha256:")):
        taken = replace(taken, commit=row.commit, committed_at=row.committed_at)
    elif row:
        reason = "the index gives another digest for this file: it goes in without the commit and date stated there"
        rejects.append(Reject(file=INDEX, name=taken.name, reason=reason))
    found[taken.bundle].append(taken)


def _in_order(items: list[Snapshot]) -> list[Snapshot]:
    """Oldest first; the current folder, where history has the same bytes, only says which version is today's."""
    history = [item for item in items if not item.is_current]
    if all(item.committed_at for item in history):
        history.sort(
            key=lambda item: (str(item.committed_at and item.committed_at.timestamp()).zfill(20), _by_number(item))
        )
    else:
        history.sort(key=_by_number)
    for current in (item for item in items if item.is_current):
        same = next((place for place, item in enumerate(history) if item.content == current.content), None)
        if same is None:
            history.append(current)
        else:
            history[same] = replace(history[same], is_current=True)
    return history


def _by_number(item: Snapshot) -> list[tuple[int, str]]:
    """0.4.10 comes after 0.4.9, which texts would not give."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[.+-]", item.label)]


def _history_files(tree: SourceTree) -> list[str]:
    return [] if tree.only else [file for file in tree.files("history/*/*.json") if file.count("/") == 2]


def _bundle_folders(tree: SourceTree, rejects: list[Reject]) -> dict[str, str]:
    """The folder of each bundle. A second folder of the same name would be another model under the same id."""
    folders: dict[str, str] = {}
    for file in tree.files(METADATA):
        folder = "" if tree.only else file.removesuffix(METADATA).rstrip("/")
        bundle = (tree.root.parent if tree.only else tree.root / folder).name
        if bundle in folders:
            reason = f"a bundle of this name lies in {folders[bundle] or '.'} already"
            rejects.append(Reject(file=file, name=bundle, reason=reason))
        else:
            folders[bundle] = folder
    return folders


def _index(tree: SourceTree, rejects: list[Reject]) -> dict[tuple[str, str], Row]:
    """The rows of the history's index by bundle and version: commit, date, and digest of the metadata."""
    if not tree.has(INDEX):
        return {}
    rows: dict[tuple[str, str], Row] = {}
    try:
        text = decode(tree.read(INDEX))
    except Unreadable as error:
        rejects.append(Reject(file=INDEX, name="index", reason=str(error)))
        return {}
    for number, row in enumerate(csv.DictReader(io.StringIO(text), delimiter="\t"), start=2):
        try:
            committed_at = datetime.fromisoformat(row["committed_at"])
            if committed_at.tzinfo is None or not re.fullmatch(r"[0-9a-f]{40,64}", row["commit"]):
                raise ValueError("a date without a timezone, or no commit")
            rows[row["model"], row["version"]] = Row(row["commit"], committed_at, row.get("sha256_of_metadata") or "")
        except (KeyError, TypeError, ValueError) as error:
            rejects.append(Reject(file=INDEX, name=f"line {number}", reason=f"not a row of the index: {error}"))
    return rows
