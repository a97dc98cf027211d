"""One page of dependents: walked to level by level where that is quick, else cut from the closure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.models import ArtifactVersion
from catalog.provenance.dependents.closure import Closure
from catalog.provenance.dependents.levels import TooWide, Walk
from catalog.provenance.dependents.rows import Found, Place, Root, Wanted


@dataclass(frozen=True, slots=True)
class Page:
    """Some dependents in their order. `more` says whether others follow, `earlier` whether others precede.

    `by_kind` counts all that are wanted where reading the page has shown them all, and is None where it has not.
    """

    found: Sequence[Found]
    more: bool
    earlier: bool
    by_kind: dict[str, int] | None


def dependents(
    root: Root, wanted: Wanted, limit: int, *, after: Place | None = None, before: Place | None = None
) -> Page:
    """At most `limit` dependents that follow the place `after`, or that precede the place `before`."""
    if before is None:
        try:
            return _walked(root, wanted, limit, after)
        except TooWide:
            pass
    closure = Closure(root)
    found = closure.found(wanted)
    places = [item.place for item in found]
    if before is not None:
        stop = bisect_left(places, before)
        start = max(0, stop - limit)
    else:
        start = bisect_right(places, after) if after is not None else 0
        stop = min(len(found), start + limit)
    return Page(found[start:stop], stop < len(found), start > 0, closure.by_kind(wanted))


def _walked(root: Root, wanted: Wanted, limit: int, after: Place | None) -> Page:
    found = Walk(root, wanted).found(after, limit + 1)
    more, earlier = len(found) > limit, after is not None
    return Page(found[:limit], more, earlier, None if more or earlier else _counted(found))


def _counted(found: Sequence[Found]) -> dict[str, int]:
    keys = [item.source for item in found]
    kinds = ArtifactVersion.objects.filter(pk__in=keys).order_by().values_list("kind", flat=True)
    return dict(sorted(Counter(kinds).items()))
