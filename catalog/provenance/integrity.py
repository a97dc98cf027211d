"""Finds what was altered past every guard: records that are not what was registered, and pins that name something else.

Says nothing of a model's rules and caps no score: a record that was altered is for a person to look at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet

from catalog.content import CONTENT_COLUMNS, altered
from catalog.models import ArtifactVersion, Link

BATCH_SIZE = 250
"""Versions whose whole records are held in memory at once."""

MOST_NAMED = 100
"""Versions, and pins, that a report names."""


@dataclass
class IntegrityReport:
    """How many records and pins are not what they were, with the ids of the first of them."""

    looked_at: int = 0
    altered: int = 0
    ids: list[str] = field(default_factory=list)
    pins_changed: int = 0
    pins: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.altered or self.pins_changed)

    def as_dict(self) -> dict[str, Any]:
        return {
            "looked_at": self.looked_at,
            "altered": self.altered,
            "ids": self.ids,
            "pins_changed": self.pins_changed,
            "pins": self.pins,
        }


def recorded(family: str | None = None) -> QuerySet[ArtifactVersion]:
    """The versions whose digests are taken anew: those of every kind, or the models of one family."""
    versions = ArtifactVersion.objects.order_by("pk").only("public_id", "content_digest", *CONTENT_COLUMNS)
    return versions.filter(family=family) if family else versions


def find_altered(family: str | None = None, progress: Callable[[int], object] = lambda count: None) -> IntegrityReport:
    """Take every digest anew, batch by batch; `progress` is told how many versions each batch looked at."""
    report, last = IntegrityReport(), 0
    while batch := list(recorded(family).filter(pk__gt=last)[:BATCH_SIZE]):
        for version in altered(batch):
            report.altered += 1
            if len(report.ids) < MOST_NAMED:
                report.ids.append(version.public_id)
        report.looked_at += len(batch)
        last = batch[-1].pk
        progress(len(batch))
    _add_pins(report, family)
    return report


def _add_pins(report: IntegrityReport, family: str | None) -> None:
    """Count the pins whose digest is not the one that their target was registered with."""
    changed = Link.objects.filter(target_version__isnull=False).exclude(
        pinned_digest=F("target_version__content_digest")
    )
    changed = changed.filter(source__family=family) if family else changed
    report.pins_changed = changed.count()
    named = changed.order_by("source", "number").values_list("source__public_id", "number")
    report.pins = [f"{source} link {number}" for source, number in named[:MOST_NAMED]]
