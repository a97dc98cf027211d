"""What is worth knowing of a version and its links and never caps its score. Computed on each read, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.models import ArtifactVersion
from catalog.provenance.pins import (
    PIN_ANEW,
    RESTORE,
    Inputs,
    LinkStatus,
    digests,
    inputs_of,
    record_altered,
    what_changed,
)
from catalog.provenance.retractions import RetractedInput, retracted_inputs
from catalog.vocabulary import Advisory, Kind, PinStatus, Relation


@dataclass(frozen=True, slots=True)
class Advice:
    """One advisory, with the id of the artifact that it is about.

    `path` leads there by node ids, from the version that is advised, where that is more than a link of its own.
    """

    code: Advisory
    artifact: str
    message: str
    path: tuple[str, ...] = ()


def advisories(
    version: ArtifactVersion, inputs: Inputs | None = None, retracted: Iterable[RetractedInput] | None = None
) -> list[Advice]:
    """What to know of a version's own record and of what it rests on: of its own links and its producing analysis's,
    and at any depth of what is retracted. A constant number of queries, three more where something is.

    `inputs` are those links, and `retracted` what it rests on that is, where the caller has them already.
    """
    inputs = inputs or inputs_of(version)
    if retracted is None:  # what has no link rests on nothing
        retracted = retracted_inputs([version])[version.public_id] if inputs.own else ()
    return list(from_links(version, inputs, retracted))


def from_links(version: ArtifactVersion, inputs: Inputs, retracted: Iterable[RetractedInput]) -> Iterator[Advice]:
    """The advisories of a version with these links, its own and those of the analysis that produced it."""
    own, used = inputs.own, inputs.used
    rests_on = [*own, *(item for item in used if item.link.relation == Relation.USED)]
    yield from _altered(version, inputs.current)
    yield from _once(_modified(rests_on))
    yield from map(_retracted, retracted)
    yield from _once(_superseded(rests_on))
    if any(item.link.relation == Relation.PRODUCED_BY for item in own):
        yield from _once(_unused(own, used))
    yield from _same_checkpoint(version)


def _once(advice: Iterable[Advice]) -> Iterator[Advice]:
    yield from dict.fromkeys(advice)


def _altered(version: ArtifactVersion, current: str | None) -> Iterator[Advice]:
    if current != version.content_digest:
        message = f"{record_altered(version)} {digests(version.content_digest, current)} {RESTORE}"
        yield Advice(Advisory.MODIFIED, version.artifact.public_id, message)


def _modified(inputs: Iterable[LinkStatus]) -> Iterator[Advice]:
    for item in inputs:
        version = item.link.target_version
        if item.status == PinStatus.MODIFIED and version is None:
            yield Advice(Advisory.MODIFIED, item.link.target.public_id, f"{what_changed(item)} {PIN_ANEW}")
        elif item.status == PinStatus.MODIFIED and version is not None:
            expected = version.content_digest if item.is_altered else item.link.pinned_digest
            remedy = RESTORE if item.is_altered else PIN_ANEW
            message = f"{what_changed(item)} {digests(expected, item.current)} {remedy}"
            yield Advice(Advisory.MODIFIED, item.link.target.public_id, message)


def _retracted(item: RetractedInput) -> Advice:
    message = f"It rests on {item.in_words}: {' → '.join(item.path)}."
    return Advice(Advisory.RETRACTED, item.artifact, message, item.path)


def _superseded(inputs: Iterable[LinkStatus]) -> Iterator[Advice]:
    for item in inputs:
        version = item.link.target_version
        if version is not None and item.latest_number is not None and item.latest_number > version.version_number:
            message = f"{item.target} is version {version.version_number}; the latest is {item.latest_number}."
            yield Advice(Advisory.SUPERSEDED, item.link.target.public_id, message)


def _unused(own: Iterable[LinkStatus], used: Iterable[LinkStatus]) -> Iterator[Advice]:
    known = {item.link.target_id for item in used if item.link.relation == Relation.USED}
    for item in own:
        if item.link.relation == Relation.TRAINED_ON and item.link.target_id not in known:
            message = f"It says it was trained on {item.target}, which its producing analysis does not say it used."
            yield Advice(Advisory.UNUSED_TRAINING_DATASET, item.link.target.public_id, message)


def _same_checkpoint(version: ArtifactVersion) -> Iterator[Advice]:
    if not version.checkpoint_digest:
        return
    others = ArtifactVersion.objects.filter(kind=Kind.MODEL, checkpoint_digest=version.checkpoint_digest)
    others = others.exclude(artifact=version.artifact_id).order_by("artifact__public_id")
    for artifact in others.values_list("artifact__public_id", flat=True).distinct():
        yield Advice(Advisory.SAME_CHECKPOINT, artifact, f"{artifact} has the same checkpoint, byte for byte.")
