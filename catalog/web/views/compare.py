"""The compare page: two to eight models side by side, or the form that asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.comparison.compare import FEWEST, MOST
from catalog.errors import Fault
from catalog.json_values import text_problem
from catalog.models import ArtifactVersion
from catalog.provenance.moments import as_of
from catalog.references import resolve_all
from catalog.selection import UNKNOWN, Selection, select_models
from catalog.suggestions import nearest_names
from catalog.vocabulary import Kind
from catalog.web.compared.page import context_of
from catalog.web.moments import AS_OF, AskedMoment
from catalog.web.query import PageQuery, problems

PARAMETERS = ("ids", "add", "differences", "section", AS_OF)
MOST_FOUND = 12
"""Models shown that a search for one more finds."""


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    given = PageQuery.of(reverse("compare"), request.GET)
    named = ",".join(part for text in given.values("ids") for part in text.split(",") if part.strip())
    shown = AskedMoment.of(given.get(AS_OF))
    with as_of(shown.moment):
        selection = select_models(named)
    before = shown.before(selection.unknown) if selection.unknown else ""
    with as_of(shown.moment):
        return _page(request, given, selection, {"shown": shown, "at": shown.at, "before": before})


def _page(request: HttpRequest, given: PageQuery, selection: Selection, moment: dict[str, Any]) -> HttpResponse:
    query = _asking(given, _named(selection))
    added = given.get("add")
    if added and len(selection.versions) < MOST and (version := _model_called(added)) is not None:
        return redirect(_asking(query, [*_named(selection), version.public_id]).url)
    context = _form(selection, query, added) | {
        "section": "models",
        "problems": problems(given, PARAMETERS, ("ids", "section")),
        "json_url": query.only(("ids", AS_OF)).at(reverse("model-comparison")).url,
        "now_url": query.but(AS_OF).url,
        **moment,
    }
    if selection.faults:
        status = _status(selection) if given.values("ids") else 200
        return render(request, "catalog/compare_choose.html", context | _faults(selection, query), status=status)
    return render(request, "catalog/compare.html", context | context_of(selection.versions, query))


def _asking(query: PageQuery, ids: Iterable[str]) -> PageQuery:
    """The page of these models, with what else the address says of it."""
    return PageQuery(query.path, (("ids", ",".join(ids)), *query.but("ids", "add").pairs))


def _named(selection: Selection) -> list[str]:
    return [version.public_id for version in selection.versions]


def _with_instead(selection: Selection, reference: str, other: str) -> list[str]:
    """What was named, in its order, with one reference replaced: the others that are unknown still have to be."""
    return [other if name == reference else name for name in selection.references if name]


def _model_called(name: str) -> ArtifactVersion | None:
    target = resolve_all([name])[name]
    return target.version if target is not None and target.kind == Kind.MODEL else None


def _status(selection: Selection) -> int:
    """As the API answers: what is unknown is not found, and every other fault is the query's."""
    return 404 if selection.faults[0].code == UNKNOWN else 400


def _form(selection: Selection, query: PageQuery, added: str) -> dict[str, Any]:
    """The form that adds a model, with what a search for `added` found."""
    chosen = _named(selection)
    found = _search(added, chosen) if added else []
    return {
        "ids": ",".join(chosen),
        "kept": [pair for pair in query.pairs if pair[0] != "ids"],
        "added": added,
        "candidates": [(version, _asking(query, [*chosen, version.public_id]).url) for version in found],
        "fewest": FEWEST,
        "most": MOST,
        "full": len(chosen) >= MOST,
    }


def _search(text: str, chosen: list[str]) -> list[ArtifactVersion]:
    """The latest live versions of the models with every word of `text`, but those that are chosen."""
    if text_problem(text, 200):
        return []
    found = ArtifactVersion.objects.listed().matching(text)
    return list(
        found.exclude(public_id__in=chosen).order_by("title_key", "public_id").only("public_id", "title")[:MOST_FOUND]
    )


def _faults(selection: Selection, query: PageQuery) -> dict[str, Any]:
    """What is wrong with the ids, and for each unknown one the models whose names are nearest."""
    others: list[Fault] = [fault for fault in selection.faults if fault.code != UNKNOWN]
    unknown = [fault for fault in selection.faults if fault.code == UNKNOWN]
    return {
        "faults": others if selection.references else [],
        "unknown_ids": [
            (
                fault,
                [
                    (other.name, _asking(query, _with_instead(selection, name, other.name)).url)
                    for other in nearest_names(name, kind=Kind.MODEL)
                ],
            )
            for fault, name in zip(unknown, selection.unknown, strict=True)
        ],
        "chosen": [
            (version, _asking(query, [name for name in _named(selection) if name != version.public_id]).url)
            for version in selection.versions
        ],
        "comparable": query.url if FEWEST <= len(selection.versions) <= MOST else "",
    }
