"""The page of what is different between two versions of one artifact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import Artifact, ArtifactVersion
from catalog.references import resolve_all
from catalog.version_differences import ENDS, difference_between, unknown_version, version_called
from catalog.web.compared.fields import Value, value_of
from catalog.web.not_found import not_found
from catalog.web.query import PageQuery, problems

LONGEST = 600
"""Letters of a value that are shown: what differs at the end of a long text is to be seen."""

MOST_CHOSEN_FROM = 200
"""Versions that the form offers, the newest."""


@dataclass(frozen=True, slots=True)
class Line:
    """A field that differs, with what each version says of it."""

    name: str
    change: str
    before: Value
    after: Value


@require_safe
def difference(request: HttpRequest, reference: str) -> HttpResponse:
    """Two versions, field by field, or the form that asks for them."""
    target = resolve_all([reference])[reference]
    if target is None:
        return not_found(request, reference)
    artifact = target.artifact
    query = PageQuery.of(reverse("difference", args=[reference]), request.GET)
    wrong = problems(query, ENDS, ())
    asked = {name: query.get(name) for name in ENDS}
    found = {name: version_called(artifact, text) if text else None for name, text in asked.items()}
    wrong += [unknown_version(artifact, text) for name, text in asked.items() if text and found[name] is None]
    versions = list(_chosen_from(artifact))
    context = {
        "section": "models" if artifact.kind == "model" else "artifacts",
        "artifact": artifact,
        "page": "model" if artifact.kind == "model" else "artifact",
        "wrong": wrong,
        "versions": versions,
        "ends": [(name, found[name].version_number if found[name] else None) for name in ENDS],  # type: ignore[union-attr]
        "json_url": query.only(ENDS).at(f"/api/artifacts/{artifact.public_id}/diff").url,
    }
    before, after = found["from"], found["to"]
    if before is not None and after is not None:
        context |= _differences(before, after)
    unknown = any(text and found[name] is None for name, text in asked.items())
    return render(request, "catalog/difference.html", context, status=404 if unknown else 200)


def _chosen_from(artifact: Artifact) -> Iterable[Mapping[str, Any]]:
    columns = ("version_number", "version_label", "version_tag", "state")
    return (
        ArtifactVersion.objects.filter(artifact=artifact)
        .order_by("-version_number")
        .values(*columns)[:MOST_CHOSEN_FROM]
    )


def _differences(before: ArtifactVersion, after: ArtifactVersion) -> dict[str, Any]:
    found = difference_between(before, after)
    return {
        "difference": found,
        "sections": [
            (name, list(map(_line, rows))) for name, rows in groupby(found["fields"], key=lambda row: row["section"])
        ],
        "total": sum(len(found[part]) for part in ("fields", "evaluations", "links")),
    }


def _line(row: Mapping[str, Any]) -> Line:
    name = row["field"] if row["section"] == "general" else row["field"].partition(".")[2]
    return Line(name, row["change"], value_of(row["from"], LONGEST), value_of(row["to"], LONGEST))
