"""What metrics mean: the one thing here that is written as on any admin page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from catalog.admin.base import CatalogueAdmin
from catalog.admin.history import Entry, metric_entries
from catalog.models import MetricDefinition
from catalog.vocabulary import Direction


class MetricForm(forms.ModelForm):
    class Meta:
        model = MetricDefinition
        fields = ("name", "label", "unit", "direction", "target_value", "case_adjusted", "same_data_only")
        help_texts = {
            "name": "As evaluations name it. It stays, once given.",
            "direction": "In which direction it gets better. Unknown: nothing is best by it.",
            "target_value": "The best value, as 0.95 for the coverage of a 95 % interval.",
            "case_adjusted": "Compares across somewhat different cases, as relative skill does.",
            "same_data_only": "Compares only on the same version of the data, as AIC, BIC and likelihoods do.",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        aims = cleaned.get("direction") == Direction.TARGET
        if "target_value" not in self.errors and aims == (cleaned.get("target_value") is None):
            said = "Give the value that is best." if aims else "Only a metric with the direction target has one."
            self.add_error("target_value", said)
        return cleaned


@admin.register(MetricDefinition)
class MetricAdmin(CatalogueAdmin):
    """Metrics that nobody has defined yet come in by their first evaluation, with no direction."""

    form = MetricForm
    list_display = ("name", "label", "unit", "direction", "target_value", "case_adjusted", "same_data_only", "live")
    list_filter = ("direction", "case_adjusted", "same_data_only")
    search_fields = ("name", "label")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        counted = Count("evaluations", filter=Q(evaluations__is_live=True))
        return super().get_queryset(request).annotate(live_count=counted)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Evaluations refer to a metric by its name."""
        return ("name",) if obj else ()

    @admin.display(description="evaluations", ordering="live_count")
    def live(self, metric: Any) -> int:
        return metric.live_count

    def history_entries(self, row: MetricDefinition) -> list[Entry]:
        return metric_entries(row)
