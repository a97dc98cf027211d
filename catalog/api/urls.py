"""The addresses of the JSON API, below /api/. None ends with a slash; ids may hold dots and colons."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from catalog.api.views.base import UnknownAddress
from catalog.api.views.dependents import ArtifactDependents
from catalog.api.views.exports import ComparisonExport, ModelExport
from catalog.api.views.frozen import FrozenComparisonDetail
from catalog.api.views.histories import ArtifactHistory, ModelHistory
from catalog.api.views.leaderboard import DatasetLeaderboard
from catalog.api.views.models import ModelComparison, ModelDetail, ModelProvenance
from catalog.api.views.reproducibility import AnalysisReproducibility, ModelReproducibility
from catalog.api.views.schema import DocsPage, SchemaDocument
from catalog.api.views.versions import ArtifactDiff, ArtifactVersionDetail, ArtifactVersions
from catalog.api.writing.artifacts import AmendableArtifact, ArtifactRegister
from catalog.api.writing.evaluations import ModelEvaluation, ModelEvaluations
from catalog.api.writing.frozen import FreezableComparisons
from catalog.api.writing.links import ArtifactLink, ArtifactLinks, ModelLink, ModelLinks
from catalog.api.writing.models import ModelRegister

urlpatterns: list[URLPattern | URLResolver] = [
    path("models", ModelRegister.as_view(), name="model-collection"),
    path("models/compare", ModelComparison.as_view(), name="model-comparison"),
    path("models/compare/export/<str:export_format>", ComparisonExport.as_view(), name="comparison-export"),
    path("models/<str:reference>", ModelDetail.as_view(), name="model-detail"),
    path("models/<str:reference>/provenance", ModelProvenance.as_view(), name="model-provenance"),
    path("models/<str:reference>/reproducibility", ModelReproducibility.as_view(), name="model-reproducibility"),
    path("models/<str:reference>/history", ModelHistory.as_view(), name="model-history"),
    path("models/<str:reference>/export/<str:export_format>", ModelExport.as_view(), name="model-export"),
    path("models/<str:reference>/evaluations", ModelEvaluations.as_view(), name="model-evaluations"),
    path("models/<str:reference>/evaluations/<int:number>", ModelEvaluation.as_view(), name="model-evaluation"),
    path("models/<str:reference>/links", ModelLinks.as_view(), name="model-links"),
    path("models/<str:reference>/links/<int:number>", ModelLink.as_view(), name="model-link"),
    path(
        "analyses/<str:reference>/reproducibility",
        AnalysisReproducibility.as_view(),
        name="analysis-reproducibility",
    ),
    path("artifacts", ArtifactRegister.as_view(), name="artifact-collection"),
    path("artifacts/<str:reference>", AmendableArtifact.as_view(), name="artifact-detail"),
    path("artifacts/<str:reference>/history", ArtifactHistory.as_view(), name="artifact-history"),
    path("artifacts/<str:reference>/leaderboard", DatasetLeaderboard.as_view(), name="dataset-leaderboard"),
    path("artifacts/<str:reference>/versions", ArtifactVersions.as_view(), name="artifact-versions"),
    path("artifacts/<str:reference>/versions/<int:number>", ArtifactVersionDetail.as_view(), name="artifact-version"),
    path("artifacts/<str:reference>/diff", ArtifactDiff.as_view(), name="artifact-diff"),
    path("artifacts/<str:reference>/dependents", ArtifactDependents.as_view(), name="artifact-dependents"),
    path("artifacts/<str:reference>/links", ArtifactLinks.as_view(), name="artifact-links"),
    path("artifacts/<str:reference>/links/<int:number>", ArtifactLink.as_view(), name="artifact-link"),
    path("comparisons", FreezableComparisons.as_view(), name="frozen-collection"),
    path("comparisons/<str:comparison>", FrozenComparisonDetail.as_view(), name="frozen-detail"),
    path("schema", SchemaDocument.as_view(), name="schema"),
    path("docs", DocsPage.as_view(), name="docs"),
    re_path(r"", UnknownAddress.as_view(), name="unknown-address"),
]
