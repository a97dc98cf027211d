"""Plain values out of JSON and YAML texts: bounded, storable, or a reason why not.

JSON is read after RFC 8259, YAML after the YAML 1.2.2 core schema, so that both give the same plain values:
dates, `yes` and `12:30` stay text, keys are text as written, and a key that stands twice is refused because nobody
can say which of the two the source means. `NaN` and `inf` are read as floats: callers drop them (`text.number`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import yaml

MAX_DEPTH = 64
"""The deepest nesting that the catalogue stores."""

MAX_YAML_NODES = 200_000
"""The most nodes of a YAML document with its aliases written out (430 bytes of aliases can stand for 10^9)."""

_STORABLE = re.compile("[^\x00\ud800-\udfff]*")


class Unreadable(Exception):
    """Why a file, or a value in it, cannot be taken. The message is fit for a `Reject`."""


def decode(content: bytes) -> str:
    """Text of a file in UTF-8, with or without a byte order mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 at byte {error.start}") from error


def parse_json(content: bytes) -> Any:
    """The value of a JSON text, checked to be one that the catalogue can store."""
    value = load_json(content)
    check_storable(value)
    return value


def load_json(content: bytes) -> Any:
    """The value of a JSON text that holds many records: the caller checks each, so that a bad one costs no other."""
    try:
        return json.loads(decode(content), object_pairs_hook=_object_without_duplicates)
    except RecursionError:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}") from None
    except ValueError as error:
        raise Unreadable(f"broken JSON: {error}") from error


def parse_yaml(content: bytes) -> Any:
    """The value of a YAML text of one document, checked to be one that the catalogue can store."""
    text = decode(content)
    try:
        _measure(text)
        value = yaml.load(text, Loader=_CoreLoader)  # a safe loader, with fewer types
    except RecursionError:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(f"broken YAML: {' '.join(str(error).split())}") from error
    check_storable(value)
    return value


def check_storable(value: Any) -> None:
    """Raises `Unreadable` for what no database of ours stores: deep nesting, NUL, lone surrogates."""
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, str) and not _STORABLE.fullmatch(item):
            raise Unreadable("a text holds NUL or half of a character")
        if not isinstance(item, dict | list):
            continue
        if depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        inner = [*item.keys(), *item.values()] if isinstance(item, dict) else item
        waiting.extend((child, depth + 1) for child in inner)


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise Unreadable(f"the key {key!r} stands twice")
        result[key] = value
    return result


def _measure(text: str) -> None:
    """Refuses, on the events alone and before anything is built, a document that is too deep or too large."""
    sizes: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise Unreadable(f"the alias *{event.anchor} leads nowhere or into itself")
            total += sizes[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, total))
            total += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            if anchor:
                sizes[anchor] = total - before
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor:
                sizes[event.anchor] = 1
        if len(opened) > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        if total > MAX_YAML_NODES:
            raise Unreadable(f"more than {MAX_YAML_NODES} values with its aliases written out")


class _CoreLoader(yaml.CSafeLoader):
    """The YAML 1.2 core schema and the merge key: plain JSON values and nothing else."""

    def construct_core_mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        """A mapping with its keys as written. A merge key fills in what the mapping does not say itself."""
        written = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if not all(isinstance(key, str) for key in written):
            raise Unreadable(f"line {node.start_mark.line + 1}: a key is not a text")
        twice = next((key for key in written if written.count(key) > 1), None)
        if twice is not None:
            raise Unreadable(f"line {node.start_mark.line + 1}: the key {twice!r} stands twice")
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


def _float(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


def _integer(text: str) -> int:
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _scalar(convert: Callable[[str], Any]) -> Callable[[_CoreLoader, Any], Any]:
    return lambda loader, node: convert(loader.construct_scalar(node))


def _sequence(loader: _CoreLoader, node: Any) -> list[Any]:
    return loader.construct_sequence(node, deep=True)


def _undefined(loader: _CoreLoader, node: yaml.Node) -> None:
    raise Unreadable(f"line {node.start_mark.line + 1}: no plain value: {node.tag}")


_TAG = "tag:yaml.org,2002:"
_NUMBER = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
_SCHEMA: tuple[tuple[str, str, str, Callable[[str], Any]], ...] = (
    ("null", r"~|null|Null|NULL|", "~nN", lambda text: None),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF", lambda text: text.lower() == "true"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789", _integer),
    ("float", _NUMBER, "-+.0123456789", _float),
)
_CoreLoader.yaml_implicit_resolvers = {}
_CoreLoader.yaml_constructors = {}
for _name, _pattern, _first, _convert in _SCHEMA:
    _CoreLoader.add_implicit_resolver(_TAG + _name, re.compile(rf"^(?:{_pattern})$"), [*_first, ""])
    _CoreLoader.add_constructor(_TAG + _name, _scalar(_convert))
_CoreLoader.add_implicit_resolver(_TAG + "merge", re.compile("^<<$"), ["<"])
_CoreLoader.add_constructor(_TAG + "str", _scalar(str))
_CoreLoader.add_constructor(_TAG + "seq", _sequence)
_CoreLoader.add_constructor(_TAG + "map", _CoreLoader.construct_core_mapping)
_CoreLoader.add_constructor(None, _undefined)
