"""The fields of the filter panel that are no counted choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.filtersets import ModelFilterSet
from catalog.vocabulary import QualityBasis, State
from catalog.web.query import PageQuery
from catalog.web.templatetags.catalog_format import basis_label


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field of the panel: a select where it has `choices`, else one text input for each of `values`."""

    name: str
    label: str
    values: Sequence[str]
    errors: Sequence[str] = ()
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()

    @property
    def value(self) -> str:
        return self.values[-1]


_STATES = (("", "not retracted"), *State.choices)
_BASES = (("", "any"), *((basis.value, basis_label(basis.value)) for basis in QualityBasis))
_VERSIONS = (("", "latest of each model"), ("false", "every version"))

_FIELDS: tuple[tuple[str, str, str, Sequence[tuple[str, str]]], ...] = (
    ("metric", "Reports the metric", "Such as rmse", ()),
    ("evaluated_on", "Evaluated on", "Id of a dataset", ()),
    ("analysis", "Produced by", "Id of an analysis", ()),
    ("min_quality", "Score from", "0 to 1", ()),
    ("max_quality", "Score to", "0 to 1", ()),
    ("quality_basis", "Score rests on", "", _BASES),
    ("framework", "Framework", "Such as PyTorch", ()),
    ("state", "State", "", _STATES),
    ("tag", "Tag", "Such as stable", ()),
    ("latest", "Versions", "", _VERSIONS),
    ("created_after", "Created from", "Such as 2026-04-05", ()),
    ("created_before", "Created before", "Such as 2026-05-01", ()),
)


def further_fields(filters: ModelFilterSet, query: PageQuery) -> list[FilterField]:
    """The fields behind "More filters"."""
    return [
        FilterField(name, label, query.values(name) or [""], filters.form.errors.get(name, ()), hint, choices)
        for name, label, hint, choices in _FIELDS
    ]


def any_in_use(fields: Iterable[FilterField]) -> bool:
    """Whether one of the fields holds something, so that the panel opens on them."""
    return any(field.errors or any(field.values) for field in fields)


def field_errors(filters: ModelFilterSet) -> list[tuple[str, str]]:
    """What is wrong with the filters: the name of each field and the message."""
    return [(name, str(text)) for name, texts in filters.form.errors.items() for text in texts]
