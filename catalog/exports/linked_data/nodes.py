"""What the nodes of linked data have in common. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.exports.records import Export
from catalog.vocabulary import Kind

Node = dict[str, Any]


def stated(node: Mapping[str, Any]) -> Node:
    """Without what is not said; zero and false are."""
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}


def dataset_node(export: Export, dataset: str) -> Node:
    """A dataset, by its artifact: whichever version is meant, it is one node."""
    return {"@id": export.address(dataset, Kind.DATASET), "@type": "Dataset", "name": export.title_of(dataset)}
