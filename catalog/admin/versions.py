"""Versions of any kind: what they say is read, what may change of them is decided, and new ones are registered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import flatten
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from catalog.admin import actions, exporting
from catalog.admin.add_forms import VersionAddForm
from catalog.admin.base import AlreadyThere, CatalogueAdmin
from catalog.admin.decision_forms import DecisionForm
from catalog.admin.history import Entry, version_entries
from catalog.admin.inlines import SHOWN
from catalog.admin.links import AddLinkInline, StandingLinkInline
from catalog.admin.people import curator
from catalog.admin.places import version_url
from catalog.admin.prefilled import said_before
from catalog.admin.record_fields import RecordFields
from catalog.admin.refusals import refusals_of
from catalog.models import ArtifactVersion
from catalog.registration import register

Lines = tuple[str | tuple[str, ...], ...]


class LightChangeList(ChangeList):
    """Leaves out of the query what no list shows."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        found = super().get_queryset(request, exclude_parameters)
        return found.defer("metadata", "description", "changelog", "checksums")


class VersionAdmin(RecordFields, CatalogueAdmin):
    """The pages of one kind of version."""

    add_form: type[VersionAddForm]
    add_sections: Sequence[tuple[str | None, Lines]] = ()
    decision_form: type[DecisionForm] = DecisionForm
    decisions: Lines = (("new_state", "tag"), "state_reason", "reason")
    decided: Lines = (("state", "version_tag"), "state_reason")
    record: Lines = ("title", ("artifact", "version_number", "version_label"), ("is_latest", "parent"))
    content: Lines = ("description", "changelog", "license", ("created_at", "registered_at"), "metadata_shown")
    identity: Lines = ("identified_by", "checksums_shown", "content_digest", "read_from", "also_called")

    inlines: Sequence[type[InlineModelAdmin]] = (StandingLinkInline, AddLinkInline)
    actions: Sequence[Any] = (actions.set_state, actions.tag, exporting.export_csv, exporting.export_json)
    list_filter: Sequence[Any] = ("state", "is_latest")
    list_select_related = ("artifact",)
    search_fields = ("title", "public_id", "version_label", "version_tag", "artifact__identifiers__name")
    search_help_text = "Every word in the title, an id or alias, the label or the tag"
    ordering = ("-id",)
    change_form_template = "admin/catalog/version.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(self._may(request, action) for action in ("view", "change", "add"))

    def _may(self, request: HttpRequest, action: str) -> bool:
        """A permission on all versions, as the API asks for, or on those of this kind alone."""
        models = (ArtifactVersion._meta.model_name, self.opts.model_name)
        return any(request.user.has_perm(f"catalog.{action}_{model}") for model in models)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LightChangeList

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(
            request, obj, change=change, form=self.decision_form if obj else self.add_form, **kwargs
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(name, {"fields": lines}) for name, lines in self.add_sections]
        return [
            (None, {"fields": self.record}),
            (
                "What may change",
                {"fields": self.decisions if self.has_change_permission(request, obj) else self.decided},
            ),
            ("What it says", {"fields": self.content, "classes": ["collapse"]}),
            ("Which bytes it is", {"fields": self.identity, "classes": ["collapse"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        if obj is None:
            return ()
        return flatten((*self.record, *self.decided, *self.content, *self.identity))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version starts from what the one named by `from` says: content is not changed, but said anew."""
        chosen = request.GET.get("from", "")
        version = self.get_object(request, chosen) if chosen else None
        return said_before(version, self.add_form.base_fields) if version else {}

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return super().get_inline_instances(request, obj) if obj else []

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say where the links and evaluations are that the page leaves out."""
        version = context.get("original")
        counts = {name: rows.count() for name, rows in self.facts_of(version).items()} if version else {}
        context |= {"shown": SHOWN, "unshown": {name: count for name, count in counts.items() if count > SHOWN}}
        return super().render_change_form(request, context, *args, **kwargs)

    def facts_of(self, version: ArtifactVersion) -> dict[str, QuerySet]:
        """The rows beside a version that its page shows, by the name of their own list."""
        return {"link": version.links.all()}

    def save_model(self, request: HttpRequest, obj: ArtifactVersion, form: Any, change: bool) -> None:
        with refusals_of(form):
            if change:
                form.decide(curator(request))
                return
            registered = register(form.version_input(), registered_by=curator(request))
        if not registered.created:
            raise AlreadyThere(registered.version)
        obj.pk = registered.version.pk
        obj.refresh_from_db()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.apply(curator(request))

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """To the page of the version: it says which rules fail, and takes the links that mend them."""
        return HttpResponseRedirect(version_url(obj)) if self.has_view_permission(request) else self._index()

    def _index(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:index"))

    def url_of(self, row: ArtifactVersion) -> str:
        return version_url(row)

    def history_entries(self, row: ArtifactVersion) -> list[Entry]:
        return version_entries(row)
