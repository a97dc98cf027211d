"""The revisions of a hub's model metadata: every committed one where the hub's history is told, and the present one.

`model-metadata/{team}-{model}.yml` (or `.yaml`) is the hub's own file. Beside it there may be `history/index.tsv`,
one line per distinct revision with its commit and date, which names the file that holds it. The name of the model
is that of the file: what the file says of its own abbreviation does not always agree.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from catalog.importers.documents import Unreadable, decode, parse_yaml
from catalog.importers.files import SourceTree, digest
from catalog.importers.records import Reject
from catalog.importers.text import as_text, integer

INDEX = "history/index.tsv"
FOLDER = "model-metadata"
_VERSION = re.compile(r"^model_version\s*:\s*(?:\"([^\"]*)\"|'([^']*)'|([^#\"'\s][^#]*?))\s*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Revision:
    """One readable state of a model's metadata."""

    model: str
    file: str
    revision: str
    commit: str
    date: datetime | None
    said: dict[str, Any]
    version: str
    sha256: str

    @property
    def name(self) -> str:
        """The model and its revision, as reports name it."""
        return f"{self.model}@{self.commit[:8]}" if self.commit else self.model


def read_revisions(tree: SourceTree) -> dict[str, list[Revision | Reject]]:
    """All revisions by model, oldest first; the present file last, where the last committed one has other bytes."""
    found: dict[str, list[Revision | Reject]] = {}
    last: dict[str, bytes] = {}
    for row in _index(tree):
        model, file = row.get("model") or "", row.get("file") or ""
        found.setdefault(model, []).append(_read(tree, model, file, row))
        if tree.has(file):
            last[model] = tree.read(file)
    for file in tree.files(f"{FOLDER}/*.yml", f"{FOLDER}/*.yaml"):
        model = PurePosixPath(file).stem
        if PurePosixPath(file).parent != PurePosixPath(FOLDER) or (model in last and last[model] == tree.read(file)):
            continue
        found.setdefault(model, []).append(_read(tree, model, file, {}))
    return {model: found[model] for model in sorted(found)}


def _index(tree: SourceTree) -> list[dict[str, str]]:
    """Lines of the history's index, oldest first; empty where the hub's history is not told."""
    if not tree.has(INDEX):
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(decode(tree.read(INDEX))), delimiter="\t"))
    except csv.Error as error:
        raise Unreadable(f"{INDEX} is not a table: {error}") from error
    return sorted(rows, key=lambda row: (row.get("model") or "", integer(row.get("revision")) or 0))


def _read(tree: SourceTree, model: str, file: str, row: dict[str, str]) -> Revision | Reject:
    commit = row.get("commit") or ""
    name = f"{model}@{commit[:8]}" if commit else model
    try:
        content = tree.read(file)
        said = parse_yaml(content)
        if not isinstance(said, dict):
            raise Unreadable("not a mapping of fields")
        date = _moment(row.get("committed_at") or "") if commit else None
    except Unreadable as error:
        return Reject(file=file or INDEX, name=name, reason=str(error))
    stated = row.get("sha256") or ""  # of the bytes as committed, which a copy without its contributors has no more
    sha256 = stated if re.fullmatch(r"[0-9a-f]{64}", stated) else digest(content).partition(":")[2]
    return Revision(model, file, commit or digest(content), commit, date, said, _version(content, said), sha256)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"{text!r} is not a date") from None
    if moment.tzinfo is None:
        raise Unreadable(f"{text!r} has no timezone")
    return moment


def _version(content: bytes, said: dict[str, Any]) -> str:
    """`model_version` as it is written: an unquoted 1.10 is not the number 1.1."""
    match = _VERSION.search(decode(content))
    written = next((text for text in match.groups() if text), "") if match else ""
    return as_text(written.strip() or said.get("model_version"))
