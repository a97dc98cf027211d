"""Where the places of a layered graph stand: few crossings, short ways, and nothing on top of anything else.

What most of the graphs have comes first, from the top, so that the picture of a small one is small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.web.dag.crossings import Neighbours, Rows, mean, numbers, ordered
from catalog.web.dag.graphs import Place

SWEEPS = 8
"""How often the layers are gone through for heights. More changes little."""


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """Where the way from one place to another passes a layer between them. There may be thousands: each is itself."""

    source: Hashable
    target: Hashable
    layer: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """How high a place is, and how far apart two neighbours of a layer are kept, at least."""

    height: float
    gap: float

    def half(self, place: Place) -> float:
        """From the middle of a place to its edge. A bend has no height."""
        return 0.0 if isinstance(place, Bend) else self.height / 2

    def between(self, upper: Place, lower: Place) -> float:
        """The least distance between the middles of two neighbours."""
        return self.half(upper) + self.half(lower) + self.gap


@dataclass(frozen=True, slots=True)
class Layout:
    """`middles` is the height of each place and bend, from 0 at the topmost edge; `bends` those of each edge."""

    middles: Mapping[Place, float]
    bends: Mapping[tuple[Place, Place], tuple[Bend, ...]]


def arrange(
    layers: Mapping[Place, int], uses: Mapping[Place, int], edges: Mapping[tuple[Place, Place], int], sizes: Sizes
) -> Layout:
    """Lay out places whose layers are known. `uses` and `edges` count the graphs that have each.

    An edge may lead either way; one within a layer is passed over.
    """
    used: dict[Place, float] = dict(uses)
    # Among what as many graphs have, a line through is to keep near: it takes hardly any room.
    through = 0.5 if max(uses.values(), default=0) > 1 else 0.0
    forward: dict[tuple[Place, Place], int] = {}
    for edge, count in edges.items():
        if layers[edge[0]] != layers[edge[1]]:
            ends = edge if layers[edge[0]] < layers[edge[1]] else (edge[1], edge[0])
            forward[ends] = max(count, forward.get(ends, 0))
    bends = {
        (source, target): tuple(Bend(source, target, layer) for layer in range(layers[source] + 1, layers[target]))
        for source, target in forward
    }
    rows: dict[int, list[Place]] = defaultdict(list)
    for place, layer in layers.items():
        rows[layer].append(place)
    for edge, chain in bends.items():
        for bend in chain:
            rows[bend.layer].append(bend)
            used[bend] = min(forward[edge] + through, uses[edge[0]], uses[edge[1]])
    joined = Neighbours(step for edge, chain in bends.items() for step in pairwise([edge[0], *chain, edge[1]]))
    return Layout(_heights(ordered([rows[layer] for layer in sorted(rows)], joined, used), joined, used, sizes), bends)


def _heights(rows: Rows, joined: Neighbours, used: Mapping[Place, float], sizes: Sizes) -> dict[Place, float]:
    """What most graphs have first; what fewer have comes below, and moves none of it."""
    middles: dict[Place, float] = {}
    for level in sorted({used[place] for row in rows for place in row}, reverse=True):
        added = [[place for place in row if used[place] == level] for row in rows]
        above = [[place for place in row if used[place] > level] for row in rows]
        floors = [_floor(fixed, new, middles, sizes) for fixed, new in zip(above, added, strict=True)]
        # The first have all the room that they want, and are moved to the top together.
        middles |= _settled(added, floors if middles else [float("-inf")] * len(rows), joined, middles, sizes)
        if level == max(used.values()):
            top = min((middle - sizes.half(place) for place, middle in middles.items()), default=0.0)
            middles = {place: middle - top for place, middle in middles.items()}
    return middles


def _floor(fixed: Sequence[Place], new: Sequence[Place], middles: Mapping[Place, float], sizes: Sizes) -> float:
    """The least height for the first of the new: below what is fixed, or at the top."""
    if not new:
        return 0.0
    return middles[fixed[-1]] + sizes.between(fixed[-1], new[0]) if fixed else sizes.half(new[0])


def _settled(
    rows: Rows, floors: Sequence[float], joined: Neighbours, fixed: Mapping[Place, float], sizes: Sizes
) -> dict[Place, float]:
    """Near to what each place is joined to, row by row, to and fro, in the order of the row."""
    middles = dict(fixed)
    for row, floor in zip(rows, floors, strict=True):
        middles.update(_apart(row, dict.fromkeys(row, max(floor, 0.0)), floor, sizes.between))
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        neighbours = joined.before if forward else joined.after
        for number in numbers(len(rows), forward):
            wanted = {
                place: mean([middles[other] for other in neighbours[place] if other in middles], middles[place])
                for place in rows[number]
            }
            middles.update(_apart(rows[number], wanted, floors[number], sizes.between))
    return middles


def _apart(
    row: Sequence[Place], wanted: Mapping[Place, float], floor: float, between: Callable[[Place, Place], float]
) -> dict[Place, float]:
    """The middles nearest to those wanted, by least squares, that keep the row's order, its distances and its floor.

    Without the distances summed so far, this is a regression that may not fall: neighbours that would are pooled.
    """
    offsets = _summed(between(upper, lower) for upper, lower in pairwise(row))
    pools: list[tuple[float, int]] = []
    for place, offset in zip(row, offsets, strict=False):
        pools.append((wanted[place] - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (last, many), (first, few) = pools.pop(), pools.pop()
            pools.append(((first * few + last * many) / (few + many), few + many))
    levels = [max(level, floor) for level, count in pools for _ in range(count)]
    return {place: level + offset for place, level, offset in zip(row, levels, offsets, strict=False)}


def _summed(distances: Iterable[float]) -> list[float]:
    offsets = [0.0]
    for distance in distances:
        offsets.append(offsets[-1] + distance)
    return offsets
