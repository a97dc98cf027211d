"""Loads chosen models into the plain objects that the comparison takes, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from catalog.comparison.records import ComparedModel, EvaluationValue, RetractedAncestor, TrainingLink
from catalog.graphs import evaluation_data, graph_of
from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.provenance.lineage import Lineage, ancestry
from catalog.provenance.retractions import retracted_inputs
from catalog.provenance.rules import failing
from catalog.vocabulary import Kind, Relation, State


def load(
    versions: Sequence[ArtifactVersion], lineages: Mapping[str, Lineage] | None = None
) -> tuple[ComparedModel, ...]:
    """The comparison's view of each model version, in the order given.

    `lineages` are what they came from, by version id, where the caller has that already.
    """
    prefetch_related_objects(versions, "artifact")
    latest = _latest_of(versions)
    evaluations = _evaluations(versions)
    data = evaluation_data(value for values in evaluations.values() for value in values)
    lineages = lineages or ancestry(versions)
    training = _training(versions, lineages)
    retracted = retracted_inputs(versions)
    return tuple(
        ComparedModel(
            id=version.public_id,
            artifact=version.artifact.public_id,
            title=version.title,
            family=version.family or "",
            version_number=version.version_number,
            state=version.state,
            is_latest=version.is_latest,
            latest_id=latest.get(version.artifact_id),
            metadata=version.metadata,
            parameter_count=version.parameter_count,
            license=version.license or None,
            completeness=version.provenance_completeness or 0.0,
            warnings=tuple(rule.code for rule in failing(version)),
            training=tuple(training[version.public_id]),
            evaluations=tuple(evaluations.get(version.pk, ())),
            graph=graph_of(lineages[version.public_id]),
            checkpoint_digest=version.checkpoint_digest or None,
            retracted=tuple(
                RetractedAncestor(in_words=item.in_words, path=item.path) for item in retracted[version.public_id]
            ),
            evaluation_data=tuple(data.of(evaluations.get(version.pk, ()))),
        )
        for version in versions
    )


def _latest_of(versions: Sequence[ArtifactVersion]) -> dict[int, str]:
    """The id of each artifact's newest live version; none where all are retracted."""
    rows = ArtifactVersion.objects.filter(artifact__in=[version.artifact_id for version in versions], is_latest=True)
    return dict(rows.exclude(state=State.RETRACTED).values_list("artifact", "public_id"))


def _evaluations(versions: Sequence[ArtifactVersion]) -> dict[int, list[EvaluationValue]]:
    rows = Evaluation.objects.filter(version__in=versions, is_live=True).order_by("version", "number")
    rows = rows.select_related("metric", "dataset", "dataset_version").defer("dataset_version__metadata")
    found: dict[int, list[EvaluationValue]] = {}
    for row in rows:
        found.setdefault(row.version_id, []).append(evaluation_value(row))
    return found


def evaluation_value(row: Evaluation) -> EvaluationValue:
    """One evaluation with what its metric means. A unit that is not stated is the metric's own."""
    return EvaluationValue(
        metric=row.metric_id,
        value=row.value,
        unit=row.unit or row.metric.unit or None,
        direction=row.metric.direction,
        target=row.metric.target_value,
        case_adjusted=row.metric.case_adjusted,
        same_data_only=row.metric.same_data_only,
        dataset=row.dataset.public_id if row.dataset else None,
        dataset_version=row.dataset_version.version_number if row.dataset_version else None,
        task=row.task or None,
        subset=row.subset or None,
        split=row.split or None,
        period=row.period or None,
        evaluated_by=row.evaluated_by or None,
        n=row.n,
        ci_low=row.ci_low,
        ci_high=row.ci_high,
        std_error=row.std_error,
        reported_by=row.reported_by,
        primary=row.primary,
    )


def _training(versions: Sequence[ArtifactVersion], lineages: Mapping[str, Lineage]) -> dict[str, list[TrainingLink]]:
    """What each model, and each model it came from, was trained on, with the splits that their metadata states."""
    ancestors = {node.id for lineage in lineages.values() for node in lineage.nodes if node.kind == Kind.MODEL}
    rows = Link.objects.filter(source__public_id__in=ancestors, relation=Relation.TRAINED_ON).order_by(
        "source", "number"
    )
    columns = ("source__public_id", "source__metadata", "target__public_id", "target_version__version_number")
    links: dict[str, list[TrainingLink]] = {}
    for source, metadata, dataset, number in rows.values_list(*columns):
        for split in stated_splits(metadata, dataset):
            links.setdefault(source, []).append(
                TrainingLink(dataset=dataset, version_number=number, split=split, ancestor=source)
            )
    return {version.public_id: list(_trained(version, lineages[version.public_id], links)) for version in versions}


def _trained(
    version: ArtifactVersion, lineage: Lineage, links: Mapping[str, list[TrainingLink]]
) -> Iterator[TrainingLink]:
    for link in links.get(version.public_id, ()):
        yield TrainingLink(dataset=link.dataset, version_number=link.version_number, split=link.split)
    for node in lineage.nodes:
        if node.kind == Kind.MODEL and node.depth > 0:
            yield from (link for link in links.get(node.id, ()) if link.split is not None)


def stated_splits(metadata: Mapping[str, Any], dataset: str) -> Iterable[str | None]:
    """The splits of `dataset` that a model's metadata says it was trained on; one None where it says nothing.

    Read from `training_splits`, an object from a dataset's id to a split or an array of splits.
    """
    stated = metadata.get("training_splits")
    splits = stated.get(dataset) if isinstance(stated, Mapping) else None
    splits = [splits] if isinstance(splits, str) else splits
    return [str(split) for split in splits] if isinstance(splits, list) and splits else [None]
