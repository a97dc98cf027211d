"""The types of the client are those of the OpenAPI document: neither can change without the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest
import yaml

from scidex_client import answers, bodies, errors, queries

DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "openapi.yaml").read_text())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]

BODIES = {
    "ModelShapeRequest": bodies.Model,
    "ArtifactShapeRequest": bodies.Artifact,
    "LaterEvaluationShapeRequest": bodies.LaterEvaluation,
    "EvaluationShapeRequest": bodies.Evaluation,
    "LinkShapeRequest": bodies.Link,
    "PatchedAmendmentShapeRequest": bodies.Amendment,
    "QualityShapeRequest": bodies.Quality,
    "SourceShapeRequest": answers.Source,
}
OBJECTS = {name: getattr(answers, name) for name in answers.__all__ if is_typeddict(getattr(answers, name))}
WORDS = {name: getattr(answers, name) for name in answers.__all__ if name not in OBJECTS}
SHAPES = {**OBJECTS, **BODIES, "Fault": errors.Fault}
ALSO = {"LinkShapeRelationEnum": "Relation", "ArtifactShapeKindEnum": "Kind", "SourceShapeRequest": "Source"}
"""What bodies say in the types of answers."""

PAGED = {"limit", "offset", "cursor", "format"}


def described(schema: Mapping[str, Any]) -> frozenset[str]:
    """What a schema allows, as the names of types."""
    found = frozenset(_described(schema))
    return found | {"null"} if schema.get("nullable") and found != {"any"} else found


def _described(schema: Mapping[str, Any]) -> Iterator[str]:
    for inner in schema.get("allOf", schema.get("oneOf", ())):
        yield from described(inner)
    if "$ref" in schema:
        yield from _named(schema["$ref"].rpartition("/")[2])
    elif schema.get("type") == "array":
        yield f"array of {'/'.join(sorted(described(schema['items'])))}"
    elif schema.get("type") == "object":
        yield f"object of {'/'.join(sorted(described(schema.get('additionalProperties') or {})))}"
    elif "type" in schema:
        yield schema["type"]
    elif "allOf" not in schema and "oneOf" not in schema:
        yield "any"


def _named(name: str) -> Iterator[str]:
    if name == "NullEnum":
        yield "null"
    elif SCHEMAS[name].get("enum") == ["curator"]:
        yield "curator"
    else:
        yield ALSO.get(name, name)


def typed(hint: Any) -> frozenset[str]:
    """What a type allows, as the names of types."""
    return frozenset(_typed(hint))


def _typed(hint: Any) -> Iterator[str]:
    origin, arguments = get_origin(hint), get_args(hint)
    plain = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null", Any: "any"}
    if origin in (Required, NotRequired):
        yield from typed(arguments[0])
    elif origin in (Union, UnionType):
        for inner in arguments:
            yield from typed(inner)
    elif origin is Literal:
        yield next((name for name, words in WORDS.items() if get_args(words) == arguments), "/".join(arguments))
    elif origin in (list, Sequence):
        yield f"array of {'/'.join(sorted(typed(arguments[0])))}"
    elif origin in (dict, Mapping):
        yield f"object of {'/'.join(sorted(typed(arguments[1])))}"
    elif is_typeddict(hint):
        yield next(name for name, shape in SHAPES.items() if shape is hint)
    else:
        yield plain[hint]


@pytest.mark.parametrize("name", SHAPES)
def test_objects_have_the_fields_and_types_of_their_schema(name: str) -> None:
    schema, shape = SCHEMAS[name], SHAPES[name]
    hints = get_type_hints(shape, include_extras=True)
    assert set(hints) == set(schema["properties"])
    usual = Required if shape.__total__ else NotRequired
    marks = {
        field: get_origin(hint) if get_origin(hint) in (Required, NotRequired) else usual
        for field, hint in hints.items()
    }
    assert {field for field, mark in marks.items() if mark is Required} == set(schema.get("required", ()))
    for field, hint in hints.items():
        allowed = described(schema["properties"][field])
        if any(word.startswith(("object of any", "array of object")) for word in allowed) and "string" in allowed:
            assert hint is not None  # a reference, or several: the document cannot say which keys it has
        elif name in BODIES and field == "created_at":
            assert str in get_args(hint)  # and datetimes
        else:
            assert typed(hint) == allowed, field


@pytest.mark.parametrize("name", WORDS)
def test_words_are_those_of_the_document(name: str) -> None:
    assert list(get_args(WORDS[name])) == SCHEMAS[name]["enum"]


def answered() -> set[str]:
    """The schemas that any answer is made of."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            name = item.rpartition("/")[2] if isinstance(item, str) and item.startswith("#/components/schemas/") else ""
            if name and name not in found:
                found.add(name)
                walk(SCHEMAS[name])
            walk(item)

    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            walk(operation["responses"])
    return found


def test_every_answer_has_its_type() -> None:
    pages = {name for name in answered() if name.endswith("Page")}
    assert answered() - pages - {"Problem", "Fault", "NullEnum"} == set(OBJECTS) | set(WORDS)


@pytest.mark.parametrize(
    ("path", "filters"), [("/api/models", queries.ModelFilters), ("/api/artifacts", queries.ArtifactFilters)]
)
def test_lists_take_every_parameter(path: str, filters: Any) -> None:
    parameters = {parameter["name"]: parameter for parameter in DOCUMENT["paths"][path]["get"]["parameters"]}
    assert set(filters.__annotations__) == set(parameters) - PAGED
    for name, hint in get_type_hints(filters).items():
        words = parameters[name]["schema"].get("enum")
        assert words is None or set(get_args(hint)) == set(words), name
        assert (parameters[name]["schema"]["type"] == "array") == (hint == queries.References), name
        assert (parameters[name]["schema"]["type"] == "boolean") == (hint is bool), name


def test_every_operation_can_be_asked_for() -> None:
    source = "".join(path.read_text() for path in (Path(queries.__file__).parent).glob("*.py"))
    for path in DOCUMENT["paths"]:
        last = path.replace("/{reference}", "").replace("/{number}", "").rpartition("/")[2]
        assert f"/{last}" in source, path
