"""Links of a version: beside it, and in their own list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from catalog.admin.base import FactAdmin
from catalog.admin.closing import close_selected
from catalog.admin.filters import PinnedFilter
from catalog.admin.history import Entry, link_entries
from catalog.admin.inlines import AddingInline, ClosingForm, ClosingFormSet, FactFormSet, StandingInline, closing_box
from catalog.admin.people import curator
from catalog.admin.places import target_url, version_named
from catalog.admin.refusals import DoorForm
from catalog.models import ArtifactVersion, Link
from catalog.provenance.pins import links_of
from catalog.registration import LinkInput, add_link, withdraw_link
from catalog.vocabulary import RELATION_SOURCES, Outcome, Relation


class LinkForm(DoorForm):
    """A link to add."""

    relation = forms.ChoiceField(choices=[("", "---"), *((name.value, name.label) for name in RELATION_SOURCES)])
    ref = forms.CharField(
        label="To",
        help_text="An id pins nothing; id@3, id@tag or a version's id pins that version.",
        widget=forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"}),
    )
    stated_as = forms.CharField(
        required=False, help_text="The source's own words.", widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    outcome = forms.ChoiceField(
        required=False, choices=[("", "---"), *Outcome.choices], help_text="Of a tests link, where one is stated."
    )

    class Meta:
        model = Link
        fields = ()

    def link_input(self) -> LinkInput:
        said = self.cleaned_data
        return LinkInput(
            relation=Relation(said["relation"]),
            ref=said["ref"],
            stated_as=said["stated_as"],
            outcome=Outcome(said["outcome"]) if said["outcome"] else None,
        )


class AddedLinks(FactFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer the relations that start from this kind of version."""
        super().add_fields(form, index)
        kind = self.instance.kind
        fitting = [(name.value, name.label) for name, kinds in RELATION_SOURCES.items() if kind in kinds]
        form.fields["relation"].choices = [("", "---"), *fitting]

    def take(self, form: Any, by: User) -> None:
        link, created = add_link(self.instance, form.link_input(), added_by=by)
        if created:
            self.new_objects.append(link)


class StandingLinks(ClosingFormSet):
    def get_queryset(self) -> QuerySet:
        links = super().get_queryset()
        if not hasattr(self, "_statuses"):
            self._statuses = {item.link.pk: item for item in links_of([self.instance])}
            for link in links:
                link.standing = self._statuses.get(link.pk)
        return links

    def take(self, form: Any, by: User) -> None:
        link = form.instance
        withdraw_link(self.instance, link.number, reason=form.cleaned_data["reason"], withdrawn_by=by)
        self.deleted_objects.append(link)


class WithdrawLinkForm(ClosingForm):
    close = closing_box("Withdraw")


class StandingLinkInline(StandingInline):
    model = Link
    fk_name = "source"
    formset = StandingLinks
    form = WithdrawLinkForm
    verbose_name_plural = "links"
    shown = ("relation", "leads_to", "pin", "stated_as", "outcome")
    ordering = ("-number",)
    closing = "catalog.delete_link"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("source", "target", "target_version")

    @admin.display(description="to")
    def leads_to(self, link: Link) -> str:
        return render_to_string("admin/catalog/leads_to.html", {"link": link, "url": target_url(link)})

    @admin.display(description="pin")
    def pin(self, link: Any) -> str:
        return link.standing.status if link.standing else ""


class AddLinkInline(AddingInline):
    model = Link
    fk_name = "source"
    formset = AddedLinks
    form = LinkForm
    verbose_name = "link"
    verbose_name_plural = "add links"
    fields = (("relation", "ref"), ("stated_as", "outcome"))


class LinkAddForm(LinkForm):
    """A link to add, from a version that is named."""

    source = forms.CharField(
        label="From",
        help_text="The version that the link is a statement about: its id, or id@3.",
        widget=forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"}),
    )
    field_order = ("source", "relation", "ref", "stated_as", "outcome")

    def clean_source(self) -> ArtifactVersion:
        return version_named(self.cleaned_data["source"])


@admin.action(description="Withdraw selected links, with a reason", permissions=["close"])
def withdraw_selected(model_admin: FactAdmin, request: HttpRequest, links: QuerySet) -> HttpResponse | None:
    def withdraw(link: Link, reason: str) -> None:
        withdraw_link(link.source, link.number, reason=reason, withdrawn_by=curator(request))

    return close_selected(model_admin, request, links.select_related("source"), "Withdraw", withdraw)


@admin.register(Link)
class LinkAdmin(FactAdmin):
    """Links of all versions. They are added and withdrawn, never changed."""

    list_display = ("from_version", "relation", "to", "is_pinned", "outcome", "stated_as")
    list_display_links = ("from_version",)
    list_filter = ("relation", "target_kind", PinnedFilter, "outcome")
    list_select_related = ("source", "target", "target_version")
    search_fields = ("source__public_id", "target__public_id", "target_version__public_id", "stated_as")
    ordering = ("-id",)
    closing = "catalog.delete_link"
    actions = (withdraw_selected,)
    add_form = LinkAddForm
    add_fields = ("source", "relation", "ref", "stated_as", "outcome")

    @admin.display(description="from", ordering="source__public_id")
    def from_version(self, link: Link) -> str:
        return str(link.source)

    @admin.display(description="to", ordering="target__public_id")
    def to(self, link: Link) -> str:
        return str(link.target_version or link.target)

    @admin.display(description="pinned", boolean=True)
    def is_pinned(self, link: Link) -> bool:
        return link.target_version_id is not None

    def register_new(self, form: Any, by: User) -> tuple[Link, bool]:
        return add_link(form.cleaned_data["source"], form.link_input(), added_by=by)

    def history_entries(self, row: Link) -> list[Entry]:
        return link_entries(Link.history.filter(id=row.pk))
