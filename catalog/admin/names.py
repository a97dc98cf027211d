"""Artifacts and the names they carry."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string

from catalog.admin import filters
from catalog.admin.base import CatalogueAdmin
from catalog.admin.history import Entry, version_entries
from catalog.admin.places import version_url
from catalog.admin.refusals import DoorForm, refusals_of
from catalog.errors import NotFound
from catalog.identity import id_problem
from catalog.models import Artifact, ArtifactVersion, Identifier
from catalog.references import resolve
from catalog.registration.names import register_alias


class ReadOnlyAdmin(CatalogueAdmin):
    """Pages to look at."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may write versions may see what names them."""
        writes = (f"catalog.{action}_artifactversion" for action in ("view", "add", "change"))
        return super().has_view_permission(request, obj) or any(map(request.user.has_perm, writes))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return self.get_fields(request, obj) if obj else ()


@admin.register(Artifact)
class ArtifactAdmin(ReadOnlyAdmin):
    """Artifacts: made with their first version, which is registered on the pages of its kind."""

    list_display = ("public_id", "kind", "latest_title", "version_count", "created_at")
    list_filter = ("kind",)
    search_fields = ("public_id", "identifiers__name")
    search_help_text = "An id, an alias, or a version's id"
    ordering = ("-id",)
    fields = ("public_id", "kind", "created_at", "names", "versions_listed")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        versions = ArtifactVersion.objects.filter(artifact=OuterRef("pk")).order_by()
        counted = Subquery(versions.values("artifact").annotate(count=Count("*")).values("count"))
        titled = Subquery(versions.latest_versions().values("title"))
        return super().get_queryset(request).annotate(counted=Coalesce(counted, 0), titled=titled)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="latest title")
    def latest_title(self, artifact: Any) -> str:
        return artifact.titled or "-"

    @admin.display(description="versions", ordering="counted")
    def version_count(self, artifact: Any) -> int:
        return artifact.counted

    @admin.display(description="also called")
    def names(self, artifact: Artifact) -> str:
        names = [row.name for row in artifact.identifiers.select_related("artifact") if row.is_alias]
        return ", ".join(names) or "-"

    @admin.display(description="versions")
    def versions_listed(self, artifact: Artifact) -> str:
        versions = artifact.versions.order_by("-version_number").defer("metadata", "description", "changelog")
        pages = [(version, version_url(version)) for version in versions]
        return render_to_string("admin/catalog/versions.html", {"pages": pages})

    def history_entries(self, row: Artifact) -> list[Entry]:
        return [
            dataclasses.replace(entry, what=f"{version} {entry.what}".strip())
            for version in row.versions.all()
            for entry in version_entries(version)
        ]


class AliasForm(DoorForm):
    """Another name for an artifact."""

    name = forms.CharField(help_text="The alias.", widget=forms.TextInput(attrs={"class": "vTextField"}))
    artifact = forms.CharField(
        help_text="The artifact that it names: its id.", widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    field_order = ("name", "artifact")

    class Meta:
        model = Identifier
        fields = ()

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if problem := id_problem(name):
            raise forms.ValidationError(problem)
        if Identifier.objects.filter(name=name).exists():
            raise forms.ValidationError(f"'{name}' is taken; choose another name.")
        return name

    def clean_artifact(self) -> Artifact:
        reference = self.cleaned_data["artifact"]
        try:
            target = resolve(reference)
        except NotFound as error:
            raise forms.ValidationError(error.detail) from error
        if target.pinned:
            raise forms.ValidationError(f"'{reference}' is a version; an alias names an artifact.")
        return target.artifact


@admin.register(Identifier)
class IdentifierAdmin(ReadOnlyAdmin):
    """The one namespace. Aliases are added; a name that was given stays."""

    list_display = ("name", "names_a", "artifact", "version")
    list_filter = (filters.NameFilter, "artifact__kind")
    list_select_related = ("artifact", "version")
    search_fields = ("name", "artifact__public_id")
    fields = ("name", "artifact", "version")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs |= {"form": AliasForm, "fields": ("name", "artifact")}
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return self.fields if obj else ("name", "artifact")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Aliases come with versions as well."""
        return super().has_add_permission(request) or request.user.has_perm("catalog.add_artifactversion")

    @admin.display(description="names")
    def names_a(self, row: Identifier) -> str:
        if row.version_id is not None:
            return "a version"
        return "an artifact, as alias" if row.is_alias else "an artifact"

    def save_model(self, request: HttpRequest, obj: Identifier, form: Any, change: bool) -> None:
        name, artifact = form.cleaned_data["name"], form.cleaned_data["artifact"]
        with refusals_of(form):
            register_alias(artifact, name)
        obj.name, obj.artifact = name, artifact
        obj.refresh_from_db()

    def history_entries(self, row: Identifier) -> list[Entry]:
        """A name never changes; what happened to what it names is told there."""
        return []
