"""All dependents at once: the versions by one recursive query, their depths by a plain search over the links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django_cte import CTE, with_cte

from catalog.models import Link
from catalog.provenance.dependents.rows import Found, Place, Root, Wanted


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


_COLUMNS = ("relation", "pk", "source", "source__kind", "target_version")


class Closure:
    """Everything downstream of `root`, in two queries, whatever the size, the depth and the cycles."""

    def __init__(self, root: Root) -> None:
        self.root = root

    @cached_property
    def _levels(self) -> list[dict[int, list[_Step]]]:
        """By depth from 1: each version with its links that lead one level back."""
        steps: dict[int | None, list[_Step]] = {}
        for step in self._steps():
            steps.setdefault(step.via, []).append(step)
        levels: list[dict[int, list[_Step]]] = []
        seen: set[int] = set()
        frontier: list[int | None] = [None]
        while frontier:
            level: dict[int, list[_Step]] = {}
            for via in frontier:
                for step in steps.get(via, ()):
                    if step.source not in seen:
                        level.setdefault(step.source, []).append(step)
            seen.update(level)
            frontier = list(level)
            levels.append(level)
        return levels[:-1]

    def _steps(self) -> Iterator[_Step]:
        for columns in self._first().values_list(*_COLUMNS):
            yield _Step(None, *columns)
        cte = CTE.recursive(self._reached)
        onward = with_cte(cte, select=self._onward(cte))
        for via, *columns in onward.values_list("via", *_COLUMNS):
            yield _Step(via, *columns)

    def _reached(self, cte: CTE) -> QuerySet:
        """The versions downstream. `UNION` drops those that were met, so that cycles end."""
        return _versions(self._first()).union(_versions(self._onward(cte)))

    def _first(self) -> QuerySet[Link]:
        return Link.objects.filter(leading_to(self.root), not_from(self.root)).order_by()

    def _onward(self, cte: CTE) -> QuerySet[Link]:
        """The links that lead to what is reached; `via` is the version that each leads to or through."""
        links = cte.join(Link.objects.order_by(), target=cte.col.artifact)
        latest = ExpressionWrapper(cte.col.latest, output_field=BooleanField())
        links = links.annotate(via=cte.col.version, through_latest=latest)
        leads = Q(target_version=F("via")) | Q(target_version=None, through_latest=True)
        return links.filter(leads, not_from(self.root))

    def found(self, wanted: Wanted | None = None) -> list[Found]:
        """The dependents that are wanted, each once, in their order."""
        wanted = wanted or Wanted()
        levels = enumerate(self._levels[: wanted.max_depth], start=1)
        return sorted(item for depth, level in levels for item in _shown(depth, level, wanted))

    def by_kind(self, wanted: Wanted | None = None) -> dict[str, int]:
        """How many of the dependents that are wanted there are of each kind."""
        kinds = {source: steps[0].kind for level in self._levels for source, steps in level.items()}
        return dict(sorted(Counter(kinds[item.source] for item in self.found(wanted)).items()))

    def by_depth(self) -> dict[int, int]:
        """How many dependents there are at each depth."""
        return {depth: len(level) for depth, level in enumerate(self._levels, start=1)}


def leading_to(root: Root) -> Q:
    """Links that lead to the root: to an artifact by any version, to a version where they name it or lead through it.

    A link that names no version leads through the artifact's latest one.
    """
    condition = Q(target=root.artifact)
    if root.version is None:
        return condition
    named = Q(target_version=root.version)
    return condition & (named | Q(target_version=None) if root.version.is_latest else named)


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


def _versions(links: QuerySet[Link]) -> QuerySet:
    """What links come from, as the recursion keeps it."""
    columns = {"version": F("source_id"), "artifact": F("source__artifact_id"), "latest": F("source__is_latest")}
    return links.annotate(**columns).values(*columns)
