"""The work list of curators: how many models fail each rule, each with the list of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.admin import site
from django.template import Context
from django.urls import reverse

from catalog.models import ModelVersion
from catalog.provenance.rules import RULES
from catalog.tallies import failing, tallies

register = template.Library()


@register.inclusion_tag("admin/catalog/work_list.html", takes_context=True)
def work_list(context: Context) -> dict[str, Any]:
    """The latest live version of each model counts: in one query, as on the home page."""
    if not site.get_model_admin(ModelVersion).has_view_permission(context["request"]):
        return {"visible": False}
    found = tallies()
    lines = [{"rule": rule, "count": count} for rule, count in zip(RULES, failing(found), strict=True) if count]
    total, complete = sum(tally.models for tally in found), sum(tally.complete for tally in found)
    return {
        "visible": True,
        "list_url": reverse("admin:catalog_modelversion_changelist"),
        "lines": sorted(lines, key=lambda line: -line["count"]),
        "total": total,
        "flagged": total - complete,
    }
