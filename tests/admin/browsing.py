"""Opening the admin's pages and filling in their forms as a browser would: with every value that the page holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from catalog.models import ArtifactVersion
from catalog.vocabulary import Kind

PAGES = {
    Kind.MODEL: "modelversion",
    Kind.DATASET: "datasetversion",
    Kind.ANALYSIS: "analysisversion",
    Kind.HYPOTHESIS: "hypothesisversion",
}


def page_of(version: ArtifactVersion) -> str:
    """The name of the model that a version is shown as."""
    return PAGES.get(Kind(version.kind), "otherversion")


class _Fields(HTMLParser):
    """The values that a browser would send of a page's largest form."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._select: str | None = None
        self._first: str | None = None
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in {"submit", "button"}:
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self.values.setdefault(name, []).append(given.get("value") or "")
        elif tag == "select":
            self._select, self._first = name, None
        elif tag == "option" and self._select:
            if self._first is None:
                self._first = given.get("value") or ""
            if "selected" in given:
                self.values.setdefault(self._select, []).append(given.get("value") or "")
        elif tag == "textarea":
            self._text = name
            self.values[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            self.values.setdefault(self._select, [self._first or ""])
            self._select = None
        elif tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.values[self._text][0] += data.removeprefix("\n")


def fields_of(response: HttpResponse) -> dict[str, list[str]]:
    """What a browser would send of the forms of a page."""
    parser = _Fields()
    parser.feed(response.content.decode())
    return {name: values for name, values in parser.values.items() if "__prefix__" not in name}


@dataclass
class Visitor:
    """Somebody at the admin."""

    client: Client

    def list(self, model: str, **query: Any) -> Any:
        return self.client.get(reverse(f"admin:catalog_{model}_changelist"), query)

    def add_page(self, model: str, **query: Any) -> Any:
        return self.client.get(reverse(f"admin:catalog_{model}_add"), query)

    def add(self, model: str, query: Mapping[str, Any] | None = None, **values: Any) -> Any:
        """Fill in the form of a new row and send it."""
        path = reverse(f"admin:catalog_{model}_add", query=query or {})
        return self._filled(path, values)

    def page(self, version: ArtifactVersion) -> Any:
        return self.client.get(self.path(version))

    def path(self, version: ArtifactVersion) -> str:
        return reverse(f"admin:catalog_{page_of(version)}_change", args=[version.pk])

    def change(self, version: ArtifactVersion, **values: Any) -> Any:
        """Open the page of a version, change some values and send it."""
        return self._filled(self.path(version), values)

    def history(self, version: ArtifactVersion) -> str:
        response = self.client.get(reverse(f"admin:catalog_{page_of(version)}_history", args=[version.pk]))
        assert response.status_code == 200
        return response.content.decode()

    def act(self, model: str, action: str, rows: list[Any], **values: Any) -> Any:
        """Choose rows of a list and an action on them."""
        path = reverse(f"admin:catalog_{model}_changelist")
        pressed = {} if "confirmed" in values else {"index": "0"}  # the list's button says which of its two it is
        chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
        return self.client.post(path, {**chosen, **pressed, **values})

    def _filled(self, path: str, values: Mapping[str, Any]) -> Any:
        held = fields_of(self.client.get(path))
        for name in ("q", "theme"):
            held.pop(name, None)
        return self.client.post(path, {**held, **values})


VisitorWith = Callable[..., Visitor]


def added_link(relation: str, ref: str, **values: str) -> dict[str, str]:
    """What a browser sends of a row that was added beside a version."""
    said = {"relation": relation, "ref": ref, "stated_as": "", "outcome": "", **values}
    return {"links-2-TOTAL_FORMS": "1"} | {f"links-2-0-{name}": value for name, value in said.items()}


def added_evaluation(metric: str, value: str, **values: str) -> dict[str, str]:
    said = {"metric": metric, "value": value, "reported_by": "evaluator", **values}
    return {"evaluations-2-TOTAL_FORMS": "1"} | {f"evaluations-2-0-{name}": value for name, value in said.items()}


def errors_of(response: Any) -> dict[str, list[str]]:
    """The errors of the page's main form, by field."""
    assert response.status_code == 200, response.status_code
    return dict(response.context["adminform"].form.errors)


def row_errors_of(response: Any) -> list[dict[str, list[str]]]:
    """The errors of the rows beside a version, of all its tables."""
    assert response.status_code == 200, response.status_code
    formsets = response.context["inline_admin_formsets"]
    return [dict(errors) for item in formsets for errors in item.formset.errors if errors]
