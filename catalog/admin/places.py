"""Where a thing is in the admin, and which version a curator's reference names."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.urls import reverse

from catalog.errors import NotFound
from catalog.models import Artifact, ArtifactVersion, Link
from catalog.references import resolve_version
from catalog.vocabulary import Kind

_PAGES = {
    Kind.MODEL: "modelversion",
    Kind.DATASET: "datasetversion",
    Kind.ANALYSIS: "analysisversion",
    Kind.HYPOTHESIS: "hypothesisversion",
}


def version_url(version: ArtifactVersion) -> str:
    """The page of a version, which its kind decides."""
    page = _PAGES.get(Kind(version.kind), "otherversion")
    return reverse(f"admin:catalog_{page}_change", args=[version.pk])


def artifact_url(artifact: Artifact) -> str:
    """The page of an artifact."""
    return reverse("admin:catalog_artifact_change", args=[artifact.pk])


def target_url(link: Link) -> str:
    """The page of what a link leads to."""
    return version_url(link.target_version) if link.target_version else artifact_url(link.target)


def version_named(reference: str) -> ArtifactVersion:
    """The version that a form's reference names. Raises `ValidationError` where there is none."""
    try:
        return resolve_version(reference)
    except NotFound as error:
        raise ValidationError(error.detail) from error
