"""Each kind of version, with the columns, filters and forms that fit it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from catalog.admin import actions, add_forms, filters
from catalog.admin.decision_forms import ModelDecisionForm
from catalog.admin.evaluations import AddEvaluationInline, StandingEvaluationInline
from catalog.admin.explanation import explain
from catalog.admin.record_fields import ScoreColumns
from catalog.admin.versions import VersionAdmin
from catalog.models import (
    AnalysisVersion,
    DatasetVersion,
    HypothesisVersion,
    Link,
    ModelVersion,
    OtherVersion,
)
from catalog.vocabulary import Outcome, Relation

_NAMES = ("artifact", "title", ("version_id", "version_label", "version_tag"))
_SAYS = ("description", "changelog", "license", "created_at", "metadata", "checksums")
_SOURCE = ("aliases", ("source_format", "source_record", "source_revision"))


def _counted(links: QuerySet, by: str, only: Q | None = None) -> Coalesce:
    """How many of `links` there are, as one column of a list."""
    counts = links.order_by().values(by).annotate(count=Count("pk", filter=only)).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def _incoming(relation: Relation, only: Q | None = None) -> Coalesce:
    return _counted(Link.objects.filter(target=OuterRef("artifact"), relation=relation), "target", only)


def _outgoing(relation: Relation, only: Q | None = None) -> Coalesce:
    return _counted(Link.objects.filter(source=OuterRef("pk"), relation=relation), "source", only)


@admin.register(ModelVersion)
class ModelAdmin(ScoreColumns, VersionAdmin):
    """Models, with what their scores rest on."""

    list_display = ("titled", "quality", "completeness", "of_family", "numbered", "stands")
    list_filter = (
        filters.CompletenessFilter,
        filters.FailingRuleFilter,
        "family",
        "family_basis",
        filters.QualityBasisFilter,
        filters.CappedFilter,
        "state",
        "is_latest",
    )
    actions = (actions.reaudit, *VersionAdmin.actions)
    inlines = (*VersionAdmin.inlines, StandingEvaluationInline, AddEvaluationInline)
    change_list_template = "admin/catalog/models.html"

    add_form = add_forms.ModelAddForm
    add_sections = (
        (None, (*_NAMES, ("family", "family_basis"))),
        ("Where it comes from", ("trained_on", "produced_by", ("tests_hypothesis", "outcome"), "declares_hypothesis")),
        ("What it says", (*_SAYS[:-1], "parameter_count", "checksums", "evaluations")),
        ("What somebody says of its quality", (("quality_value", "quality_by"), "quality_reason")),
        ("Other links, names and source", ("fine_tuned_from", "combines", "derives_from", "cites", *_SOURCE)),
    )
    decision_form = ModelDecisionForm
    decisions = (
        *VersionAdmin.decisions,
        ("family_is", "family_basis"),
        "confirm_family",
        ("assessed_by", "assessed_at"),
        "assessed_reason",
        ("quality_value", "quality_by"),
        "quality_reason",
    )
    decided = (
        *VersionAdmin.decided,
        ("family", "family_basis"),
        ("assessed_quality", "assessed_by", "assessed_at"),
        "assessed_reason",
    )
    record = (*VersionAdmin.record, ("stated_family", "framework", "parameter_count"), "declares_hypothesis")
    identity = (*VersionAdmin.identity, "checkpoint_digest")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.assessor = request.user.get_username()
        return form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        version = context.get("original")
        if version is not None:
            # Refused values may stand on the instance; what is explained is what is stored.
            context["explanation"] = explain(ModelVersion.objects.get(pk=version.pk))
        return super().render_change_form(request, context, *args, **kwargs)

    def facts_of(self, version: Any) -> dict[str, QuerySet]:
        return {**super().facts_of(version), "evaluation": version.evaluations.live()}


@admin.register(DatasetVersion)
class DatasetAdmin(VersionAdmin):
    """Datasets, with the models that rest on them."""

    list_display = ("titled", "artifact", "numbered", "identified", "trained", "license", "stands")
    list_filter = (filters.IdentifiedFilter, "identified_by", "state", "is_latest")
    add_form = add_forms.DatasetAddForm
    add_sections = (
        (None, _NAMES),
        ("What it says", _SAYS),
        ("Links, other names and source", ("produced_by", "derives_from", "cites", *_SOURCE)),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(trained_count=_incoming(Relation.TRAINED_ON))

    @admin.display(description="models trained", ordering="trained_count")
    def trained(self, version: Any) -> int:
        return version.trained_count


@admin.register(AnalysisVersion)
class AnalysisAdmin(VersionAdmin):
    """Analyses, with how well their inputs are pinned."""

    list_display = ("titled", "artifact", "numbered", "inputs", "produced", "tested", "stands")
    list_filter = (filters.InputsFilter, "state", "is_latest")
    add_form = add_forms.AnalysisAddForm
    add_sections = (
        (None, _NAMES),
        ("Where it comes from", ("inputs", ("tests_hypothesis", "outcome"))),
        ("What it says", _SAYS),
        ("Other links, names and source", ("produced_by", "derives_from", "cites", *_SOURCE)),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        produced = Link.objects.filter(target_version=OuterRef("pk"), relation=Relation.PRODUCED_BY)
        pinned = Q(target_version__identified_by__isnull=False)
        return (
            super()
            .get_queryset(request)
            .annotate(
                input_count=_outgoing(Relation.USED),
                pinned_count=_outgoing(Relation.USED, only=pinned),
                produced_count=_counted(produced, "target_version"),
                tested_count=_outgoing(Relation.TESTS),
            )
        )

    @admin.display(description="inputs pinned", ordering="pinned_count")
    def inputs(self, version: Any) -> str:
        return f"{version.pinned_count} of {version.input_count}" if version.input_count else "none named"

    @admin.display(description="produced", ordering="produced_count")
    def produced(self, version: Any) -> int:
        return version.produced_count

    @admin.display(description="hypotheses", ordering="tested_count")
    def tested(self, version: Any) -> int:
        return version.tested_count


@admin.register(HypothesisVersion)
class HypothesisAdmin(VersionAdmin):
    """Hypotheses, with what their tests say of them."""

    list_display = ("titled", "artifact", "numbered", "supporting", "contradicting", "tests", "stands")
    add_form = add_forms.HypothesisAddForm
    add_sections = (
        (None, _NAMES),
        ("What it says", _SAYS),
        ("Links, other names and source", ("produced_by", "derives_from", "cites", *_SOURCE)),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .annotate(
                test_count=_incoming(Relation.TESTS),
                supporting_count=_incoming(Relation.TESTS, only=Q(outcome=Outcome.SUPPORTS)),
                contradicting_count=_incoming(Relation.TESTS, only=Q(outcome=Outcome.CONTRADICTS)),
            )
        )

    @admin.display(description="tests", ordering="test_count")
    def tests(self, version: Any) -> int:
        return version.test_count

    @admin.display(description="support it", ordering="supporting_count")
    def supporting(self, version: Any) -> int:
        return version.supporting_count

    @admin.display(description="contradict it", ordering="contradicting_count")
    def contradicting(self, version: Any) -> int:
        return version.contradicting_count


@admin.register(OtherVersion)
class OtherAdmin(VersionAdmin):
    """Code, documents and anything else."""

    list_display = ("titled", "artifact", "kind", "numbered", "identified", "license", "stands")
    list_filter = ("kind", filters.IdentifiedFilter, "state", "is_latest")
    record = (*VersionAdmin.record, "kind")
    add_form = add_forms.OtherAddForm
    add_sections = (
        (None, ("kind_of_artifact", *_NAMES)),
        ("What it says", _SAYS),
        ("Links, other names and source", ("produced_by", "derives_from", "cites", *_SOURCE)),
    )
