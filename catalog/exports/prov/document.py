"""The ancestry of models as a PROV document (https://www.w3.org/TR/prov-dm/).

A version is an entity, an analysis the activity that produced it. The relations are in `relations`, those who assessed
and evaluated the models in `judgements`.
"""

from __future__ import annotations

from typing import Any

from prov.model import ProvDocument

from catalog.exports.prov.judgements import add_judgements
from catalog.exports.prov.names import Names
from catalog.exports.prov.relations import add_relations
from catalog.exports.records import Export, SourceNode
from catalog.vocabulary import Kind


def document_of(export: Export) -> ProvDocument:
    """The document: every node of the ancestry, every edge of it, then who judged the models."""
    document = ProvDocument()
    names = Names.of(document, export)
    for node in export.ancestry.nodes:
        described = _description(names, node, truncated=node.id in export.ancestry.truncated)
        if node.kind == Kind.ANALYSIS:
            document.activity(names.thing(node.id), other_attributes=described)
        else:
            document.entity(names.thing(node.id), described)
    add_relations(document, names, export.ancestry)
    for model in export.models:
        add_judgements(document, names, model)
    return document


def _description(names: Names, node: SourceNode, *, truncated: bool) -> list[tuple[Any, Any]]:
    """What is said of a node. A node without a version stands for whichever version is meant."""
    stated = {
        "artifact": node.artifact,
        "version_number": node.version_number,
        "content_digest": node.digest,
        "state": node.state,
        "created_at": node.created_at,
        "ancestry_truncated": truncated or None,
    }
    return [
        ("prov:label", node.title),
        ("prov:type", names.word(node.kind)),
        *((names.word(word), value) for word, value in stated.items() if value is not None),
    ]
