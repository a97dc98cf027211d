"""The list of artifacts of any kind."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.filtersets import ArtifactFilterSet
from catalog.listing import SORTS, ListedArtifacts, artifact_rows
from catalog.models import ArtifactVersion
from catalog.vocabulary import Kind
from catalog.web.facets import Option
from catalog.web.filter_fields import field_errors
from catalog.web.paging import DEFAULT_LIMIT, FURTHEST, MOST_ROWS, Paging
from catalog.web.query import PageQuery, problems, whole_number
from catalog.web.templatetags.catalog_format import kind_plural

_LISTED = ("kind", "q", "limit", "offset")


@require_safe
def artifacts(request: HttpRequest) -> HttpResponse:
    """Artifacts by their latest versions, the newest first."""
    query = PageQuery.of(reverse("artifacts"), request.GET)
    wrong = problems(query, (*_LISTED, "format"), ())
    filters = ArtifactFilterSet(query.data, queryset=ArtifactVersion.objects.latest_versions())
    limit = whole_number(query, "limit", DEFAULT_LIMIT, (1, MOST_ROWS), wrong)
    offset = whole_number(query, "offset", 0, (0, FURTHEST), wrong)
    valid = filters.is_valid()
    kinds = _kinds(query)
    listed = ListedArtifacts(filters.qs, filters.form.cleaned_data)
    paging = Paging(query, _chosen(kinds) if valid else 0, offset, limit)
    found = listed.page(SORTS["created_at"], "desc", limit, offset=offset) if valid else []
    context = {
        "section": "artifacts",
        "query": query,
        "wrong": wrong,
        "errors": field_errors(filters),
        "kinds": kinds,
        "paging": paging,
        "rows": artifact_rows(found, ""),
        "json_url": query.only(_LISTED).at(reverse("artifact-collection")).url,
    }
    return render(request, "catalog/artifacts.html", context)


def _kinds(query: PageQuery) -> list[tuple[Option, str]]:
    """How many artifacts of each kind the search finds, each with the address of the list of them."""
    search = ArtifactFilterSet(query.only(("q",)).data, queryset=ArtifactVersion.objects.latest_versions())
    counts = ListedArtifacts(search.qs, search.form.cleaned_data).by_kind if search.is_valid() else {}
    first, chosen = query.but("offset", "kind"), query.get("kind")
    options = [(Option("", "all kinds", sum(counts.values()), not chosen), first.url)]
    for kind in Kind:
        option = Option(kind.value, kind_plural(kind.value), counts.get(kind.value, 0), kind == chosen)
        options.append((option, first.having("kind", kind.value).url))
    return options


def _chosen(kinds: Iterable[tuple[Option, str]]) -> int:
    """How many there are of the kind that is chosen, or of all."""
    return next((option.count or 0 for option, _ in kinds if option.chosen), 0)
