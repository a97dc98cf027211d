"""The shape of a version's history."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.shapes.fields import AnyValue, flag, moment, share, text, texts, whole, word
from catalog.api.shapes.models import Page
from catalog.vocabulary import Family, FamilyBasis, QualityBasis, State


class ChangeOfStanding(serializers.Serializer):
    """One value that is not what it was."""

    field = text()
    then = AnyValue(allow_null=True)
    now = AnyValue(allow_null=True)


class StandingOfVersion(serializers.Serializer):
    """How a version stood from a moment on. Scores and the family are a model's alone."""

    recorded_at = moment(help_text="When this was recorded here.")
    rule_set = whole(help_text="Which rules had judged it.")
    state = word(State)
    state_reason = text(null=True)
    version_tag = text(null=True)
    is_latest = flag()
    model_family = word(Family, null=True)
    family_basis = word(FamilyBasis, null=True)
    quality_score = share(null=True)
    quality_uncapped = share(null=True)
    quality_basis = word(QualityBasis, null=True)
    assessed_quality = share(null=True)
    assessed_by = text(null=True)
    assessed_reason = text(null=True)
    assessed_at = moment(null=True)
    provenance_completeness = share(null=True)
    warnings = texts("Codes of the provenance rules that failed.")
    evidence_score = share(null=True)
    changes = ChangeOfStanding(many=True, help_text="Since the standing before; none for the first.")


class HistoryPage(Page):
    id = text()
    history = StandingOfVersion(many=True, help_text="Newest first.")
