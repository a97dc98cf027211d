"""The versions of an artifact as its page lists them: where each came from, and the way to what it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from catalog.web.query import PageQuery


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version. `before` is the number of the version that it came from, and `difference` what it changed there.

    `branched` says that this is not simply the one before it.
    """

    row: Mapping[str, Any]
    before: int | None
    branched: bool
    difference: str


def version_lines(versions: Sequence[Mapping[str, Any]], artifact: str) -> list[VersionLine]:
    """The lines of `versions`, newest first."""
    numbers = {row["id"]: row["version_number"] for row in versions}
    older: list[int | None] = [row["version_number"] for row in versions[1:]]
    return [
        VersionLine(
            row,
            parent := numbers.get(row["parent"]),
            branched=parent is not None and parent != previous,
            difference=difference_url(artifact, parent, row["version_number"]) if parent else "",
        )
        for row, previous in zip(versions, [*older, None], strict=False)
    ]


def difference_url(artifact: str, before: object, after: object) -> str:
    """The page that says what is different between two versions."""
    return PageQuery(reverse("difference", args=[artifact]), (("from", str(before)), ("to", str(after)))).url
