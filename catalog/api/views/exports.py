"""Reading models in the formats of other tools: files to download, never a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAcceptable
from rest_framework.request import Request

from catalog.api import export_operations as operations
from catalog.api.compared import chosen_models
from catalog.api.views.base import CatalogView, target_of
from catalog.errors import NotFound
from catalog.exports.loading import export_of
from catalog.exports.registry import FORMATS, Format
from catalog.models import ArtifactVersion
from catalog.nearest import unknown
from catalog.vocabulary import Kind


class ExportView(CatalogView):
    """A file in a format that the address names; what a client accepts decides on problem documents alone."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, Any]:
        try:
            return super().perform_content_negotiation(request, force)
        except NotAcceptable:
            return super().perform_content_negotiation(request, force=True)

    def answer(self, request: Request, versions: list[ArtifactVersion], wanted: Format) -> HttpResponse:
        """The file of one model, or of several."""
        export = export_of(versions, self.root_url(request).removesuffix("/api"))
        kind = f"{wanted.media_type}; charset=utf-8" if wanted.media_type.startswith("text/") else wanted.media_type
        disposition = f'attachment; filename="{wanted.file_name(export)}"'
        return HttpResponse(wanted.write(export), content_type=kind, headers={"Content-Disposition": disposition})


class ModelExport(ExportView):
    """One model version in another format."""

    @extend_schema(**operations.EXPORT_MODEL)
    def get(self, request: Request, reference: str, export_format: str) -> HttpResponse:
        wanted = _format(export_format)
        _, version = target_of(reference, Kind.MODEL)
        return self.answer(request, [version], wanted)


class ComparisonExport(ExportView):
    """Two to eight models side by side in another format."""

    parameters = ("ids",)

    @extend_schema(**operations.EXPORT_COMPARISON)
    def get(self, request: Request, export_format: str) -> HttpResponse:
        wanted = _format(export_format)
        return self.answer(request, chosen_models(self.query.get("ids", "")), wanted)


def _format(name: str) -> Format:
    """Raises `NotFound`, naming the nearest, for a format that there is not."""
    if name not in FORMATS:
        raise NotFound(f"{unknown('export format', name, FORMATS)} Valid: {', '.join(FORMATS)}.")
    return FORMATS[name]
