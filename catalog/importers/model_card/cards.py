"""The cards below a PATH: the block of YAML, the text below it, the repository, and the commit where one is stated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from catalog.importers.documents import Unreadable, decode, parse_yaml
from catalog.importers.files import SourceTree
from catalog.importers.records import Reject
from catalog.importers.text import artifact_id, as_texts

MAX_CARD = 4 * 2**20
"""The largest card, in bytes, that is read."""

_FRONT = re.compile(r"\A\s*---[ \t]*\r?\n(?P<yaml>.*?)(?:(?<=\n)|\r?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_CACHED = re.compile(r"(?:\A|/)models--(?P<repository>[^/]+)/snapshots/(?P<commit>[0-9a-f]{7,64})/")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_OF_DATASETS = ("dataset_info", "size_categories", "task_categories", "annotations_creators")


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `repository` is the name of its repository, `org/name` where both are known."""

    file: str
    repository: str
    front: Mapping[str, Any]
    body: str
    commit: str = ""

    @property
    def artifact(self) -> str:
        """The id of the card's model."""
        return artifact_id("model", "hf", self.repository)

    @property
    def name(self) -> str:
        """What the card is called in the list of rejects."""
        return self.repository


def cards_of(tree: SourceTree) -> Iterator[Card | Reject]:
    """Every card, by file. A Markdown file that is no README and has no block of YAML is no card."""
    found = False
    for file in tree.files("*.md"):
        found = True
        repository, commit = _repository(tree, file)
        try:
            text = decode(tree.read(file, limit=MAX_CARD))
            split = _FRONT.match(text)
            if split:
                front = _front(split["yaml"])
                yield Card(file, repository, front, text[split.end() :], commit or _checked_out(tree, file))
            elif tree.only or _is_readme(file):
                raise Unreadable("does not begin with a block of YAML between two lines of ---")
        except Unreadable as error:
            yield Reject(file=file, name=repository, reason=str(error))
    if not found:
        yield Reject(file=".", name=".", reason="no README.md and no other Markdown file")


def _front(text: str) -> Mapping[str, Any]:
    front = parse_yaml(text.encode())
    if front is None:
        return {}
    if not isinstance(front, dict):
        raise Unreadable("the block of YAML is not a mapping")
    if "sdk" in front:
        raise Unreadable("the card of a Space, not of a model")
    if any(key in front for key in _OF_DATASETS):
        raise Unreadable("the card of a dataset, not of a model")
    if as_texts(front.get("tags"))[:1] == ("comparison",) and "library_name" not in front:
        raise Unreadable("the report of a comparison, not the card of a model")
    return front


def _is_readme(file: str) -> bool:
    return PurePosixPath(file).name.casefold() == "readme.md"


def _repository(tree: SourceTree, file: str) -> tuple[str, str]:
    """The repository's name, and the commit that a download cache states of a file."""
    cached = _CACHED.search((tree.root / file).as_posix())
    if cached:
        return cached["repository"].replace("--", "/", 1), cached["commit"]
    if not _is_readme(file):
        return PurePosixPath(file).stem, ""
    return "/".join(PurePosixPath(file).parent.parts[-2:] or (tree.root.name,)), ""


def _checked_out(tree: SourceTree, file: str) -> str:
    """The commit of a checkout whose top the card stands in; blank where `.git` is elsewhere or says none."""
    git = PurePosixPath(file).parent / ".git"
    head = _line(tree, git / "HEAD")
    if not head.startswith("ref: "):
        return head if _COMMIT.fullmatch(head) else ""
    branch = head.removeprefix("ref: ")
    commit = _line(tree, git / branch)
    if not commit:
        packed = _text(tree, git / "packed-refs").splitlines()
        commit = next((line.split(" ")[0] for line in packed if line.endswith(f" {branch}")), "")
    return commit if _COMMIT.fullmatch(commit) else ""


def _line(tree: SourceTree, name: PurePosixPath) -> str:
    return _text(tree, name).strip()


def _text(tree: SourceTree, name: PurePosixPath) -> str:
    try:
        return decode(tree.read(str(name)))
    except Unreadable:
        return ""
