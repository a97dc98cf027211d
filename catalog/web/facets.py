"""How many models each choice of a filter would show, the other filters as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Count, F, OuterRef, QuerySet, Subquery, When

from catalog.filtersets import ModelFilterSet
from catalog.listing import Narrowed, Term
from catalog.models import Artifact, ArtifactVersion, Link, Posting
from catalog.models.posting import RELATIONS, Role
from catalog.stamps import counted_once
from catalog.tallies import tallies
from catalog.vocabulary import QUALITY_CAP, Family
from catalog.web.query import PageQuery
from catalog.web.templatetags.catalog_format import family_label

_SHOWN, _OFFERED = 6, 30
"""How many artifacts a filter lists, and how many more its text field suggests."""

MOST_COUNTED = 50_000
"""Models up to which what they name is counted, where no index has them together: of a million it takes seconds."""

_LINKED = (("dataset", "Trained on", Role.TRAINED_ON), ("hypothesis", "Tests hypothesis", Role.TESTS))


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter, and how many models it would show; None where that was not counted."""

    value: str
    label: str
    count: int | None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with the choices it has. `further` are those that there is no room for.

    Where the models are too many to be counted, the choices are those that most of the whole catalogue's name.
    """

    name: str
    label: str
    options: Sequence[Option]
    further: Sequence[Option] = ()
    is_counted: bool = True

    def named(self, titles: Mapping[str, str]) -> Facet:
        """The same, with the titles of artifacts in place of their ids."""

        def titled(options: Iterable[Option]) -> tuple[Option, ...]:
            return tuple(replace(option, label=titles.get(option.value, option.label)) for option in options)

        return replace(self, options=titled(self.options), further=titled(self.further))

    @property
    def values(self) -> frozenset[str]:
        return frozenset(option.value for option in (*self.options, *self.further))


@dataclass(frozen=True, slots=True)
class Choices:
    """The models that all filters but those by family and by completeness leave, counted by both.

    What these two are set to is `family` and `complete`, None where it is any.
    """

    cells: Sequence[_Cell]
    family: str | None
    complete: bool | None

    @classmethod
    def of(cls, filters: ModelFilterSet) -> Choices:
        models, given = filters.narrowed("family", "complete"), filters.form.cleaned_data
        cells = counted_once(("family and completeness", models.key), lambda: _by_both(models))
        return cls(cells, given.get("family") or None, given.get("complete"))

    @property
    def total(self) -> int:
        """How many models all filters leave: a count of its own would read as much once more."""
        return self._count(self.family, self.complete)

    def facets(self, query: PageQuery) -> list[Facet]:
        """The two filters, each with what it would show and the other as it is."""
        chosen = query.get("family")
        families = [
            Option("", "any", self._count(None, self.complete), not chosen),
            *(
                Option(name, family_label(name), self._count(name, self.complete), name == chosen)
                for name in Family.values
            ),
        ]
        chosen = query.get("complete")
        completeness = [
            Option(value, label, self._count(self.family, holds), value == chosen)
            for value, label, holds in (
                ("", "any", None),
                ("true", "complete", True),
                ("false", "incomplete, so capped", False),
            )
        ]
        return [Facet("family", "Family", families), Facet("complete", "Provenance", completeness)]

    def _count(self, family: str | None, complete: bool | None) -> int:
        return sum(
            cell.models for cell in self.cells if family in (None, cell.family) and complete in (None, cell.complete)
        )


class _Cell(NamedTuple):
    """How many models are of a family, and complete or not."""

    family: str
    complete: bool
    models: int


def _by_both(models: Narrowed) -> list[_Cell]:
    if not models.plain:
        holds = Case(When(provenance_completeness=1, then=True), default=False, output_field=BooleanField())
        return _cells(models.queryset.annotate(holds=holds))
    if models.term is None:
        return [
            _Cell(tally.family, holds, tally.complete if holds else tally.models - tally.complete)
            for tally in tallies()
            for holds in (True, False)
        ]
    return _cells(_posted(models.term))


def _cells(rows: QuerySet[Any]) -> list[_Cell]:
    counted = rows.order_by().values_list("family", "holds").annotate(models=Count("*"))
    return [_Cell(family, bool(holds), count) for family, holds, count in counted]


def _posted(term: Term) -> QuerySet[Any]:
    """The postings under a term, and of each whether its model is complete: mostly their index tells by the scores."""
    looked_up = ArtifactVersion.objects.filter(pk=OuterRef("version")).order_by().values("provenance_completeness")
    holds = Case(
        When(quality_score__lt=F("quality_uncapped"), then=False),
        When(quality_uncapped__gt=QUALITY_CAP, then=True),
        When(completeness=1, then=True),  # the cap takes nothing from so low a score
        default=False,
        output_field=BooleanField(),
    )
    return Posting.objects.filter(term.condition).alias(completeness=Subquery(looked_up)).annotate(holds=holds)


def linked_facets(filters: ModelFilterSet, query: PageQuery, total: int) -> list[Facet]:
    """The filters by what models link to: what was chosen first, then what most models link to.

    `total` is how many models all filters leave.
    """
    return [_linked(filters, query, total, *linked) for linked in _LINKED]


def _linked(filters: ModelFilterSet, query: PageQuery, total: int, name: str, label: str, role: Role) -> Facet:
    models, chosen = filters.narrowed(name), query.values(name)
    is_counted = models.plain or (models.count() if chosen else total) <= MOST_COUNTED
    counted = models if is_counted else Narrowed()
    found: dict[str, int] = counted_once((name, counted.key), lambda: _most_named(counted, role))
    counts: Mapping[str, int | None] = found if is_counted else dict.fromkeys(found)
    options = [Option(value, value, counts.get(value), chosen=True) for value in chosen]
    options += [Option(value, value, count) for value, count in counts.items() if value not in chosen]
    room = max(_SHOWN, len(chosen))
    return Facet(name, label, tuple(options[:room]), tuple(options[room:]), is_counted)


def _most_named(models: Narrowed, role: Role) -> dict[str, int]:
    """The artifacts that most of the models name in a role, and how many."""
    if models.listed:
        rows = models.postings(role).values_list("target")
        counted = rows.annotate(models=Count("*")).order_by("-models", "target")[: _SHOWN + _OFFERED]
        counts: dict[Any, int] = dict(counted)
        names = dict(Artifact.objects.filter(pk__in=counts).values_list("pk", "public_id"))
        by_name = {names[key]: count for key, count in counts.items() if key in names}
        return dict(sorted(by_name.items(), key=lambda pair: (-pair[1], pair[0])))
    links = Link.objects.filter(relation=RELATIONS[role], source__in=models.queryset.order_by().values("pk"))
    named = links.values_list("target__public_id").annotate(models=Count("source", distinct=True))
    return dict(named.order_by("-models", "target__public_id")[: _SHOWN + _OFFERED])
