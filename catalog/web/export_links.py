"""The links to what is shown, in the formats of other tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from catalog.exports.registry import FORMATS


@dataclass(frozen=True, slots=True)
class ExportLink:
    """One format: what it is called, what is in the file, and where the API gives it."""

    label: str
    holds: str
    url: str


def model_exports(model: str) -> list[ExportLink]:
    """The files of one version."""
    return [
        ExportLink(item.label, item.holds, reverse("model-export", args=[model, name]))
        for name, item in FORMATS.items()
    ]


def comparison_exports(models: Sequence[str]) -> list[ExportLink]:
    """The files of several versions side by side."""
    return [
        ExportLink(item.label, item.holds, f"{reverse('comparison-export', args=[name])}?ids={','.join(models)}")
        for name, item in FORMATS.items()
    ]
