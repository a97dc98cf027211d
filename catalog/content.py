"""What a stored version itself says, and the digest over it: taken anew, it tells whether the row is as registered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from catalog.identity import digest
from catalog.models import ArtifactVersion, Evaluation
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Compiled, GivenList
from catalog.vocabulary import Kind

STATED = ("metric", "value", "unit", "task", "subset", "split", "n", "ci_low", "ci_high", "std_error", "period")
STATED_ALSO = ("evaluated_by", "reported_by", "primary")

CONTENT_COLUMNS = (
    *("kind", "title", "version_label", "description", "changelog", "license", "stated_family", "parameter_count"),
    *("metadata", "checksums"),
)
"""The columns of a version that its digest covers; its evaluations are rows of their own."""


def content_of_stored(version: ArtifactVersion) -> dict[str, Any]:
    """What a stored version itself says: the same JSON value that it was registered with."""
    return _content(version, _evaluations([version.pk]).get(version.pk, []))


def content_digest(content: Mapping[str, Any]) -> str:
    """The digest of a version's content (RFC 8785, SHA-256)."""
    return digest(content)


def current_digests(versions: Collection[ArtifactVersion]) -> dict[int, str | None]:
    """The digest of each of `versions`, by its key, taken anew from what is stored, in one query for all of them.

    It differs from `content_digest` where a row was altered past every guard. None where what is stored has no
    canonical form any more: a number that overflows, half of a surrogate pair.
    """
    evaluations = _evaluations([version.pk for version in versions if version.kind == Kind.MODEL])  # no other has any
    return {version.pk: _digest(_content(version, evaluations.get(version.pk, []))) for version in versions}


def altered(versions: Collection[ArtifactVersion]) -> Iterator[ArtifactVersion]:
    """Those of `versions` that no longer say what they were registered with."""
    current = current_digests(versions)
    return (version for version in versions if current[version.pk] != version.content_digest)


def _digest(content: Mapping[str, Any]) -> str | None:
    try:
        return content_digest(content)
    except ValueError:
        return None


def _content(version: ArtifactVersion, evaluations: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": version.kind,
        "title": version.title,
        "label": version.version_label,
        "description": version.description,
        "changelog": version.changelog,
        "license": version.license,
        "family": version.stated_family,
        "parameter_count": version.parameter_count,
        "metadata": version.metadata,
        "checksums": version.checksums,
        "evaluations": evaluations,
    }


_EVALUATION = (*STATED, *STATED_ALSO, "dataset", "dataset_version")


def _evaluations(versions: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The evaluations that each version was registered with, in their order."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = _evaluations_query(read_vendor()).rows(versions=versions) if versions else ()
    for version, *values in rows:
        found.setdefault(version, []).append(dict(zip(_EVALUATION, values, strict=True)))
    return found


@cache
def _evaluations_query(vendor: str) -> Compiled:
    rows = Evaluation.objects.filter(version__in=GivenList("versions"), in_content=True).order_by("version", "number")
    dataset = ("dataset__public_id", "dataset_version__version_number")
    return Compiled.of(rows.values_list("version", *STATED, *STATED_ALSO, *dataset))
