"""One model as a node of linked data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from catalog.comparison.leakage import TRAINING_SPLITS
from catalog.exports.as_json import moment
from catalog.exports.licences import spdx_id
from catalog.exports.linked_data.evaluations import evaluation_nodes
from catalog.exports.linked_data.nodes import Node, dataset_node, stated
from catalog.exports.records import Detail, Export
from catalog.exports.stated import authors_of, dois_of, license_of, references_of
from catalog.vocabulary import Kind, Relation

_TYPES = {Kind.DATASET: "Dataset", Kind.MODEL: "MLModel", Kind.ANALYSIS: "Activity", Kind.HYPOTHESIS: "Entity"}
_SPLITS = {"test": "testedOn", "testing": "testedOn", "validation": "validatedOn", "val": "validatedOn"}
_SAID_OF_USE = {
    "intendedUse": ("intended_use",),
    "usageInstructions": ("usage_instructions",),
    "hasCO2eEmissions": ("co2e_emissions", "co2_eq_emissions"),
}
"""What FAIR4ML has a word for, and under which keys records hold it, free as they are."""


def model_node(export: Export, model: Detail) -> Node:
    """All that is said of one model. Its evaluations are nodes of their own within it."""
    node = {
        "@id": export.address(model["id"]),
        "@type": "MLModel",
        **_identity(export, model),
        **_description(model),
        **_provenance(export, model),
        **_data(export, model),
        "hasEvaluation": evaluation_nodes(export, model),
        **_standing(model),
    }
    return stated(node)


def _identity(export: Export, model: Detail) -> Node:
    return {
        "identifier": model["id"],
        "url": export.address(model["id"]),
        "name": model["title"],
        "version": model["version_label"] or str(model["version_number"]),
        "content_digest": model["content_digest"],
        "state": model["state"],
        "dateCreated": moment(model["created_at"]),
        "datePublished": moment(model["registered_at"]),
    }


def _description(model: Detail) -> Node:
    metadata = model["metadata"]
    code = metadata.get("code") if isinstance(metadata.get("code"), Mapping) else {}
    return {
        "description": model["description"],
        "releaseNotes": model["changelog"],
        # Whether an author is a person or a team the record does not say, and so nor does this.
        "author": [{"name": name} for name in authors_of(metadata)],
        "license": _license(license_of(model)),
        "citation": _citations(metadata),
        "codeRepository": _address(code.get("repository")),
        "softwareRequirements": [f"{name} {release}" for name, release in _plain_items(metadata.get("environment"))],
        "distribution": _checkpoint(metadata.get("checkpoint")),
        "model_family": model["model_family"],
        "modelCategory": list(_categories(model)),
        "mlTask": _distinct(value["task"] for value in model["evaluations"]),
        **{word: _first_text(metadata, keys) for word, keys in _SAID_OF_USE.items()},
    }


def _provenance(export: Export, model: Detail) -> Node:
    revised = [
        edge.target
        for edge in export.ancestry.edges
        if edge.relation == Relation.REVISES and edge.source == model["id"]
    ]
    tests = _linked(export, model, Relation.TESTS)
    return {
        "wasGeneratedBy": [node for node, _ in _linked(export, model, Relation.PRODUCED_BY)],
        "fineTunedFrom": [node for node, _ in _linked(export, model, Relation.FINE_TUNED_FROM)],
        "isBasedOn": [node for node, _ in _linked(export, model, Relation.COMBINES, Relation.DERIVES_FROM)],
        "wasRevisionOf": [{"@id": export.address(name)} for name in revised],
        "tests_hypothesis": [node | stated({"outcome": link["outcome"]}) for node, link in tests],
    }


def _data(export: Export, model: Detail) -> Node:
    """What it was trained on, and what it was measured on, by the word for the split; a fit to data is no such."""
    found: dict[str, list[Node]] = {"testedOn": [], "validatedOn": [], "evaluatedOn": []}
    for value in model["evaluations"]:
        split = (value["split"] or "").casefold()
        if value["dataset"] and split not in TRAINING_SPLITS:
            node, nodes = dataset_node(export, value["dataset"]), found[_SPLITS.get(split, "evaluatedOn")]
            if node not in nodes:
                nodes.append(node)
    return {"trainedOn": [node for node, _ in _linked(export, model, Relation.TRAINED_ON)], **found}


def _linked(export: Export, model: Detail, *relations: Relation) -> list[tuple[Node, Mapping[str, Any]]]:
    """What links of these relations lead to, by the version where one is named, each with its link."""
    return [(_target(export, link), link) for link in model["links"] if link["relation"] in relations]


def _target(export: Export, link: Mapping[str, Any]) -> Node:
    number = link["version_number"]
    return stated(
        {
            "@id": export.address(link["version_id"] or link["artifact"], link["kind"]),
            "@type": _TYPES.get(link["kind"], "CreativeWork"),
            "name": link["title"],
            "version": None if number is None else str(number),
            "content_digest": link["digest"],
        }
    )


def _standing(model: Detail) -> Node:
    """How the catalogue judges it, with what to mind."""
    rules = [rule["message"] for rule in model["provenance"]["rules"] if rule["message"]]
    advisories = [item["message"] for item in model["provenance"]["advisories"]]
    return {
        "modelRisksBiasLimitations": [*rules, *advisories],
        "quality_score": model["quality_score"],
        "quality_basis": model["quality_basis"],
        "provenance_completeness": model["provenance_completeness"],
        "provenance_warning": model["provenance_warning"],
    }


def _license(said: str) -> Any:
    known = spdx_id(said)
    return {"@id": f"https://spdx.org/licenses/{known}", "name": said} if known else said


def _citations(metadata: Mapping[str, Any]) -> list[Any]:
    """Each reference: by its DOI where it has one, else in the record's words."""
    dois = dois_of(metadata)
    found: list[Any] = [
        {"@id": f"https://doi.org/{quote(doi, safe='/:;()')}", "@type": "CreativeWork", "name": text}
        for doi, text in dois.items()
    ]
    return [*found, *(text for text in references_of(metadata) if text not in dois.values())]


def _categories(model: Detail) -> Iterator[str]:
    yield model["model_family"].replace("_", " ")
    for key in ("architecture", "model_type"):
        if isinstance(said := model["metadata"].get(key), str) and said.strip():
            yield said


def _checkpoint(said: Any) -> Node | None:
    address = _address(said.get("uri")) if isinstance(said, Mapping) else None
    digest = said.get("digest") if isinstance(said, Mapping) else None
    found = {"@type": "DataDownload", "contentUrl": address, "identifier": digest if isinstance(digest, str) else None}
    return stated(found) if address else None


def _address(said: Any) -> str | None:
    return said if isinstance(said, str) and said.startswith(("https://", "http://")) else None


def _plain_items(said: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(said, Mapping):
        yield from ((name, value) for name, value in said.items() if isinstance(value, str | int | float) and value)


def _first_text(metadata: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    for key in keys:
        value = metadata.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    return None


def _distinct(said: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(filter(None, said)))
