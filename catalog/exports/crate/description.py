"""`ro-crate-metadata.json`, by RO-Crate 1.1 (https://w3id.org/ro/crate/1.1): the crate, its files, what they are about.

A dataset, an analysis or a hypothesis that a model names is described by its page in the catalogue, and not included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from catalog.exports.as_json import as_json, moment
from catalog.exports.citation import CATALOGUE
from catalog.exports.crate.contents import CrateFile
from catalog.exports.crate.models import Entity, contextual_entities, references
from catalog.exports.licences import spdx_id
from catalog.exports.linked_data.context import PREFIXES
from catalog.exports.records import Export
from catalog.exports.stated import license_of

DESCRIPTION = "ro-crate-metadata.json"
_VERSION = "https://w3id.org/ro/crate/1.1"
_WORDS = {
    "creditText": f"{PREFIXES['schema']}creditText",
    "sha256": f"{PREFIXES['schema']}sha256",
    "MLModel": f"{PREFIXES['fair4ml']}MLModel",
    "trainedOn": f"{PREFIXES['fair4ml']}trainedOn",
    "fineTunedFrom": f"{PREFIXES['fair4ml']}fineTunedFrom",
}
"""What the crate's own context has no word for."""


def description_of(export: Export, files: Sequence[CrateFile]) -> bytes:
    """The description of a crate of `files`."""
    graph = [
        {
            "@id": DESCRIPTION,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": _VERSION},
        },
        _root(export, files),
        *map(_file, files),
        *contextual_entities(export),
        *_each_once(map(_license, _licences(export))),
        *_each_once(map(_format, files)),
        {"@id": export.home, "@type": "Organization", "name": CATALOGUE, "url": export.home},
    ]
    return as_json({"@context": [f"{_VERSION}/context", _WORDS], "@graph": graph})


def _root(export: Export, files: Sequence[CrateFile]) -> Entity:
    """The crate. It was published when the catalogue registered the newest of its models."""
    titles = [model["title"] for model in export.models]
    one = export.comparison is None
    ids = ", ".join(model["id"] for model in export.models)
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": titles[0] if one else f"Comparison of {len(titles)} models: {'; '.join(titles)}",
        "description": f"What {CATALOGUE} says of {ids}: record, evaluations and provenance, in the formats of others.",
        "datePublished": moment(max(model["registered_at"] for model in export.models)),
        "license": references(_license(said)["@id"] for said in _licences(export)),
        "author": {"@id": export.home},
        "publisher": {"@id": export.home},
        "mainEntity": references(export.address(model["id"]) for model in export.models),
        "hasPart": [{"@id": file.path} for file in files],
    }


def _file(file: CrateFile) -> Entity:
    return {
        "@id": file.path,
        "@type": "File",
        "name": file.name,
        "encodingFormat": [file.encoding.media_type, {"@id": file.encoding.page}],
        "contentSize": str(len(file.content)),
        "sha256": hashlib.sha256(file.content).hexdigest(),
    }


def _format(file: CrateFile) -> Entity:
    return {"@id": file.encoding.page, "@type": "WebSite", "name": file.encoding.name}


def _licences(export: Export) -> list[str]:
    """The licences of the models, each once, in their own words; empty for one that states none."""
    return list(dict.fromkeys(license_of(model) for model in export.models))


def _license(said: str) -> Entity:
    """A licence that has a name everywhere by that, and any other by its own words."""
    known = spdx_id(said)
    if known:
        return {"@id": f"https://spdx.org/licenses/{known}", "@type": "CreativeWork", "name": known}
    name = said or "No licence is stated."
    return {"@id": f"#licence-{hashlib.sha256(name.encode()).hexdigest()[:12]}", "@type": "CreativeWork", "name": name}


def _each_once(entities: Iterable[Entity]) -> Iterator[Entity]:
    """The first of each id."""
    seen: set[str] = set()
    for entity in entities:
        if entity["@id"] not in seen:
            seen.add(entity["@id"])
            yield entity
