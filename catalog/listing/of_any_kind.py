"""Artifacts of whatever kind in one order: merged from those of each kind, which stand in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
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


@dataclass(frozen=True, slots=True)
class ListedArtifacts:
    """Artifacts by their latest versions: those that filters leave, which are `given` by their names.

    A page of all costs its own rows, as one of a single kind does.
    """

    versions: VersionQuerySet
    given: Mapping[str, str]

    def count(self) -> int:
        return counted_once(("artifacts", *self.given.items()), self.versions.order_by().count)

    def page(self, sort: Sort, order: str, limit: int, *, offset: int = 0, after: Sequence[Any] = ()) -> list[Record]:
        if any(self.given.values()) or sort.name not in _INDEXED:
            return Listed(self.versions, artifact_records).page(sort, order, limit, offset=offset, after=after)
        chosen = CTE(self._in_order(sort, order, after, offset + limit)[offset : offset + limit])
        versions = with_cte(chosen, select=chosen.join(ArtifactVersion.objects.all(), pk=chosen.col.pk))
        return artifact_records(sort.ordered(versions, order))

    def _in_order(self, sort: Sort, order: str, after: Sequence[Any], most: int) -> QuerySet[Any]:
        rows = sort.beyond(self.versions, order, after) if after else self.versions
        columns = [key.column for key in sort.keys]
        parts = [rows.filter(kind=kind).order_by().values(*columns) for kind in Kind]
        return merged(parts, sort, order, most)
