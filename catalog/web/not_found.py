"""The page for an id that leads nowhere: it names what is nearest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.identity import id_problem
from catalog.models import Identifier
from catalog.suggestions import nearest_names

_LONGEST, _SHOWN = 200, 5


def not_found(request: HttpRequest, reference: str, reason: str = "") -> HttpResponse:
    """Answer 404, with the names that are most like the one asked for."""
    name, _, selector = reference.partition("@")
    context = {"reference": reference[:_LONGEST], "reason": reason, "nearest": nearest_names(name, count=_SHOWN)}
    if selector and not (reason or id_problem(name)) and Identifier.objects.filter(name=name).exists():
        context["reason"] = f"'{name}' is there, and has no version '{selector}'."
    return render(request, "catalog/not_found.html", context, status=404)
