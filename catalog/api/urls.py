"""The addresses of the JSON API, below /api/. None ends with a slash; ids may hold dots and colons."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from catalog.api.views.artifacts import ArtifactCollection, ArtifactDetail
from catalog.api.views.base import UnknownAddress
from catalog.api.views.models import ModelCollection, ModelComparison, ModelDetail, ModelProvenance
from catalog.api.views.schema import DocsPage, SchemaDocument

urlpatterns: list[URLPattern | URLResolver] = [
    path("models", ModelCollection.as_view(), name="model-collection"),
    path("models/compare", ModelComparison.as_view(), name="model-comparison"),
    path("models/<str:reference>", ModelDetail.as_view(), name="model-detail"),
    path("models/<str:reference>/provenance", ModelProvenance.as_view(), name="model-provenance"),
    path("artifacts", ArtifactCollection.as_view(), name="artifact-collection"),
    path("artifacts/<str:reference>", ArtifactDetail.as_view(), name="artifact-detail"),
    path("schema", SchemaDocument.as_view(), name="schema"),
    path("docs", DocsPage.as_view(), name="docs"),
    re_path(r"", UnknownAddress.as_view(), name="unknown-address"),
]
