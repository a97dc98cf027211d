"""From the names that people write to the rows they mean, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.db.models import FilteredRelation, Q, TextField

from catalog.errors import Fault, NotFound, UnknownReference
from catalog.identity import Reference
from catalog.models import Artifact, ArtifactVersion, Identifier
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import AskedModels, CompiledModels, GivenList, GivenNamedPairs, GivenPairs


@dataclass(frozen=True, slots=True)
class Meant:
    """The keys of an artifact and of the version of it that is named, 0 where none is."""

    kind: str
    artifact: int
    version: int = 0

    def as_link_target(self) -> Q:
        """Links that lead here: to any version, where none is named."""
        return Q(target_version=self.version) if self.version else Q(target=self.artifact)

    def as_dataset(self) -> Q:
        """Evaluations on this dataset: on any version, where none is named."""
        return Q(dataset_version=self.version) if self.version else Q(dataset=self.artifact)


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

    @property
    def meant(self) -> Meant:
        """The keys of it. The latest version, which nobody named, is none of them."""
        return Meant(self.kind, self.artifact.pk, self.version.pk if self.version and self.pinned else 0)


@dataclass(frozen=True, slots=True)
class Names:
    """What the names of some references, and further names, are of: all were `asked` for, those taken are `found`.

    `latest` holds the latest versions of artifacts, where they were read with the names; None where there is none.
    `chosen` holds the versions that the references choose, where all were read.
    """

    references: Mapping[str, Reference | None]
    asked: frozenset[str]
    found: dict[str, Identifier]
    latest: dict[int, ArtifactVersion | None] = field(default_factory=dict)
    chosen: _Chosen | None = None

    @classmethod
    def of(cls, references: Iterable[str], also: Iterable[str] = (), *, with_latest: bool = False) -> Names:
        """Look all of them up, in one query. It brings the latest versions, which bare names mean, `with_latest`."""
        parsed = {text: _parsed(text) for text in set(references)}
        names = _names_in(parsed).union(also)
        rows = _identifiers(read_vendor(), with_latest).found(names=names) if names else ()
        found = cls(parsed, frozenset(names), {row.name: row for row in rows})
        if with_latest:
            found.latest.update((row.artifact_id, getattr(row, _LATEST, None)) for row in rows if not row.version_id)
        return found

    def artifacts(self, references: Iterable[str]) -> set[int]:
        """The artifacts of those of `references` that lead somewhere."""
        named = {reference.name for text in references if (reference := self.references[text])}
        return {self.found[name].artifact_id for name in named if name in self.found}

    def targets(self) -> dict[str, Target | None]:
        """What each reference means now; None where it leads nowhere. What is not read yet takes one query."""
        chosen = self._read() if self.chosen is None else self.chosen
        return {text: _target(reference, self.found, chosen) for text, reference in self.references.items()}

    def _read(self) -> _Chosen:
        wanted = {
            (row.artifact_id, reference)
            for reference in self.references.values()
            if reference and (row := self.found.get(reference.name)) and row.version_id is None
        }
        unread = {(key, one) for key, one in wanted if one.selector is not None or key not in self.latest}
        return _by_choice(_matching(unread)) | {(key, None): version for key, version in self.latest.items()}


@dataclass(frozen=True, slots=True)
class AskedNames:
    """The names of some references, and the versions that these choose, sent for at once."""

    references: Mapping[str, Reference | None]
    names: frozenset[str]
    identifiers: AskedModels[Identifier]
    versions: AskedModels[ArtifactVersion] | None

    @classmethod
    def of(cls, references: Iterable[str], also: Iterable[str] = ()) -> AskedNames:
        """Within `pipelined`, nobody waits for what is found yet."""
        parsed = {text: _parsed(text) for text in set(references)}
        names, vendor = _names_in(parsed).union(also), read_vendor()
        identifiers = _identifiers(vendor, False).asked(names=names)  # first: what one leads to is there then
        named = [(reference.name, reference) for reference in parsed.values() if reference]
        versions = _named_versions(vendor).asked(**_choices(named)) if named else None
        return cls(parsed, frozenset(names), identifiers, versions)

    def found(self) -> Names:
        identifiers = {row.name: row for row in self.identifiers.found()}
        chosen = _by_choice(self.versions.found() if self.versions else ())
        return Names(self.references, self.names, identifiers, chosen=chosen)


def names_of(references: Iterable[str]) -> set[str]:
    """The names in `references`, those that are none left out."""
    return _names_in({text: _parsed(text) for text in references})


def _names_in(parsed: Mapping[str, Reference | None]) -> set[str]:
    return {reference.name for reference in parsed.values() if reference}


def resolve_all(references: Iterable[str]) -> dict[str, Target | None]:
    """Resolve `references`. None for those that lead nowhere, be they ill-formed or unknown.

    It takes one query, and one more where a number or a tag is named.
    """
    return Names.of(references, with_latest=True).targets()


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


def require(references: Iterable[tuple[str, str]], names: Names | None = None) -> dict[str, Target]:
    """Resolve `(pointer, reference)` pairs. Raises `UnknownReference` naming every one that leads nowhere.

    `names` are those of all of them, where the caller has looked them up already.
    """
    pairs = list(references)
    found = (names or Names.of(reference for _, reference in pairs)).targets()
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


_Chosen = dict[tuple[int, int | str | None], ArtifactVersion | None]
"""By the artifact, and the number or tag of the version; None is the latest."""


def _by_choice(versions: Iterable[ArtifactVersion]) -> _Chosen:
    """Versions by each way to choose them: by number, by tag, or as the latest."""
    chosen: _Chosen = {}
    for version in versions:
        chosen[version.artifact_id, version.version_number] = version
        if version.version_tag:
            chosen[version.artifact_id, version.version_tag] = version
        if version.is_latest:
            chosen[version.artifact_id, None] = version
    return chosen


def _matching(wanted: set[tuple[int, Reference]]) -> list[ArtifactVersion]:
    """The versions that `(artifact, reference)` pairs choose."""
    return _versions(read_vendor()).found(**_choices(wanted)) if wanted else []


_Of = TypeVar("_Of", int, str)


def _choices(wanted: Iterable[tuple[_Of, Reference]]) -> dict[str, set[Any]]:
    """What is chosen of artifacts, which keys or names stand for: the latest version, one by its number or its tag."""
    pairs = list(wanted)
    return {
        "latest": {artifact for artifact, reference in pairs if reference.selector is None},
        "numbered": {(artifact, reference.number) for artifact, reference in pairs if reference.number is not None},
        "tagged": {(artifact, reference.tag) for artifact, reference in pairs if reference.tag is not None},
    }


_LATEST = "latest"
"""Where an identifier of an artifact has the artifact's latest version, if that was asked for."""


