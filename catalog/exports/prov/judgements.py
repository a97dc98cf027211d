"""Who assessed and who evaluated a model, where its record names them: agents of activities that used the model."""

from __future__ import annotations

from typing import Any

from prov.model import ProvDocument

from catalog.exports.prov.names import Names
from catalog.exports.records import Detail
from catalog.exports.stated import one_line


def add_judgements(document: ProvDocument, names: Names, model: Detail) -> None:
    """Write the assessment, and an evaluation for each who made some. What an agent is, the record does not say."""
    quality = model["quality"]
    if quality["by"]:
        value = [(names.word("assessed_quality"), quality["assessed"])] if quality["assessed"] is not None else []
        _add(document, names, model["id"], "assessment", quality["by"], value, ended=quality["at"])
    evaluators: dict[str, list[dict[str, Any]]] = {}
    for value in model["evaluations"]:
        if value["evaluated_by"]:
            evaluators.setdefault(value["evaluated_by"], []).append(value)
    for place, (name, values) in enumerate(evaluators.items(), start=1):
        metrics = [(names.word("metric"), metric) for metric in sorted({value["metric"] for value in values})]
        _add(document, names, model["id"], f"evaluations-{place}", name, metrics)


def _add(
    document: ProvDocument,
    names: Names,
    model: str,
    part: str,
    by: str,
    said: list[tuple[Any, Any]],
    ended: Any = None,
) -> None:
    activity, agent = names.thing(model, part), names.agent(by)
    kind = names.word(part.partition("-")[0])
    document.activity(activity, endTime=ended, other_attributes=[("prov:type", kind), *said])
    if document.get_record(agent) == []:
        document.agent(agent, [("prov:label", one_line(by))])
    document.used(activity, names.thing(model), other_attributes=[("prov:role", kind.localpart)])
    document.wasAssociatedWith(activity, agent, other_attributes=[("prov:role", f"{kind.localpart}_by")])
