"""References in bodies: a name, or a name with the source's own words for it, one or many in a field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.writing.fields import Choice, Shape, Text, fields_of, named
from catalog.identity import ID_LENGTH, TAG_LENGTH
from catalog.registration.validate import STATED_AS_LIMIT
from catalog.vocabulary import Outcome

MAX_REFERENCES = 1_000
"""How many references one field of a body may hold."""

REF_LENGTH = ID_LENGTH + 1 + TAG_LENGTH


class ReferenceShape(Shape):
    """A reference with the source's own words for its target."""

    ref = Text(required=True, max_length=REF_LENGTH)
    stated_as = Text(max_length=STATED_AS_LIMIT)


class TestShape(ReferenceShape):
    """A reference to a hypothesis with what the test says of it."""

    outcome = Choice(choices=Outcome.choices, required=False, allow_null=True)


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference as it stood in a body. `entry` is where it stood below its field; `at` is where its name did."""

    ref: str
    entry: str
    at: str
    stated_as: str = ""
    outcome: str | None = None


_REF = {"type": "string", "minLength": 1, "maxLength": REF_LENGTH}
_WORDS = {"type": "string", "maxLength": STATED_AS_LIMIT, "nullable": True}


def _one(**more: Any) -> dict[str, Any]:
    stated = {
        "type": "object",
        "properties": {"ref": _REF, "stated_as": _WORDS, **more},
        "required": ["ref"],
        "additionalProperties": False,
    }
    return {"oneOf": [_REF, stated]}


def _some(**more: Any) -> dict[str, Any]:
    one = _one(**more)
    return {"oneOf": [*one["oneOf"], {"type": "array", "items": one, "maxItems": MAX_REFERENCES}]}


_OUTCOME = {"type": "string", "enum": [*Outcome.values, None], "nullable": True}


@extend_schema_field(_one())
class Reference(serializers.Field):
    """One reference: text, or an object with `ref`. Its value is a list of one."""

    shape: type[Shape] = ReferenceShape

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, **options})

    def to_internal_value(self, data: Any) -> list[Mention]:
        return [self._mention(data, "")]

    def to_representation(self, value: Any) -> Any:
        return value

    def _mention(self, data: Any, entry: str) -> Mention:
        if isinstance(data, str):
            return Mention(ref=fields_of(self.shape)["ref"].run_validation(data), entry=entry, at=entry)
        if not isinstance(data, dict):
            raise serializers.ValidationError(f"Expected a reference, got {named(data)}.", code="type")
        values = self.shape().run_validation(data)
        stated = {key: value for key, value in values.items() if value is not None}
        return Mention(entry=entry, at=f"{entry}/ref", **stated)


@extend_schema_field(_some())
class References(Reference):
    """References: one, or an array of them."""

    def to_internal_value(self, data: Any) -> list[Mention]:
        if not isinstance(data, list):
            return super().to_internal_value(data)
        if len(data) > MAX_REFERENCES:
            raise serializers.ValidationError(f"At most {MAX_REFERENCES} references are taken.", code="max_length")
        found: list[Mention] = []
        errors: dict[Any, Any] = {}
        for index, item in enumerate(data):
            try:
                found.append(self._mention(item, f"/{index}"))
            except serializers.ValidationError as error:
                errors[index] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return found


@extend_schema_field(_some(outcome=_OUTCOME))
class Tests(References):
    """References to hypotheses, each with its outcome where there is one."""

    shape = TestShape
