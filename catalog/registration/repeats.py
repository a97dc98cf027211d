"""A submission that was registered before adds nothing: the version that stands is found again."""

from __future__ import annotations

from catalog.errors import Conflict
from catalog.models import Artifact, ArtifactVersion, Identifier
from catalog.registration.names import taken
from catalog.registration.submission import VersionInput


def standing(
    data: VersionInput, artifact: Artifact, request: str, parent: ArtifactVersion | None
) -> ArtifactVersion | None:
    """The version that a submission already is, if there is one: that of its source, of its id, or the latest one.

    One that came from another parent than the submission names is not.
    Raises `Conflict` where the id that it names is taken by other content.
    """
    if data.source is not None:
        same = artifact.versions.filter(
            source_format=data.source.format, source_record=data.source.record, source_revision=data.source.revision
        ).first()
        if same is not None:
            return same
    if data.version_id is not None:
        row = Identifier.objects.filter(name=data.version_id).select_related("version").first()
        if row is not None:
            if row.version is None or row.artifact_id != artifact.pk or not _is_repeat(row.version, request, parent):
                raise Conflict(
                    f"The id '{data.version_id}' is taken by other content.", [taken("/id", data.version_id)]
                )
            return row.version
    latest = artifact.versions.latest_versions().first()
    return latest if latest is not None and _is_repeat(latest, request, parent) else None


def _is_repeat(version: ArtifactVersion, request: str, parent: ArtifactVersion | None) -> bool:
    return version.request_digest == request and (parent is None or version.parent_id == parent.pk)
