"""Evaluations of a model: beside it, and in their own list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from catalog.admin.base import FactAdmin
from catalog.admin.closing import close_selected
from catalog.admin.filters import CountedFilter
from catalog.admin.history import Entry, evaluation_entries
from catalog.admin.inlines import AddingInline, ClosingForm, ClosingFormSet, FactFormSet, StandingInline, closing_box
from catalog.admin.people import curator
from catalog.admin.places import version_named
from catalog.admin.refusals import DoorForm
from catalog.models import ArtifactVersion, Evaluation
from catalog.registration import EvaluationInput, append_evaluation, retract_evaluation
from catalog.vocabulary import MAX_INTEGER, ReportedBy

_TEXTS = ("metric", "unit", "task", "subset", "split", "period", "evaluated_by")
_NUMBERS = ("value", "n", "ci_low", "ci_high", "std_error", "primary")
FIELDSETS: Any = [
    (None, {"fields": [("metric", "value", "unit"), ("dataset", "split", "n"), ("evaluated_by", "reported_by")]}),
    (
        "More about it",
        {
            "classes": ["collapse"],
            "fields": [
                ("task", "subset", "period"),
                ("ci_low", "ci_high", "std_error"),
                ("primary", "supersedes"),
            ],
        },
    ),
]


def _text(**options: Any) -> forms.CharField:
    return forms.CharField(**{"required": False, **options})


def _count(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=0, max_value=MAX_INTEGER, **options)


class EvaluationForm(DoorForm):
    """A measured value to append."""

    metric = _text(required=True)
    value = forms.FloatField()
    unit = _text(help_text="Blank: the metric's own.")
    dataset = _text(help_text="A reference: id@3 says which version.")
    split = _text()
    n = _count(label="n", help_text="The cases behind the value.")
    evaluated_by = _text()
    reported_by = forms.ChoiceField(choices=ReportedBy.choices, initial=ReportedBy.EVALUATOR)
    task = _text()
    subset = _text()
    period = _text()
    ci_low = forms.FloatField(required=False, label="Interval from")
    ci_high = forms.FloatField(required=False, label="to")
    std_error = forms.FloatField(required=False, label="Standard error")
    primary = forms.BooleanField(required=False, help_text="The one that stands for its metric.")
    supersedes = _count(help_text="The number of the evaluation that this replaces.")

    class Meta:
        model = Evaluation
        fields = ()

    def append_to(self, version: ArtifactVersion, by: User) -> tuple[Evaluation, bool]:
        """Append what the form says to a model version. Raises the door's errors."""
        said = self.cleaned_data
        entry = EvaluationInput(
            **{name: said[name] for name in (*_TEXTS, *_NUMBERS)},
            dataset=said["dataset"] or None,
            reported_by=ReportedBy(said["reported_by"]),
        )
        return append_evaluation(version, entry, supersedes=said["supersedes"], added_by=by)


class AddedEvaluations(FactFormSet):
    def take(self, form: Any, by: User) -> None:
        row, created = form.append_to(self.instance, by)
        if created:
            self.new_objects.append(row)


class StandingEvaluations(ClosingFormSet):
    def take(self, form: Any, by: User) -> None:
        row = form.instance
        retract_evaluation(self.instance, row.number, reason=form.cleaned_data["reason"], retracted_by=by)
        self.changed_objects.append((row, ["retracted"]))


class RetractEvaluationForm(ClosingForm):
    close = closing_box("Retract")


class Measured:
    """How an evaluation is shown in a row."""

    @admin.display(description="metric", ordering="metric")
    def by_metric(self, row: Evaluation) -> str:
        return f"{row.metric_id} (primary)" if row.primary else row.metric_id

    @admin.display(description="value", ordering="value")
    def measured(self, row: Evaluation) -> str:
        return f"{row.value:.6g} {row.unit}".strip()

    @admin.display(description="interval")
    def interval(self, row: Evaluation) -> str:
        if row.ci_low is None and row.ci_high is None:
            return "" if row.std_error is None else f"± {row.std_error:.4g}"
        low, high = ("" if end is None else f"{end:.4g}" for end in (row.ci_low, row.ci_high))
        return f"{low} – {high}"

    @admin.display(description="on")
    def measured_on(self, row: Evaluation) -> str:
        dataset = str(row.dataset_version or row.dataset or "")
        said = ", ".join(part for part in (dataset, row.split, row.task, row.subset, row.period) if part)
        return f"{said}; by {row.evaluated_by}" if row.evaluated_by else said


class StandingEvaluationInline(Measured, StandingInline):
    model = Evaluation
    fk_name = "version"
    formset = StandingEvaluations
    form = RetractEvaluationForm
    verbose_name_plural = "evaluations that count"
    shown = ("number", "by_metric", "measured", "interval", "measured_on", "n")
    ordering = ("-number",)
    closing = "catalog.change_evaluation"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).filter(is_live=True)
        return rows.select_related("version", "dataset", "dataset_version")


class AddEvaluationInline(AddingInline):
    model = Evaluation
    fk_name = "version"
    formset = AddedEvaluations
    form = EvaluationForm
    verbose_name = "evaluation"
    verbose_name_plural = "add evaluations"
    fieldsets = FIELDSETS


class EvaluationAddForm(EvaluationForm):
    """A measured value to append to a model that is named."""

    version = forms.CharField(
        label="Model",
        help_text="The model version: its id, or id@3.",
        widget=forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"}),
    )

    def clean_version(self) -> ArtifactVersion:
        return version_named(self.cleaned_data["version"])


@admin.action(description="Retract selected evaluations, with a reason", permissions=["close"])
def retract_selected(model_admin: FactAdmin, request: HttpRequest, rows: QuerySet) -> HttpResponse | None:
    def retract(row: Evaluation, reason: str) -> None:
        retract_evaluation(row.version, row.number, reason=reason, retracted_by=curator(request))

    return close_selected(model_admin, request, rows.select_related("version"), "Retract", retract)


@admin.register(Evaluation)
class EvaluationAdmin(Measured, FactAdmin):
    """Evaluations of all models. They are appended, superseded and retracted, never changed."""

    list_display = ("of_version", "by_metric", "measured", "interval", "measured_on", "n", "is_live")
    list_display_links = ("of_version",)
    list_filter = (CountedFilter, "reported_by", "primary", "in_content")
    list_select_related = ("version", "dataset", "dataset_version")
    search_fields = ("version__public_id", "metric__name", "dataset__public_id", "evaluated_by", "task")
    ordering = ("-id",)
    closing = "catalog.change_evaluation"
    actions = (retract_selected,)
    add_form = EvaluationAddForm
    add_fields = ("version", *(name for _, options in FIELDSETS for line in options["fields"] for name in line))
    add_sections = [(None, {"fields": ["version"]}), *FIELDSETS]

    @admin.display(description="model", ordering="version__public_id")
    def of_version(self, row: Evaluation) -> str:
        return str(row.version)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.add_sections if obj is None else super().get_fieldsets(request, obj)

    def register_new(self, form: Any, by: User) -> tuple[Evaluation, bool]:
        return form.append_to(form.cleaned_data["version"], by)

    def history_entries(self, row: Evaluation) -> list[Entry]:
        return evaluation_entries(Evaluation.history.filter(id=row.pk))