@cache
def _identifiers(vendor: str, with_latest: bool) -> CompiledModels[Identifier]:
    names = Identifier.objects.filter(name__in=GivenList("names", TextField())).order_by()
    related = ["artifact", "version"]
    if with_latest:
        latest = FilteredRelation("artifact__versions", condition=Q(artifact__versions__is_latest=True, version=None))
        names = names.annotate(**{_LATEST: latest})
        related.append(_LATEST)
    return CompiledModels(names.select_related(*related))


@cache
def _versions(vendor: str) -> CompiledModels[ArtifactVersion]:
    """Three queries in one, each by an index of its own."""
    versions = ArtifactVersion.objects.order_by()
    latest = versions.filter(artifact__in=GivenList("latest"), is_latest=True)
    numbered = versions.filter(GivenPairs("numbered", ("artifact_id", "version_number")))
    tagged = versions.filter(GivenPairs("tagged", ("artifact_id", "version_tag"), TextField()))
    return CompiledModels(latest.union(numbered, tagged, all=True))


@cache
def _named_versions(vendor: str) -> CompiledModels[ArtifactVersion]:
    """The same of artifacts by their names, for who does not wait for their keys.

    Names of versions bring what nobody asked for: to leave them out, as the index of the letters of names does, would
    offer that index for these names as well.
    """
    versions = ArtifactVersion.objects.order_by()
    named = Identifier.objects.filter(name__in=GivenList("latest", TextField())).order_by().values("artifact")
    latest = versions.filter(artifact__in=named, is_latest=True)
    number, tag, table = ("artifact_id", "version_number"), ("artifact_id", "version_tag"), Identifier._meta.db_table
    numbered = versions.filter(GivenNamedPairs("numbered", number, table=table))
    tagged = versions.filter(GivenNamedPairs("tagged", tag, TextField(), table=table))
    return CompiledModels(latest.union(numbered, tagged, all=True))


def _target(
    reference: Reference | None,
    identifiers: Mapping[str, Identifier],
    chosen: _Chosen,
) -> Target | None:
    if reference is None or reference.name not in identifiers:
        return None
    row = identifiers[reference.name]
    selector = reference.selector
    if row.version is not None:
        return Target(row.artifact, row.version, pinned=True) if selector is None else None
    version = chosen.get((row.artifact_id, selector))
    if selector is not None and version is None:
        return None
    return Target(row.artifact, version, pinned=selector is not None)
