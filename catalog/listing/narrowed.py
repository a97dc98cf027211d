"""What filters leave of the models: counted, and listed in any order. The one place that builds the list's query.

A list under an artifact (trained on a dataset, say) is read from the postings, which stand in the order of the list:
a page costs the same whatever the artifact is named by, and its total reads nothing but their index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_cte import CTE, with_cte

from catalog.listing.listed import Listed
from catalog.listing.merging import merged
from catalog.listing.rows import Record, records
from catalog.listing.sorting import DEFAULT_SORT, Sort
from catalog.models import ArtifactVersion, Posting
from catalog.models.posting import Role
from catalog.querysets import VersionQuerySet
from catalog.references import Target
from catalog.vocabulary import Family


@dataclass(frozen=True, slots=True)
class Term:
    """An artifact, or one version of it, as what models name it."""

    role: Role
    target: Target

    @property
    def condition(self) -> Q:
        """Of postings: one for each model that is listed under the term."""
        here = Q(role=self.role.value, target=self.target.artifact.pk)
        pinned = self.target.version if self.target.pinned else None
        return here & (Q(counted=True) if pinned is None else Q(target_version=pinned.pk))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The models among `versions` that are of `family`, if one is given, and listed under `term`, if one is.

    `plain` says that `versions` are all that are listed.
    """

    versions: VersionQuerySet
    family: str = ""
    term: Term | None = None
    plain: bool = True

    def but(self, versions: VersionQuerySet) -> Narrowed:
        """The same with further conditions."""
        return replace(self, versions=versions, plain=False)

    def under(self, terms: Sequence[Term]) -> Narrowed:
        """The models that are listed under any of `terms`."""
        if len(terms) == 1 and self.term is None:
            return replace(self, term=terms[0])
        any_of = Q()
        for term in terms:
            any_of |= term.condition
        return self.but(self.versions.filter(_posted(any_of)))

    @property
    def queryset(self) -> VersionQuerySet:
        """The models as versions, in no order."""
        versions = self.versions.filter(family=self.family) if self.family else self.versions
        return versions.filter(_posted(self.term.condition)) if self.term else versions

    def count(self) -> int:
        """How many there are."""
        if self.term is None:
            return self.queryset.order_by().count()
        return self._postings(self.family).count()

    def page(self, sort: Sort, order: str, limit: int, *, offset: int = 0, after: Sequence[Any] = ()) -> list[Record]:
        """`limit` models in an order: from `offset` on, or those after the one whose keys are `after`."""
        if self.term is None or sort.name != DEFAULT_SORT:
            return Listed(self.queryset, records).page(sort, order, limit, offset=offset, after=after)
        found = self._in_order(sort.on_postings(), order, after, offset + limit)
        chosen = CTE(found[offset : offset + limit])
        versions = with_cte(chosen, select=chosen.join(ArtifactVersion.objects.all(), pk=chosen.col.version))
        return records(sort.ordered(versions, order))

    def _postings(self, family: str) -> QuerySet[Posting]:
        assert self.term is not None
        postings = Posting.objects.filter(self.term.condition)
        if family:
            postings = postings.filter(family=family)
        return postings if self.plain else postings.filter(Exists(self.versions.filter(pk=OuterRef("version"))))

    def _in_order(self, sort: Sort, order: str, after: Sequence[Any], most: int) -> QuerySet[Posting]:
        """The first postings of the family, or of all merged: within one they stand in order."""
        families = [self.family] if self.family else Family.values
        parts = [self._postings(family).values(*(key.column for key in sort.keys)) for family in families]
        if after:
            parts = [sort.beyond(part, order, after) for part in parts]
        return merged(parts, sort, order, most)


def _posted(condition: Q) -> Exists:
    return Exists(Posting.objects.filter(condition, version=OuterRef("pk")))
