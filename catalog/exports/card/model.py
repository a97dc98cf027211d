"""The text of a model card: what the model is, how good, where it comes from, what to mind, how to cite it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.exports.card.markdown import block, bullets, code, number, opening, paragraphs, plain, table
from catalog.exports.citation import citation
from catalog.exports.records import Detail, Export
from catalog.exports.stated import authors_of, license_of, references_of

_ELSEWHERE = frozenset({"authors", "references", "license", "parameter_count"})
"""Keys of a record that a card tells in another place."""


def model_card(export: Export) -> str:
    """The card, without the facts before it."""
    [model] = export.models
    cited = citation(model, export.address(model["id"]))
    parts = (
        f"# {plain(model['title'])}",
        _standing(model),
        paragraphs(model["description"] or ""),
        "## Model details",
        table(("", ""), _facts(export, model)),
        _specification(model["metadata"]),
        "## Evaluation",
        quality(model),
        evaluations(export, model),
        "## Provenance",
        rules(model),
        _links(model),
        "## Limitations",
        _limitations(model),
        "## Citation",
        opening(cited.text),
        block(cited.bibtex, "bibtex"),
        _references(model["metadata"]),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _standing(model: Detail) -> str:
    label = f" “{plain(model['version_label'])}”" if model["version_label"] else ""
    family = model["model_family"].replace("_", " ").capitalize()
    return f"{family} model, version {model['version_number']}{label} of {code(model['model'])}; {model['state']}."


def _facts(export: Export, model: Detail) -> Iterator[tuple[str, str]]:
    count = model["parameter_count"]
    facts = {
        "Identifier": code(model["id"]),
        "Digest": code(model["content_digest"]),
        "Page": f"<{export.address(model['id'])}>",
        "Authors": plain(", ".join(authors_of(model["metadata"]))),
        "Licence": plain(license_of(model)) or "not stated",
        "Parameters": "" if count is None else f"{count:,}",
        "Created": model["created_at"].date().isoformat(),
        "Registered": model["registered_at"].date().isoformat(),
        "Changes": plain(model["changelog"] or ""),
    }
    yield from ((name, said) for name, said in facts.items() if said)


def _specification(metadata: Mapping[str, Any]) -> str:
    """The record, but what the card says elsewhere."""
    said = {key: value for key, value in metadata.items() if key not in _ELSEWHERE}
    if not said:
        return "The record does not say what the model is made of."
    return block(json.dumps(said, indent=2, ensure_ascii=False, sort_keys=True), "json")


def quality(model: Detail) -> str:
    """The score in words, with its basis and its cap."""
    assessed, cap = model["quality"], model["provenance"]["cap"]
    told = f"Score {model['quality_score']:.3g} of 1"
    if assessed["assessed"] is None:
        told += ": how much of the record is there; nobody has assessed the model"
    else:
        told += f", assessed by {plain(assessed['by'])}" if assessed["by"] else ", assessed"
        told += f": {plain(assessed['reason']).rstrip('.')}" if assessed["reason"] else ""
    if cap is not None and model["quality_uncapped"] > cap:
        told += f". It is capped at {cap} while a provenance rule fails, and would be {model['quality_uncapped']:.3g}"
    return f"{told}."


def evaluations(export: Export, model: Detail) -> str:
    """The evaluations, one a row."""
    if not model["evaluations"]:
        return "Nobody has reported an evaluation."
    columns = ("Metric", "Value", "Interval", "n", "Task", "Subset", "Dataset", "Version", "Split", "Evaluated by")
    return table(columns, (_evaluation(export, value) for value in model["evaluations"]))


def _evaluation(export: Export, value: Mapping[str, Any]) -> tuple[str, ...]:
    measured = f"{number(value['value'])} {plain(value['unit'] or '')}".strip()
    interval = "" if value["ci_low"] is None else f"{number(value['ci_low'])} to {number(value['ci_high'])}"
    dataset = value["dataset"]
    return (
        code(value["metric"]),
        measured,
        interval,
        number(value["n"]),
        plain(value["task"] or ""),
        plain(value["subset"] or ""),
        plain(export.title_of(dataset)) if dataset else "not stated",
        number(value["dataset_version"]),
        plain(value["split"] or ""),
        plain(value["evaluated_by"] or value["reported_by"] or ""),
    )


def rules(model: Detail) -> str:
    """How each provenance rule stands and, where one fails, how to mend it."""
    return bullets(_rule(rule) for rule in model["provenance"]["rules"])


def _rule(rule: Mapping[str, Any]) -> str:
    if not rule["applies"]:
        return f"{rule['label']}: does not apply."
    if rule["holds"]:
        return f"{rule['label']}: yes."
    return f"{rule['label']}: **no**. {rule['message']} To mend it: {rule['remedy']}"


def _links(model: Detail) -> str:
    columns = ("Relation", "To", "Title", "Version", "Pin", "Digest when pinned")
    return table(columns, map(_link, model["links"])) if model["links"] else "The record names no source of it."


def _link(link: Mapping[str, Any]) -> tuple[str, ...]:
    relation = link["relation"].replace("_", " ")
    return (
        f"{relation} ({link['outcome']})" if link["outcome"] else relation,
        code(link["version_id"] or link["artifact"]),
        plain(link["title"]),
        number(link["version_number"]),
        link["status"],
        code(link["digest"] or ""),
    )


def _limitations(model: Detail) -> str:
    advisories = [
        f"{item['code'].replace('_', ' ')}: {plain(item['message'])}" for item in model["provenance"]["advisories"]
    ]
    failing = [plain(rule["message"]) for rule in model["provenance"]["rules"] if rule["message"]]
    return bullets([*failing, *advisories]) or "The catalogue knows of none."


def _references(metadata: Mapping[str, Any]) -> str:
    found = references_of(metadata)
    return "### References\n\n" + bullets(map(opening, found)) if found else ""
