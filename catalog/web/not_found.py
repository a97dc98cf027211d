"""The page for an id that leads nowhere: it names what is nearest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.models import Identifier

_NEIGHBOURS, _ALIKE, _SHOWN = 40, 200, 5
_LONGEST = 200


def not_found(request: HttpRequest, reference: str, reason: str = "") -> HttpResponse:
    """Answer 404, with the names that are most like the one asked for."""
    # No id has any other letter, and a database takes no NUL.
    name, _, selector = re.sub(r"[^\w.:@-]", "", reference[:_LONGEST], flags=re.ASCII).partition("@")
    context = {"reference": reference[:_LONGEST], "reason": reason, "nearest": nearest_names(name)}
    if selector and not reason and Identifier.objects.filter(name=name).exists():
        context["reason"] = f"'{name}' is there, and has no version '{selector}'."
    return render(request, "catalog/not_found.html", context, status=404)


def nearest_names(name: str) -> list[Identifier]:
    """Names of artifacts that are spelt most like `name`, best first, in a constant number of queries."""
    found = {row.name: row for rows in _candidates(name) for row in rows.select_related("artifact")}
    folded = {row.casefold(): row for row in found}
    close = get_close_matches(name.casefold(), folded, n=_SHOWN, cutoff=0.5)
    return [found[folded[match]] for match in close]


def _candidates(name: str) -> Iterator[QuerySet[Identifier]]:
    """Those beside it in the alphabet, for a wrong end, and those with its longest part, for a wrong beginning."""
    # Versions go by the name of their artifact.
    names = Identifier.objects.filter(version__isnull=True)
    yield names.filter(name__gte=name).order_by("name")[:_NEIGHBOURS]
    yield names.filter(name__lt=name).order_by("-name")[:_NEIGHBOURS]
    for part in sorted(re.split(r"[-_.:]", name), key=len, reverse=True)[:2]:
        if len(part) > 2:
            yield names.filter(name__icontains=part).order_by()[:_ALIKE]
