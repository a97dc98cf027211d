"""What leads to an artifact directly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from catalog.models import Link
from catalog.references import Target


@dataclass(frozen=True, slots=True)
class Incoming:
    """A version with a link that leads here; `pinned_to` is the number of the version that it names, if any."""

    relation: str
    outcome: str | None
    id: str
    artifact: str
    title: str
    kind: str
    state: str
    version_number: int
    is_latest: bool
    pinned_to: int | None


_COLUMNS = {
    "id": F("source__public_id"),
    "artifact": F("source__artifact__public_id"),
    "title": F("source__title"),
    "kind": F("source__kind"),
    "state": F("source__state"),
    "version_number": F("source__version_number"),
    "is_latest": F("source__is_latest"),
    "pinned_to": F("target_version__version_number"),
}


def links_to(target: Target) -> QuerySet[Link]:
    """Links to what a reference means: to any version, where it names none."""
    condition: Q = target.meant.as_link_target()
    return Link.objects.filter(condition)


def incoming(links: QuerySet[Link], counts: Mapping[str, int], start: int, stop: int) -> list[Incoming]:
    """Some of the versions that `links` come from, by relation, the newest of each first; a query for each relation.

    `counts` says how many there are of each: those of one stand in an index as they were made.
    """
    found: list[Incoming] = []
    before = 0
    for relation in sorted(counts):
        low, high = max(0, start - before), stop - before
        before += counts[relation]
        if low < counts[relation] and high > 0:
            # Their keys first, which an index has in order: it would take reading the newest links of all to find few.
            newest = links.filter(relation=relation).order_by("-pk").values("pk")[low : min(high, counts[relation])]
            rows = Link.objects.filter(pk__in=newest).order_by("-pk").values_list("outcome", *_COLUMNS.values())
            found += [Incoming(relation, *row) for row in rows]
    return found
