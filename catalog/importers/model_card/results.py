"""The results of a `model-index` as evaluations.

A metric's `config` and `args` and a dataset's `config` and `args` say under which conditions a value was measured:
they go into the metric's name and the subset, since values under others are not comparable. Two values of one case
are told apart by the metrics' own names; where these do not tell either, the card contradicts itself.

A card that a catalogue wrote keeps in `args` what the format has no key for, such as the interval: these are read back
as what they are, and the metric by the name it has. `reported_by`, which it always writes, tells such a card; its
`source.url` is the catalogue's page and nobody who evaluated.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog import identity
from catalog.importers.documents import Unreadable
from catalog.importers.model_card.data import CardData
from catalog.importers.text import as_text, finite, number, snake
from catalog.registration.submission import EvaluationInput
from catalog.registration.validate import EVALUATION_LIMITS
from catalog.vocabulary import ReportedBy

_SPREAD = re.compile(r"\s*(?:±|\+/-|\+-)\s*[-+.\deE]+\s*(?=%?\s*\Z)")
"""`20.0 ± 1.2`: what kind of spread it is, nobody says."""

_WRITTEN_BACK: dict[str, type | tuple[type, ...]] = {
    "unit": str,
    "n": int,
    "ci_low": (int, float),
    "ci_high": (int, float),
    "std_error": (int, float),
    "period": str,
    "reported_by": str,
    "primary": bool,
}


def evaluations(front: Mapping[str, Any], data: CardData) -> tuple[EvaluationInput, ...]:
    """Every number of a card's `model-index`, on the datasets of `data`. Raises `Unreadable` for what is none."""
    cases: dict[EvaluationInput, list[tuple[str, EvaluationInput]]] = {}
    for result in _results(front.get("model-index")):
        for name, entry in _of_result(result, data):
            case = dataclasses.replace(entry, value=0, ci_low=None, ci_high=None, std_error=None, primary=False)
            cases.setdefault(case, []).append((name, entry))
    return tuple(entry for case in cases.values() for entry in _told_apart(case))


def _results(index: Any) -> Iterator[Mapping[str, Any]]:
    models = _list(index, "model-index")
    names = {as_text(_mapping(model, "model-index").get("name")): None for model in models}
    if len(names) > 1:
        raise Unreadable(f"model-index: speaks of several models: {', '.join(names)}; give each a card of its own")
    for model in models:
        for result in _list(_mapping(model, "model-index").get("results"), "results"):
            yield _mapping(result, "results")


def _of_result(result: Mapping[str, Any], data: CardData) -> Iterator[tuple[str, EvaluationInput]]:
    task, dataset = _mapping(result.get("task"), "task"), _mapping(result.get("dataset"), "dataset")
    source = _mapping(result.get("source"), "source")
    measured_on, version = data.measured_on(dataset)
    case: dict[str, Any] = {
        "task": as_text(task.get("type")) or as_text(task.get("name")),
        "subset": ", ".join(filter(None, [as_text(dataset.get("config")), *_conditions(dataset.get("args"))])),
        "split": as_text(dataset.get("split")),
        "evaluated_by": as_text(source.get("name")) or as_text(source.get("url")),
    }
    # Of a text that is too long its beginning is kept; two cases that this makes one contradict each other.
    case = {field: text[: EVALUATION_LIMITS[field]] for field, text in case.items()}
    case |= {"dataset": measured_on, "dataset_version": version}
    for metric in _list(result.get("metrics"), "metrics"):
        yield from _of_metric(_mapping(metric, "metrics"), case, as_text(source.get("name")))


def _of_metric(
    metric: Mapping[str, Any], case: Mapping[str, Any], evaluator: str
) -> Iterator[tuple[str, EvaluationInput]]:
    stated = as_text(metric.get("type")) or as_text(metric.get("name"))
    if not stated:
        raise Unreadable("model-index: a metric without a type")
    written, args = _written_back(metric.get("args"))
    if written:
        written |= {"metric": stated, "evaluated_by": evaluator[: EVALUATION_LIMITS["evaluated_by"]]}
    for part, unit, value in _numbers(metric.get("value")):
        name = _metric(" ".join((stated, as_text(metric.get("config")), *_conditions(args), part)))
        entry = EvaluationInput(**{"metric": name, "unit": unit, "value": value, **case, **written})
        yield _metric(" ".join((as_text(metric.get("name")), part))), entry


def _written_back(args: Any) -> tuple[dict[str, Any], Any]:
    """What a catalogue wrote of the value itself, and the other arguments."""
    if not isinstance(args, dict) or args.get("reported_by") not in ReportedBy.values:
        return {}, args
    mine = {key: args[key] for key, type_ in _WRITTEN_BACK.items() if isinstance(args.get(key), type_)}
    return mine, {key: value for key, value in args.items() if key not in mine}


def _told_apart(case: list[tuple[str, EvaluationInput]]) -> Iterator[EvaluationInput]:
    entries = {(entry.value, name): entry for name, entry in case}
    if len({value for value, _ in entries}) == 1:
        yield case[0][1]
        return
    names = [name for _, name in entries]
    if len(set(names)) < len(names):
        entry = case[0][1]
        values = ", ".join(f"{value:g}" for value, _ in entries)
        raise Unreadable(f"model-index: {entry.metric} has several values for one case: {values}")
    for (_, name), entry in entries.items():
        yield dataclasses.replace(entry, metric=name)


def _numbers(value: Any, part: str = "") -> Iterator[tuple[str, str, float]]:
    """Part, unit and value of each number: one, or several by name. What is no number says nothing."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(item, f"{part} {key}".strip())
        return
    text = _SPREAD.sub("", value).strip() if isinstance(value, str) else value
    unit = "%" if isinstance(text, str) and text.endswith("%") else ""
    measured = number(text.removesuffix("%") if isinstance(text, str) else text)
    if measured is not None:
        yield part, unit, measured


def _conditions(args: Any) -> Iterator[str]:
    """What `args` say, one text for each; blank and nothing for none."""
    for key, value in sorted(args.items()) if isinstance(args, dict) else [("", args)]:
        plain = str(value).lower() if isinstance(value, bool) else as_text(value)
        if isinstance(value, dict | list) and value:
            plain = identity.digest(finite(value)).removeprefix("sha256:")[:8]
        if plain:
            yield f"{key}={plain}" if key else plain


def _metric(text: str) -> str:
    name = snake(text.replace("@", " at "))[: EVALUATION_LIMITS["metric"]].strip("_")
    return name if name[:1].isalpha() else f"metric_{name or identity.digest(text)[-8:]}"


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(f"model-index: {where}: not a mapping")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"model-index: {where}: not a list" if where != "model-index" else "model-index: not a list")
    return value
