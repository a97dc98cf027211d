"""JSON-LD: models in the words of schema.org and FAIR4ML."""

from __future__ import annotations

from catalog.exports.as_json import as_json
from catalog.exports.linked_data.context import context
from catalog.exports.linked_data.model import model_node
from catalog.exports.records import Export


def write_jsonld(export: Export) -> bytes:
    """One node, or a graph of several, with the context that explains it inline: nothing has to be fetched."""
    nodes = [model_node(export, model) for model in export.models]
    body = nodes[0] if len(nodes) == 1 else {"@graph": nodes}
    return as_json({"@context": context(export.home), **body})
