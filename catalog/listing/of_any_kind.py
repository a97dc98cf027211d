"""Artifacts of whatever kind in one order: merged from those of each kind, which stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django_cte import CTE, with_cte

from catalog.listing.artifact_rows import artifact_records
from catalog.listing.listed import Listed
from catalog.listing.merging import merged
from catalog.listing.rows import Record
from catalog.listing.sorting import Sort
from catalog.models import ArtifactVersion
from catalog.querysets import VersionQuerySet
from catalog.stamps import counted_once
from catalog.vocabulary import Kind

_INDEXED = ("created_at", "title")
"""The sorts that the versions of one kind stand in."""

_FEW = 1_000
"""Up to so many that were searched for are all read and sorted: of more, the first are soon met where they stand."""


@dataclass(frozen=True)
class ListedArtifacts:
    """Artifacts by their latest versions: those that filters leave, which are `given` by their names.

    A page of all costs its own rows, as one of a single kind does. Of a search, all that it finds is counted first.
    """

    versions: VersionQuerySet
    given: Mapping[str, str]

    @cached_property
    def by_kind(self) -> Mapping[str, int]:
        """How many there are of each kind that there is any of."""
        return counted_once(("kinds", *self.given.items()), self._counted)

    def count(self) -> int:
        return sum(self.by_kind.values())

    def page(self, sort: Sort, order: str, limit: int, *, offset: int = 0, after: Sequence[Any] = ()) -> list[Record]:
        if sort.name not in _INDEXED or self.given.get("kind") or (self.given.get("q") and self.count() <= _FEW):
            return Listed(self.versions, artifact_records).page(sort, order, limit, offset=offset, after=after)
        kinds = self.by_kind if self.given.get("q") else Kind.values  # or all of a kind are looked through in vain
        chosen = CTE(self._in_order(kinds, sort, order, after, offset + limit)[offset : offset + limit])
        versions = with_cte(chosen, select=chosen.join(ArtifactVersion.objects.all(), pk=chosen.col.pk))
        return artifact_records(sort.ordered(versions, order))

    def _counted(self) -> dict[str, int]:
        return dict(self.versions.order_by().values_list("kind").annotate(count=Count("*")))

    def _in_order(self, kinds: Iterable[str], sort: Sort, order: str, after: Sequence[Any], most: int) -> QuerySet[Any]:
        rows = sort.beyond(self.versions, order, after) if after else self.versions
        columns = [key.column for key in sort.keys]
        parts = [rows.filter(kind=kind).order_by().values(*columns) for kind in kinds]
        return merged(parts, sort, order, most)
