"""Dependents level by level: a page costs what its own rows cost, as long as the levels before them are narrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from catalog.models import ArtifactVersion, Link
from catalog.provenance.dependents.closure import Front, leading_to, links_to
from catalog.provenance.dependents.rows import Found, Place, Root, Wanted

WIDEST = 500
"""Versions of one level that are held while the next is read."""

DEEPEST = 8
"""Levels that are read one by one: a page takes a few queries for each."""


class TooWide(Exception):
    """A level on the way holds more than is read at once, or there are too many levels."""


@dataclass(slots=True)
class Walk:
    """A walk from the root, one level after another."""

    root: Root
    wanted: Wanted
    seen: set[int] = field(default_factory=set)

    def found(self, after: Place | None, most: int) -> list[Found]:
        """The first `most` dependents that are wanted and follow the place `after`.

        Raises `TooWide` where a level before them cannot be held.
        """
        found: list[Found] = []
        for depth, front in enumerate(self._fronts(), start=1):
            if after is None or after.depth <= depth:
                found += self._shown(front, depth, after, most - len(found))
            if len(found) == most or depth == self.wanted.max_depth:
                break
        return found

    def _fronts(self) -> Iterator[Front]:
        front = Front(leading_to(self.root))
        for _ in range(DEEPEST):
            yield front
            level = self._level(front)
            if not level:
                return
            front = Front.of([(version.pk, version.artifact_id, version.is_latest) for version in level])
        raise TooWide

    def _level(self, front: Front) -> list[ArtifactVersion]:
        """All versions that lead to `front`, wanted or not, and on no shorter way to the root."""
        sources = self._links(front).order_by().values_list("source", flat=True).distinct()
        keys = set(sources[: WIDEST + 1])
        if len(keys) > WIDEST:
            raise TooWide
        self.seen |= keys
        return list(ArtifactVersion.objects.filter(pk__in=keys).order_by().only("pk", "artifact", "is_latest"))

    def _links(self, front: Front) -> QuerySet[Link]:
        links = links_to(front, self.root)
        return links.exclude(source__in=self.seen) if self.seen else links

    def _shown(self, front: Front, depth: int, after: Place | None, most: int) -> list[Found]:
        """The first of a level that are wanted, each by the first of its links."""
        links = _asked_for(self._links(front), self.wanted)
        place = after if after is not None and after.depth == depth else None
        found: list[Found] = []
        while len(found) < most:
            asked = most - len(found)
            batch = _beyond(links, place).order_by("relation", "pk")[:asked]
            rows = list(batch.values_list("relation", "pk", "source", "target_version", "target"))
            first = _first_links(links, {source for _, _, source, _, _ in rows})
            found += [
                Found(Place(depth, relation, pk), source, named or front.latest.get(target))
                for relation, pk, source, named, target in rows
                if first[source] == (relation, pk)
            ]
            if len(rows) < asked:
                break
            place = Place(depth, *rows[-1][:2])
        return found


def _asked_for(links: QuerySet[Link], wanted: Wanted) -> QuerySet[Link]:
    if wanted.kinds:
        links = links.filter(source__kind__in=sorted(wanted.kinds))
    return links.filter(relation__in=sorted(wanted.relations)) if wanted.relations else links


def _beyond(links: QuerySet[Link], place: Place | None) -> QuerySet[Link]:
    """The links after a place of their level: a range of the index, and what of its first relation is passed."""
    if place is None:
        return links
    passed = Q(relation=place.relation, pk__lte=place.link)
    return links.filter(~passed, relation__gte=place.relation)


def _first_links(links: QuerySet[Link], sources: set[int]) -> dict[int, tuple[str, int]]:
    """The link by which each of `sources` is shown: a version may have several that lead to one level."""
    found: dict[int, tuple[str, int]] = {}
    if sources:
        for source, relation, pk in links.filter(source__in=sources).order_by().values_list("source", "relation", "pk"):
            found[source] = min((relation, pk), found.get(source, (relation, pk)))
    return found
