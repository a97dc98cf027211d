"""From the names that people write to the rows they mean, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from catalog.errors import Fault, NotFound, UnknownReference
from catalog.identity import Reference
from catalog.models import Artifact, ArtifactVersion, Identifier

_BATCH = 200
"""References chosen by one query: SQLite nests an expression no deeper than 1,000."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference means. `version` is the one it names, else the artifact's latest live version.

    `pinned` says that the reference names a version. An artifact without versions has no `version`.
    """

    artifact: Artifact
    version: ArtifactVersion | None
    pinned: bool

    @property
    def kind(self) -> str:
        return self.artifact.kind

    def as_link_target(self) -> Q:
        """Links (or evaluations' datasets, by `as_dataset`) that lead here: to any version, where none is named."""
        return Q(target_version=self.version) if self.pinned else Q(target=self.artifact)

    def as_dataset(self) -> Q:
        return Q(dataset_version=self.version) if self.pinned else Q(dataset=self.artifact)


def resolve_all(references: Iterable[str]) -> dict[str, Target | None]:
    """Resolve `references` in two queries, hundreds in a few more.

    None for those that lead nowhere, be they ill-formed or unknown.
    """
    parsed = {text: _parsed(text) for text in set(references)}
    names = {reference.name for reference in parsed.values() if reference}
    identifiers = {
        row.name: row for row in Identifier.objects.filter(name__in=names).select_related("artifact", "version")
    }
    chosen = _versions_of(
        (identifiers[reference.name].artifact_id, reference)
        for reference in parsed.values()
        if reference and reference.name in identifiers and identifiers[reference.name].version_id is None
    )
    return {text: _target(reference, identifiers, chosen) for text, reference in parsed.items()}


def resolve(reference: str) -> Target:
    """Resolve one reference. Raises `NotFound` where it leads nowhere."""
    target = resolve_all([reference])[reference]
    if target is None:
        raise NotFound(f"Nothing in the catalogue is called '{reference}'.")
    return target


def resolve_version(reference: str, kind: str | None = None) -> ArtifactVersion:
    """Resolve to a version, of `kind` if one is asked for. Raises `NotFound`, saying what was met instead."""
    target = resolve(reference)
    if kind is not None and target.kind != kind:
        raise NotFound(f"'{reference}' is a {target.kind}, not a {kind}.")
    if target.version is None:
        raise NotFound(f"'{reference}' has no version.")
    return target.version


def require(references: Iterable[tuple[str, str]]) -> dict[str, Target]:
    """Resolve `(pointer, reference)` pairs. Raises `UnknownReference` naming every one that leads nowhere."""
    pairs = list(references)
    found = resolve_all(reference for _, reference in pairs)
    faults = [
        Fault(pointer, f"Nothing in the catalogue is called '{reference}'. Register it first.", "unknown_reference")
        for pointer, reference in pairs
        if found[reference] is None
    ]
    if faults:
        raise UnknownReference(faults)
    return {text: target for text, target in found.items() if target is not None}


def _parsed(text: str) -> Reference | None:
    try:
        return Reference.parse(text)
    except ValueError:
        return None


def _versions_of(wanted: Iterable[tuple[int, Reference]]) -> dict[tuple[int, int | str | None], ArtifactVersion]:
    """The versions that `(artifact, reference)` pairs choose: by number, by tag, or the latest."""
    chosen: dict[tuple[int, int | str | None], ArtifactVersion] = {}
    for version in _matching(set(wanted)):
        chosen[version.artifact_id, version.version_number] = version
        if version.version_tag:
            chosen[version.artifact_id, version.version_tag] = version
        if version.is_latest:
            chosen[version.artifact_id, None] = version
    return chosen


def _matching(wanted: set[tuple[int, Reference]]) -> Iterator[ArtifactVersion]:
    choices = [Q(artifact=artifact) & _choice(reference) for artifact, reference in wanted]
    for start in range(0, len(choices), _BATCH):
        chosen = reduce(or_, choices[start : start + _BATCH])
        yield from ArtifactVersion.objects.filter(chosen).order_by()


def _choice(reference: Reference) -> Q:
    if reference.number is not None:
        return Q(version_number=reference.number)
    return Q(version_tag=reference.tag) if reference.tag is not None else Q(is_latest=True)


def _target(
    reference: Reference | None,
    identifiers: dict[str, Identifier],
    chosen: dict[tuple[int, int | str | None], ArtifactVersion],
) -> Target | None:
    if reference is None or reference.name not in identifiers:
        return None
    row = identifiers[reference.name]
    selector = reference.number if reference.number is not None else reference.tag
    if row.version is not None:
        return Target(row.artifact, row.version, pinned=True) if selector is None else None
    version = chosen.get((row.artifact_id, selector))
    if selector is not None and version is None:
        return None
    return Target(row.artifact, version, pinned=selector is not None)
