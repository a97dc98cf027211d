"""The filters of the list of models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django_filters import Filter, FilterSet
from django_filters.constants import EMPTY_VALUES

from catalog.filtersets.fields import (
    ExactBooleanField,
    ExactChoiceField,
    MomentField,
    PlainTextField,
    ReferencesField,
    ShareField,
)
from catalog.filtersets.forms import FilterForm
from catalog.listing import Narrowed, Term
from catalog.models import ArtifactVersion, MetricDefinition
from catalog.models.posting import RELATIONS, Role
from catalog.nearest import unknown
from catalog.querysets import VersionQuerySet
from catalog.references import Meant
from catalog.vocabulary import Family, Kind, QualityBasis, State


class ChoiceFilter(Filter):
    """One of `choices`, or any."""

    field_class = ExactChoiceField

    def __init__(self, *, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(choices=[("", "any"), *choices], **options)


class BooleanFilter(Filter):
    field_class = ExactBooleanField


class ShareFilter(Filter):
    field_class = ShareField


class MomentFilter(Filter):
    field_class = MomentField


class TextFilter(Filter):
    field_class = PlainTextField


class ReferencesFilter(Filter):
    """Models that name any of some artifacts in a role."""

    field_class = ReferencesField

    def __init__(self, *, role: Role, **options: Any) -> None:
        self.role = role
        super().__init__(**options)

    def filter(self, versions: VersionQuerySet, targets: Sequence[Meant]) -> VersionQuerySet:
        """Among versions of any state, listed or not, by what they themselves say."""
        if self.role == Role.EVALUATED_ON:
            return versions.evaluated_on([target.as_dataset() for target in targets])
        return versions.linked_to(RELATIONS[self.role], [target.as_link_target() for target in targets])

    def terms(self, targets: Sequence[Meant]) -> list[Term]:
        """Among those that are listed, by the postings."""
        return [Term(self.role, target.artifact, target.version) for target in targets]


class MetricField(PlainTextField):
    """The name of a metric that the catalogue knows: a misspelt one would quietly find nothing."""

    def clean(self, value: Any) -> str:
        name = str(super().clean(value))
        if name and not MetricDefinition.objects.filter(name=name).exists():
            known = list(MetricDefinition.objects.values_list("name", flat=True))
            message = unknown("metric", name, known) if known else "The catalogue knows no metric yet."
            raise ValidationError(message, code="choice")
        return name


class MetricFilter(Filter):
    field_class = MetricField


_SELECTIVE = ("analysis", "hypothesis", "dataset", "evaluated_on")
"""The filters by an artifact, those first whose artifacts the fewest models name: a list is read by the first."""


class ModelFilterSet(FilterSet):
    """What the list of models may be narrowed by. Retracted versions are left out unless `state` asks for them.

    `latest` is true unless it is given as false, and every filter narrows what the others leave.
    """

    family = ChoiceFilter(choices=Family.choices, label="Family")
    dataset = ReferencesFilter(kind=Kind.DATASET, role=Role.TRAINED_ON, label="Trained on")
    hypothesis = ReferencesFilter(kind=Kind.HYPOTHESIS, role=Role.TESTS, label="Tests hypothesis")
    analysis = ReferencesFilter(kind=Kind.ANALYSIS, role=Role.PRODUCED_BY, label="Produced by")
    evaluated_on = ReferencesFilter(kind=Kind.DATASET, role=Role.EVALUATED_ON, label="Evaluated on")
    q = TextFilter(method="search", label="Search")
    complete = BooleanFilter(method="by_completeness", label="Complete provenance")
    quality_basis = ChoiceFilter(choices=QualityBasis.choices, method="by_basis", label="Quality basis")
    min_quality = ShareFilter(field_name="quality_score", lookup_expr="gte", label="Quality from")
    max_quality = ShareFilter(field_name="quality_score", lookup_expr="lte", label="Quality up to")
    state = ChoiceFilter(choices=State.choices, label="State")
    tag = TextFilter(field_name="version_tag", label="Tag")
    framework = TextFilter(lookup_expr="iexact", label="Framework")
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte", label="Created from")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt", label="Created before")
    metric = MetricFilter(method="by_metric", label="Reports metric")
    latest = BooleanFilter(label="Latest version only")

    class Meta:
        model = ArtifactVersion
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any = None, *, given_only: bool = False, **options: Any) -> None:
        """With `given_only`, the form has no fields but those that `data` names: none of the others need be made."""
        if given_only:  # in place of the class's own, all of which would be copied
            self.__dict__["base_filters"] = {
                name: self.base_filters[name] for name in data if name in self.base_filters
            }
        super().__init__(data, **options)

    def filter_queryset(self, queryset: VersionQuerySet) -> VersionQuerySet:
        return self.narrowed().queryset

    def narrowed(self, *without: str) -> Narrowed:
        """The models that the filters leave, those `without` left out."""
        cleaned = self.form.cleaned_data
        given = {name: cleaned[name] for name in cleaned if cleaned[name] not in EMPTY_VALUES and name not in without}
        latest, state = given.pop("latest", True), given.get("state")
        if latest and state != State.RETRACTED:
            return self._of_listed(given)
        versions = ArtifactVersion.objects.of_models() if state else ArtifactVersion.objects.of_models().live()
        versions = versions.latest_versions() if latest else versions
        for name, value in given.items():
            versions = self.filters[name].filter(versions, value)
        return Narrowed(versions, listed=False)

    def _of_listed(self, given: dict[str, Any]) -> Narrowed:
        found = Narrowed(family=given.pop("family", ""))
        for name in _SELECTIVE:
            if name in given:
                found = found.under(self.filters[name].terms(given.pop(name)))
        for name, value in given.items():
            found = found.but(self.filters[name].filter(found.versions, value))
        return found

    def search(self, versions: VersionQuerySet, name: str, text: str) -> VersionQuerySet:
        return versions.matching(text)

    def by_completeness(self, versions: VersionQuerySet, name: str, complete: bool) -> VersionQuerySet:
        return versions.complete() if complete else versions.flagged()

    def by_basis(self, versions: VersionQuerySet, name: str, basis: str) -> VersionQuerySet:
        return versions.filter(assessed_quality__isnull=basis != QualityBasis.ASSESSED)

    def by_metric(self, versions: VersionQuerySet, name: str, metric: str) -> VersionQuerySet:
        return versions.reporting(metric)
