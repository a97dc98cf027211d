"""The types of the client are those of the OpenAPI document: neither can change without the other."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from scidex_client import answers, bodies, errors, queries
from tests.client import answer_types
from tests.client.answer_types import DOCUMENT, SCHEMAS

BODIES = {
    "ModelShapeRequest": bodies.Model,
    "ArtifactShapeRequest": bodies.Artifact,
    "LaterEvaluationShapeRequest": bodies.LaterEvaluation,
    "EvaluationShapeRequest": bodies.Evaluation,
    "LinkShapeRequest": bodies.Link,
    "PatchedAmendmentShapeRequest": bodies.Amendment,
    "QualityShapeRequest": bodies.Quality,
    "SourceShapeRequest": answers.Source,
    "Fault": errors.Fault,
}
ALSO = {"LinkShapeRelationEnum": "Relation", "ArtifactShapeKindEnum": "Kind", "SourceShapeRequest": "Source"}
"""What bodies say in the types of answers."""

PAGED = {"limit", "offset", "cursor", "format", "reference"}


def test_answers_are_written_from_the_document() -> None:
    stands = ast.parse(answer_types.WRITTEN.read_text(encoding="utf-8"))
    assert ast.dump(stands) == ast.dump(ast.parse(answer_types.source())), answer_types.REMEDY


def test_each_answer_is_an_object_with_its_fields() -> None:
    """What the writing of them has to get right, said once more by another hand."""
    for name in answers.__all__:
        made, schema = getattr(answers, name), SCHEMAS[name]
        if is_typeddict(made):
            assert set(made.__annotations__) == set(schema["properties"]), name
        elif "enum" in schema:
            assert list(get_args(made)) == schema["enum"], name
        else:
            assert {typed.__name__ for typed in get_args(made)} == set(answer_types.type_of(schema).split(" | ")), name
    assert get_type_hints(answers.ModelRow)["parameter_count"] == int | None
    assert get_type_hints(answers.Comparison)["metrics"] == list[answers.MetricRow]
    assert get_type_hints(answers.MetricRow)["intervals"] == dict[str, list[float] | None]


def allowed(schema: Mapping[str, Any]) -> set[str]:
    """What a schema allows, as the names of types."""
    return set(re.split(r" \| (?![^\[]*\])", answer_types.type_of(schema)))


def typed(hint: Any) -> set[str]:
    """What a type allows, as the names of types."""
    return {_named(part) for part in (get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,))}


def _named(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is type(None):
        return "None"
    if origin is Literal:
        words = (name for name in answers.__all__ if getattr(answers, name) == hint)
        return next(words, "AmendmentShapeFamilyBasisEnum")
    if origin is Sequence:
        return f"list[{' | '.join(sorted(typed(arguments[0])))}]"
    if origin is Mapping:
        return f"dict[str, {' | '.join(sorted(typed(arguments[1])))}]"
    named = {"Evaluation": "EvaluationShapeRequest", "Quality": "QualityShapeRequest", "Any": "Any"}
    return named.get(hint.__name__, hint.__name__)


@pytest.mark.parametrize("name", BODIES)
def test_bodies_have_the_fields_and_types_of_their_schema(name: str) -> None:
    schema, shape = SCHEMAS[name], BODIES[name]
    hints = get_type_hints(shape, include_extras=True)
    usual = Required if shape.__total__ else NotRequired
    marked = {field: get_origin(hint) in (Required, NotRequired) for field, hint in hints.items()}
    marks = {field: get_origin(hint) if marked[field] else usual for field, hint in hints.items()}
    assert set(hints) == set(schema["properties"])
    assert {field for field, mark in marks.items() if mark is Required} == set(schema.get("required", ()))
    for field, hint in hints.items():
        said = {ALSO.get(kind, kind) for kind in allowed(schema["properties"][field])}
        stated = get_args(hint)[0] if marked[field] else hint
        if {"str", "dict[str, Any]"} <= said:  # a reference, or several
            several = any(kind.startswith("list") for kind in said)
            assert stated == (bodies.References | None if several else bodies.Reference | None), field
        else:
            assert typed(stated) - {"datetime"} == said, field


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("/api/models", queries.ModelFilters),
        ("/api/artifacts", queries.ArtifactFilters),
        ("/api/artifacts/{reference}/dependents", queries.DependentFilters),
    ],
)
def test_lists_take_every_parameter(path: str, filters: Any) -> None:
    stated = DOCUMENT["paths"][path]["get"]["parameters"]
    parameters = {parameter["name"]: parameter for parameter in stated if parameter["in"] != "header"}
    assert set(filters.__annotations__) == set(parameters) - PAGED
    for name, hint in get_type_hints(filters).items():
        schema = parameters[name]["schema"]
        words = schema.get("enum") or schema.get("items", {}).get("enum")
        one = get_args(hint)[0] if schema["type"] == "array" else hint
        assert words is None or set(get_args(one)) >= set(words), name
        assert (schema["type"] == "array") == any(get_origin(part) in (list, Sequence) for part in get_args(hint)), name
        assert (schema["type"] == "boolean") == (hint is bool), name
