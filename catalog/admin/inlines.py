"""What links and evaluations have in common beside their version: those that stand, and those to be added."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from catalog.admin.refusals import DoorForm, refusals_of, remembered
from catalog.registration.validate import REASON_LIMIT

SHOWN = 100
"""How many of a version's links, and of its evaluations, its page shows. Each is a row of a form that is posted."""


class FactFormSet(BaseInlineFormSet):
    """Forms that go through the door one by one."""

    def clean(self) -> None:
        """What is unique is the door's to say."""

    def apply(self, by: User) -> None:
        """Take what was filled in through the door. Raises `Refused`."""
        self.new_objects: list[Any] = []
        self.changed_objects: list[tuple[Any, list[str]]] = []
        self.deleted_objects: list[Any] = []
        for form in self.forms:
            if form.has_changed():
                with refusals_of(form):
                    self.take(form, by)

    def take(self, form: Any, by: User) -> None:
        """Take one filled form through the door."""
        raise NotImplementedError


def closing_box(verb: str) -> forms.BooleanField:
    """The box to tick, which the head of its column names for those who see it."""
    return forms.BooleanField(required=False, label=verb, widget=forms.CheckboxInput(attrs={"aria-label": verb}))


class ClosingForm(DoorForm):
    """A row that stands, and the reason to withdraw or retract it."""

    reason = forms.CharField(
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.TextInput(attrs={"class": "catalogue-reason", "aria-label": "Reason"}),
    )
    close = closing_box("Close")

    class Meta:
        fields = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("close") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Give the reason; the history keeps it.")
        if cleaned.get("reason") and not cleaned.get("close"):
            self.add_error("close", "Tick this as well, or take the reason away.")
        return cleaned


class ClosingFormSet(FactFormSet):
    """The newest rows that stand, each with its way out."""

    def get_queryset(self) -> QuerySet:
        if not hasattr(self, "_shown"):
            self._shown = super().get_queryset()[:SHOWN]
        return self._shown

    def clean(self) -> None:
        if any("id" in form.errors for form in self.forms):
            raise forms.ValidationError(
                "A row was closed by somebody else meanwhile. Open the page anew and try again."
            )


class FactInline(InlineModelAdmin):
    """Passes what the door refused on to the form that it is about."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.refusal = remembered(request)
        return formset

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StandingInline(FactInline):
    """Rows that stand, the newest first. Nothing of them changes but whether they stand.

    Who may see the version may see them; `closing` is the permission to close them.
    """

    template = "admin/catalog/standing.html"
    closing = ""

    formset = ClosingFormSet
    form = ClosingForm
    max_num = 0
    extra = 0
    shown: tuple[str, ...] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.shown, "close", "reason") if self.has_change_permission(request, obj) else self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.closing)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class AddingInline(FactInline):
    """Empty rows to fill in."""

    template = "admin/edit_inline/stacked.html"

    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).none()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Without the permission to add there is nothing to see."""
        return False
