"""What each family's metadata may hold: known keys have a type, unknown ones pass. Pure.

A shape is a function that yields the faults of one value; the tables below name a shape for each known key of the
contract's section 1. A null is a value not stated, and always passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from catalog.errors import Fault
from catalog.json_values import pointer_to
from catalog.vocabulary import Family

Shape = Callable[[Any, str], Iterator[Fault]]


def _of_type(types: type | tuple[type, ...], expected: str) -> Shape:
    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if isinstance(value, bool) or not isinstance(value, types):
            yield Fault(pointer, f"Expected {expected}, got {_name(value)}.", "type")

    return check


def _anything(value: Any, pointer: str) -> Iterator[Fault]:
    return iter(())


def _count(value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        yield Fault(pointer, f"Expected a whole number from 0, got {_name(value)}.", "type")


def _list_of(item: Shape) -> Shape:
    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, list | tuple):
            yield Fault(pointer, f"Expected an array, got {_name(value)}.", "type")
            return
        for index, entry in enumerate(value):
            yield from item(entry, pointer_to(pointer, index))

    return check


def _object(**keys: Shape) -> Shape:
    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(pointer, f"Expected an object, got {_name(value)}.", "type")
            return
        for key, shape in keys.items():
            if value.get(key) is not None:
                yield from shape(value[key], pointer_to(pointer, key))

    return check


def _named(entry: Shape) -> Shape:
    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(pointer, f"Expected an object of names, got {_name(value)}.", "type")
            return
        for name, item in value.items():
            if item is not None:
                yield from entry(item, pointer_to(pointer, name))

    return check


def _either(first: Shape, second: Shape, expected: str) -> Shape:
    def check(value: Any, pointer: str) -> Iterator[Fault]:
        if any(first(value, pointer)) and any(second(value, pointer)):
            yield Fault(pointer, f"Expected {expected}, got {_name(value)}.", "type")

    return check


def _name(value: Any) -> str:
    names = {bool: "a boolean", str: "text", int: "a number", float: "a number", list: "an array", dict: "an object"}
    return names.get(type(value), type(value).__name__)


_text = _of_type(str, "text")
_number = _of_type((int, float), "a number")
_free = _of_type((dict,), "an object")
_texts_or_objects = _list_of(_either(_text, _free, "text or an object"))
_texts = _list_of(_text)

COMMON: dict[str, Shape] = {
    "parameter_count": _count,
    "license": _text,
    "authors": _texts_or_objects,
    "references": _texts_or_objects,
    "code": _object(repository=_text, commit=_text, release=_text, entrypoint=_text),
    "environment": _free,
}

FAMILIES: dict[Family, dict[str, Shape]] = {
    Family.BIOPHYSICAL: {
        "equations": _texts_or_objects,
        "species": _texts_or_objects,
        "parameters": _named(_object(value=_number, units=_text, source=_text)),
        "reactions": _texts_or_objects,
        "steady_states": _free,
        "solver": _either(_text, _free, "text or an object"),
    },
    Family.DEEP_LEARNING: {
        "architecture": _text,
        "framework": _text,
        "layer_config": _either(_list_of(_anything), _free, "an array or an object"),
        "training_config": _free,
        "training_metrics": _free,
        "checkpoint": _object(uri=_text, digest=_text),
    },
    Family.STATISTICAL: {
        "model_type": _text,
        "formula": _text,
        "features": _texts_or_objects,
        "coefficients": _named(_object(value=_number, se=_number, units=_text)),
        "fit_metrics": _free,
    },
}


def metadata_faults(family: str | None, metadata: Mapping[str, Any], pointer: str = "/metadata") -> Iterator[Fault]:
    """Yield the faults of a version's metadata by the types of its family; of no family, by the common keys alone."""
    shapes = COMMON | (FAMILIES[Family(family)] if family else {})
    yield from _object(**shapes)(metadata, pointer)
