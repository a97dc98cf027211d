"""The shapes of request bodies. They judge JSON types and required fields; the rest is the registration's to say."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.writing.fields import Choice, Flag, Free, Moment, Number, Shape, Text, WholeNumber
from catalog.api.writing.references import REF_LENGTH, Reference, References, Tests
from catalog.identity import ID_LENGTH, TAG_LENGTH
from catalog.models.frozen import NOTE_LIMIT
from catalog.registration.validate import (
    EVALUATION_LIMITS,
    REASON_LIMIT,
    SOURCE_LIMITS,
    STATED_AS_LIMIT,
    TEXT_LIMITS,
)
from catalog.vocabulary import Family, FamilyBasis, Kind, Outcome, Relation, ReportedBy, State

MAX_EVALUATIONS = 10_000
"""How many evaluations one body may hold."""


class SourceShape(Shape):
    """Where a record was read from: the same source is never registered twice."""

    format = Text(required=True, max_length=SOURCE_LIMITS["format"])
    record = Text(required=True, max_length=SOURCE_LIMITS["record"])
    revision = Text(required=True, max_length=SOURCE_LIMITS["revision"])


class QualityShape(Shape):
    """What somebody says of a model's quality, from 0 to 1, by whom and why."""

    value = Number(min_value=0, max_value=1)
    by = Text(required=True, max_length=200)
    reason = Text(max_length=REASON_LIMIT)


class EvaluationShape(Shape):
    """One measured value. `dataset` is a reference; with `dataset_version`, to that version of it."""

    metric = Text(required=True, max_length=EVALUATION_LIMITS["metric"])
    value = Number()
    unit = Text(max_length=EVALUATION_LIMITS["unit"])
    task = Text(max_length=EVALUATION_LIMITS["task"])
    subset = Text(max_length=EVALUATION_LIMITS["subset"])
    dataset = Text(allow_blank=False, max_length=REF_LENGTH)
    dataset_version = WholeNumber(required=False, allow_null=True, min_value=1)
    split = Text(max_length=EVALUATION_LIMITS["split"])
    n = WholeNumber(required=False, allow_null=True)
    ci_low = Number(required=False, allow_null=True)
    ci_high = Number(required=False, allow_null=True)
    std_error = Number(required=False, allow_null=True, min_value=0)
    period = Text(max_length=EVALUATION_LIMITS["period"])
    evaluated_by = Text(max_length=EVALUATION_LIMITS["evaluated_by"])
    reported_by = Choice(choices=ReportedBy.choices, required=False, allow_null=True)
    primary = Flag(required=False)


class LaterEvaluationShape(EvaluationShape):
    """A later evaluation; `supersedes` is the number of the one that it replaces."""

    supersedes = WholeNumber(required=False, allow_null=True, min_value=1)


class LinkShape(Shape):
    """A link to add. `ref` pins where it names a version; `outcome` is of `tests` links alone."""

    relation = Choice(choices=[(item.value, item.label) for item in Relation if item != Relation.REVISES])
    ref = Text(required=True, max_length=REF_LENGTH)
    stated_as = Text(max_length=STATED_AS_LIMIT)
    outcome = Choice(choices=Outcome.choices, required=False, allow_null=True)


class VersionShape(Shape):
    """What a version of any kind may say."""

    id = Text(max_length=ID_LENGTH, help_text="The version's id; `{artifact}-v{n}` where none is given.")
    parent = Text(  # type: ignore[assignment] # a field, as all here
        max_length=REF_LENGTH,
        allow_blank=False,
        help_text="The version of the same artifact that this one came from; the newest where none is given.",
    )
    title = Text(required=True, max_length=TEXT_LIMITS["title"])
    description = Text(max_length=TEXT_LIMITS["description"])
    changelog = Text(max_length=TEXT_LIMITS["changelog"])
    license = Text(max_length=TEXT_LIMITS["license"])
    version_label = Text(max_length=TEXT_LIMITS["version_label"], help_text="The source's own words for the version.")
    version_tag = Text(max_length=TAG_LENGTH, help_text="Ours; moves here from the version that carries it.")
    created_at = Moment(required=False, allow_null=True, help_text="The source's date, with its timezone.")
    source = SourceShape(required=False, allow_null=True)  # type: ignore[assignment] # a field, as all here
    produced_by = Reference(help_text="The analysis that produced this.")


class ModelShape(VersionShape):
    """A version of a model; the first creates the model."""

    model = Text(required=True, max_length=ID_LENGTH, help_text="The model's id, the same for all its versions.")
    model_family = Choice(choices=Family.choices)
    family_basis = Choice(choices=FamilyBasis.choices, required=False, allow_null=True)
    metadata = Free(help_text="What the family asks for, and free extra keys.")
    parameter_count = WholeNumber(required=False, allow_null=True)
    evaluation_metrics = serializers.DictField(
        child=Number(), required=False, allow_null=True, help_text="The short form of evaluations: metric to value."
    )
    evaluations = EvaluationShape(many=True, required=False, allow_null=True, max_length=MAX_EVALUATIONS)  # type: ignore[call-arg] # of the list
    trained_on = References(help_text="Datasets.")
    tests_hypothesis = Tests(help_text="Hypotheses.")
    declares_hypothesis = Flag(required=False, help_text="The model says that it tests a hypothesis.")
    fine_tuned_from = References(help_text="Models.")
    combines = References(help_text="Models.")
    quality = QualityShape(required=False, allow_null=True)


class ArtifactShape(VersionShape):
    """A version of an artifact that is no model; the first creates the artifact."""

    artifact = Text(required=True, max_length=ID_LENGTH, help_text="The artifact's id, the same for all its versions.")
    kind = Choice(choices=[(item.value, item.label) for item in Kind if item != Kind.MODEL])
    aliases = serializers.ListField(
        child=Text(required=True, max_length=ID_LENGTH), required=False, allow_null=True, max_length=100
    )
    checksums = serializers.DictField(
        child=Text(required=True, max_length=500),
        required=False,
        allow_null=True,
        help_text="Digests, by algorithm or by file.",
    )
    metadata = Free(required=False, allow_null=True)
    inputs = References(help_text="What an analysis used.")
    tests = Tests(help_text="Hypotheses that an analysis tests.")
    derives_from = References()
    cites = References(help_text="Documents and code.")


class FreezeShape(Shape):
    """A comparison to freeze: two to eight models, and a note that says what for."""

    ids = serializers.ListField(child=Text(required=True, max_length=REF_LENGTH), max_length=100)
    note = Text(max_length=NOTE_LIMIT)


class AmendmentShape(Shape):
    """What of a written version may change. `reason` is the reason of `state`; null takes a tag or a quality away."""

    version_tag = Text(max_length=TAG_LENGTH, allow_blank=False)
    state = Choice(choices=State.choices, required=False)
    reason = Text(max_length=REASON_LIMIT)
    quality = QualityShape(required=False, allow_null=True)
    family = Choice(choices=Family.choices, required=False)
    family_basis = Choice(choices=[(FamilyBasis.CURATOR.value, FamilyBasis.CURATOR.label)], required=False)
