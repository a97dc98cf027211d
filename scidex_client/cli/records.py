"""Records to register, from a file or from what is piped in."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any

from scidex_client.errors import Fault, InvalidInput, Misconfigured


@contextmanager
def opened(path: str) -> Iterator[IO[str]]:
    """The file at `path`, or what is piped in for `-`. Raises `Misconfigured` where it cannot be read."""
    if path == "-":
        yield sys.stdin
        return
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            yield file
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}.") from error


def read(file: IO[str]) -> Iterator[Any]:
    """The records in a file: a JSON object, an array of them, or JSON Lines, one object a line.

    Lines are read as they are asked for. In place of a line that is no JSON, the `InvalidInput` that says why.
    Raises `InvalidInput` where the file is neither.
    """
    lines = ((number, line) for number, line in enumerate(file, start=1) if line.strip())
    first = next(lines, None)
    if first is None:
        raise InvalidInput("There are no records: the input is empty.")
    if isinstance(_object_in(first[1]), dict):
        yield from (_record(number, line) for number, line in chain([first], lines))
        return
    # Blank lines stand for those left out, so that an error names the line that it is in.
    text = "\n" * (first[0] - 1) + first[1] + "".join(line for _, line in lines)
    try:
        value = _loaded(text)
    except ValueError as error:
        raise InvalidInput(f"The input is neither JSON nor JSON Lines: {error}.") from error
    yield from value if isinstance(value, list) else [value]


def _object_in(line: str) -> Any:
    try:
        return _loaded(line)
    except ValueError:
        return None


def _record(number: int, line: str) -> Any:
    try:
        return _loaded(line)
    except ValueError as error:
        told: Fault = {"pointer": "", "detail": f"Line {number} is not JSON: {error}.", "code": "json"}
        return InvalidInput(told["detail"], errors=[told])


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{twice}' stands twice in one object")
    return found
