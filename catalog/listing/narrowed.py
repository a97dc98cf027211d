"""What filters leave of the models: counted, and listed in any order. The one place that builds the list's query.

A list under an artifact (trained on a dataset, say) is read from the postings, which stand in the order of the list:
a page costs the same whatever the artifact is named by, and its total reads nothing but their index.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, Q, QuerySet
from django_cte import CTE, with_cte

from catalog.listing.listed import Listed
from catalog.listing.merging import merged
from catalog.listing.rows import COLUMNS, Record, records
from catalog.listing.sorting import DEFAULT_SORT, Sort
from catalog.models import ArtifactVersion, Posting
from catalog.models.posting import Role
from catalog.querysets import VersionQuerySet
from catalog.replication.routing import read_vendor
from catalog.stamps import counted_once
from catalog.statements.compiled import Compiled, Given
from catalog.vocabulary import Family


@dataclass(frozen=True, slots=True)
class Term:
    """An artifact, or one version of it, as what models name it: keys, or what stands for them. No version is 0."""

    role: Role
    artifact: Any
    version: Any = 0

    @property
    def condition(self) -> Q:
        """Of postings: one for each model that is listed under the term."""
        here = Q(role=self.role.value, target=self.artifact)
        return here & (Q(target_version=self.version) if self.version else Q(counted=True))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The models among `among` that are of `family`, if one is given, and listed under `term`, if one is.

    Without `among` it is plain: all that are listed, whose query is built once for all. `listed` says that there are
    none but listed ones in any case.
    """

    among: VersionQuerySet | None = None
    family: Any = ""
    term: Term | None = None
    listed: bool = True

    @property
    def plain(self) -> bool:
        return self.among is None

    @property
    def versions(self) -> VersionQuerySet:
        """Of any family, under any term."""
        return ArtifactVersion.objects.listed() if self.among is None else self.among

    def but(self, versions: VersionQuerySet) -> Narrowed:
        """The same with further conditions."""
        return replace(self, among=versions)

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
        versions = self.versions.of_models()  # said once more: so are the indexes by date, title and score
        versions = versions.filter(family=self.family) if self.family else versions
        return versions.filter(_posted(self.term.condition)) if self.term else versions

    @property
    def key(self) -> Hashable:
        """The same for the same models, whoever asks for them."""
        if self.plain:
            return self._shape, *self._given.values()
        return self.queryset.order_by().values_list("pk").query.sql_with_params()

    def count(self) -> int:
        """How many there are."""
        return counted_once(("models", self.key), self._count)

    def page(self, sort: Sort, order: str, limit: int, *, offset: int = 0, after: Sequence[Any] = ()) -> list[Record]:
        """`limit` models in an order: from `offset` on, or those after the one whose keys are `after`."""
        if not self.plain:
            return list(self._page(sort, order, after, offset, limit).values(*COLUMNS))
        part = _Part(sort, order, bool(after), offset, limit)
        found = _reading(read_vendor(), self._shape, part).rows(**self._given, **_named(after))
        return [dict(zip(COLUMNS, row, strict=True)) for row in found]

    def postings(self, role: Role) -> QuerySet[Posting]:
        """A posting for each artifact that each of the models names in a role, where all of them are listed."""
        postings = Posting.objects.filter(role=role.value, counted=True)
        if not self.plain:
            return postings.filter(Exists(self.queryset.filter(pk=OuterRef("version"))))
        if self.term:
            postings = postings.filter(Exists(Posting.objects.filter(self.term.condition, version=OuterRef("version"))))
        return postings.filter(family=self.family) if self.family else postings

    def _count(self) -> int:
        if self.plain:
            [(count,)] = _counting(read_vendor(), self._shape).rows(**self._given)
            return int(count)
        return self._rows(self.family).count()

    def _page(self, sort: Sort, order: str, after: Sequence[Any], offset: int, limit: int) -> QuerySet[Any]:
        if sort.name != DEFAULT_SORT or not (self.term or self.plain):
            return Listed(self.queryset, records).chosen(sort, order, after, offset, limit)
        chosen = CTE(self._keys(sort.by_version(), order, after, offset + limit)[offset : offset + limit])
        versions = with_cte(chosen, select=chosen.join(ArtifactVersion.objects.all(), pk=chosen.col.version))
        return sort.ordered(versions, order)

    def _keys(self, sort: Sort, order: str, after: Sequence[Any], most: int) -> QuerySet[Any]:
        """The keys of the first models of the family, or of all merged: of one, an index has them in order."""
        families = [self.family] if self.family else Family.values
        parts = [self._rows(family).values(*(key.column for key in sort.keys)) for family in families]
        if after:
            parts = [sort.beyond(part, order, after) for part in parts]
        return merged(parts, sort, order, most)

    def _rows(self, family: Any) -> QuerySet[Any]:
        """A row for each model: its posting, or its version where the list is under nothing."""
        rows: QuerySet[Any] = self.versions.annotate(version=F("pk")).order_by()
        if self.term:
            rows = Posting.objects.filter(self.term.condition)
            rows = rows if self.plain else rows.filter(Exists(self.versions.filter(pk=OuterRef("version"))))
        return rows.filter(family=family) if family else rows

    @property
    def _shape(self) -> _Shape:
        term = self.term
        return _Shape(bool(self.family), term.role if term else None, bool(term and term.version))

    @property
    def _given(self) -> dict[str, Any]:
        given = {"family": self.family} if self.family else {}
        if self.term:
            given |= {"artifact": self.term.artifact} | ({"version": self.term.version} if self.term.version else {})
        return given


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of a plain list decides its query's text."""

    of_family: bool
    role: Role | None
    pinned: bool

    @property
    def narrowed(self) -> Narrowed:
        """The list with names in place of values."""
        family = Given("family", CharField(max_length=15)) if self.of_family else ""
        version = Given("version", BigIntegerField()) if self.pinned else 0
        term = Term(self.role, Given("artifact", BigIntegerField()), version) if self.role else None
        return Narrowed(family=family, term=term)


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a page does."""

    sort: Sort
    order: str
    follows: bool
    offset: int
    limit: int


@lru_cache(maxsize=64)
def _counting(vendor: str, shape: _Shape) -> Compiled:
    narrowed = shape.narrowed
    return Compiled.counting(narrowed._rows(narrowed.family).values_list("family"))


@lru_cache(maxsize=512)
def _reading(vendor: str, shape: _Shape, part: _Part) -> Compiled:
    after = [Given(f"key_{number}", key.field) for number, key in enumerate(part.sort.keys)] if part.follows else ()
    page = shape.narrowed._page(part.sort, part.order, after, part.offset, part.limit)
    return Compiled.of(page.values_list(*COLUMNS))


def _named(keys: Sequence[Any]) -> dict[str, Any]:
    return {f"key_{number}": key for number, key in enumerate(keys)}


def _posted(condition: Q) -> Exists:
    return Exists(Posting.objects.filter(condition, version=OuterRef("pk")))
