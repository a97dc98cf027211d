"""From an entry of an index to the versions of its model, training procedure, origin and datasets."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import urlsplit

from catalog import identity
from catalog.importers.datasets import Datasets, Named
from catalog.importers.model_index.entries import Entry, Index, mapping
from catalog.importers.model_index.results import evaluations
from catalog.importers.records import Record
from catalog.importers.text import artifact_id, as_text, as_texts, finite, integer, snake
from catalog.registration.submission import LinkInput, Source, VersionInput
from catalog.vocabulary import Family, FamilyBasis, Kind, Relation

FORMAT = "model-index"
_WEIGHTS = re.compile(r"(?:(?P<date>\d{8})(?:_\d{6})?-)?(?<![0-9a-f])(?P<digest>[0-9a-f]{8})\.\w+$")
"""OpenMMLab names a file of weights by its date and the first eight digits of its SHA-256."""
_RELEASE = re.compile(r"(?<![\w.])v?\d+\.\d+(?:\.\d+)?(?:(?:\.?dev|a|b|rc)\d+)?(?![\w.])")
_CONVERTED = (("weights", "Weights"), ("code", "Code"))
_ELSEWHERE = frozenset({"Training Data", "Parameters", "FLOPs", "Architecture"})


def record_of(entry: Entry, index: Index, datasets: Datasets) -> Record:
    """The record of one model: datasets, the weights it was converted from, the training procedure, the model."""
    artifact = index.artifact(entry.name)
    stated = as_texts(entry.stated("Training Data"))
    trained_on = {item.dataset.artifact: item for text in stated for item in datasets.named(text, artifact)}
    values, measured_on = evaluations(entry.model.get("Results"), datasets)
    named = tuple(trained_on.values())
    origins = _origins(entry, index)
    analysis = _analysis(entry, index, named, origins)
    model = VersionInput(
        kind=Kind.MODEL,
        artifact=artifact,
        title=entry.name,
        version_label=_label(entry),
        metadata=_metadata(entry),
        source=Source(format=FORMAT, record=artifact, revision=_revision(entry, index)),
        links=_links(entry, index, named, origins, analysis),
        family=Family.DEEP_LEARNING,
        # The format is used for models of any kind: networks are what the OpenMMLab projects train.
        family_basis=FamilyBasis.INFERRED,
        parameter_count=_count(entry.stated("Parameters")),
        evaluations=values,
    )
    data = {item.artifact: item for item in (*(item.dataset for item in named), *measured_on)}
    versions = (*data.values(), *origins, *([analysis] if analysis else []), model)
    return Record(file=entry.file, name=entry.name, versions=versions)


def _links(
    entry: Entry,
    index: Index,
    named: tuple[Named, ...],
    origins: tuple[VersionInput, ...],
    analysis: VersionInput | None,
) -> tuple[LinkInput, ...]:
    links = [LinkInput(relation=Relation.TRAINED_ON, ref=i.dataset.artifact, stated_as=i.stated_as) for i in named]
    if analysis:
        config = as_text(entry.model.get("Config"))
        links.append(LinkInput(relation=Relation.PRODUCED_BY, ref=analysis.artifact, stated_as=config))
    links += [
        LinkInput(relation=Relation.DERIVES_FROM, ref=origin.artifact, stated_as=origin.metadata["uri"])
        for origin in origins
    ]
    for parent in index.parents(entry.name):
        links.append(LinkInput(relation=Relation.FINE_TUNED_FROM, ref=index.artifact(parent), stated_as=parent))
    return tuple(links)


def _origins(entry: Entry, index: Index) -> tuple[VersionInput, ...]:
    """The weights that a model was converted from, or begun with where these are of no model of the index."""
    begun = () if index.parents(entry.name) else as_texts(entry.model.get("Pretrain"))
    converted = as_texts(mapping(entry.model.get("Converted From")).get("Weights"))
    return tuple(map(_origin, dict.fromkeys((*converted, *begun))))


def _analysis(
    entry: Entry, index: Index, named: tuple[Named, ...], origins: tuple[VersionInput, ...]
) -> VersionInput | None:
    """The model's training: its configuration, at the release of the code that the collection states.

    None for weights converted from elsewhere, whose configuration is for inference, and none without a release.
    """
    code, config = _code(entry), as_text(entry.model.get("Config"))
    converted = entry.model.get("Converted From") or "3rdparty" in entry.name
    if converted or not config or "release" not in code:
        return None
    metadata = {"code": {**code, "entrypoint": config}, "training_config": _training_config(entry)}
    inputs = [(item.dataset.artifact, item.stated_as) for item in named]
    inputs += [(index.artifact(parent), parent) for parent in index.parents(entry.name)]
    inputs += [(origin.artifact, origin.metadata["uri"]) for origin in origins]
    artifact = artifact_id("analysis", index.project, entry.name, "training")
    revision = identity.digest({"metadata": metadata, "inputs": [list(item) for item in inputs]})
    return VersionInput(
        kind=Kind.ANALYSIS,
        artifact=artifact,
        title=f"Training of {entry.name}",
        version_label=code["release"],
        metadata=metadata,
        source=Source(format=FORMAT, record=artifact, revision=revision),
        links=tuple(LinkInput(relation=Relation.USED, ref=ref, stated_as=stated) for ref, stated in inputs),
    )


def _origin(uri: str) -> VersionInput:
    """Weights of elsewhere: an address is all that is stated of them."""
    parts = urlsplit(uri)
    name = parts.netloc if parts.query else uri.rstrip("/").rsplit("/", 1)[-1]
    artifact = artifact_id("weights", name, hashlib.sha256(uri.encode()).hexdigest()[:8])
    source = Source(format=FORMAT, record=artifact, revision=identity.digest(uri))
    return VersionInput(kind=Kind.OTHER, artifact=artifact, title=name or uri, metadata={"uri": uri}, source=source)


def _revision(entry: Entry, index: Index) -> str:
    """The digest of all that the files say of this model: another model's change in one file is none of its own."""
    said = {"model": dict(entry.model), "collection": dict(entry.collection), "from": index.parents(entry.name)}
    return identity.digest(finite(said))


