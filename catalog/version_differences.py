"""Two versions of one artifact, read and compared, as plain values: for the API and the pages alike.

A constant number of queries, whatever the versions hold.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.comparison.differences import (
    MEASURED,
    StatedLink,
    evaluation_differences,
    field_differences,
    link_differences,
)
from catalog.models import Artifact, ArtifactVersion, Evaluation, Link
from catalog.nearest import nearest
from catalog.references import resolve_all

ENDS = ("from", "to")
"""What the two versions are asked for by."""

_OWN = (
    *("title", "description", "license", "changelog", "version_label", "family", "family_basis", "parameter_count"),
    *("declares_hypothesis", "state", "state_reason"),
)
_STATED = ("unit", "task", "subset", "split", "n", "period", "evaluated_by", "reported_by")
_SHOWN = ("version_number", "version_label", "version_tag", "state", "is_latest", "content_digest", "created_at")


def version_called(artifact: Artifact, name: str) -> ArtifactVersion | None:
    """The version of `artifact` that a number, a tag or a version's id names; None where none is called so."""
    for target in resolve_all([f"{artifact.public_id}@{name}", name]).values():
        if target is not None and target.artifact == artifact and target.pinned and target.version is not None:
            target.version.artifact = artifact  # known already: it need not be asked for
            return target.version
    return None


def unknown_version(artifact: Artifact, name: str) -> str:
    """Say that no version of `artifact` is called `name`, and which name is nearest."""
    rows = artifact.versions.order_by("-version_number").values_list("version_number", "version_tag")
    known = [word for number, tag in rows for word in (str(number), tag) if word]
    near = f"; the nearest is '{nearest(name, known)}'" if known else ""
    return f"'{artifact.public_id}' has no version '{name[:100]}'{near}."


def difference_between(before: ArtifactVersion, after: ArtifactVersion) -> dict[str, Any]:
    """What `after` says otherwise than `before`, of the same artifact. Two queries."""
    evaluations, links = _evaluations({before.pk, after.pk}), _links({before.pk, after.pk})
    fields = field_differences(_record(before), _record(after))
    measured = evaluation_differences(evaluations.get(before.pk, {}), evaluations.get(after.pk, {}))
    linked = link_differences(links.get(before.pk, ()), links.get(after.pk, ()))
    return {
        "artifact": after.artifact.public_id,
        "kind": after.kind,
        "from": _end(before),
        "to": _end(after),
        "digest_changed": before.content_digest != after.content_digest,
        "fields": [_sides(item) for item in fields],
        "evaluations": [_sides(item) for item in measured],
        "links": [_sides(item) for item in linked],
    }


def _sides(item: Any) -> dict[str, Any]:
    """A difference as the answer names its two sides."""
    values = dataclasses.asdict(item) | {"change": item.change.value}
    return values | dict(zip(ENDS, (values.pop("before"), values.pop("after")), strict=True))


def _end(version: ArtifactVersion) -> dict[str, Any]:
    shown = {name: getattr(version, name) for name in _SHOWN}
    return {"id": version.public_id} | shown | {"version_label": version.version_label or None}


def _record(version: ArtifactVersion) -> dict[str, Any]:
    """What a version says of itself, and how it stands; what is blank is not said."""
    own = {name: getattr(version, name) for name in _OWN}
    own = {name: None if value == "" else value for name, value in own.items()}
    return own | {"checksums": version.checksums or None, "metadata": version.metadata or None}


def _evaluations(versions: Iterable[int]) -> dict[int, dict[str, Mapping[str, Any]]]:
    """The evaluations that count, by version and by case."""
    rows = Evaluation.objects.live().filter(version__in=versions).order_by("version", "number")
    found: dict[int, dict[str, Mapping[str, Any]]] = {}
    for row in rows.select_related("dataset", "dataset_version").defer("dataset_version__metadata"):
        stated = {
            "metric": row.metric_id,
            "dataset": row.dataset.public_id if row.dataset else None,
            "dataset_version": row.dataset_version.version_number if row.dataset_version else None,
        } | {name: getattr(row, name) for name in (*_STATED, *MEASURED)}
        found.setdefault(row.version_id, {})[row.key_digest] = {
            name: None if value == "" else value for name, value in stated.items()
        }
    return found


def _links(versions: Iterable[int]) -> dict[int, list[StatedLink]]:
    rows = Link.objects.filter(source__in=versions).order_by("source", "number")
    columns = ("source", "relation", "target__public_id", "target_kind", "target_version__public_id")
    found: dict[int, list[StatedLink]] = {}
    stated = rows.values_list(*columns, "target_version__version_number", "outcome", "stated_as")
    for source, relation, artifact, kind, version_id, number, outcome, words in stated:
        link = StatedLink(
            relation=relation,
            artifact=artifact,
            kind=kind,
            version_id=version_id,
            version_number=number,
            outcome=outcome,
            stated_as=words or None,
        )
        found.setdefault(source, []).append(link)
    return found
