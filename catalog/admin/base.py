"""What every page of the catalogue's admin keeps to: no delete, one door for writing, and a history of who and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from simple_history.admin import SimpleHistoryAdmin

from catalog.admin.history import HistoryPage
from catalog.admin.people import curator
from catalog.admin.refusals import DoorForm, Refused, refusals_of, remember, remembered


class AlreadyThere(Exception):
    """What was handed in stands already, as `row`."""

    def __init__(self, row: Any) -> None:
        super().__init__(str(row))
        self.row = row


class CatalogueAdmin(HistoryPage, SimpleHistoryAdmin):
    """Pages that show what the door refuses beside the field, and delete nothing: what is wrong is retracted."""

    list_per_page = 50
    save_on_top = False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """A NUL is in no key, and PostgreSQL takes it in no query."""
        return None if "\0" in object_id else super().get_object(request, object_id, from_field)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Answer a NUL in the address as Django answers a filter that is none."""
        if "\0" in "".join(value for values in request.GET.lists() for value in values[1]):
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        return super().changelist_view(request, extra_context)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_form_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refused: an old state cannot be put back past the door, and the history page shows what changed."""
        raise PermissionDenied

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, DoorForm):
            form.refusal = remembered(request)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except AlreadyThere as standing:
            self.message_user(request, f"{standing.row} says this already; nothing was added.", messages.INFO)
            return HttpResponseRedirect(self.url_of(standing.row))
        except Refused as refused:
            remember(request, refused.refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def url_of(self, row: Any) -> str:
        """The page of a row of this admin."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[quote(row.pk)])


class FactAdmin(CatalogueAdmin):
    """Links and evaluations: added through the door, closed with a reason, and never changed."""

    add_form: type[DoorForm]
    add_fields: Sequence[str] = ()
    closing: str
    """The permission to close a row."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs |= {"form": self.add_form, "fields": self.add_fields}
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return self.add_fields if obj is None else [field.name for field in self.opts.fields if field.name != "id"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may add rows or close them may see them."""
        return (
            super().has_view_permission(request, obj)
            or self.has_add_permission(request)
            or self.has_close_permission(request)
        )

    def has_close_permission(self, request: HttpRequest) -> bool:
        """Closing a row is the only change there is."""
        return request.user.has_perm(self.closing)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with refusals_of(form):
            row, created = self.register_new(form, curator(request))
        if not created:
            raise AlreadyThere(row)
        obj.pk = row.pk
        obj.refresh_from_db()

    def register_new(self, form: Any, by: User) -> tuple[Any, bool]:
        """Take the add form through the door; say whether that made a row."""
        raise NotImplementedError


admin.site.site_header = "SciDEX Models"
admin.site.site_title = "SciDEX Models"
admin.site.index_title = "Curation"
