"""The filters of the list of models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django_filters import Filter, FilterSet

from catalog.filtersets.fields import (
    ExactBooleanField,
    ExactChoiceField,
    MomentField,
    PlainTextField,
    ReferencesField,
    ShareField,
)
from catalog.filtersets.forms import FilterForm
from catalog.models import ArtifactVersion, MetricDefinition
from catalog.nearest import unknown
from catalog.querysets import VersionQuerySet
from catalog.references import Target
from catalog.vocabulary import Family, Kind, QualityBasis, Relation, State


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
    """Models with a link of `relation` to any of the artifacts named."""

    field_class = ReferencesField

    def __init__(self, *, relation: Relation | None = None, **options: Any) -> None:
        self.relation = relation
        super().__init__(**options)

    def filter(self, versions: VersionQuerySet, targets: Sequence[Target]) -> VersionQuerySet:
        if not targets:
            return versions
        if self.relation is None:
            return versions.evaluated_on([target.as_dataset() for target in targets])
        return versions.linked_to(self.relation, [target.as_link_target() for target in targets])


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


class ModelFilterSet(FilterSet):
    """What the list of models may be narrowed by. Retracted versions are left out unless `state` asks for them.

    `latest` is true unless it is given as false, and every filter narrows what the others leave.
    """

    family = ChoiceFilter(choices=Family.choices, label="Family")
    dataset = ReferencesFilter(kind=Kind.DATASET, relation=Relation.TRAINED_ON, label="Trained on")
    hypothesis = ReferencesFilter(kind=Kind.HYPOTHESIS, relation=Relation.TESTS, label="Tests hypothesis")
    analysis = ReferencesFilter(kind=Kind.ANALYSIS, relation=Relation.PRODUCED_BY, label="Produced by")
    evaluated_on = ReferencesFilter(kind=Kind.DATASET, label="Evaluated on")
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
    latest = BooleanFilter(method="keep", label="Latest version only")

    class Meta:
        model = ArtifactVersion
        fields: list[str] = []
        form = FilterForm

    def filter_queryset(self, queryset: VersionQuerySet) -> VersionQuerySet:
        return self.narrowed(queryset, self.form.cleaned_data)

    def narrowed(self, queryset: VersionQuerySet, given: Mapping[str, Any]) -> VersionQuerySet:
        """The models that `given` leaves: cleaned values by filter, perhaps fewer than the form holds."""
        if not given.get("state"):
            queryset = queryset.live()
        if given.get("latest") is not False:
            queryset = queryset.latest_versions()
        for name, value in given.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def search(self, versions: VersionQuerySet, name: str, text: str) -> VersionQuerySet:
        return versions.matching(text)

    def by_completeness(self, versions: VersionQuerySet, name: str, complete: bool) -> VersionQuerySet:
        return versions.complete() if complete else versions.flagged()

    def by_basis(self, versions: VersionQuerySet, name: str, basis: str) -> VersionQuerySet:
        return versions.filter(assessed_quality__isnull=basis != QualityBasis.ASSESSED)

    def by_metric(self, versions: VersionQuerySet, name: str, metric: str) -> VersionQuerySet:
        return versions.reporting(metric)

    def keep(self, versions: VersionQuerySet, name: str, value: bool) -> VersionQuerySet:
        """Change nothing: the default of `latest` has to act where it is not given."""
        return versions
