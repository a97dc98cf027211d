"""All dependents at once, level after level: a few thousand versions to a query, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from django.db.models import Q, QuerySet

from catalog.models import Link
from catalog.provenance.dependents.rows import Found, Place, Root, Wanted

BATCH = 2_000
"""Versions whose dependents one query reads. A recursive query has PostgreSQL merge the whole table of links."""


class _Step(NamedTuple):
    """A link from a version `source`, of `kind`, to one that is reached: to `via` or, where that is None, to the root.

    `named` is the version that the link names, if it does.
    """

    via: int | None
    relation: str
    link: int
    source: int
    kind: str
    named: int | None
    artifact: int
    is_latest: bool


@dataclass(frozen=True, slots=True)
class Front:
    """The links that lead to some versions; and by artifact the version that those go through which name none."""

    leads: Q
    latest: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, versions: Sequence[tuple[int, int, bool]]) -> Front:
        """The front of `(version, its artifact, whether it is the latest)`."""
        latest = {artifact: version for version, artifact, is_latest in versions if is_latest}
        named = Q(target_version__in=[version for version, _, _ in versions])
        through = Q(target_version=None, target__in=list(latest))
        return cls(Q(target__in={artifact for _, artifact, _ in versions}) & (named | through), latest)


class Closure:
    """Everything downstream of `root`, whatever the size, the depth and the cycles."""

    def __init__(self, root: Root) -> None:
        self.root = root

    @cached_property
    def _levels(self) -> list[dict[int, list[_Step]]]:
        """By depth from 1: each version with its links that lead one level back."""
        levels: list[dict[int, list[_Step]]] = []
        seen: set[int] = set()
        steps = self._steps(Front(leading_to(self.root)), onward=False)
        while level := _unseen(steps, seen):
            seen.update(level)
            levels.append(level)
            steps = self._onward(level)
        return levels

    def _onward(self, level: Mapping[int, Sequence[_Step]]) -> Iterator[_Step]:
        versions = ((source, steps[0].artifact, steps[0].is_latest) for source, steps in level.items())
        while batch := list(islice(versions, BATCH)):
            yield from self._steps(Front.of(batch), onward=True)

    def _steps(self, front: Front, *, onward: bool) -> Iterator[_Step]:
        links = links_to(front, self.root).order_by()
        columns = ("target", "relation", "pk", "source", "source__kind", "target_version")
        for target, *step in links.values_list(*columns, "source__artifact", "source__is_latest"):
            named = step[4]
            via = (front.latest[target] if named is None else named) if onward else None
            yield _Step(via, *step)

    def found(self, wanted: Wanted | None = None) -> list[Found]:
        """The dependents that are wanted, each once, in their order."""
        wanted = wanted or Wanted()
        levels = enumerate(self._levels[: wanted.max_depth], start=1)
        return sorted(item for depth, level in levels for item in _shown(depth, level, wanted))

    def by_kind(self, wanted: Wanted | None = None) -> dict[str, int]:
        """How many of the dependents that are wanted there are of each kind."""
        kinds = {source: steps[0].kind for level in self._levels for source, steps in level.items()}
        return dict(sorted(Counter(kinds[item.source] for item in self.found(wanted)).items()))


def leading_to(root: Root) -> Q:
    """Links that lead to the root: to an artifact by any version, to a version where they name it or lead through it.

    A link that names no version leads through the artifact's latest one.
    """
    condition = Q(target=root.artifact)
    if root.version is None:
        return condition
    named = Q(target_version=root.version)
    return condition & (named | Q(target_version=None) if root.version.is_latest else named)


def links_to(front: Front, root: Root) -> QuerySet[Link]:
    """The links that lead to a front, but for the root's own."""
    return Link.objects.filter(front.leads, not_from(root))


def _unseen(steps: Iterator[_Step], seen: set[int]) -> dict[int, list[_Step]]:
    level: dict[int, list[_Step]] = {}
    for step in steps:
        if step.source not in seen:
            level.setdefault(step.source, []).append(step)
    return level


def not_from(root: Root) -> Q:
    """Links from anything but the root itself: an artifact does not rest on itself by another of its versions."""
    return ~Q(source=root.version) if root.version else ~Q(source__artifact=root.artifact)


def _shown(depth: int, level: dict[int, list[_Step]], wanted: Wanted) -> Iterator[Found]:
    for source, steps in level.items():
        fit = [step for step in steps if not wanted.relations or step.relation in wanted.relations]
        if fit and (not wanted.kinds or fit[0].kind in wanted.kinds):
            first = min(fit, key=lambda step: (step.relation, step.link))
            through = first.named if first.via is None else first.via
            yield Found(Place(depth, first.relation, first.link), source, through)
