"""The states of the problems in a collection: one per commit where its history is told, else one as found.

Two layouts are read: a tree of PEtab problem folders, and beside it, where there is one, `history/`:
`history/index.tsv` names each commit that touched a problem, with the git blob SHA-1 of each of its files, and
`history/{problem}/*/` holds older files. A file's bytes belong to a commit only where their blob SHA-1 is the one
that the index states.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from catalog.importers.documents import Unreadable
from catalog.importers.files import SourceTree
from catalog.importers.petab.tables import Row, parse_table

INDEX = "history/index.tsv"
_COLUMNS = {"problem", "commit", "committed_at", "file", "git_blob_sha1"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a state: its git blob SHA-1, and its bytes where they are at hand."""

    blob: str
    content: bytes | None


@dataclass(frozen=True, slots=True)
class State:
    """One state of a problem. `file` is what it was read from, `altered` what was found in place of stated files."""

    problem: str
    folder: str
    file: str
    files: Mapping[str, StoredFile]
    problem_file: str | None = None
    commit: str = ""
    date: datetime | None = None
    subject: str = ""
    changed: tuple[str, ...] = ()
    newest: bool = True
    altered: Mapping[str, StoredFile] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The problem, and the commit where there is one, as reports name it."""
        return f"{self.problem}@{self.commit[:8]}" if self.commit else self.problem

    def find_problem_file(self) -> str:
        """The name of the problem file. Raises `Unreadable` where none can be told."""
        candidates = [name for name in self.files if PurePosixPath(name).suffix in (".yaml", ".yml")]
        if self.problem_file is not None or len(candidates) == 1:
            return self.problem_file or candidates[0]
        raise Unreadable(f"{len(candidates)} YAML files, not one problem file")


def blob_sha1(content: bytes) -> str:
    """The name that git gives to these bytes (SHA-1 over `blob {length}\\0` and the bytes)."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def folder_files(tree: SourceTree, folder: str) -> dict[str, StoredFile]:
    """The files directly in a folder, by name. What cannot be read is not there."""
    found = {}
    for path in tree.files(f"{folder}/*" if folder else "*"):
        pure = PurePosixPath(path)
        if pure.parent == PurePosixPath(folder or "."):
            try:
                content = tree.read(path)
            except Unreadable:
                continue
            found[pure.name] = StoredFile(blob_sha1(content), content)
    return found


def read_index(tree: SourceTree) -> dict[str, list[Row]]:
    """Lines of the history's index by problem, in their order; empty where there is no history."""
    problems: dict[str, list[Row]] = {}
    if tree.has(INDEX):
        for row in parse_table(tree.read(INDEX)):
            if not row.keys() >= _COLUMNS:
                raise Unreadable(f"{INDEX} lacks one of {', '.join(sorted(_COLUMNS))}")
            problems.setdefault(row["problem"], []).append(row)
    return problems


def commits(tree: SourceTree, problem: str, folder: str, rows: list[Row]) -> Iterator[State]:
    """The states of a problem, oldest first, each with what is known of its files."""
    present = folder_files(tree, folder)
    known = _contents(tree, problem, present)
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["commit"], []).append(row)
    ordered = sorted(grouped.items(), key=lambda item: _when(item[1][0]))  # stable: one date, the index's order
    before: dict[str, StoredFile] = {}
    for position, (commit, lines) in enumerate(ordered, start=1):
        files = {row["file"]: StoredFile(row["git_blob_sha1"], known.get(row["git_blob_sha1"])) for row in lines}
        newest = position == len(ordered)
        yield State(
            problem=problem,
            folder=folder,
            file=INDEX,
            files=files,
            commit=commit,
            date=_when(lines[0]),
            subject=lines[0].get("subject", ""),
            changed=_changes(before, files),
            newest=newest,
            altered=_altered(present, files) if newest else {},
        )
        before = files


def _contents(tree: SourceTree, problem: str, present: Mapping[str, StoredFile]) -> dict[str, bytes | None]:
    """Bytes by blob, of the files of today and of the older ones that the history keeps."""
    known = {stored.blob: stored.content for stored in present.values()}
    for older in tree.folders(f"history/{problem}"):
        known |= {stored.blob: stored.content for stored in folder_files(tree, f"history/{problem}/{older}").values()}
    return known


def _altered(present: Mapping[str, StoredFile], stated: Mapping[str, StoredFile]) -> dict[str, StoredFile]:
    return {name: found for name, found in present.items() if name in stated and found.blob != stated[name].blob}


def _when(row: Row) -> datetime:
    try:
        moment = datetime.fromisoformat(row.get("committed_at", ""))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unreadable(f"commit {row.get('commit', '')[:8]} has no date with a timezone")
    return moment


def _changes(before: Mapping[str, StoredFile], after: Mapping[str, StoredFile]) -> tuple[str, ...]:
    """Names of the files that were added, changed or removed; empty for the first state."""
    if not before:
        return ()
    names = [name for name in after if name not in before or before[name].blob != after[name].blob]
    return tuple(names + [name for name in before if name not in after])
