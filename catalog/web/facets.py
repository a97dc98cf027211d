"""How many models each choice of a filter would show, the other filters as they are: one query a filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q

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


def family_facet(filters: ModelFilterSet, query: PageQuery) -> Facet:
    models = filters.narrowed("family")
    rows = models.queryset.order_by().values_list("family").annotate(Count("pk"))
    counts: dict[Any, int] = counted_once(("families", models.key), lambda: dict(rows))
    any_family = Option("", "any", sum(counts.values()), not query.get("family"))
    options = [
        Option(family.value, family_label(family.value), counts.get(family.value, 0), query.get("family") == family)
        for family in Family
    ]
    return Facet("family", "Family", (any_family, *options))


def completeness_facet(filters: ModelFilterSet, query: PageQuery) -> Facet:
    models = filters.narrowed("complete")
    complete = Count("pk", filter=Q(provenance_completeness=1))
    counted: dict[str, int] = counted_once(
        ("completeness", models.key), lambda: models.queryset.order_by().aggregate(all=Count("pk"), true=complete)
    )
    counts = {"": counted["all"], "true": counted["true"], "false": counted["all"] - counted["true"]}
    labels = {"": "any", "true": "complete", "false": "incomplete, so capped"}
    chosen = query.get("complete")
    return Facet(
        "complete",
        "Provenance",
        tuple(Option(value, labels[value], counts[value], value == chosen) for value in counts),
    )


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
