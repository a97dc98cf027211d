"""Fields of request bodies, which take their own JSON type and no other: '3' is no number, and 1 is no text.

REST framework's own fields convert in silence; what is kept here is digested as it was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.settings import api_settings
from rest_framework.utils.serializer_helpers import BindingDict

from catalog.nearest import unknown
from catalog.vocabulary import MAX_INTEGER

_NAMES = {bool: "a boolean", str: "text", int: "a number", float: "a number", list: "an array", dict: "an object"}


def named(value: Any) -> str:
    """What JSON calls the type of `value`."""
    return _NAMES.get(type(value), "null")


def _refuse(expected: str, value: Any) -> serializers.ValidationError:
    return serializers.ValidationError(f"Expected {expected}, got {named(value)}.", code="type")


class Text(serializers.CharField):
    """Text, kept as it is, outer blanks included; blank and null say that nothing is stated."""

    def __init__(self, **options: Any) -> None:
        if not options.get("required"):
            options = {"required": False, "allow_null": True, "allow_blank": True, **options}
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise _refuse("text", data)
        return super().to_internal_value(data)


class Number(serializers.FloatField):
    """A finite number."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise _refuse("a number", data)
        return float(data)


class WholeNumber(serializers.IntegerField):
    """A whole number from 0 that every JSON reader represents exactly."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": MAX_INTEGER, **options})

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise _refuse("a whole number", data)
        return data


class Flag(serializers.BooleanField):
    """True or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise _refuse("true or false", data)
        return data


class Choice(serializers.ChoiceField):
    """One of a few words."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise _refuse("text", data)
        if data not in self.choices:
            raise serializers.ValidationError(unknown("choice", data, self.choices), code="choice")
        return data


class Moment(serializers.DateTimeField):
    """A time of ISO 8601 with its timezone, kept in UTC."""

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            raise _refuse("a time such as 2026-04-05T12:00:00Z", value)
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise serializers.ValidationError(
                    "Give the time with its timezone, such as 2026-04-05T12:00:00Z.", code="timezone"
                )
            return moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise serializers.ValidationError(
                "Expected a time of ISO 8601 with its timezone, such as 2026-04-05T12:00:00Z.", code="time"
            ) from error


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Free(serializers.Field):
    """An object of free keys. What the values may be is the parser's and the registration's to say."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise _refuse("an object", data)
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Shape(serializers.Serializer):
    """A body, or an object within one. A field it does not know is refused, naming the nearest that it does."""

    @cached_property
    def fields(self) -> BindingDict:
        """The same for every body: they keep nothing of one, and to copy them takes longer than to read it."""
        return fields_of(type(self))

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(
                {api_settings.NON_FIELD_ERRORS_KEY: [_refuse("an object", data).detail[0]]}  # type: ignore[index]
            )
        foreign = {key: self._refusal(key) for key in data if key not in self.fields}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**foreign, **dict(error.detail)}) from error  # type: ignore[arg-type]
        if foreign:
            raise serializers.ValidationError(foreign)
        return values

    def _refusal(self, key: str) -> list[Any]:
        return serializers.ValidationError(unknown("field", key, self.fields), code="unknown_field").detail  # type: ignore[return-value]


@cache
def fields_of(shape: type[Shape]) -> BindingDict:
    """The fields of a shape, by their names."""
    one = shape()
    fields = BindingDict(one)
    for name, field in one.get_fields().items():
        fields[name] = field
    return fields
