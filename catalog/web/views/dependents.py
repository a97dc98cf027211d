"""The page of everything that rests on an artifact or a version, by depth; and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.impact import csv_answer, root_of
from catalog.models.link import STORED_RELATIONS
from catalog.nearest import unknown
from catalog.provenance.dependents import Cursor, Page, Place, Root, Wanted, described
from catalog.provenance.dependents import dependents as page_of
from catalog.references import resolve_all
from catalog.vocabulary import Kind
from catalog.web.not_found import not_found
from catalog.web.query import PageQuery, problems

LIMIT = 50
"""Rows of a page."""

FILTERS = ("kind", "relation")
_KINDS = tuple(Kind.values)
_RELATIONS = tuple(relation.value for relation in STORED_RELATIONS)


@require_safe
def dependents(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything downstream, the nearest first, a page at a time."""
    target = resolve_all([reference])[reference]
    if target is None:
        return not_found(request, reference)
    query = PageQuery.of(reverse("dependents", args=[reference]), request.GET)
    wrong = problems(query, (*FILTERS, "cursor"), FILTERS)
    root, wanted = root_of(target), _wanted(query, wrong)
    cursor = _cursor(query, root, wanted, wrong)
    page = page_of(root, wanted, LIMIT, after=cursor.after, before=cursor.before)
    rows = described(page.found, root)
    context = {
        "section": "models" if target.kind == Kind.MODEL else "artifacts",
        "reference": reference,
        "target": target,
        "root": root.id,
        "title": target.version.title if target.version else root.id,
        "page": "model" if target.kind == Kind.MODEL else "artifact",
        "wrong": wrong,
        "levels": [(depth, list(level)) for depth, level in groupby(rows, key=lambda row: row.depth)],
        "by_kind": page.by_kind,
        "kinds": [(word, word in wanted.kinds) for word in _KINDS],
        "relations": [(word, word in wanted.relations) for word in _RELATIONS],
        "narrowed": bool(wanted.kinds or wanted.relations),
        **_around(query, page, cursor),
        "table_url": query.only(FILTERS).at(reverse("dependents-table", args=[reference])).url,
        "json_url": query.only(FILTERS).at(f"/api/artifacts/{root.id}/dependents").url,
    }
    return render(request, "catalog/dependents.html", context)


@require_safe
def dependents_table(request: HttpRequest, reference: str) -> HttpResponseBase:
    """All of it as CSV, narrowed as the page is."""
    target = resolve_all([reference])[reference]
    if target is None:
        return not_found(request, reference)
    query = PageQuery.of(request.path, request.GET)
    return csv_answer(root_of(target), _wanted(query, []))


def _wanted(query: PageQuery, wrong: list[str]) -> Wanted:
    return Wanted(
        frozenset(_words(query, "kind", _KINDS, wrong)), frozenset(_words(query, "relation", _RELATIONS, wrong))
    )


def _words(query: PageQuery, name: str, valid: Sequence[str], wrong: list[str]) -> list[str]:
    """The words asked for. What is none is said in `wrong`, and left out."""
    words = [word.strip() for word in query.values(name)]
    wrong += [f"{unknown(name, word, valid)} It was left out." for word in words if word not in valid]
    return [word for word in words if word in valid]


def _cursor(query: PageQuery, root: Root, wanted: Wanted, wrong: list[str]) -> Cursor:
    try:
        return Cursor.parse(query.get("cursor"), root, wanted)
    except ValueError:
        wrong.append("The place that the address names is not of this list; its beginning is shown.")
        return Cursor.parse("", root, wanted)


def _around(query: PageQuery, page: Page, cursor: Cursor) -> dict[str, Any]:
    """The addresses of the pages around one."""

    def link(place: Place, backwards: bool) -> str:
        return query.having("cursor", cursor.at(place, backwards=backwards)).url

    start = query.but("cursor").url
    return {
        "start": start if cursor.place else "",
        "previous": link(page.found[0].place, True) if page.earlier and page.found else "",
        "next": link(page.found[-1].place, False) if page.more and page.found else "",
    }
