"""The one plain input that every format writes from: no database, no request, nothing that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.comparison.records import Comparison
from catalog.vocabulary import Kind

Detail = Mapping[str, Any]
"""A model version as `catalog.detail.model_detail` has it, and so as the API answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNode:
    """A version that a model came from or, where no version is named, an artifact.

    `version_number`, `digest` and `created_at` are those of the version, None where none is named.
    """

    id: str
    artifact: str
    kind: str
    title: str
    state: str
    version_number: int | None = None
    digest: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEdge:
    """A relation from one node's id to another's; `outcome` is what a test says of its hypothesis."""

    source: str
    target: str
    relation: str
    pinned: bool
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestry:
    """Everything that the models came from, in one graph, their own earlier versions included.

    `nodes` and `edges` are in the order of their ids; `truncated` names the models of which a limit left something out.
    """

    nodes: tuple[SourceNode, ...]
    edges: tuple[SourceEdge, ...]
    truncated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is exported: one model version, or two to eight with their comparison.

    `home` is the address of the catalogue, without a slash at its end; `titles` are those of the datasets that the
    models were evaluated on, by artifact id.
    """

    models: tuple[Detail, ...]
    ancestry: Ancestry
    home: str
    titles: Mapping[str, str]
    comparison: Comparison | None = None

    def address(self, id: str, kind: str = Kind.MODEL) -> str:  # noqa: A002
        """The page of a version or an artifact, which is also what it is called in linked data."""
        return f"{self.home}/{place_of(kind)}/{id}"

    def title_of(self, dataset: str) -> str:
        return self.titles.get(dataset) or dataset


def place_of(kind: str) -> str:
    """The part of the catalogue in which things of a kind have their pages."""
    return "models" if kind == Kind.MODEL else "artifacts"
