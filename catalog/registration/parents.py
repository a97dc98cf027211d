"""Which version a new one came from: the newest, unless the registrant branches from an older one."""

from __future__ import annotations

from catalog.errors import Fault, InvalidInput, UnknownReference
from catalog.models import Artifact, ArtifactVersion
from catalog.references import resolve_all
from catalog.registration.submission import VersionInput


def parent_of(data: VersionInput, artifact: Artifact) -> ArtifactVersion | None:
    """The version that a submission names as its parent; None where it names none.

    It is history and no part of what the version says: neither digest covers it. Raises `UnknownReference` for what
    is not in the catalogue, and `InvalidInput` for what is no version of this artifact.
    """
    if data.parent is None:
        return None
    target = resolve_all([data.parent])[data.parent]
    if target is None:
        detail = f"Nothing in the catalogue is called '{data.parent}'. {_example(artifact)}"
        raise UnknownReference([Fault("/parent", detail, "unknown_reference")])
    if target.artifact != artifact:
        detail = f"'{data.parent}' is of '{target.artifact}'; a parent is of '{artifact}' itself. {_example(artifact)}"
        raise InvalidInput([Fault("/parent", detail, "parent")])
    if not target.pinned or target.version is None:
        detail = f"'{data.parent}' is every version at once. {_example(artifact)}"
        raise InvalidInput([Fault("/parent", detail, "parent")])
    return target.version


def _example(artifact: Artifact) -> str:
    newest = None if artifact._state.adding else artifact.versions.order_by("-version_number").first()
    return f"Name a version, such as '{newest}'." if newest else "Its first version has no parent."
