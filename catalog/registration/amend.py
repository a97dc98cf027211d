"""What of a written version may change: its tag, its state, its assessed quality, and a curator's family."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from catalog.errors import Fault, InvalidInput
from catalog.identity import tag_problem
from catalog.models import Artifact, ArtifactVersion
from catalog.provenance.locks import lock_artifacts
from catalog.provenance.touched import coalesced_refresh
from catalog.registration.links import attribute, check_reason
from catalog.registration.submission import Assessment
from catalog.registration.validate import assessment_faults
from catalog.vocabulary import Family, FamilyBasis, Kind, State


def set_tag(version: ArtifactVersion, tag: str | None, *, by: User | None = None) -> None:
    """Tag a version, or take its tag away with None. A tag that another version carries moves here.

    Raises `InvalidInput` for what cannot be a tag.
    """
    if tag is not None and (problem := tag_problem(tag)):
        raise InvalidInput([Fault("/version_tag", problem, "tag")])
    with coalesced_refresh():
        lock_artifacts([version.artifact_id])
        version.refresh_from_db()
        if version.version_tag == tag:
            return
        if tag is not None:
            release_tag(version.artifact, tag)
        version.version_tag = tag
        _save(version, f"tag {tag}" if tag else "tag removed", by)


def release_tag(artifact: Artifact, tag: str) -> None:
    """Take a tag from the version of `artifact` that carries it, in its history too. The caller holds the lock."""
    for holder in artifact.versions.filter(version_tag=tag):
        holder.version_tag = None
        _save(holder, f"tag {tag} moved", None)


def set_state(version: ArtifactVersion, state: str, *, reason: str, by: User | None = None) -> None:
    """Set the state of a version, with the reason; the artifact's latest version is settled anew.

    Raises `InvalidInput` for an unknown state or a missing reason.
    """
    if state not in State.values:
        raise InvalidInput([Fault("/state", f"Say one of {', '.join(State.values)}.", "choice")])
    check_reason(reason)
    with coalesced_refresh():
        lock_artifacts([version.artifact_id])
        version.refresh_from_db()
        if (version.state, version.state_reason) == (state, reason):
            return
        version.state, version.state_reason, version.state_changed_at = state, reason, timezone.now()
        _save(version, f"{state}: {reason}", by)
    version.refresh_from_db()


def assess(version: ArtifactVersion, quality: Assessment | None, *, by: User | None = None) -> None:
    """Record what somebody says of a model's quality, or take it back with None.

    Raises `InvalidInput` for a value outside 0 to 1, for no assessor, and for anything but a model.
    """
    faults = list(assessment_faults(quality, "/quality")) if quality else []
    if version.kind != Kind.MODEL:
        faults = [Fault("/quality", f"Only a model is assessed; {version} is a {version.kind}.", "not_a_model")]
    if faults:
        raise InvalidInput(faults)
    with coalesced_refresh():
        lock_artifacts([version.artifact_id])
        version.refresh_from_db()
        version.assessed_quality = quality.value if quality else None
        version.assessed_by = quality.by if quality else ""
        version.assessed_reason = quality.reason if quality else ""
        version.assessed_at = timezone.now() if quality else None
        _save(version, "assessed" if quality else "assessment taken back", by)
    version.refresh_from_db()


def decide_family(version: ArtifactVersion, family: str, *, by: User | None = None) -> None:
    """Put a model into a family by a curator's decision; what the record itself stated stays in its digest.

    Raises `InvalidInput` for an unknown family, and for anything but a model.
    """
    if family not in Family.values:
        raise InvalidInput([Fault("/family", f"Say one of {', '.join(Family.values)}.", "choice")])
    if version.kind != Kind.MODEL:
        detail = f"Only a model has a family; {version} is a {version.kind}."
        raise InvalidInput([Fault("/family", detail, "not_a_model")])
    with coalesced_refresh():
        lock_artifacts([version.artifact_id])
        version.refresh_from_db()
        version.family, version.family_basis = family, FamilyBasis.CURATOR
        _save(version, f"family {family}", by)


def _save(version: ArtifactVersion, reason: str, by: User | None) -> None:
    attribute(version, reason, by)
    version.save()
