"""Writes the types of the client's answers from the OpenAPI document: `python -m tests.client.answer_types`."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "scidex_client" / "answers.py"
REMEDY = "It is out of date: python -m tests.client.answer_types && ruff format scidex_client/answers.py"

DOCUMENT = yaml.load((ROOT / "openapi.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
ELSEWHERE = {"Problem", "Fault", "NullEnum"}
"""Problems are raised, not answered."""

_HEAD = '''"""What the catalogue answers: JSON objects, typed. They are plain dictionaries, and hold all that was said.

Times are texts of ISO 8601 with their timezone, and null is what nobody states. A newer catalogue may know more words
and say more. Written from the catalogue's OpenAPI document, with which a test compares it.
"""

'''
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def answered() -> set[str]:
    """The schemas that any answer is made of."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        for name in _references(value):
            if name not in found:
                found.add(name)
                walk(SCHEMAS[name])

    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            walk({status: answer for status, answer in operation["responses"].items() if status < "400"})
    return found - ELSEWHERE


def source() -> str:
    """The module, unformatted: words first, then each object after those that it is made of."""
    names = sorted(answered())
    ordered: list[str] = []

    def place(name: str) -> None:
        for inner in sorted(set(_references(SCHEMAS[name])) - ELSEWHERE - {name}):
            place(inner)
        if name not in ordered:
            ordered.append(name)

    for name in [*(name for name in names if "enum" in SCHEMAS[name]), *names]:
        place(name)
    body = "\n\n".join(_definition(name, SCHEMAS[name]) for name in ordered)
    used = ", ".join(name for name in ("Any", "Literal", "NotRequired", "TypedDict") if name in body)
    return "\n\n".join([_HEAD, f"from typing import {used}", f"__all__ = {names!r}", body]) + "\n"


def type_of(schema: Mapping[str, Any]) -> str:
    """A schema as a type."""
    kinds = list(dict.fromkeys(_types(schema)))
    if "Any" in kinds:
        return "Any"
    return " | ".join([*(kind for kind in kinds if kind != "None"), *(["None"] if "None" in kinds else [])])


def _types(schema: Mapping[str, Any]) -> Iterator[str]:
    parts = schema.get("allOf", schema.get("oneOf", schema.get("anyOf", ())))
    for part in parts:
        yield from _types(part)
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield "None" if name == "NullEnum" else name
    elif schema.get("type") == "array":
        yield f"list[{type_of(schema['items'])}]"
    elif schema.get("type") == "object":
        yield f"dict[str, {type_of(schema.get('additionalProperties') or {})}]"
    elif not parts:
        yield _PLAIN.get(schema.get("type", ""), "Any")
    if schema.get("nullable"):
        yield "None"


def _definition(name: str, schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"{name} = Literal[{', '.join(map(repr, schema['enum']))}]"
    if "properties" not in schema:
        return f"{name} = {type_of(schema)}"
    fields = {field: _marked(field, inner, schema) for field, inner in schema["properties"].items()}
    if any(map(keyword.iskeyword, fields)):  # such as `from`, which no attribute can be called
        return f"{name} = TypedDict({name!r}, {{{', '.join(f'{field!r}: {kind}' for field, kind in fields.items())}}})"
    about = " ".join(schema.get("description", "").split())
    lines = [f'    """{about}"""\n'] if about else []
    return "\n".join([f"class {name}(TypedDict):", *lines, *(f"    {field}: {kind}" for field, kind in fields.items())])


def _marked(field: str, inner: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    kind = type_of(inner)
    return kind if field in schema.get("required", ()) else f"NotRequired[{kind}]"


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item.rpartition("/")[2]
            else:
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


if __name__ == "__main__":
    WRITTEN.write_text(source(), encoding="utf-8")
