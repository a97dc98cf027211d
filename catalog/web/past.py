"""What the catalogue said of a model at other times: the history on its page. Three queries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from catalog.histories import NEWEST_FIRST, history_rows, standing_records, standings_of
from catalog.models import ArtifactVersion
from catalog.web.moments import address_at

_SHOWN = 12


def past_of(version: ArtifactVersion, moment: datetime | None) -> dict[str, Any]:
    """The newest standings of a version by `moment`, each with the address of its page as of it."""
    standings = standings_of(version)
    if moment is not None:
        standings = standings.filter(recorded_at__lte=moment)
    rows = history_rows(standing_records(NEWEST_FIRST.ordered(standings, "desc")[:_SHOWN]))
    page = reverse("model", args=[version.public_id])
    return {
        "standings": [(row, page + address_at(row["recorded_at"])) for row in rows],
        "earlier": max(0, standings.count() - _SHOWN),
    }
