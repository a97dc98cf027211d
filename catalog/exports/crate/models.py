"""The models of a crate, and what they name, as its contextual entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog.exports.as_json import moment
from catalog.exports.linked_data.nodes import stated
from catalog.exports.records import Detail, Export, SourceNode
from catalog.exports.stated import authors_of
from catalog.vocabulary import Kind, Relation

Entity = dict[str, Any]

_TYPES: dict[str, str] = {Kind.MODEL: "MLModel", Kind.ANALYSIS: "CreateAction"}
_WORDS = {
    Relation.TRAINED_ON: "trainedOn",
    Relation.FINE_TUNED_FROM: "fineTunedFrom",
    Relation.COMBINES: "isBasedOn",
    Relation.DERIVES_FROM: "isBasedOn",
    Relation.TESTS: "about",
    Relation.CITES: "citation",
}


def contextual_entities(export: Export) -> Iterator[Entity]:
    """The models, then what their links lead to, each once: an analysis as the action that had them as results."""
    entities = {export.address(model["id"]): _model(export, model) for model in export.models}
    for model in export.models:
        for link in model["links"]:
            entities.setdefault(_address(export, link), _target(export, link))
    nodes = {node.id: node for node in export.ancestry.nodes}
    for producer in _producers(export):
        inputs = [nodes[name] for name in _inputs(export, producer["identifier"])]
        for node in inputs:
            entities.setdefault(export.address(node.id, node.kind), _source(export, node))
        producer["object"] = references(export.address(node.id, node.kind) for node in inputs)
        entities[producer["@id"]] = stated(producer)
    yield from entities.values()


def references(addresses: Iterable[str]) -> Any:
    """One reference, or a list of several."""
    found = [{"@id": address} for address in dict.fromkeys(addresses)]
    return found[0] if len(found) == 1 else found


def _model(export: Export, model: Detail) -> Entity:
    address = export.address(model["id"])
    linked: dict[str, list[str]] = {}
    for link in model["links"]:
        if link["relation"] in _WORDS:
            linked.setdefault(_WORDS[link["relation"]], []).append(_address(export, link))
    return stated(
        {
            "@id": address,
            "@type": ["CreativeWork", "MLModel"],
            "name": model["title"],
            "description": model["description"],
            "identifier": model["id"],
            "url": address,
            "version": model["version_label"] or str(model["version_number"]),
            "dateCreated": moment(model["created_at"]),
            "creditText": ", ".join(authors_of(model["metadata"])),
            **{word: references(addresses) for word, addresses in linked.items()},
        }
    )


def _target(export: Export, link: Mapping[str, Any]) -> Entity:
    return {
        "@id": _address(export, link),
        "@type": _TYPES.get(link["kind"], "CreativeWork"),
        "name": link["title"],
        "identifier": link["version_id"] or link["artifact"],
    }


def _source(export: Export, node: SourceNode) -> Entity:
    return {
        "@id": export.address(node.id, node.kind),
        "@type": _TYPES.get(node.kind, "CreativeWork"),
        "name": node.title,
        "identifier": node.id,
    }


def _producers(export: Export) -> Iterator[Entity]:
    """The analyses that the models name as their producers, each with all the models it produced."""
    produced: dict[str, list[str]] = {}
    targets: dict[str, Entity] = {}
    for model in export.models:
        for link in model["links"]:
            if link["relation"] == Relation.PRODUCED_BY:
                targets[_address(export, link)] = _target(export, link)
                produced.setdefault(_address(export, link), []).append(export.address(model["id"]))
    for address, entity in targets.items():
        yield entity | {"result": references(produced[address])}


def _inputs(export: Export, analysis: str) -> list[str]:
    return [edge.target for edge in export.ancestry.edges if edge.source == analysis and edge.relation == Relation.USED]


def _address(export: Export, link: Mapping[str, Any]) -> str:
    return export.address(link["version_id"] or link["artifact"], link["kind"])
