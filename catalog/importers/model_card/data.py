"""The datasets that one card names: those it was trained on, and those it was measured on."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from catalog.identity import id_problem
from catalog.importers.dataset_versions import version_at
from catalog.importers.datasets import Datasets
from catalog.importers.text import as_text, as_texts
from catalog.references import resolve_all
from catalog.registration.submission import LinkInput, VersionInput
from catalog.vocabulary import Kind, Relation

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class CardData:
    """Gathers the datasets of one model, `owner` by its id; `versions` are those to be registered before it."""

    def __init__(self, datasets: Datasets, owner: str) -> None:
        self._datasets = datasets
        self._owner = owner
        self._found: dict[str, VersionInput] = {}

    @property
    def versions(self) -> tuple[VersionInput, ...]:
        """The datasets, each version once, the unversioned first."""
        return tuple(sorted(self._found.values(), key=lambda version: version.version_id is not None))

    def trained_on(self, stated: Any) -> tuple[LinkInput, ...]:
        """A link to each dataset that the card's `datasets` names."""
        links: dict[str, LinkInput] = {}
        for name in as_texts(stated):
            ref = self._held(name) or self._take(self._datasets.identified(name, self._owner))
            links.setdefault(ref, LinkInput(relation=Relation.TRAINED_ON, ref=ref, stated_as=name))
        return tuple(links.values())

    def measured_on(self, stated: Mapping[str, Any]) -> tuple[str | None, int | None]:
        """The reference to a result's dataset, and the number of its version; None for what is not stated.

        `type` is the dataset's identifier; `name` is for reading, and stands in where there is no identifier. A
        `revision` that is a commit makes a version; one that is a number, as a catalogue writes, is looked up.
        """
        name = as_text(stated.get("type")) or as_text(stated.get("name"))
        if not name:
            return None, None
        revision = as_text(stated.get("revision"))
        held = self._held(name)
        if held and _NUMBER.fullmatch(revision) and resolve_all([ref := f"{held}@{revision}"])[ref]:
            return held, int(revision)
        dataset = self._datasets.identified(name, self._owner)
        if _COMMIT.fullmatch(revision):
            if held:
                dataset = dataclasses.replace(dataset, artifact=held, title=name, aliases=())
            return self._take(version_at(dataset, revision, metadata={"commit": revision})), None
        return held or self._take(dataset), None

    def _held(self, name: str) -> str | None:
        """The id of the dataset that the catalogue holds under the very name."""
        target = None if id_problem(name) else resolve_all([name])[name]
        return target.artifact.public_id if target and target.kind == Kind.DATASET else None

    def _take(self, dataset: VersionInput) -> str:
        ref = dataset.version_id or dataset.artifact
        self._found.setdefault(ref, dataset)
        return ref
