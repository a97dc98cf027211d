"""How versions stood from a moment on: the history of everything about them that changes."""

from __future__ import annotations

from typing import Any

from django.db import models

from catalog.columns import STANDING_COLUMNS
from catalog.models.append_only import AppendOnly
from catalog.models.version import ArtifactVersion


class Standing(AppendOnly):
    """How a version stood from `recorded_at` on, until its next standing.

    Beside the two it has the columns of a version that change or are computed, by the same names and types; scores are
    kept as they were, since their formulas may change. `rule_set` says which rules had judged it
    (`catalog.provenance.rules.RULE_SET`).
    """

    # The receiver of a version's deletion takes them along, once its last fact is gone and has been recorded.
    version = models.ForeignKey(ArtifactVersion, on_delete=models.DO_NOTHING, db_index=False, related_name="standings")
    recorded_at = models.DateTimeField()
    rule_set = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("version", "-recorded_at", "-id")
        indexes = [
            # How a version stands, and how it stood at any moment.
            models.Index(fields=("version", "-recorded_at", "-id"), name="standing_by_version"),
        ]

    def __str__(self) -> str:
        return f"{self.version} from {self.recorded_at.isoformat()}"


def _kept(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """A field like `field` that takes whatever value that one had."""
    return field.output_field.clone() if isinstance(field, models.GeneratedField) else field.clone()  # type: ignore[union-attr]


for _name in STANDING_COLUMNS:
    Standing.add_to_class(_name, _kept(ArtifactVersion._meta.get_field(_name)))  # type: ignore[arg-type]
