"""List filters in the catalogue's own words."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest

from catalog.models import Link
from catalog.provenance.rules import RULES
from catalog.vocabulary import QUALITY_CAP, QualityBasis, Relation


class ChoiceFilter(admin.SimpleListFilter):
    """One of a few conditions. An unknown choice is refused, and the list says so."""

    conditions: dict[str, tuple[str, Q]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.conditions.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value is None:
            return queryset
        if value not in self.conditions:
            raise IncorrectLookupParameters(f"There is no {self.parameter_name} '{value[:100]}'.")
        return queryset.filter(self.conditions[value][1])


class CompletenessFilter(ChoiceFilter):
    title = "provenance"
    parameter_name = "provenance"
    conditions = {
        "flagged": ("Flagged: a rule fails", Q(provenance_completeness__lt=1)),
        "complete": ("Complete", Q(provenance_completeness=1)),
        "none": ("No rule holds", Q(provenance_completeness=0)),
    }


class FailingRuleFilter(ChoiceFilter):
    title = "failing rule"
    parameter_name = "failing"
    conditions = {rule.code: (rule.code.replace("_", " ").capitalize(), Q(**{rule.column: False})) for rule in RULES}


class QualityBasisFilter(ChoiceFilter):
    title = "quality basis"
    parameter_name = "basis"
    conditions = {
        QualityBasis.ASSESSED: ("Assessed", Q(assessed_quality__isnull=False)),
        QualityBasis.EVIDENCE: ("Evidence of the record", Q(assessed_quality__isnull=True)),
    }


_LOWERED = Q(quality_uncapped__gt=QUALITY_CAP, provenance_completeness__lt=1)


class CappedFilter(ChoiceFilter):
    title = "cap"
    parameter_name = "capped"
    conditions = {"yes": ("Score lowered by the cap", _LOWERED), "no": ("Score not lowered", ~_LOWERED)}


class IdentifiedFilter(ChoiceFilter):
    title = "identified"
    parameter_name = "identified"
    conditions = {
        "yes": ("Says which bytes it is", Q(identified_by__isnull=False)),
        "no": ("Does not: pins to it pin nothing", Q(identified_by__isnull=True)),
    }


def _inputs(**conditions: Any) -> Exists:
    return Exists(Link.objects.filter(source=OuterRef("pk"), relation=Relation.USED, **conditions))


_LOOSE = _inputs(target_version__identified_by__isnull=True)


class InputsFilter(ChoiceFilter):
    title = "inputs"
    parameter_name = "inputs"
    conditions = {
        "pinned": ("All pinned and identified", Q(_inputs()) & ~Q(_LOOSE)),
        "loose": ("Some not pinned or not identified", Q(_LOOSE)),
        "none": ("None named", ~Q(_inputs())),
    }


class PinnedFilter(ChoiceFilter):
    title = "pinned"
    parameter_name = "pinned"
    conditions = {
        "yes": ("To an identified version", Q(target_version__identified_by__isnull=False)),
        "unidentified": (
            "To a version that does not say which bytes it is",
            Q(target_version__isnull=False, target_version__identified_by__isnull=True),
        ),
        "no": ("Not pinned", Q(target_version__isnull=True)),
    }


class CountedFilter(ChoiceFilter):
    title = "counts"
    parameter_name = "counts"
    conditions = {
        "yes": ("Counts", Q(is_live=True)),
        "retracted": ("Retracted", Q(retracted_at__isnull=False)),
        "superseded": ("Superseded", Q(superseded_by__isnull=False)),
    }


class NameFilter(ChoiceFilter):
    title = "what it names"
    parameter_name = "names"
    conditions = {
        "artifact": ("An artifact, as its id", Q(version=None, name=F("artifact__public_id"))),
        "alias": ("An artifact, as an alias", Q(version=None) & ~Q(name=F("artifact__public_id"))),
        "version": ("A version", Q(version__isnull=False)),
    }
