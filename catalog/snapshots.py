"""Reads chosen models into the plain objects that the comparison takes, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db.models import prefetch_related_objects

from catalog.comparison.records import ComparedModel, EvaluationValue, RetractedAncestor, TrainingLink
from catalog.evaluation_values import live_values, live_values_asked
from catalog.graphs import evaluation_data, graph_of
from catalog.models import ArtifactVersion, Link
from catalog.provenance.lineage import AskedAncestry, Lineage, WalkedAncestry, ancestry
from catalog.provenance.retractions import RetractedInput, is_free_of_retracted, retracted_inputs
from catalog.provenance.rules import failing
from catalog.replication.routing import read_alias, read_vendor
from catalog.statements.compiled import Asked, Compiled, GivenList
from catalog.statements.prepared import pipelined
from catalog.vocabulary import Kind, Relation, State


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was read of a model version: the comparison's view of it, and what that is made of.

    `numbers` are those of the evaluations in `compared`, in the same order.
    """

    lineage: Lineage
    retracted: Sequence[RetractedInput]
    numbers: tuple[int, ...]
    compared: ComparedModel


def load(versions: Sequence[ArtifactVersion]) -> tuple[ComparedModel, ...]:
    """The comparison's view of each model version, in the order given."""
    return tuple(snapshot.compared for snapshot in snapshots_of(versions))


class AskedSnapshots(NamedTuple):
    """What snapshots of versions begin with: their evaluations, and what they came from, asked for."""

    evaluations: Asked
    ancestry: AskedAncestry | WalkedAncestry

    @classmethod
    def of(cls, versions: Sequence[ArtifactVersion]) -> AskedSnapshots:
        with pipelined(read_alias()):
            return cls(live_values_asked({version.pk for version in versions}), AskedAncestry.of(versions))

    def walked(self) -> AskedSnapshots:
        """The same, once it is there what they came from by their links: for who goes on to ask before reading."""
        return self._replace(ancestry=self.ancestry.walked())


def snapshots_of(versions: Sequence[ArtifactVersion], asked: AskedSnapshots | None = None) -> list[Snapshot]:
    """What the comparison and the detail alike ask of each model version, in the order given.

    `asked` is what the caller has asked for already.
    """
    prefetch_related_objects(versions, "artifact")
    asked = asked or AskedSnapshots.of(versions)
    latest = _latest_of(versions)
    evaluations = _by_version(asked.evaluations)
    lineages = ancestry(versions, asked=asked.ancestry)
    measured = (value for values in evaluations.values() for value in values.values())
    data = evaluation_data(measured, lineages.values())
    training = _training(versions, lineages)
    retracted = _retracted(versions, lineages)
    return [
        Snapshot(
            lineages[version.public_id],
            retracted[version.public_id],
            tuple(values),
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
                evaluations=tuple(values.values()),
                graph=graph_of(lineages[version.public_id]),
                checkpoint_digest=version.checkpoint_digest or None,
                retracted=tuple(
                    RetractedAncestor(in_words=item.in_words, path=item.path) for item in retracted[version.public_id]
                ),
                evaluation_data=tuple(data.of(values.values())),
            ),
        )
        for version in versions
        for values in [evaluations.get(version.pk, {})]
    ]


def _latest_of(versions: Sequence[ArtifactVersion]) -> dict[int, str]:
    """The id of each artifact's newest live version; none where all are retracted."""
    own = {version.artifact_id: version.public_id for version in versions if _is_live_and_latest(version)}
    others = {version.artifact_id for version in versions} - own.keys()
    return own | dict(_latest_query(read_vendor()).rows(artifacts=others) if others else ())


def _is_live_and_latest(version: ArtifactVersion) -> bool:
    return version.is_latest and version.state != State.RETRACTED


@cache
def _latest_query(vendor: str) -> Compiled:
    latest = ArtifactVersion.objects.live().filter(artifact__in=GivenList("artifacts"), is_latest=True)
    return Compiled.of(latest.order_by().values_list("artifact", "public_id"))


def _retracted(
    versions: Sequence[ArtifactVersion], lineages: Mapping[str, Lineage]
) -> dict[str, Sequence[RetractedInput]]:
    """What each rests on that is retracted; where its whole lineage shows nothing of that, nothing is asked."""
    found: dict[str, Sequence[RetractedInput]] = {version.public_id: () for version in versions}
    if unsure := [version for version in versions if not is_free_of_retracted(lineages[version.public_id])]:
        found.update(retracted_inputs(unsure))
    return found


def _by_version(asked: Asked) -> dict[int, dict[int, EvaluationValue]]:
    """The evaluations that count, neither retracted nor superseded, of each version by their numbers."""
    found: dict[int, dict[int, EvaluationValue]] = {}
    for value, (version, number) in live_values(asked):
        found.setdefault(version, {})[number] = value
    return found


def _training(versions: Sequence[ArtifactVersion], lineages: Mapping[str, Lineage]) -> dict[str, list[TrainingLink]]:
    """What each model, and each model it came from, was trained on, with the splits that their metadata states."""
    firsts = [version for version in versions if _is_first(lineages[version.public_id])]
    found = {version.public_id: list(_trained_by_itself(version, lineages[version.public_id])) for version in firsts}
    others = [version for version in versions if version.public_id not in found]
    return found | (_trained_or_tuned(others, lineages) if others else {})


def _trained_or_tuned(
    versions: Sequence[ArtifactVersion], lineages: Mapping[str, Lineage]
) -> dict[str, list[TrainingLink]]:
    ancestors = {
        node.id for version in versions for node in lineages[version.public_id].nodes if node.kind == Kind.MODEL
    }
    rows = Link.objects.filter(source__public_id__in=ancestors, relation=Relation.TRAINED_ON).order_by(
        "source_id", "number"
    )
    columns = ("source__public_id", "source__metadata", "target__public_id", "target_version__version_number")
    links: dict[str, list[TrainingLink]] = {}
    for source, metadata, dataset, number in rows.values_list(*columns):
        for split in stated_splits(metadata, dataset):
            links.setdefault(source, []).append(
                TrainingLink(dataset=dataset, version_number=number, split=split, ancestor=source)
            )
    return {version.public_id: list(_trained(version, lineages[version.public_id], links)) for version in versions}


def _is_first(lineage: Lineage) -> bool:
    """Whether a model came from no other model, and all that it came from is there."""
    return not lineage.truncated and all(node.kind != Kind.MODEL for node in lineage.nodes if node.id != lineage.root)


def _trained_by_itself(version: ArtifactVersion, lineage: Lineage) -> Iterator[TrainingLink]:
    nodes = {node.id: node for node in lineage.nodes}
    for edge in lineage.edges:
        if edge.source == lineage.root and edge.relation == Relation.TRAINED_ON:
            data = nodes[edge.target]
            for split in stated_splits(version.metadata, data.artifact):
                yield TrainingLink(dataset=data.artifact, version_number=data.version_number, split=split)


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
