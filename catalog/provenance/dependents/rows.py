"""What a walk downstream starts from, what of it is asked for, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from catalog.models import Artifact, ArtifactVersion


@dataclass(frozen=True, slots=True)
class Root:
    """What dependents are asked of: one version or, where `version` is None, an artifact by whatever version."""

    artifact: Artifact
    version: ArtifactVersion | None = None

    @property
    def id(self) -> str:
        return (self.version or self.artifact).public_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the dependents is shown: of these kinds, by these relations (any, where none is named), so far.

    What is left out is walked through all the same.
    """

    kinds: frozenset[str] = field(default_factory=frozenset)
    relations: frozenset[str] = field(default_factory=frozenset)
    max_depth: int | None = None


class Place(NamedTuple):
    """Where a dependent stands in the order: by depth, then by relation, then as the links were made."""

    depth: int
    relation: str
    link: int


class Found(NamedTuple):
    """One dependent, by keys: the version `source`, and `through`, the version next to it on the way to the root.

    `through` is None where the way is one step and the link names no version.
    """

    place: Place
    source: int
    through: int | None


@dataclass(frozen=True, slots=True)
class Dependent:
    """A version that rests on the root by a way of `depth` links, the shortest there is.

    `relation` is that of its own link on that way, and `through` the id of what the link leads to: the version next
    on the way or, right before the root, what the link names.
    """

    id: str
    artifact: str
    kind: str
    title: str
    version_number: int
    state: str
    depth: int
    relation: str
    through: str


_COLUMNS = ("public_id", "artifact__public_id", "kind", "title", "version_number", "state")
_BATCH = 1_000


def described(found: Sequence[Found], root: Root) -> list[Dependent]:
    """The dependents by their names, in the order given, in one query for each thousand."""
    rows: list[Dependent] = []
    for start in range(0, len(found), _BATCH):
        rows += _described(found[start : start + _BATCH], root)
    return rows


def _described(found: Iterable[Found], root: Root) -> list[Dependent]:
    keys = {item.source for item in found} | {item.through for item in found if item.through is not None}
    versions = ArtifactVersion.objects.filter(pk__in=keys).order_by().values("pk", *_COLUMNS)
    facts = {row["pk"]: row for row in versions}
    return [
        Dependent(
            id=facts[source]["public_id"],
            artifact=facts[source]["artifact__public_id"],
            kind=facts[source]["kind"],
            title=facts[source]["title"],
            version_number=facts[source]["version_number"],
            state=facts[source]["state"],
            depth=place.depth,
            relation=place.relation,
            through=facts[through]["public_id"] if through else root.id,
        )
        for place, source, through in found
    ]
