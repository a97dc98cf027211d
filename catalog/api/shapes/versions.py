"""The shapes of an artifact's versions, and of what is different between two."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from catalog.api.shapes.artifacts import ArtifactDetail
from catalog.api.shapes.fields import AnyValue, address, flag, moment, real, share, text, texts, whole, word
from catalog.api.shapes.models import ModelDetail, Page, VersionOfArtifact
from catalog.vocabulary import Change, Kind, LinkChange, Outcome, Relation, ReportedBy, State

AnyVersion = PolymorphicProxySerializer(
    component_name="AnyVersionDetail", serializers=[ModelDetail, ArtifactDetail], resource_type_field_name=None
)
"""A model's detail for a version of a model, an artifact's for any other."""


class Receipt(serializers.Serializer):
    """What came of registering a version of any kind, for who prefers a minimal answer."""

    id = text()
    artifact = text()
    kind = word(Kind)
    version_number = whole()
    is_latest = flag()
    state = word(State)
    content_digest = text()
    quality_score = share(null=True, help_text="Capped at 0.3 while a provenance rule fails; null of what is no model.")
    quality_uncapped = share(null=True)
    provenance_completeness = share(null=True)
    warnings = texts("The codes of the provenance rules that fail; none of what is no model.")
    registered_at = moment()
    url = address()


def _registered(name: str, detail: type[serializers.Serializer]) -> PolymorphicProxySerializer:
    return PolymorphicProxySerializer(component_name=name, serializers=[detail, Receipt], resource_type_field_name=None)


RegisteredModel = _registered("RegisteredModel", ModelDetail)
RegisteredArtifact = _registered("RegisteredArtifact", ArtifactDetail)


def _sides(child: Any) -> type[serializers.Serializer]:
    """A shape with `from` and `to`, which no class can declare as attributes."""

    class Sides(serializers.Serializer):
        def get_fields(self) -> dict[str, serializers.Field]:
            return {**super().get_fields(), "from": child(), "to": child()}

    return Sides


def _any_value() -> AnyValue:
    return AnyValue(allow_null=True)


class VersionRow(VersionOfArtifact):
    """A version in the list of its artifact's versions."""

    title = text()
    state_reason = text(null=True)
    registered_at = moment()
    url = address()


class VersionPage(Page):
    """The versions of an artifact, newest first."""

    artifact = text()
    kind = word(Kind)
    versions = VersionRow(many=True)


class ComparedVersion(serializers.Serializer):
    """One of the two versions."""

    id = text()
    version_number = whole()
    version_label = text(null=True)
    version_tag = text(null=True)
    state = word(State)
    is_latest = flag()
    content_digest = text()
    created_at = moment()


class FieldDifference(_sides(_any_value)):  # type: ignore[misc]
    """A field that the two do not say alike; null is what a version does not say."""

    field = text(help_text="Flattened by dots; a key with a dot is quoted.")
    section = text()
    change = word(Change)


class EvaluatedCase(serializers.Serializer):
    """What was measured, and on what."""

    metric = text()
    unit = text(null=True)
    task = text(null=True)
    subset = text(null=True)
    dataset = text(null=True)
    dataset_version = whole(null=True)
    split = text(null=True)
    n = whole(null=True)
    period = text(null=True)
    evaluated_by = text(null=True)
    reported_by = word(ReportedBy)


class MeasuredValue(serializers.Serializer):
    value = real()
    ci_low = real(null=True)
    ci_high = real(null=True)
    std_error = real(null=True)
    primary = flag()


class EvaluationDifference(_sides(lambda: MeasuredValue(allow_null=True))):  # type: ignore[misc]
    """A case that one version alone reports, or that they report different values for."""

    change = word(Change)
    case = EvaluatedCase()


class StatedLink(serializers.Serializer):
    relation = word(Relation)
    artifact = text()
    kind = word(Kind)
    version_id = text(null=True)
    version_number = whole(null=True, help_text="Null where the link names no version.")
    outcome = word(Outcome, null=True)
    stated_as = text(null=True)


class LinkDifference(_sides(lambda: StatedLink(allow_null=True))):  # type: ignore[misc]
    """A link that one version alone states, or that the other one pins or words otherwise."""

    change = word(LinkChange)
    relation = word(Relation)
    artifact = text()
    kind = word(Kind)


class VersionDiff(_sides(ComparedVersion)):  # type: ignore[misc]
    """What is different between two versions; nothing is listed that is the same."""

    artifact = text()
    kind = word(Kind)
    digest_changed = flag(help_text="Whether what the versions themselves say differs, by their content digests.")
    fields = FieldDifference(many=True)
    evaluations = EvaluationDifference(many=True)
    links = LinkDifference(many=True)
