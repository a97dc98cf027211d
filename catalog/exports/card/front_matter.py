"""The facts that stand before a model card: YAML by the Hugging Face Hub's specification of model cards.

What the Hub has no key for stands in the `args` of a metric, where its library keeps what it does not know; that
`reported_by` is among them tells the catalogue's importer to read it back. A task or dataset that no one states is
`unknown`, since the Hub's readers ask for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from catalog.exports.licences import hub_id
from catalog.exports.records import Detail, Export
from catalog.exports.stated import license_of
from catalog.vocabulary import Relation

UNSTATED = "unknown"
_ARGUMENTS = ("unit", "n", "ci_low", "ci_high", "std_error", "period", "reported_by", "primary")
_LONGEST_LINE = 1_000_000
_BREAKS = ("\n", "\r", "\x85", "\u2028", "\u2029")


class _Dumper(yaml.SafeDumper):
    """Writes a text that holds a break of any kind with that break escaped, so that every text is in one line."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        broken = any(letter in text for letter in _BREAKS)
        return self.represent_scalar("tag:yaml.org,2002:str", text, style='"' if broken else None)

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(str, _Dumper.represent_text)


def rendered(facts: Mapping[str, Any]) -> str:
    """The facts between two lines of dashes, which no text in them can be."""
    stated = {key: value for key, value in facts.items() if value not in (None, [], {})}
    text = yaml.dump(stated, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_LONGEST_LINE)
    return f"---\n{text}---\n"


def model_facts(export: Export) -> dict[str, Any]:
    """The facts of one model."""
    [model] = export.models
    metadata = model["metadata"]
    bases, relation = _bases(model)
    emissions = metadata.get("co2_eq_emissions", metadata.get("co2e_emissions"))
    return {
        **_license(model),
        "library_name": metadata["framework"].lower() if _is_text(metadata.get("framework")) else None,
        "tags": _tags([model]),
        "datasets": model["datasets"],
        "base_model": bases,
        "base_model_relation": relation,
        "metrics": _metrics([model]),
        "co2_eq_emissions": emissions if isinstance(emissions, int | float | Mapping) else None,
        "model-index": _index(export),
    }


def comparison_facts(export: Export) -> dict[str, Any]:
    """The facts of a comparison: those that hold of several models, and an index of each."""
    return {
        "tags": ["comparison", *_tags(export.models)],
        "datasets": list(dict.fromkeys(name for model in export.models for name in model["datasets"])),
        "metrics": _metrics(export.models),
        "model-index": _index(export),
    }


def _license(model: Detail) -> dict[str, Any]:
    """By the Hub, a licence that it has no word for is `other`, and then has a name."""
    stated = license_of(model)
    known = hub_id(stated)
    if known or not stated:
        return {"license": known}
    return {"license": "other", "license_name": stated}


def _tags(models: Iterable[Detail]) -> list[str]:
    return list(dict.fromkeys(word for model in models for word in (model["model_family"], *_tasks(model))))


def _tasks(model: Detail) -> Iterator[str]:
    yield from (value["task"] for value in model["evaluations"] if value["task"])


def _metrics(models: Iterable[Detail]) -> list[str]:
    return list(dict.fromkeys(value["metric"] for model in models for value in model["evaluations"]))


def _bases(model: Detail) -> tuple[list[str], str | None]:
    """The models that this one was made from, by the version that is named; and how, where that is one way."""
    words = {Relation.FINE_TUNED_FROM: "finetune", Relation.COMBINES: "merge"}
    links = [link for link in model["links"] if link["relation"] in words]
    relations = {words[link["relation"]] for link in links}
    bases = list(dict.fromkeys(link["version_id"] or link["artifact"] for link in links))
    return bases, relations.pop() if len(relations) == 1 else None


def _index(export: Export) -> list[dict[str, Any]]:
    return [
        {"name": model["id"], "results": _results(export, model)} for model in export.models if model["evaluations"]
    ]


def _results(export: Export, model: Detail) -> list[dict[str, Any]]:
    """The evaluations; those of one task on the same data and from the same source are one result."""
    results: list[dict[str, Any]] = []
    for value in model["evaluations"]:
        setting = _setting(export, model, value)
        result = next((result for result in results if all(result[key] == setting[key] for key in setting)), None)
        if result is None:
            result = setting | {"metrics": []}
            results.append(result)
        result["metrics"].append(_metric(value))
    return results


def _setting(export: Export, model: Detail, value: Mapping[str, Any]) -> dict[str, Any]:
    """What was measured on what. `source` says who did, and where it was read."""
    dataset, version = value["dataset"], value["dataset_version"]
    data = {
        "name": export.title_of(dataset) if dataset else UNSTATED,
        "type": dataset or UNSTATED,
        "config": value["subset"],
        "split": value["split"],
        "revision": None if version is None else str(version),
    }
    source = {"name": value["evaluated_by"], "url": export.address(model["id"])}
    return {"task": {"type": value["task"] or UNSTATED}, "dataset": _stated(data), "source": _stated(source)}


def _metric(value: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {name: value[name] for name in _ARGUMENTS if value[name] is not None and value[name] is not False}
    return {"type": value["metric"], "value": value["value"], "args": arguments}


def _stated(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in facts.items() if said is not None}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
