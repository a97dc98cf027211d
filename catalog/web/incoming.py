"""What leads to an artifact directly, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from catalog.models import Link
from catalog.references import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A version with a link that leads here; `pinned_to` is the number of the version that it names, if any."""

    relation: str
    id: str
    artifact: str
    title: str
    kind: str
    state: str
    version_number: int
    is_latest: bool
    pinned_to: int | None
    outcome: str | None


def links_to(target: Target) -> QuerySet[Link]:
    """Links to what a reference means: to any version, where it names none."""
    condition: Q = target.as_link_target()
    return Link.objects.filter(condition)


def incoming(links: QuerySet[Link], start: int, stop: int) -> list[Incoming]:
    """Some of the versions that `links` come from, the newest of each model first."""
    columns = {
        "id": F("source__public_id"),
        "artifact": F("source__artifact__public_id"),
        "title": F("source__title"),
        "kind": F("source__kind"),
        "state": F("source__state"),
        "version_number": F("source__version_number"),
        "is_latest": F("source__is_latest"),
        "pinned_to": F("target_version__version_number"),
    }
    found = links.order_by("relation", "-pk").values_list("relation", "outcome", *columns.values())
    names: Sequence[str] = ("relation", "outcome", *columns)
    return [Incoming(**dict(zip(names, row, strict=True))) for row in found[start:stop]]
