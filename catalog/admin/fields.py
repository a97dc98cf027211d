"""Form fields for what the door takes as plain values: JSON, and references one to a line."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.json_values import MAX_DEPTH
from catalog.registration import LinkInput
from catalog.vocabulary import Outcome, Relation

_LONGEST_INTEGER = 400
"""More digits than this tell nothing more than that the integer is too large, and cost time to read."""


class JsonField(forms.CharField):
    """A JSON object or array, written as text. The text comes back as it was typed, however wrong it is.

    Django's own JSONField reads `[[[…` until the stack ends, and cannot be told that a key stands twice.
    """

    def __init__(self, *, expected: type, rows: int = 4, **options: Any) -> None:
        self.expected = expected
        widget = forms.Textarea(attrs={"class": "vLargeTextField catalogue-json", "rows": rows, "spellcheck": "false"})
        super().__init__(**{"widget": widget, "required": False, "strip": True, **options})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return self.expected()
        try:
            parsed = json.loads(text, parse_int=_integer, object_pairs_hook=_object)
        except RecursionError as error:
            raise ValidationError(f"Objects and arrays are nested deeper than {MAX_DEPTH}.") from error
        except ValueError as error:
            raise ValidationError(f"This is not JSON: {error}.") from error
        if not isinstance(parsed, self.expected):
            shape = "an object, such as {…}" if self.expected is dict else "an array, such as […]"
            raise ValidationError(f"Give {shape}.")
        return parsed

    def validate(self, value: Any) -> None:
        """Empty objects are fine: the door says what is missing."""

    def run_validators(self, value: Any) -> None:
        """Those of texts do not apply to what was read; the door checks every value inside."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or not value:
            return value or ""
        return json.dumps(value, ensure_ascii=False, indent=2)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != (data or "")


def _integer(digits: str) -> int:
    return int(digits[:_LONGEST_INTEGER])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key '{key[:100]}' stands twice in one object")
        found[key] = value
    return found


class ReferencesField(forms.CharField):
    """References of one relation, one to a line; after a `|` the source's own words for the target."""

    def __init__(self, *, relation: Relation, **options: Any) -> None:
        self.relation = relation
        widget = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2, "spellcheck": "false"})
        super().__init__(**{"widget": widget, "required": False, **options})

    def links(self, name: str, text: str, outcome: Outcome | None = None) -> tuple[LinkInput, ...]:
        """The links that `text` says, each pointing to its line of the field `name`."""
        found = []
        for number, line in enumerate(text.splitlines(), start=1):
            ref, _, stated_as = (part.strip() for part in line.partition("|"))
            if ref or stated_as:
                pointer = f"/{name}/line {number}"
                found.append(
                    LinkInput(relation=self.relation, ref=ref, stated_as=stated_as, outcome=outcome, pointer=pointer)
                )
        return tuple(found)


class ReferenceField(ReferencesField):
    """One reference of one relation."""

    def __init__(self, *, relation: Relation, **options: Any) -> None:
        widget = forms.TextInput(attrs={"class": "vLargeTextField", "spellcheck": "false"})
        super().__init__(relation=relation, **{"widget": widget, **options})
