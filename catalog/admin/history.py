"""The history page: who changed what, when and why, of a row and of the facts that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from catalog.columns import MUTABLE_FIELDS
from catalog.models import ArtifactVersion, Evaluation, Link, MetricDefinition

PER_PAGE = 100
_TOLD = sorted(field for field in MUTABLE_FIELDS if not field.endswith("_at"))
"""The fields of a version whose changes are told. When is told once, beside who."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a change gave to one field."""

    label: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: of `what`, with the reason that was given for it."""

    at: datetime
    by: str
    did: str
    what: str
    why: str
    changes: list[Change] = field(default_factory=list)


def entries(
    records: Iterable[Any], name: Callable[[Any], str], did: Callable[[Any], str], fields: Iterable[str] = ()
) -> list[Entry]:
    """The entries of historical `records` of one kind of row: what `name` and `did` say of each.

    `fields` are those whose changes are told.
    """
    made: list[Entry] = []
    before: dict[Any, Any] = {}
    fields = list(fields)
    for record in sorted(records, key=lambda record: (record.history_date, record.history_id)):
        changes = list(_changes(before.get(record.id), record, fields))
        before[record.id] = record
        made.append(
            Entry(
                at=record.history_date,
                by=record.history_user.get_username() if record.history_user else "",
                did=did(record),
                what=name(record),
                why=record.history_change_reason or "",
                changes=changes,
            )
        )
    return made


def _changes(old: Any, new: Any, fields: Iterable[str]) -> Iterator[Change]:
    """The fields in which two records of one row differ; none where the older one is not known."""
    for name in fields if old is not None else ():
        if getattr(old, name) != getattr(new, name):
            yield Change(new._meta.get_field(name).verbose_name, _said(getattr(old, name)), _said(getattr(new, name)))


def _said(value: Any) -> Any:
    return "nothing" if value is None or value == "" else value


def version_entries(version: ArtifactVersion) -> list[Entry]:
    """What happened to a version, to its links and to its evaluations."""
    own = list(ArtifactVersion.history.filter(id=version.pk).select_related("history_user"))
    known = any(record.history_type == "+" for record in own)
    loaded = Entry(at=version.registered_at, by="", did="Registered", what="", why="")
    return [
        *(() if known else (loaded,)),  # a load has no author, and writes no history
        *entries(own, lambda record: "", _done_to_version, _TOLD),
        *link_entries(Link.history.filter(source=version.pk)),
        *evaluation_entries(Evaluation.history.filter(version=version.pk)),
    ]


def link_entries(records: Any) -> list[Entry]:
    """What happened to links."""

    def name(record: Any) -> str:
        return f"link {record.number}: {record.relation} {record.target_version or record.target}"

    return entries(records.select_related("history_user", "target", "target_version"), name, _done)


def evaluation_entries(records: Any) -> list[Entry]:
    """What happened to evaluations."""

    def name(record: Any) -> str:
        return f"evaluation {record.number}: {record.metric_id} = {record.value:g}"

    def did(record: Any) -> str:
        if record.history_type != "~" or record.is_live:
            return _done(record)
        return "Retracted" if record.retracted_at else "Superseded"

    return entries(records.select_related("history_user"), name, did)


def metric_entries(metric: MetricDefinition) -> list[Entry]:
    """What happened to the definition of a metric."""
    fields = [field.name for field in MetricDefinition._meta.fields]
    records = MetricDefinition.history.filter(id=metric.pk).select_related("history_user")
    return entries(records, lambda record: "", _done, fields)


def _done_to_version(record: Any) -> str:
    return "Registered" if record.history_type == "+" else _done(record)


def _done(record: Any) -> str:
    return {"+": "Added", "~": "Changed", "-": "Withdrawn"}[record.history_type]


class HistoryPage:
    """Shows `history_entries` in place of the list that offers to put old states back."""

    def history_entries(self, row: Any) -> list[Entry]:
        """What happened to `row`, in any order."""
        raise NotImplementedError

    def history_view(self: Any, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        found = sorted(self.history_entries(row), key=lambda entry: entry.at, reverse=True)
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {row}",
            "opts": self.opts,
            "object": row,
            "original": row,
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("p")),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/catalog/history.html", context)
