"""The page of one artifact of any kind but a model's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.detail import artifact_detail
from catalog.exports.stated import references_of
from catalog.leaderboards import ASPECTS
from catalog.models import ArtifactVersion
from catalog.provenance.moments import as_of
from catalog.provenance.reproducibility import analysis_reproducibility
from catalog.references import Target, resolve_all
from catalog.vocabulary import Kind
from catalog.web.family_view import specification
from catalog.web.incoming import incoming, links_to
from catalog.web.leaderboard_view import LeaderboardView, leaderboard_view
from catalog.web.moments import AS_OF, AskedMoment
from catalog.web.not_found import not_found
from catalog.web.paging import FURTHEST, Paging
from catalog.web.query import PageQuery, problems, whole_number, word
from catalog.web.related_models import ROLES, Related, RelatedThen, outcomes, related_rows
from catalog.web.reproducing import reproducing
from catalog.web.version_list import version_lines

SHOWS = ("overview", "models", "leaderboard", "dependents")
"""A page shows the beginning of each list, or all of one by pages."""

_FEW, _PAGE = 10, 50


@require_safe
def artifact(request: HttpRequest, reference: str) -> HttpResponse:
    """One version of an artifact. A model has its own page."""
    shown = AskedMoment.of(request.GET.get(AS_OF, ""))
    reason = ""
    with as_of(shown.moment):
        target = resolve_all([reference])[reference]
        if target is not None and target.kind == Kind.MODEL:
            return HttpResponseRedirect(reverse("model", args=[reference]) + shown.at)
        if target is not None and target.version is not None:
            context = _context(request, target, target.version, reference, shown)
            return render(request, "catalog/artifact.html", context)
        if target is not None:
            reason = f"'{reference}' is known, and no version of it is registered."
    return not_found(request, reference, shown.before([reference]) or reason)


def _context(
    request: HttpRequest, target: Target, version: ArtifactVersion, reference: str, shown: AskedMoment
) -> dict[str, Any]:
    query = PageQuery.of(reverse("artifact", args=[reference]), request.GET)
    wrong = problems(query, ("show", "offset", AS_OF, *ASPECTS), ())
    show = word(query, "show", SHOWS[0], SHOWS, wrong)
    offset = whole_number(query, "offset", 0, (0, FURTHEST), wrong)
    detail = artifact_detail(version, request.build_absolute_uri("/api"), any_version=not target.pinned)
    return {
        "section": "artifacts",
        "shown": shown,
        "at": shown.at,
        "now_url": query.but(AS_OF).url,
        "artifact": detail,
        "version_lines": version_lines(detail["versions"], detail["artifact"]),
        "version": version,
        "target": target,
        "reference": reference,
        "latest": next((row for row in detail["versions"] if row["is_latest"]), None),
        "specification": specification(None, detail["metadata"]),
        "references": references_of(detail["metadata"]),
        "show": show,
        "wrong": wrong,
        **_answer(version, show),
        **_models(target, query, show, offset, shown),
        **_leaderboard(target, query, show, offset),
        **_dependents(target, query, show, offset, detail["dependents"]),
    }


def _answer(version: ArtifactVersion, show: str) -> dict[str, Any]:
    if version.kind != Kind.ANALYSIS or show != "overview":
        return {}
    return {"answer": reproducing(analysis_reproducibility(version))}


def _part(query: PageQuery, part: str, show: str, offset: int, total: int) -> tuple[Paging, int, int]:
    """The paging of one list: by pages where it is the one shown, else its beginning."""
    paging = Paging(query, total, offset, _PAGE) if show == part else Paging(query, total, 0, _FEW)
    return paging, paging.offset, paging.offset + paging.limit


def _models(target: Target, query: PageQuery, show: str, offset: int, shown: AskedMoment) -> dict[str, Any]:
    if target.kind not in ROLES or show not in ("overview", "models"):
        return {}
    models = RelatedThen.to(target) if shown.moment else Related.to(target)
    paging, start, stop = _part(query, "models", show, offset, models.count())
    return {
        "models": related_rows(target, models.best(start, stop)),
        "models_paging": paging,
        "models_more": query.only((AS_OF,)).having("show", "models").url,
        "outcomes": outcomes(target) if target.kind == Kind.HYPOTHESIS else {},
    }


def _leaderboard(target: Target, query: PageQuery, show: str, offset: int) -> dict[str, Any]:
    if target.kind != Kind.DATASET or show not in ("overview", "leaderboard"):
        return {}
    full = show == "leaderboard"
    board = leaderboard_view(target, query, offset if full else 0, _PAGE if full else _FEW)
    return {
        "board": board,
        "board_paging": Paging(query, board.total, offset if full else 0, _PAGE if full else _FEW),
        "board_more": query.but("offset").having("show", "leaderboard").url,
        "board_json": _json_url(target, board),
    }


def _json_url(target: Target, board: LeaderboardView) -> str:
    """The leaderboard that is shown, as JSON."""
    stated = {name: getattr(board.chosen, name) for name in ASPECTS} if board.chosen else {}
    pairs = tuple((name, word) for name, word in stated.items() if word)
    named = target.version if target.pinned and target.version else target.artifact
    return PageQuery(f"/api/artifacts/{named.public_id}/leaderboard", pairs).url


def _dependents(target: Target, query: PageQuery, show: str, offset: int, counts: Mapping[str, int]) -> dict[str, Any]:
    if show not in ("overview", "dependents"):
        return {}
    paging, start, stop = _part(query, "dependents", show, offset, sum(counts.values()))
    return {
        "dependents": incoming(links_to(target), counts, start, stop),
        "dependents_paging": paging,
        "dependents_more": query.only((AS_OF,)).having("show", "dependents").url,
    }
