"""What rests on a version, as plain values: for the API, the pages, the admin and a spreadsheet alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse

from catalog.models import ArtifactVersion
from catalog.provenance.dependents import Closure, Dependent, Root, Wanted, count_by_depth, dependents, described
from catalog.references import Target
from catalog.spreadsheets import CONTENT_TYPE, csv_lines
from catalog.vocabulary import State

FIRST = 20
"""How many of those that a retraction touches its detail names."""

_BATCH = 1_000


def root_of(target: Target) -> Root:
    """What a reference asks about: a version where it names one, else the artifact by whatever version."""
    return Root(target.artifact, target.version if target.pinned else None)


def retraction_of(version: ArtifactVersion, root_url: str) -> dict[str, Any] | None:
    """Why and when a version was retracted and what that touches; None where it is not retracted.

    `touches` counts everything downstream, at each depth, and names the nearest: a query for each depth, and for each
    batch of a wider one; and those of the nearest alone.
    """
    if version.state != State.RETRACTED:
        return None
    root = Root(version.artifact, version)
    by_depth = count_by_depth(root)
    nearest = dependents(root, Wanted(), FIRST).found
    return {
        "reason": version.state_reason or None,
        "at": version.state_changed_at,
        "touches": {
            "total": sum(by_depth.values()),
            "by_depth": [{"depth": depth, "count": count} for depth, count in by_depth.items()],
            "first": [dataclasses.asdict(row) for row in described(nearest, root)],
            "dependents": f"{root_url}/artifacts/{version.public_id}/dependents",
        },
    }


def csv_answer(root: Root, wanted: Wanted) -> StreamingHttpResponse:
    """Everything downstream that is wanted as a file, a table with the nearest first, sent as it is read."""
    name = f"dependents-{root.id.replace(':', '-')}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_csv_lines(root, wanted), content_type=CONTENT_TYPE, headers=headers)


def _csv_lines(root: Root, wanted: Wanted) -> Iterator[str]:
    found = Closure(root).found(wanted)

    def rows() -> Iterator[dict[str, Any]]:
        for start in range(0, len(found), _BATCH):
            yield from map(dataclasses.asdict, described(found[start : start + _BATCH], root))

    return csv_lines(rows(), [field.name for field in dataclasses.fields(Dependent)])
