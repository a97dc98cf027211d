"""The evaluations of a model as nodes of linked data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.exports.linked_data.nodes import Node, dataset_node, stated
from catalog.exports.records import Detail, Export

_SAID_OF_IT = ("task", "subset", "dataset_version", "split", "n", "period", "std_error", "reported_by")


def evaluation_nodes(export: Export, model: Detail) -> list[Node]:
    """An evaluation each, named by its number on the page of its model."""
    return [_node(export, model, value) for value in model["evaluations"]]


def _node(export: Export, model: Detail, value: Mapping[str, Any]) -> Node:
    address = export.address(model["id"])
    return stated(
        {
            "@id": f"{address}#evaluation-{value['number']}",
            "@type": "MLModelEvaluation",
            "evaluatedMLModel": {"@id": address},
            "evaluationDataset": dataset_node(export, value["dataset"]) if value["dataset"] else None,
            "evaluationResults": _result(value),
            "author": {"name": value["evaluated_by"]} if value["evaluated_by"] else None,
            **{name: value[name] for name in _SAID_OF_IT},
        }
    )


def _result(value: Mapping[str, Any]) -> Node:
    return stated(
        {
            "@type": "PropertyValue",
            "name": value["metric"],
            "value": value["value"],
            "unitText": value["unit"],
            "minValue": value["ci_low"],
            "maxValue": value["ci_high"],
        }
    )
