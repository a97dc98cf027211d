"""The page of one model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.comparison.leakage import LEAKAGE, SHARED_PARENT
from catalog.comparison.notices import find_notices
from catalog.comparison.records import ComparedModel, Notice
from catalog.detail import model_detail
from catalog.exports.citation import citation
from catalog.exports.stated import references_of
from catalog.models import ArtifactVersion
from catalog.provenance.moments import as_of
from catalog.provenance.reproducibility import model_reproducibility
from catalog.references import Target, resolve_all
from catalog.snapshots import snapshots_of
from catalog.titles import titles_of
from catalog.vocabulary import Kind, Relation, State
from catalog.web.courses import courses, reported_by
from catalog.web.dag import draw
from catalog.web.evaluation_groups import evaluation_groups
from catalog.web.export_links import model_exports
from catalog.web.family_view import specification
from catalog.web.incoming import incoming, links_to
from catalog.web.moments import AS_OF, AskedMoment
from catalog.web.not_found import not_found
from catalog.web.past import past_of
from catalog.web.peers import peers_of, peers_then
from catalog.web.reproducing import reproducing
from catalog.web.scores import completeness_of, score_of
from catalog.web.version_list import version_lines

_DEPENDENTS = 20
"""How many of the versions that rest on a model its page names."""


@require_safe
def model(request: HttpRequest, reference: str) -> HttpResponse:
    """One version of a model. What is no model has its own page."""
    shown = AskedMoment.of(request.GET.get(AS_OF, ""))
    with as_of(shown.moment):
        target = resolve_all([reference])[reference]
        if target is not None and target.version is not None:
            if target.kind != Kind.MODEL:
                return HttpResponseRedirect(reverse("artifact", args=[reference]) + shown.at)
            context = _context(request, target, target.version, shown) | {"reference": reference}
            return render(request, "catalog/model.html", context)
    return not_found(request, reference, shown.before([reference]))


def _context(request: HttpRequest, target: Target, version: ArtifactVersion, shown_at: AskedMoment) -> dict[str, Any]:
    [snapshot] = snapshots_of([version])
    root_url = request.build_absolute_uri("/api")
    model = model_detail(version, root_url, any_version=not target.pinned, snapshot=snapshot)
    asked = request.GET.get("metric", "")
    shown = courses(reported_by(version.artifact_id), model["versions"], version.version_number, asked)
    return {
        "section": "models",
        "shown": shown_at,
        "at": shown_at.at,
        "now_url": reverse("model", args=[version.public_id]),
        "model": model,
        "version_lines": version_lines(model["versions"], model["model"]),
        "version": version,
        "latest": next((row for row in model["versions"] if row["is_latest"]), None),
        "score": score_of(version),
        "completeness": completeness_of(version),
        "links": _by_relation(model["links"]),
        "specification": specification(version.family, model["metadata"]),
        "drawing": draw(snapshot.lineage),
        "notices": _notices(snapshot.compared),
        "answer": reproducing(model_reproducibility(version, snapshot.lineage)),
        "courses": shown,
        "unknown_metric": asked if asked and asked not in shown.metrics else "",
        "references": references_of(model["metadata"]),
        "citation": citation(model, request.build_absolute_uri(reverse("model", args=[version.public_id]))),
        "exports": model_exports(version.public_id),
        **past_of(version, shown_at.moment),
        **_measured(model, version, shown_at),
        **_dependents(target, model["dependents"]),
        **_own_versions(model),
    }


def _notices(loaded: ComparedModel) -> list[Notice]:
    """What a comparison would say of the model's own evaluations, but for what the page says elsewhere.

    Its standing is told at the top, and what its evaluations have to do with its training among the advisories.
    """
    elsewhere = (State.RETRACTED, "superseded", LEAKAGE, SHARED_PARENT)
    return [notice for notice in find_notices([loaded]) if notice.code not in elsewhere]


def _by_relation(links: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """What the summary of a model names."""
    found: dict[str, list[Mapping[str, Any]]] = {
        relation.value: [] for relation in (Relation.TRAINED_ON, Relation.PRODUCED_BY, Relation.TESTS)
    }
    for link in links:
        found.setdefault(link["relation"], []).append(link)
    return found


def _measured(model: Mapping[str, Any], version: ArtifactVersion, shown_at: AskedMoment) -> dict[str, Any]:
    """The evaluations, and the models that these make comparable."""
    datasets = {value["dataset"] for value in model["evaluations"]} - {None}
    peers = peers_of if shown_at.moment is None else peers_then
    return {
        "groups": evaluation_groups(model["evaluations"], titles_of(datasets)),
        "peers": peers(version, model["datasets"], datasets),
    }


def _dependents(target: Target, counts: Mapping[str, int]) -> dict[str, Any]:
    total = sum(counts.values())
    return {
        "dependents": incoming(links_to(target), counts, 0, _DEPENDENTS),
        "dependents_total": total,
        "dependents_left_out": max(0, total - _DEPENDENTS),
    }


def _own_versions(model: Mapping[str, Any]) -> dict[str, Any]:
    """The versions beside this one that it is most often compared with: the one before it, and the latest."""
    others: Sequence[Mapping[str, Any]] = [row for row in model["versions"] if row["id"] != model["id"]]
    before = next((row for row in others if row["version_number"] < model["version_number"]), None)
    latest = next((row for row in others if row["is_latest"]), None)
    return {"before": before, "newer": latest if latest != before else None}
