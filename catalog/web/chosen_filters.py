"""What a list was narrowed by: a chip for each filter, and what leaving it out would show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.filtersets import ModelFilterSet
from catalog.web.query import PageQuery
from catalog.web.templatetags.catalog_format import basis_label, family_label

LABELS = {
    "q": "search",
    "family": "family",
    "complete": "provenance",
    "dataset": "trained on",
    "hypothesis": "tests",
    "analysis": "produced by",
    "evaluated_on": "evaluated on",
    "metric": "reports",
    "quality_basis": "score rests on",
    "min_quality": "score from",
    "max_quality": "score to",
    "state": "state",
    "tag": "tag",
    "framework": "framework",
    "created_after": "created from",
    "created_before": "created before",
    "latest": "versions",
}
"""What a filter of models is called on the page, in the order of the chips."""

_VALUES = {
    "complete": {"true": "complete", "false": "incomplete"},
    "latest": {"true": "latest only", "false": "all"},
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One value of a filter that was chosen, and the address of the list without it."""

    name: str
    label: str
    text: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Loosened:
    """What the list would hold without one of its filters."""

    label: str
    count: int
    url: str


def chips(query: PageQuery, titles: Mapping[str, str]) -> list[Chip]:
    """The chosen values, each removable. Artifacts go by their titles, where those are known."""
    first = query.but("offset")
    return [
        Chip(name, label, _text(name, value, titles), first.without(name, value).url)
        for name, label in LABELS.items()
        for value in query.values(name)
    ]


def loosened(filters: ModelFilterSet, query: PageQuery) -> Iterator[Loosened]:
    """For each filter in use, how many models there are without it: most first. One query a filter."""
    used = [name for name in LABELS if query.values(name)]
    counted = sorted(((filters.narrowed(name).count(), name) for name in used), key=lambda pair: -pair[0])
    for count, name in counted:
        if count:
            yield Loosened(LABELS[name], count, query.but(name, "offset").url)


def _text(name: str, value: str, titles: Mapping[str, str]) -> str:
    if name == "family":
        return family_label(value)
    if name == "quality_basis":
        return basis_label(value)
    return _VALUES.get(name, {}).get(value) or titles.get(value, value)
