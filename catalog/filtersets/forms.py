"""The form behind a set of filters: it resolves all references at once, in a query, or three where one has a number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.filtersets.fields import UNKNOWN_REFERENCE, ReferencesField
from catalog.filtersets.meaning import meaning_of
from catalog.references import Meant


class FilterForm(forms.Form):
    """After cleaning, a `ReferencesField` holds what its references mean."""

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        fields = {name: field for name, field in self.fields.items() if isinstance(field, ReferencesField)}
        asked = {name: cleaned[name] for name in fields if cleaned.get(name)}
        texts = [text for references in asked.values() for text in references]
        found = meaning_of(texts) if texts else {}
        for name, references in asked.items():
            problems = [_problem(text, found[text], fields[name].kind) for text in references]
            wrong = [problem for problem in problems if problem]
            if wrong:
                del cleaned[name]
                self.add_error(name, [ValidationError(text, code=UNKNOWN_REFERENCE) for text in wrong])
            else:
                cleaned[name] = [found[text] for text in references]
        return cleaned


def _problem(reference: str, target: Meant | None, kind: str) -> str | None:
    if target is None:
        return f"Nothing in the catalogue is called '{reference[:250]}'."
    return None if target.kind == kind else f"'{reference}' is of kind {target.kind}, not {kind}."
