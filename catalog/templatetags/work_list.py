"""The work list of curators: how many models fail each rule, each with the list of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.admin import site
from django.db.models import Count, Q
from django.template import Context
from django.urls import reverse

from catalog.models import ModelVersion
from catalog.provenance.rules import RULES
from catalog.vocabulary import State

register = template.Library()


@register.inclusion_tag("admin/catalog/work_list.html", takes_context=True)
def work_list(context: Context) -> dict[str, Any]:
    """The latest live version of each model counts; in one query."""
    if not site.get_model_admin(ModelVersion).has_view_permission(context["request"]):
        return {"visible": False}
    failing = {rule.code: Count("pk", filter=Q(**{rule.column: False})) for rule in RULES}
    flagged = Count("pk", filter=Q(provenance_completeness__lt=1))
    latest = ModelVersion.objects.filter(is_latest=True).exclude(state=State.RETRACTED)
    counts = latest.aggregate(total=Count("pk"), flagged=flagged, **failing)
    lines = [{"rule": rule, "count": counts[rule.code]} for rule in RULES if counts[rule.code]]
    return {
        "visible": True,
        "list_url": reverse("admin:catalog_modelversion_changelist"),
        "lines": sorted(lines, key=lambda line: -line["count"]),
        **{name: counts[name] for name in ("total", "flagged")},
    }
