"""The home page: what the catalogue holds, and what it can be asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.stamps import counted_once
from catalog.vocabulary import QUALITY_CAP
from catalog.web.overview import kinds, most_used_dataset, nearest_to_complete, newest, overview, undirected_metrics


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The catalogue as a whole, in a constant number of queries."""
    context = {"section": "home", "cap": QUALITY_CAP} | counted_once("home", _counted)
    return render(request, "catalog/home.html", context)


def _counted() -> dict[str, Any]:
    return {
        "overview": overview(),
        "kinds": kinds(),
        "newest": newest(),
        "nearest": nearest_to_complete(),
        "undirected": undirected_metrics(),
        "dataset": most_used_dataset(),
    }
