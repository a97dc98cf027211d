"""A submission that was registered before adds nothing: the version that stands is found again."""

from __future__ import annotations

from catalog.errors import Conflict
from catalog.models import ArtifactVersion
from catalog.references import Names
from catalog.registration.names import taken
from catalog.registration.submission import VersionInput


def standing(
    data: VersionInput, newest: ArtifactVersion | None, request: str, parent: ArtifactVersion | None, names: Names
) -> ArtifactVersion | None:
    """The version that a submission already is, if there is one: that of its source, of its id, or the latest one.

    One that came from another parent than the submission names is not. `newest` is the newest of its artifact, and
    `names` say what its id is of.
    Raises `Conflict` where the id that it names is taken by other content.
    """
    if newest is not None and data.source is not None:
        same = newest.artifact.versions.filter(
            source_format=data.source.format, source_record=data.source.record, source_revision=data.source.revision
        )
        if (found := same.first()) is not None:
            return found
    row = names.found.get(data.version_id) if data.version_id is not None else None
    if row is not None:
        is_own = newest is not None and row.artifact_id == newest.artifact_id
        if row.version is None or not is_own or not _is_repeat(row.version, request, parent):
            raise Conflict(f"The id '{data.version_id}' is taken by other content.", [taken("/id", row.name)])
        return row.version
    latest = latest_of(newest) if newest is not None else None
    return latest if latest is not None and _is_repeat(latest, request, parent) else None


def latest_of(newest: ArtifactVersion) -> ArtifactVersion | None:
    """The latest version of the artifact whose newest is this one."""
    return newest if newest.is_latest else newest.artifact.versions.latest_versions().order_by().first()


def _is_repeat(version: ArtifactVersion, request: str, parent: ArtifactVersion | None) -> bool:
    return version.request_digest == request and (parent is None or version.parent_id == parent.pk)
