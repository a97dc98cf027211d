"""Evaluations that are written as JSON: their keys are those of the door's own input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from catalog.errors import Fault, InvalidInput
from catalog.nearest import unknown
from catalog.registration import EvaluationInput

_KEYS = tuple(field.name for field in fields(EvaluationInput) if field.name != "pointer")
_TEXTS = frozenset({"metric", "unit", "task", "subset", "split", "period", "evaluated_by", "reported_by", "dataset"})


def evaluations_in(entries: Iterable[Any]) -> tuple[EvaluationInput, ...]:
    """Make the evaluations that `entries` say. Raises `InvalidInput` naming every key that is none and wrong type."""
    entries = list(entries)
    faults = [fault for index, entry in enumerate(entries) for fault in _faults(entry, f"/evaluations/{index}")]
    if faults:
        raise InvalidInput(faults)
    return tuple(_evaluation(entry, f"/evaluations/{index}") for index, entry in enumerate(entries))


def _evaluation(entry: dict[str, Any], pointer: str) -> EvaluationInput:
    stated = {key: value for key, value in entry.items() if value is not None}
    return EvaluationInput(**{"metric": "", "value": None, **stated}, pointer=pointer)


def _faults(entry: Any, pointer: str) -> Iterator[Fault]:
    """What the door cannot tell, since it takes values of the right type."""
    if not isinstance(entry, dict):
        yield Fault(pointer, "An evaluation is an object.", "type")
        return
    for key, value in entry.items():
        if key not in _KEYS:
            yield Fault(f"{pointer}/{key[:100]}", unknown("key", key, _KEYS), "unknown_field")
        elif key in _TEXTS and not isinstance(value, str | None):
            yield Fault(f"{pointer}/{key}", "Expected text.", "type")
        elif key == "primary" and not isinstance(value, bool | None):
            yield Fault(f"{pointer}/{key}", "Expected true or false.", "type")
