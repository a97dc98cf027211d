"""One proxy for each kind of version: the admin registers them one by one, and their managers filter."""

from __future__ import annotations

from catalog.models.version import ArtifactVersion
from catalog.querysets import KindManager, VersionQuerySet
from catalog.vocabulary import Kind


class ModelVersion(ArtifactVersion):
    """A version of a model."""

    objects = KindManager.from_queryset(VersionQuerySet)(Kind.MODEL)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = "model"


class DatasetVersion(ArtifactVersion):
    """A version of a dataset."""

    objects = KindManager.from_queryset(VersionQuerySet)(Kind.DATASET)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = "dataset"


class AnalysisVersion(ArtifactVersion):
    """A version of an analysis."""

    objects = KindManager.from_queryset(VersionQuerySet)(Kind.ANALYSIS)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = "analysis"
        verbose_name_plural = "analyses"


class HypothesisVersion(ArtifactVersion):
    """A version of a hypothesis."""

    objects = KindManager.from_queryset(VersionQuerySet)(Kind.HYPOTHESIS)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = "hypothesis"
        verbose_name_plural = "hypotheses"


class OtherVersion(ArtifactVersion):
    """A version of anything else: code, a document, other."""

    objects = KindManager.from_queryset(VersionQuerySet)(Kind.CODE, Kind.DOCUMENT, Kind.OTHER)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = "other artifact"
