"""How many models each choice of a filter would show, the other filters as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Count, When

from catalog.filtersets import ModelFilterSet
from catalog.listing import Narrowed
from catalog.models import Artifact, Link
from catalog.models.posting import RELATIONS, Role
from catalog.stamps import counted_once
from catalog.vocabulary import Family
from catalog.web.query import PageQuery
from catalog.web.templatetags.catalog_format import family_label

_SHOWN, _OFFERED = 6, 30
"""How many artifacts a filter lists, and how many more its text field suggests."""

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
    """A filter with the choices it has. `further` are those that there is no room for."""

    name: str
    label: str
    options: Sequence[Option]
    further: Sequence[Option] = ()

    def named(self, titles: Mapping[str, str]) -> Facet:
        """The same, with the titles of artifacts in place of their ids."""

        def titled(options: Iterable[Option]) -> tuple[Option, ...]:
            return tuple(replace(option, label=titles.get(option.value, option.label)) for option in options)

        return replace(self, options=titled(self.options), further=titled(self.further))

    @property
    def values(self) -> frozenset[str]:
        return frozenset(option.value for option in (*self.options, *self.further))


def choice_facets(filters: ModelFilterSet, query: PageQuery) -> list[Facet]:
    """The filters by family and by completeness: both from one count of the models that neither leaves out."""
    models = filters.narrowed("family", "complete")
    cells: list[_Cell] = counted_once(("family and completeness", models.key), lambda: _by_both(models))
    given = filters.form.cleaned_data
    family, complete = given.get("family") or None, given.get("complete")

    def count(of_family: str | None, holds: bool | None) -> int:
        return sum(cell.models for cell in cells if of_family in (None, cell.family) and holds in (None, cell.complete))

    chosen = query.get("family")
    families = [
        Option("", "any", count(None, complete), not chosen),
        *(Option(name, family_label(name), count(name, complete), name == chosen) for name in Family.values),
    ]
    chosen = query.get("complete")
    completeness = [
        Option(value, label, count(family, holds), value == chosen)
        for value, label, holds in (
            ("", "any", None),
            ("true", "complete", True),
            ("false", "incomplete, so capped", False),
        )
    ]
    return [Facet("family", "Family", families), Facet("complete", "Provenance", completeness)]


class _Cell(NamedTuple):
    """How many models are of a family, and complete or not."""

    family: str
    complete: bool
    models: int


def _by_both(models: Narrowed) -> list[_Cell]:
    holds = Case(When(provenance_completeness=1, then=True), default=False, output_field=BooleanField())
    counted = models.queryset.order_by().annotate(holds=holds).values_list("family", "holds").annotate(Count("pk"))
    return [_Cell(*row) for row in counted]


def linked_facets(filters: ModelFilterSet, query: PageQuery) -> list[Facet]:
    """The filters by what models link to: what was chosen first, then what most models link to."""
    return [_linked(filters, query, *linked) for linked in _LINKED]


def _linked(filters: ModelFilterSet, query: PageQuery, name: str, label: str, role: Role) -> Facet:
    models = filters.narrowed(name)
    counts: dict[str, int] = counted_once((name, models.key), lambda: _most_named(models, role))
    chosen = query.values(name)
    options = [Option(value, value, counts.get(value), chosen=True) for value in chosen]
    options += [Option(value, value, count) for value, count in counts.items() if value not in chosen]
    room = max(_SHOWN, len(chosen))
    return Facet(name, label, tuple(options[:room]), tuple(options[room:]))


def _most_named(models: Narrowed, role: Role) -> dict[str, int]:
    """The artifacts that most of the models name in a role, and how many."""
    if models.listed:
        rows = models.postings(role).values_list("target")
        counted = rows.annotate(models=Count("version")).order_by("-models", "target")[: _SHOWN + _OFFERED]
        counts: dict[Any, int] = dict(counted)
        names = dict(Artifact.objects.filter(pk__in=counts).values_list("pk", "public_id"))
        by_name = {names[key]: count for key, count in counts.items() if key in names}
        return dict(sorted(by_name.items(), key=lambda pair: (-pair[1], pair[0])))
    links = Link.objects.filter(relation=RELATIONS[role], source__in=models.queryset.order_by().values("pk"))
    named = links.values_list("target__public_id").annotate(models=Count("source", distinct=True))
    return dict(named.order_by("-models", "target__public_id")[: _SHOWN + _OFFERED])
