"""The models of an index with their collections, whichever files these stand in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from catalog.importers.files import SourceTree, Unreadable
from catalog.importers.records import Reject
from catalog.importers.text import artifact_id, as_text, as_texts, slug

_INDEXES = ("model-index.yml", "model-index.yaml")
_METAFILES = ("metafile.yml", "metafile.yaml")

_REPOSITORY = re.compile(r"github\.com/[\w.-]+/(?P<project>[\w.-]+)")
_DOWNLOAD = re.compile(r"download\.openmmlab\.com/(?P<project>[\w.-]+)/")
_RENAMED = {"mmclassification": "mmpretrain", "mmcls": "mmpretrain", "mmselfsup": "mmpretrain"}
"""Projects that go on under another name: a model keeps its id. (mmpretrain 1.0 unites the other two.)"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the index: its own mapping, and its collection's."""

    name: str
    file: str
    model: Mapping[str, Any]
    collection: Mapping[str, Any]

    def stated(self, key: str) -> Any:
        """A field of `Metadata`: the model's own, else the collection's."""
        own = mapping(self.model.get("Metadata")).get(key)
        return own if own is not None else mapping(self.collection.get("Metadata")).get(key)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of `Metadata`, the collection's first."""
        parts = (mapping(part.get("Metadata")) for part in (self.collection, self.model))
        return tuple(dict.fromkeys(str(key) for part in parts for key in part))


@dataclass(slots=True)
class Index:
    """All models by name, and what could not be taken."""

    entries: dict[str, Entry] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    project: str = "model-index"
    _parents: dict[str, list[str]] = field(default_factory=dict)
    _taken: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: SourceTree) -> Index:
        """Read the files of an index."""
        index = cls()
        documents = _documents(tree, index.rejects)
        collections = _collections(documents)
        for file, document in documents.items():
            for number, model in enumerate(_items(document.get("Models")), start=1):
                index._add(file, number, model, collections)
        index.project = _project(collections, index.entries.values())
        index._relate()
        return index

    def artifact(self, name: str) -> str:
        """The id of a model."""
        return artifact_id("model", self.project, name)

    def parents(self, name: str) -> list[str]:
        """The models that this one was tuned from, as the index states it on either side."""
        return self._parents.get(name, [])

    def keep_parents(self, name: str, known: Container[str]) -> None:
        """Forget the parents that are not among the known: nothing can come from what comes after it."""
        self._parents[name] = [parent for parent in self.parents(name) if parent in known]

    def _add(self, file: str, number: int, model: Any, collections: Mapping[tuple[str, str], Any]) -> None:
        name = as_text(model.get("Name")) if isinstance(model, dict) else ""
        if not name:
            reason = "a model without a name" if isinstance(model, dict) else "a model that is no mapping"
            self.rejects.append(Reject(file=file, name=f"model {number}", reason=reason))
            return
        # A model of an index is found by its name, so a second one of that name can be neither found nor told apart.
        taken = self._taken.setdefault(slug(name), name)
        if taken in self.entries:
            other = self.entries[taken]
            reason = "repeats" if other.model == model else "has the name of another model:"
            self.rejects.append(Reject(file=file, name=name, reason=f"{reason} {other.name} in {other.file}"))
            return
        wanted = as_text(model.get("In Collection")) or as_text(model.get("In Collections"))
        collection = collections.get((file, wanted)) or collections.get(("", wanted)) or {}
        self.entries[name] = Entry(name, file, model, collection)

    def _relate(self) -> None:
        by_weights = {as_text(entry.model.get("Weights")): name for name, entry in self.entries.items()}
        for name, entry in self.entries.items():
            for child in as_texts(entry.model.get("Downstream")):
                if child in self.entries:
                    self._add_parent(child, name)
            origin = as_text(entry.model.get("Pretrain"))
            parent = by_weights.get(origin) if origin else None
            if parent:
                self._add_parent(name, parent)

    def _add_parent(self, child: str, parent: str) -> None:
        known = self._parents.setdefault(child, [])
        if parent != child and parent not in known:
            known.append(parent)


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Any]:
    """A list, or the one mapping that stands in its place."""
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _document(tree: SourceTree, file: str) -> Mapping[str, Any]:
    document = tree.yaml(file)
    if not isinstance(document, dict):
        raise Unreadable("not a mapping with Collections and Models")
    if not any(key in document for key in ("Models", "Collections", "Import")):
        raise Unreadable("neither Collections nor Models nor Import")
    if not isinstance(document.get("Models"), list | dict | None):
        raise Unreadable("Models is not a list")
    return document


def _documents(tree: SourceTree, rejects: list[Reject]) -> dict[str, Mapping[str, Any]]:
    """The files to read, each once: those that an index imports, or every metafile below."""
    start = [tree.only] if tree.only else [name for name in _INDEXES if tree.has(name)][:1]
    waiting = start or list(tree.files(*_METAFILES))
    if not waiting:
        rejects.append(Reject(file=".", name=".", reason="no model-index.yml and no metafile.yml"))
    documents: dict[str, Mapping[str, Any]] = {}
    queued = set(waiting)
    while waiting:
        file = waiting.pop(0)
        try:
            documents[file] = _document(tree, file)
        except Unreadable as error:
            rejects.append(Reject(file=file, name=file, reason=str(error)))
            continue
        patterns = as_texts(documents[file].get("Import"))
        imported = [name for pattern in patterns for name in _imported(tree, file, pattern) if name not in queued]
        queued.update(imported)
        waiting += dict.fromkeys(imported)
    return documents


def _imported(tree: SourceTree, file: str, pattern: str) -> list[str]:
    """The files that an `Import` names, which may be a pattern, relative to the importing file."""
    path = (PurePosixPath(file).parent / pattern).as_posix()
    if not re.search(r"[*?\[]", pattern):
        return [path]
    return [name for name in tree.files(PurePosixPath(path).name) if PurePosixPath(name).match(path)]


def _collections(documents: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], Any]:
    """Collections by file and name, and by name alone for models whose collection stands in another file."""
    found: dict[tuple[str, str], Any] = {}
    for file, document in documents.items():
        for collection in _items(document.get("Collections")):
            name = as_text(mapping(collection).get("Name"))
            if name:
                found.setdefault((file, name), collection)
                found.setdefault(("", name), collection)
    return found


def _project(collections: Mapping[tuple[str, str], Any], entries: Iterable[Entry]) -> str:
    """The project that the files are of: what most code addresses name, else most weights'."""
    code = [" ".join(as_texts(list(mapping(item.get("Code")).values()))) for item in collections.values()]
    weights = [as_text(entry.model.get("Weights")) for entry in entries]
    for pattern, texts in ((_REPOSITORY, code), (_DOWNLOAD, weights)):
        names = [found["project"] for found in map(pattern.search, texts) if found]
        counted = Counter(_RENAMED.get(name, name) for name in names)
        if counted:
            return max(sorted(counted), key=lambda name: counted[name])
    return "model-index"
