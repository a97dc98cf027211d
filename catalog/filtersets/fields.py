"""Form fields that take one spelling of a value and say what is wrong with every other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.json_values import text_problem
from catalog.nearest import unknown

UNKNOWN_REFERENCE = "unknown_reference"
"""Code of the error that a filter names what the catalogue does not hold."""

MAX_REFERENCES = 50
"""How many references one filter takes."""

_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,3})?\Z", re.ASCII)


class ExactChoiceField(forms.ChoiceField):
    """One of a few words, as they are spelt."""

    def validate(self, value: Any) -> None:
        words = [str(word) for word, _ in self.choices if word]  # type: ignore[union-attr,misc]
        if value and value not in words:
            raise ValidationError(f"{unknown('value', value, words)} Valid: {', '.join(words)}.", code="choice")


class ExactBooleanField(ExactChoiceField):
    """`true` or `false`, and nothing else that a program might think so; None where it is not given."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[("", "either"), ("true", "yes"), ("false", "no")], **options)

    def clean(self, value: Any) -> Any:
        return {"true": True, "false": False}.get(super().clean(value))


class ShareField(forms.Field):
    """A number from 0 to 1."""

    def to_python(self, value: Any) -> float | None:
        if value in self.empty_values:
            return None
        if not _NUMBER.match(value.strip()) or not 0 <= float(value) <= 1:
            raise ValidationError(f"'{value[:100]}' is no number from 0 to 1.", code="range")
        return float(value)


class MomentField(forms.Field):
    """A date or a time by ISO 8601. A time needs its timezone; a date begins at midnight UTC."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            return _moment(value.strip())
        except (ValueError, OverflowError):
            message = (
                f"'{value[:100]}' is no date by ISO 8601. Write 2026-04-05, or 2026-04-05T12:00:00Z with its timezone "
                "(in an address, + is written %2B)."
            )
            raise ValidationError(message, code="date") from None


def _moment(text: str) -> datetime:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


class PlainTextField(forms.Field):
    """A text that a database can be asked for."""

    def __init__(self, *, max_length: int = 200, **options: Any) -> None:
        self.max_length = max_length
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        text = str(value or "").strip()
        if problem := text_problem(text, self.max_length):
            raise ValidationError(problem, code="text")
        return text


class SeveralWidget(forms.TextInput):
    """A field that may be given several times."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given: Iterable[Any] = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
        return [str(text) for text in given if text]

    def format_value(self, value: Any) -> str:
        return ", ".join(value) if isinstance(value, list | tuple) else (value or "")


class ReferencesField(forms.Field):
    """References to artifacts of one kind: any of them. The form resolves all its fields at once."""

    widget = SeveralWidget

    def __init__(self, *, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)

    def to_python(self, value: Any) -> list[str]:
        references = [text.strip() for text in value or []]
        if len(references) > MAX_REFERENCES:
            raise ValidationError(f"At most {MAX_REFERENCES} are taken at once.", code="too_many")
        return references
