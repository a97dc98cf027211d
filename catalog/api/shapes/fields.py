"""Fields that the shapes of answers are made of."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


def text(*, null: bool = False, help_text: str = "") -> serializers.CharField:
    return serializers.CharField(allow_null=null, help_text=help_text or None)


def whole(*, null: bool = False, help_text: str = "") -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=null, help_text=help_text or None, min_value=0, max_value=2**53 - 1)


def real(*, null: bool = False, help_text: str = "") -> serializers.FloatField:
    return serializers.FloatField(allow_null=null, help_text=help_text or None)


def share(*, null: bool = False, help_text: str = "") -> serializers.FloatField:
    return serializers.FloatField(allow_null=null, help_text=help_text or None, min_value=0, max_value=1)


def flag(*, null: bool = False, help_text: str = "") -> serializers.BooleanField:
    return serializers.BooleanField(allow_null=null, help_text=help_text or None)


def word(choices: Any, *, null: bool = False, help_text: str = "") -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=choices.choices, allow_null=null, help_text=help_text or None)


def moment(*, null: bool = False, help_text: str = "") -> serializers.DateTimeField:
    return serializers.DateTimeField(allow_null=null, help_text=help_text or None)


def texts(help_text: str = "") -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), help_text=help_text or None)


def by_key(child: serializers.Field, help_text: str = "") -> serializers.DictField:
    return serializers.DictField(child=child, help_text=help_text or None)


def address(*, null: bool = False, help_text: str = "") -> serializers.URLField:
    return serializers.URLField(allow_null=null, help_text=help_text or None)


class AsOf(serializers.Serializer):
    """What an answer says beside its own where it was asked for as of a moment."""

    as_of = serializers.DateTimeField(required=False, help_text="The moment that the answer is of, where one is given.")
    rule_set = serializers.IntegerField(
        required=False, allow_null=True, help_text="Which rules had judged it then, where a moment is given."
    )


@extend_schema_field(OpenApiTypes.ANY)
class AnyValue(serializers.Field):
    """Any JSON value."""


@extend_schema_field({"type": "object", "additionalProperties": {}})
class FreeObject(serializers.Field):
    """A JSON object of any keys."""
