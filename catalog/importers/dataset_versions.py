"""Versions of a dataset that a registry tells apart, and datasets that the catalogue need not be told of again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.importers.text import artifact_id
from catalog.references import resolve_all
from catalog.registration.submission import Source, VersionInput


def version_at(
    dataset: VersionInput, label: str, *, metadata: Mapping[str, Any], checksums: Mapping[str, str] | None = None
) -> VersionInput:
    """The version of `dataset` that a source calls `label`, with an id of its own: a reference to it pins.

    The label says which version it is; what two records say of it beside that is taken from the first.
    """
    format_ = dataset.source.format if dataset.source else ""
    return dataclasses.replace(
        dataset,
        version_id=artifact_id(dataset.artifact, label),
        version_label=label,
        metadata=dict(metadata),
        checksums=dict(checksums or {}),
        source=Source(format=format_, record=dataset.artifact, revision=label),
    )


def without_held(datasets: Iterable[VersionInput]) -> tuple[VersionInput, ...]:
    """The datasets without those of which only a name is said, and which the catalogue holds under that name.

    Such a mention must not become the latest version of a dataset whose versions say which bytes they are.
    """
    stated = tuple(datasets)
    named = [dataset.artifact for dataset in stated if dataset.version_id is None]
    held = resolve_all(named) if named else {}
    return tuple(dataset for dataset in stated if dataset.version_id is not None or held.get(dataset.artifact) is None)
