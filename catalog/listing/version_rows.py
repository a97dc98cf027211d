"""The versions of one artifact, as rows of its history. One query."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import BigIntegerField

from catalog.listing.artifact_rows import address_of
from catalog.listing.rows import Record
from catalog.models import ArtifactVersion
from catalog.querysets import VersionQuerySet
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Asked, Compiled, Given

_COLUMNS = (
    *("public_id", "version_number", "parent__public_id", "version_label", "version_tag", "is_latest", "state"),
    *("quality_score", "content_digest", "changelog", "created_at"),
)
_LISTED = ("kind", "title", "state_reason", "registered_at")


def history_asked(artifact: int) -> Asked:
    """The versions of an artifact, asked for: `history` reads them."""
    return _newest_first(read_vendor()).asked(artifact=artifact)


def history(asked: Asked) -> list[dict[str, Any]]:
    """What a detail shows of each version of an artifact, newest first."""
    return [_row(dict(zip(_COLUMNS, row, strict=True))) for row in asked.rows()]


@cache
def _newest_first(vendor: str) -> Compiled:
    versions = ArtifactVersion.objects.filter(artifact=Given("artifact", BigIntegerField()))
    return Compiled.of(versions.order_by("-version_number").values_list(*_COLUMNS))


def first_of_history(version: ArtifactVersion) -> dict[str, Any]:
    """The same of a first version that was just read."""
    return _row({name: getattr(version, name, None) for name in _COLUMNS})


def version_records(versions: VersionQuerySet) -> list[Record]:
    """The columns that a row of the list of versions needs, in the order of `versions`."""
    return list(versions.values(*_COLUMNS, *_LISTED))


def version_rows(found: Iterable[Record], root_url: str) -> list[dict[str, Any]]:
    """The rows of the list of versions. `root_url` is the address of the API."""
    return [
        _row(record)
        | {
            "title": record["title"],
            "state_reason": record["state_reason"] or None,
            "registered_at": record["registered_at"],
            "url": address_of(record["kind"], record["public_id"], root_url),
        }
        for record in found
    ]


def _row(record: Record) -> dict[str, Any]:
    return {
        "id": record["public_id"],
        "version_number": record["version_number"],
        "parent": record["parent__public_id"],
        "version_label": record["version_label"] or None,
        "version_tag": record["version_tag"],
        "is_latest": record["is_latest"],
        "state": record["state"],
        "quality_score": record["quality_score"],
        "content_digest": record["content_digest"],
        "changelog": record["changelog"] or None,
        "created_at": record["created_at"],
    }
