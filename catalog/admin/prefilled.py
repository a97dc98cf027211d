"""What the form for a new version starts from: what the version before says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.admin.fields import ReferencesField
from catalog.content import content_of_stored
from catalog.models import ArtifactVersion, Link
from catalog.vocabulary import Relation

_SAME = ("title", "description", "license", "metadata", "checksums", "family", "parameter_count")


def said_before(version: ArtifactVersion, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Initial values for those of `fields` that a version fills. Names, label, changelog and source are the new one's.

    A model's evaluations are of the version that was measured, so they are left out; so is the assessment.
    """
    content = content_of_stored(version)
    said = {name: content[name] for name in _SAME if name in fields}
    said |= {"artifact": version.artifact.public_id, "kind_of_artifact": version.kind}
    said |= {"family_basis": version.family_basis, "declares_hypothesis": version.declares_hypothesis}
    links = list(version.links.select_related("target", "target_version").order_by("number"))
    for name, field in fields.items():
        if isinstance(field, ReferencesField):
            said[name] = "\n".join(_line(link) for link in links if link.relation == field.relation)
    said["outcome"] = next((link.outcome or "" for link in links if link.relation == Relation.TESTS), "")
    return {name: value for name, value in said.items() if name in fields}


def _line(link: Link) -> str:
    ref = str(link.target_version or link.target)
    return f"{ref} | {' '.join(link.stated_as.split())}" if link.stated_as else ref
