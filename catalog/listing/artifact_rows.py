"""The rows of the list of artifacts of any kind: each artifact by its latest version. One query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from catalog.listing.rows import Record
from catalog.querysets import VersionQuerySet
from catalog.vocabulary import Kind

ARTIFACT_COLUMNS = (
    *("pk", "public_id", "artifact__public_id", "kind", "title", "title_key", "version_number", "version_label"),
    *("version_tag", "is_latest", "state", "identified_by", "created_at", "registered_at"),
)


def artifact_records(versions: VersionQuerySet) -> list[Record]:
    """The columns that a row needs, in the order of `versions`."""
    return list(versions.values(*ARTIFACT_COLUMNS))


def artifact_rows(found: Iterable[Record], root_url: str) -> list[dict[str, Any]]:
    """The rows of versions of any kind. `root_url` is the address of the API."""
    return [artifact_row(record, root_url) for record in found]


def artifact_row(record: Record, root_url: str) -> dict[str, Any]:
    """One row."""
    return {
        "id": record["public_id"],
        "artifact": record["artifact__public_id"],
        "kind": record["kind"],
        "title": record["title"],
        "version_number": record["version_number"],
        "version_label": record["version_label"] or None,
        "version_tag": record["version_tag"],
        "is_latest": record["is_latest"],
        "state": record["state"],
        "identified_by": record["identified_by"],
        "created_at": record["created_at"],
        "registered_at": record["registered_at"],
        "url": address_of(record["kind"], record["public_id"], root_url),
    }


def address_of(kind: str, version: str, root_url: str) -> str:
    """Where the API shows a version: a model among the models, all else among the artifacts."""
    return f"{root_url}/{'models' if kind == Kind.MODEL else 'artifacts'}/{version}"
