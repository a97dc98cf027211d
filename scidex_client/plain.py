"""From what a notebook holds to what JSON can hold, with nothing lost in silence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from numbers import Integral, Real
from typing import Any

from scidex_client.errors import Fault, InvalidInput

DEEPEST = 64
"""How deep the catalogue takes objects and arrays."""


def plain(value: Any) -> Any:
    """A copy of `value` in plain JSON types: numbers and arrays of NumPy, tuples and times with a timezone included.

    Raises `InvalidInput` naming each value that JSON has no place for: NaN and infinities, times without a timezone,
    keys that are not text, and any other object.
    """
    faults: list[Fault] = []
    made = _plain(value, "", faults)
    if faults:
        raise InvalidInput("The input is not valid, and was not sent.", errors=faults)
    return made


def _plain(value: Any, pointer: str, faults: list[Fault]) -> Any:
    if pointer.count("/") > DEEPEST:  # and a list within itself ends too
        return _refused(pointer, f"Objects and arrays are nested deeper than {DEEPEST}.", "depth", faults)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return dict(_entries(value, pointer, faults))
    if isinstance(value, list | tuple):
        return [_plain(item, f"{pointer}/{index}", faults) for index, item in enumerate(value)]
    if isinstance(value, datetime):
        return _moment(value, pointer, faults)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return _number(float(value), pointer, faults)
    if callable(tolist := getattr(value, "tolist", None)):  # arrays, and NumPy's booleans
        return _plain(tolist(), pointer, faults)
    return _refused(pointer, f"JSON has no place for a {type(value).__name__}.", "type", faults)


def _entries(value: Mapping[Any, Any], pointer: str, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        if not isinstance(key, str):
            _refused(pointer, f"A key is text, and {key!r} is a {type(key).__name__}.", "type", faults)
        step = str(key).replace("~", "~0").replace("/", "~1")
        yield str(key), _plain(item, f"{pointer}/{step}", faults)


def _moment(value: datetime, pointer: str, faults: list[Fault]) -> Any:
    if value != value:  # pandas has a time that is none, NaT
        return None
    if value.tzinfo is None:
        return _refused(pointer, "Give the time with its timezone, such as datetime.now(UTC).", "timezone", faults)
    return value.isoformat()


def _number(value: float, pointer: str, faults: list[Fault]) -> Any:
    if math.isfinite(value):
        return value
    return _refused(pointer, f"JSON has no number {value}; leave the field out, or give None.", "number", faults)


def _refused(pointer: str, detail: str, code: str, faults: list[Fault]) -> None:
    """Note a fault, and stand for its value with null."""
    faults.append({"pointer": pointer, "detail": detail, "code": code})