def _label(entry: Entry) -> str:
    found = _WEIGHTS.search(as_text(entry.model.get("Weights")))
    return "-".join(filter(None, (found["date"], found["digest"]))) if found else ""


def _metadata(entry: Entry) -> dict[str, Any]:
    converted = mapping(entry.model.get("Converted From"))
    stated = {
        "architecture": ", ".join(as_texts(entry.stated("Architecture"))),
        "training_config": _training_config(entry),
        "checkpoint": _checkpoint(entry),
        "references": _references(entry),
        "code": _code(entry),
        "config": as_text(entry.model.get("Config")),
        "collection": as_text(entry.model.get("In Collection")) or as_text(entry.model.get("In Collections")),
        "readme": as_text(entry.collection.get("README")),
        "flops": _count(entry.stated("FLOPs")),
        "training_data": list(as_texts(entry.stated("Training Data"))),
        "converted_from": {key: list(as_texts(converted.get(name))) for key, name in _CONVERTED if converted.get(name)},
        "downstream": list(as_texts(entry.model.get("Downstream"))),
        "pretrain": as_text(entry.model.get("Pretrain")),
    }
    return {key: value for key, value in stated.items() if value not in (None, "", [], {})}


def _training_config(entry: Entry) -> dict[str, Any]:
    """Epochs, batch size, techniques, resources, and what else a project says in `Metadata`."""
    stated = {snake(key): entry.stated(key) for key in entry.fields if key not in _ELSEWHERE}
    return {key: value for key, value in finite(stated).items() if key and value not in ("", [], {})}


def _checkpoint(entry: Entry) -> dict[str, str]:
    """The address, and the digest's beginning under a key of its own: eight digits do not say which bytes these are."""
    uri = as_text(entry.model.get("Weights"))
    found = _WEIGHTS.search(uri)
    stated = {"uri": uri, "digest_prefix": f"sha256:{found['digest']}" if found else ""}
    return {key: value for key, value in stated.items() if value}


def _references(entry: Entry) -> list[dict[str, str]]:
    papers = entry.collection.get("Paper")
    stated = [
        {key: as_text(mapping(paper).get(name)) for key, name in (("title", "Title"), ("url", "URL"))}
        for paper in (papers if isinstance(papers, list) else [papers])
    ]
    kept = [{key: value for key, value in paper.items() if value} for paper in stated]
    return [paper for paper in kept if paper]


def _code(entry: Entry) -> dict[str, str]:
    """Repository and release of the collection's code. Each may stand in the other's field; a branch is none."""
    texts = as_texts(list(mapping(entry.collection.get("Code")).values()))
    address = next((text for text in texts if text.startswith(("http://", "https://"))), "")
    split = re.match(
        r"(?P<repository>https?://github\.com/[^/]+/[^/]+)(?:/(?:blob|tree)/(?P<ref>[^/]+)/(?P<path>.+))?", address
    )
    versions = [text for text in texts if _RELEASE.fullmatch(text)]
    if split and _RELEASE.fullmatch(split["ref"] or ""):
        versions.append(split["ref"])
    stated = {
        "repository": split["repository"] if split else address,
        "release": versions[0] if versions else "",
        "path": (split["path"] or "") if split else "",
    }
    return {key: value for key, value in stated.items() if value}


def _count(value: Any) -> int | None:
    counted = integer(value)
    return counted if counted is not None and counted >= 0 else None
