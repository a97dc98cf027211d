"""The filters of lists, and how they are written into an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, TypedDict

from scidex_client.answers import Family, Kind, QualityBasis, Relation, State
from scidex_client.errors import Misconfigured

Moment = str | date | datetime
"""A date, which begins at midnight UTC, or a time with its timezone."""

References = str | list[str] | tuple[str, ...]


class ModelFilters(TypedDict, total=False):
    """What models can be chosen and sorted by. Several references under one name mean any of them."""

    family: Family
    dataset: References
    hypothesis: References
    analysis: References
    evaluated_on: References
    q: str
    complete: bool
    quality_basis: QualityBasis
    min_quality: float
    max_quality: float
    state: State
    tag: str
    framework: str
    created_after: Moment
    created_before: Moment
    metric: str
    latest: bool
    sort: Literal["quality_score", "created_at", "parameter_count", "title"]
    order: Literal["asc", "desc"]


class ArtifactFilters(TypedDict, total=False):
    """What artifacts can be chosen by."""

    kind: Kind
    q: str


class DependentFilters(TypedDict, total=False):
    """What dependents can be chosen by: of any of several kinds, reached by any of several relations."""

    kind: Kind | Sequence[Kind]
    relation: Relation | Sequence[Relation]
    max_depth: int


def query_of(stated: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parameters of an address. None states nothing. Raises `Misconfigured` for a time without a timezone."""
    return [(name, text) for name, value in stated.items() for text in _texts(name, value)]


def _texts(name: str, value: Any) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(name, item)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, datetime) and value.tzinfo is None:
        raise Misconfigured(f"{name}: give the time with its timezone, such as datetime.now(UTC).")
    elif isinstance(value, date):
        yield value.isoformat()
    else:
        yield str(value)
