"""Artifacts of any kind, as the catalogue answers them."""

from __future__ import annotations

from typing import Any, TypedDict

from scidex_client.answers.words import Identification, Kind, Outcome, PinStatus, Relation, State


class Source(TypedDict):
    """Where a record was read from."""

    format: str
    record: str
    revision: str


class VersionOfArtifact(TypedDict):
    """One version in its artifact's history."""

    id: str
    version_number: int
    version_label: str | None
    version_tag: str | None
    is_latest: bool
    state: State
    quality_score: float | None
    content_digest: str
    changelog: str | None
    created_at: str


class LinkOfVersion(TypedDict):
    """What a version says it came from or is about, and how that stands now."""

    number: int
    relation: Relation
    artifact: str
    kind: Kind
    title: str
    stated_as: str | None
    outcome: Outcome | None
    version_id: str | None
    version_number: int | None
    pinned: bool
    identified: bool
    digest: str | None
    status: PinStatus


class ArtifactRow(TypedDict):
    """A version of an artifact in a list."""

    id: str
    artifact: str
    kind: Kind
    title: str
    version_number: int
    version_label: str | None
    version_tag: str | None
    is_latest: bool
    state: State
    identified_by: Identification | None
    created_at: str
    registered_at: str
    url: str


class ArtifactDetail(ArtifactRow):
    """Everything about a version of any kind, as far as all kinds share it."""

    aliases: list[str]
    state_reason: str | None
    description: str | None
    license: str | None
    changelog: str | None
    content_digest: str
    checksums: dict[str, str]
    source: Source | None
    metadata: dict[str, Any]
    versions: list[VersionOfArtifact]
    links: list[LinkOfVersion]
    dependents: dict[str, int]
