"""What is worth knowing of a version's links and never caps its score. Computed on each read, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog.models import ArtifactVersion, Link
from catalog.provenance.retractions import RetractedInput, retracted_inputs
from catalog.vocabulary import Advisory, Kind, PinStatus, Relation, State


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """A link as it stands now: its target's title, and how the pin stands to the target as it is.

    `latest_number` is the number of the target's latest version; null where it has none.
    """

    link: Link
    title: str
    status: PinStatus
    identified: bool
    latest_number: int | None

    @property
    def target(self) -> str:
        """The target as people refer to it: the version where one is named, else the artifact."""
        version = self.link.target_version
        return version.public_id if version else self.link.target.public_id


@dataclass(frozen=True, slots=True)
class Advice:
    """One advisory, with the id of the artifact that it is about.

    `path` leads there by node ids, from the version that is advised, where that is more than a link of its own.
    """

    code: Advisory
    artifact: str
    message: str
    path: tuple[str, ...] = ()


def links_of(versions: Iterable[ArtifactVersion]) -> list[LinkStatus]:
    """The links of `versions` with their status, in two queries."""
    heavy = ("metadata", "description", "changelog", "checksums")
    links = Link.objects.filter(source__in=list(versions)).select_related("target", "target_version")
    links = links.defer(*(f"target_version__{field}" for field in heavy)).order_by("source", "number")
    targets = {link.target_id for link in links}
    latest = ArtifactVersion.objects.filter(artifact__in=targets, is_latest=True).defer(*heavy)
    newest = {version.artifact_id: version for version in latest}
    return [_status_of(link, newest.get(link.target_id)) for link in links]


def _status_of(link: Link, latest: ArtifactVersion | None) -> LinkStatus:
    version = link.target_version
    shown = version or latest
    return LinkStatus(
        link=link,
        title=shown.title if shown else link.target.public_id,
        status=_pin_status(link, latest),
        identified=version is not None and version.identified_by is not None,
        latest_number=latest.version_number if latest else None,
    )


def _pin_status(link: Link, latest: ArtifactVersion | None) -> PinStatus:
    """The most serious thing first: altered, withdrawn, not pinned, no bytes named, newer one there."""
    version = link.target_version
    shown = version or latest
    if version is not None and link.pinned_digest != version.content_digest:
        return PinStatus.MODIFIED
    if shown is not None and shown.state == State.RETRACTED:
        return PinStatus.RETRACTED
    if version is None:
        return PinStatus.UNPINNED
    if version.identified_by is None:
        return PinStatus.UNIDENTIFIED
    if latest is not None and latest.version_number > version.version_number:
        return PinStatus.SUPERSEDED
    return PinStatus.OK


def advisories(version: ArtifactVersion) -> list[Advice]:
    """What to know of what a version rests on: of its own links and its producing analysis's, and at any depth of what
    is retracted. A constant number of queries, three more where something is.
    """
    own = links_of([version])
    producers = [item.link.target_version for item in own if item.link.relation == Relation.PRODUCED_BY]
    used = links_of(filter(None, producers)) if producers else []
    return list(from_links(version, own, used, retracted_inputs([version])[version.public_id]))


def from_links(
    version: ArtifactVersion,
    own: Sequence[LinkStatus],
    used: Sequence[LinkStatus],
    retracted: Iterable[RetractedInput],
) -> Iterator[Advice]:
    """The advisories of a version with the links `own`, produced by an analysis with the links `used`."""
    inputs = [*own, *(item for item in used if item.link.relation == Relation.USED)]
    yield from _once(_modified(inputs))
    yield from map(_retracted, retracted)
    yield from _once(_superseded(inputs))
    if any(item.link.relation == Relation.PRODUCED_BY for item in own):
        yield from _once(_unused(own, used))
    yield from _same_checkpoint(version)


def _once(advice: Iterable[Advice]) -> Iterator[Advice]:
    yield from dict.fromkeys(advice)


def _modified(inputs: Iterable[LinkStatus]) -> Iterator[Advice]:
    for item in inputs:
        if item.status == PinStatus.MODIFIED:
            message = f"{item.target} is no longer what was pinned: its digest has changed."
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
