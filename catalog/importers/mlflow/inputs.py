"""The datasets that a run took in, each a version by its digest, with what it was taken for.

MLflow's own digest is eight digits of an MD5 over at most the first 10,000 rows, without columns that are neither text
nor number: it tells versions apart and does not say which bytes these are. A digest that someone gave, of 32 digits or
more, does, and so does the commit of a dataset from a hub.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.importers.addresses import public_address
from catalog.importers.dataset_versions import version_at
from catalog.importers.datasets import Datasets
from catalog.importers.mlflow.facts import Facts, items, mapping
from catalog.importers.mlflow.listing import pairs
from catalog.importers.text import as_text, integer
from catalog.registration.submission import VersionInput

_CONTEXT = "mlflow.data.context"
_TRAINING = frozenset({"train", "training", "fit"})
_WHOLE_DIGEST = re.compile(r"[0-9a-fA-F]{32,}")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Input:
    """A dataset of a run. `context` is what the run says it was for ("training", "eval"), blank for nothing or more."""

    dataset: VersionInput
    name: str
    digest: str
    contexts: frozenset[str]

    @property
    def ref(self) -> str:
        """The reference that pins it, where it has a digest."""
        return self.dataset.version_id or self.dataset.artifact

    @property
    def is_training(self) -> bool:
        """Whether the run was trained on it."""
        return bool(self.contexts & _TRAINING)

    @property
    def split(self) -> str:
        """The split that a value measured on it was measured on; blank where it was taken for several things."""
        return next(iter(self.contexts)) if len(self.contexts) == 1 else ""


def inputs_of(facts: Facts, datasets: Datasets, owner: str) -> dict[tuple[str, str], Input]:
    """The run's datasets by name and digest. `owner` is the model's id: data without a name of their own are its."""
    found: dict[tuple[str, str], Input] = {}
    for item in items(mapping(facts.run.get("inputs")).get("dataset_inputs")):
        stated = mapping(item.get("dataset"))
        name, digest = as_text(stated.get("name")), as_text(stated.get("digest"))
        if not name:
            continue
        context = pairs(item.get("tags")).get(_CONTEXT, "").strip().casefold()
        before = found.get((name, digest))
        contexts = (before.contexts if before else frozenset()) | ({context} if context else frozenset())
        dataset = before.dataset if before else _dataset(stated, datasets.identified(name, owner), digest)
        found[name, digest] = Input(dataset, name, digest, contexts)
    return found


def measured_elsewhere(name: str, digest: str, datasets: Datasets, owner: str) -> Input:
    """A dataset that a value names and that the run did not take in: another run measured."""
    return Input(_dataset({}, datasets.identified(name, owner), digest), name, digest, frozenset())


def _dataset(stated: Mapping[str, Any], dataset: VersionInput, digest: str) -> VersionInput:
    if not digest:
        return dataset
    source = _object(stated.get("source"))
    commit = as_text(source.get("revision"))
    address = next(filter(None, (as_text(source.get(key)) for key in ("url", "uri", "path"))), "")
    said = {
        "mlflow_digest": digest,
        "source_type": as_text(stated.get("source_type")),
        "source": public_address(address),
        "rows": integer(_object(stated.get("profile")).get("num_rows")),
        "commit": commit if _COMMIT.fullmatch(commit) else "",
    }
    return version_at(
        dataset,
        digest,
        metadata={key: value for key, value in said.items() if value not in (None, "")},
        checksums={"mlflow-digest": digest} if _WHOLE_DIGEST.fullmatch(digest) else {},
    )


def _object(text: Any) -> Mapping[str, Any]:
    """MLflow keeps a dataset's source and profile as JSON within a text."""
    try:
        return mapping(json.loads(text)) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        return {}
