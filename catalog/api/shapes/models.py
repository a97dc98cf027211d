"""The shapes of a model: its row in the list, its detail, and the graph of what it came from."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.shapes.dependents import Retraction
from catalog.api.shapes.fields import (
    AsOf,
    FreeObject,
    address,
    by_key,
    flag,
    moment,
    real,
    share,
    text,
    texts,
    whole,
    word,
)
from catalog.vocabulary import (
    Advisory,
    Direction,
    Family,
    FamilyBasis,
    Kind,
    Outcome,
    PinStatus,
    QualityBasis,
    Relation,
    ReportedBy,
    State,
)


class Page(serializers.Serializer):
    """A page of a list."""

    total = whole(help_text="How many rows there are in all, exactly.")
    next = address(null=True)
    previous = address(null=True)


class ModelRow(serializers.Serializer):
    """A model version in a list."""

    id = text()
    model = text(help_text="The id of the artifact.")
    title = text()
    model_family = word(Family)
    family_basis = word(FamilyBasis)
    version_number = whole()
    version_label = text(null=True, help_text="The source's own words for the version.")
    version_tag = text(null=True)
    is_latest = flag()
    state = word(State)
    quality_score = share(help_text="Capped at 0.3 while a provenance rule fails.")
    quality_basis = word(QualityBasis)
    quality_uncapped = share()
    provenance_completeness = share()
    provenance_warning = flag()
    warnings = texts("Codes of the provenance rules that fail.")
    parameter_count = whole(null=True)
    evaluation_metrics = by_key(
        real(null=True), "A metric reported once, or its primary value; null where several are given and none leads."
    )
    evaluation_counts = by_key(whole(), "How many values each metric has.")
    trained_on = text(null=True, help_text="The first of `datasets`.")
    datasets = texts("Artifact ids.")
    produced_by = text(null=True, help_text="Artifact id of the analysis.")
    tests_hypothesis = text(null=True, help_text="Artifact id of the hypothesis.")
    created_at = moment(help_text="The source's date where it gives one.")
    registered_at = moment()
    url = address()


class ModelPage(Page):
    models = ModelRow(many=True)


class Source(serializers.Serializer):
    """Where a record was read from."""

    format = text()
    record = text()
    revision = text()


class Assessment(serializers.Serializer):
    """What somebody says of a model's quality."""

    assessed = share(null=True)
    by = text(null=True)
    reason = text(null=True)
    at = moment(null=True)


class EvidenceCheck(serializers.Serializer):
    code = text()
    label = text()  # type: ignore[assignment]
    applies = flag()
    holds = flag()


class Evidence(serializers.Serializer):
    """How much of the model's own record is there."""

    score = share()
    checks = EvidenceCheck(many=True)


class EvaluationOfModel(serializers.Serializer):
    """One measured value; null is what nobody states."""

    number = whole(help_text="Names the evaluation where another supersedes or somebody retracts it.")
    metric = text()
    value = real()
    unit = text(null=True)
    direction = word(Direction, null=True)
    target = real(null=True)
    task = text(null=True)
    subset = text(null=True)
    dataset = text(null=True)
    dataset_version = whole(null=True)
    split = text(null=True)
    n = whole(null=True)
    ci_low = real(null=True)
    ci_high = real(null=True)
    std_error = real(null=True)
    period = text(null=True)
    evaluated_by = text(null=True)
    reported_by = word(ReportedBy)
    primary = flag()


class VersionOfArtifact(serializers.Serializer):
    """One version in its artifact's history."""

    id = text()
    version_number = whole()
    parent = text(  # type: ignore[assignment]
        null=True, help_text="The id of the version that this one came after, or branched from."
    )
    version_label = text(null=True)
    version_tag = text(null=True)
    is_latest = flag()
    state = word(State)
    quality_score = share(null=True)
    content_digest = text()
    changelog = text(null=True)
    created_at = moment()


class LinkOfVersion(serializers.Serializer):
    """What a version says it came from or is about, and how that stands now."""

    number = whole(help_text="Names the link where it is withdrawn.")
    relation = word(Relation)
    artifact = text()
    kind = word(Kind)
    title = text()
    stated_as = text(null=True, help_text="The source's own words.")
    outcome = word(Outcome, null=True, help_text="Of a test.")
    version_id = text(null=True)
    version_number = whole(null=True)
    pinned = flag()
    identified = flag()
    digest = text(null=True, help_text="The target's digest as it was when pinned.")
    status = word(PinStatus)


class RuleOfModel(serializers.Serializer):
    """A provenance rule and how it stands."""

    code = text()
    label = text()  # type: ignore[assignment]
    applies = flag()
    holds = flag(null=True, help_text="Null where it does not apply.")
    message = text(null=True, help_text="What is missing, where it fails.")
    remedy = text(null=True, help_text="How to mend it, where it fails.")


class Advice(serializers.Serializer):
    """Worth knowing, and no reason for a cap."""

    code = word(Advisory)
    artifact = text()
    message = text()
    path = texts("Node ids, from this version to what it is about, where that is no link of its own.")


class Provenance(serializers.Serializer):
    completeness = share()
    complete = flag()
    cap = share(null=True, help_text="The cap on the quality score, while a rule fails.")
    rules = RuleOfModel(many=True)
    advisories = Advice(many=True)


class ModelDetail(AsOf, ModelRow):
    """Everything about a model version."""

    description = text(null=True)
    license = text(null=True)
    changelog = text(null=True)
    content_digest = text()
    source = Source(allow_null=True)  # type: ignore[assignment]
    metadata = FreeObject()
    quality = Assessment()
    evidence = Evidence()
    evaluations = EvaluationOfModel(many=True, help_text="Those that count: neither retracted nor superseded.")
    versions = VersionOfArtifact(many=True, help_text="Newest first.")
    links = LinkOfVersion(many=True)
    dependents = by_key(whole(), "How many links lead here, by relation.")
    retraction = Retraction(allow_null=True, help_text="Null where it is not retracted.")
    provenance = Provenance()


class GraphNode(serializers.Serializer):
    id = text(help_text="Id of the version, or of the artifact where no version is named.")
    artifact = text()
    kind = word(Kind)
    title = text()
    version_number = whole(null=True)
    state = word(State)
    depth = whole()


class GraphEdge(serializers.Serializer):
    source = text()  # type: ignore[assignment]
    target = text()
    relation = word(Relation)
    pinned = flag()


class ProvenanceGraph(serializers.Serializer):
    """Everything that a version came from, breadth first."""

    root = text()  # type: ignore[assignment]
    nodes = GraphNode(many=True)
    edges = GraphEdge(many=True)
    truncated = flag(help_text="Whether a limit left something out.")


class ProvenanceAnswer(AsOf, ProvenanceGraph):
    """Everything that a version came from, perhaps as of a moment."""
