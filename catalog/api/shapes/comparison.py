"""The shape of a comparison. Objects keyed by model hold an entry for each model compared."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.shapes.fields import AnyValue, AsOf, by_key, flag, real, share, text, texts, whole, word
from catalog.api.shapes.models import ModelRow, ProvenanceGraph
from catalog.vocabulary import Direction, Verdict


class MetadataRow(serializers.Serializer):
    field = text(help_text="Flattened by dots; a key with a dot is quoted.")
    section = text()
    values = by_key(AnyValue(allow_null=True), "Null where a model does not have the field.")
    differs = flag()


class MetricRow(serializers.Serializer):
    """One metric, measured in one way."""

    metric = text()
    unit = text(null=True)
    direction = word(Direction, null=True)
    target = real(null=True)
    task = text(null=True)
    subset = text(null=True)
    dataset = text(null=True)
    dataset_version = whole(null=True)
    split = text(null=True)
    values = by_key(real(null=True))
    intervals = by_key(serializers.ListField(child=real(), min_length=2, max_length=2, allow_null=True))
    n = by_key(whole(null=True))
    verdict = word(Verdict)
    reason = serializers.CharField(allow_blank=True)
    best = texts("Filled where values are comparable and the direction is known; ties list every tied model.")
    leading = texts("The best reported value where nothing contradicts a comparison.")


class SharedDataset(serializers.Serializer):
    artifact = text()
    versions = by_key(whole(null=True))
    same_version = flag(null=True)


class PairOverlap(serializers.Serializer):
    models = texts()
    jaccard = share(null=True)


class TrainingOverlap(serializers.Serializer):
    shared = SharedDataset(many=True)
    unique = by_key(texts())
    overlap = PairOverlap(many=True)


class VersionDifference(serializers.Serializer):
    artifact = text()
    versions = by_key(whole(null=True))


class Inputs(serializers.Serializer):
    """All ancestors of the models."""

    graphs = by_key(ProvenanceGraph())
    shared_inputs = texts()
    unique_inputs = by_key(texts())
    different_versions = VersionDifference(many=True)
    completeness = by_key(share())
    warnings = by_key(texts())


class Notice(serializers.Serializer):
    """Something to know before believing the comparison."""

    code = text()
    models = texts()
    message = text()
    path = texts("Node ids, from the model to what it rests on.")


class Comparison(AsOf):
    """Two to eight models side by side, in the order asked for."""

    models = ModelRow(many=True)
    metadata = MetadataRow(many=True)
    metrics = MetricRow(many=True)
    training_data = TrainingOverlap()
    provenance = Inputs()
    notices = Notice(many=True)
