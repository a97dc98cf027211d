"""Model indexes as the OpenMMLab projects write them: `model-index.yml` and the `metafile.yml` files it imports.

Reference: the model-index format of Papers with Code, https://github.com/paperswithcode/model-index.

PATH is a folder with a `model-index.yml`, which says what is read; a folder without one, where every `metafile.yml`
below is read; or one of these files. A model inherits what its collection says and it does not. A model's id is made of
the project and the model's name, so that an older release of the same files, imported first, is its history.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.importers.datasets import Datasets
from catalog.importers.files import SourceTree
from catalog.importers.model_index.entries import Entry, Index
from catalog.importers.model_index.versions import FORMAT, record_of
from catalog.importers.records import Record, Reject

__all__ = ["read"]


def read(path: Path) -> Iterator[Record | Reject]:
    """Yield every model once, a model that others were tuned from before these."""
    index, datasets = Index.of(SourceTree(path)), Datasets(FORMAT)
    yield from index.rejects
    for entry in _parents_first(index):
        yield record_of(entry, index, datasets)


def _parents_first(index: Index) -> Iterator[Entry]:
    """In the order of the files, but no model before those it came from. A circle of origins is cut where it closes."""
    done: set[str] = set()
    for first in index.entries:
        waiting = [first]
        while waiting:
            name = waiting[-1]
            missing = [parent for parent in index.parents(name) if parent not in done and parent not in waiting]
            if missing and name not in done:
                waiting.append(missing[0])
                continue
            waiting.pop()
            if name not in done:
                index.keep_parents(name, done)
                done.add(name)
                yield index.entries[name]
