"""Which JSON values the catalogue takes: those that every JSON reader and both databases give back unchanged. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.errors import Fault
from catalog.vocabulary import MAX_INTEGER

MAX_DEPTH = 64
"""How deep objects and arrays may nest."""

MAX_TEXT = 100_000
"""The longest text inside metadata, in characters."""

MAX_KEY = 500
"""The longest key inside metadata, in characters."""


def _integer_or_float(digits: str) -> float:
    number = int(digits)
    return number if abs(number) <= MAX_INTEGER else float(digits)  # from the text, which may be too large a number


class StoredJSON(json.JSONDecoder):
    """Reads JSON back from a database, which may have rewritten `1e22` as an integer: none so large was taken.

    One reads all of it: to make another takes twice as long as to read what a column mostly holds.
    """

    _reader = json.JSONDecoder(parse_int=_integer_or_float)

    def __new__(cls) -> json.JSONDecoder:  # type: ignore[misc] # all that is asked of it
        return cls._reader


def pointer_to(base: str, key: object) -> str:
    """The JSON pointer (RFC 6901) of `key` below `base`."""
    return f"{base}/{str(key).replace('~', '~0').replace('/', '~1')}"


_SURROGATE = re.compile("[\ud800-\udfff]")


def text_problem(text: str, limit: int = MAX_TEXT) -> str | None:
    """Say why a text cannot be stored; None where it can."""
    if "\0" in text:
        return "The text holds a NUL character, which no database column takes; remove it."
    if _SURROGATE.search(text):
        return "The text holds half of a surrogate pair, which is no character; remove it."
    if len(text) > limit:
        return f"The text has {len(text)} characters; at most {limit} are taken."
    return None


def number_problem(number: float) -> str | None:
    """Say why a number cannot be stored; None where it can."""
    if isinstance(number, int):
        if abs(number) > MAX_INTEGER:
            return "The integer is beyond 2^53−1, which not every JSON reader represents exactly."
    elif not math.isfinite(number):
        return "The number is not finite; leave the field out, or give it as text."
    return None


def faults_in(value: Any, pointer: str = "", depth: int = 1) -> Iterator[Fault]:
    """Yield what is wrong inside a JSON value, each with its JSON pointer. `depth` counts the nesting from 1."""
    if isinstance(value, str):
        yield from _fault(pointer, text_problem(value), "text")
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int | float):
        yield from _fault(pointer, number_problem(value), "number")
    elif not isinstance(value, Mapping | list | tuple):
        yield Fault(pointer, f"JSON has no {type(value).__name__}; give a text or a number.", "type")
    elif depth > MAX_DEPTH:
        yield Fault(pointer, f"Objects and arrays are nested deeper than {MAX_DEPTH}.", "depth")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if problem := _key_problem(key):  # no pointer can hold such a key, so what is below it has none
                yield Fault(pointer, problem, "key")
            else:
                yield from faults_in(item, pointer_to(pointer, key), depth + 1)
    else:
        for index, item in enumerate(value):
            yield from faults_in(item, pointer_to(pointer, index), depth + 1)


def _key_problem(key: Any) -> str | None:
    if not isinstance(key, str):
        return f"The key {key!r} is not text."
    return text_problem(key, MAX_KEY)


def _fault(pointer: str, problem: str | None, code: str) -> Iterator[Fault]:
    if problem is not None:
        yield Fault(pointer, problem, code)
