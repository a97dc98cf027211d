"""Where the places of a layered graph stand: few crossings, short ways, and nothing on top of anything else."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.web.dag.graphs import Place

SWEEPS = 8
"""How often the layers are gone through for order, and again for height. More changes little."""


@dataclass(frozen=True, slots=True)
class Bend:
    """Where the way from one place to another passes a layer between them."""

    source: Hashable
    target: Hashable
    layer: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """How high a place is, and how far apart two neighbours of a layer are kept, at least."""

    height: float
    gap: float

    def between(self, upper: Place, lower: Place) -> float:
        """The least distance between the middles of two neighbours. A bend has no height."""
        return sum(0.0 if isinstance(place, Bend) else self.height / 2 for place in (upper, lower)) + self.gap


@dataclass(frozen=True, slots=True)
class Layout:
    """`middles` is the height of each place and bend, from 0 at the topmost edge; `bends` those of each edge."""

    middles: Mapping[Place, float]
    bends: Mapping[tuple[Place, Place], tuple[Bend, ...]]


def arrange(layers: Mapping[Place, int], edges: Iterable[tuple[Place, Place]], sizes: Sizes) -> Layout:
    """Lay out places whose layers are known. `edges` may lead either way; those within a layer are passed over."""
    forward = sorted({_forward(edge, layers) for edge in edges if layers[edge[0]] != layers[edge[1]]}, key=repr)
    bends = {
        (source, target): tuple(Bend(source, target, layer) for layer in range(layers[source] + 1, layers[target]))
        for source, target in forward
    }
    rows: dict[int, list[Place]] = defaultdict(list)
    for place, layer in layers.items():
        rows[layer].append(place)
    for chain in bends.values():
        for bend in chain:
            rows[bend.layer].append(bend)
    steps = [step for edge, chain in bends.items() for step in pairwise([edge[0], *chain, edge[1]])]
    ordered = _order([rows[layer] for layer in sorted(rows)], steps)
    return Layout(_heights(ordered, steps, sizes), bends)


def _forward(edge: tuple[Place, Place], layers: Mapping[Place, int]) -> tuple[Place, Place]:
    source, target = edge
    return edge if layers[source] < layers[target] else (target, source)


class _Neighbours:
    """What each place is joined to, in the layer before it and in the layer after."""

    def __init__(self, steps: Iterable[tuple[Place, Place]]) -> None:
        self.before: dict[Place, list[Place]] = defaultdict(list)
        self.after: dict[Place, list[Place]] = defaultdict(list)
        for source, target in steps:
            self.before[target].append(source)
            self.after[source].append(target)


def _order(rows: list[list[Place]], steps: Sequence[tuple[Place, Place]]) -> list[list[Place]]:
    """Each row by the mean place of what its members are joined to, to and fro; the order with fewest crossings."""
    joined = _Neighbours(steps)
    best, fewest = rows, _crossings(rows, joined)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        rows = _swept(rows, joined, forward=sweep % 2 == 0)
        crossings = _crossings(rows, joined)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _swept(rows: Sequence[list[Place]], joined: _Neighbours, *, forward: bool) -> list[list[Place]]:
    swept = [list(row) for row in rows]
    fixed = joined.before if forward else joined.after
    for number in _numbers(len(rows), forward):
        place = _ranks(swept[number - 1] if forward else swept[number + 1])
        own = _ranks(swept[number])
        swept[number].sort(key=lambda item: _mean((place[other] for other in fixed[item]), own[item]))
    return swept


def _numbers(count: int, forward: bool) -> range:
    return range(1, count) if forward else range(count - 2, -1, -1)


def _ranks(row: Sequence[Place]) -> dict[Place, float]:
    """Places along a row from 0 to 1, so that those of long and short rows can be compared."""
    return {place: (number + 0.5) / len(row) for number, place in enumerate(row)}


def _mean(values: Iterable[float], otherwise: float) -> float:
    found = list(values)
    return sum(found) / len(found) if found else otherwise


def _crossings(rows: Sequence[Sequence[Place]], joined: _Neighbours) -> int:
    """How many pairs of steps cross between neighbouring rows."""
    total = 0
    for row, following in pairwise(rows):
        place = {item: number for number, item in enumerate(following)}
        met: list[int] = []
        for item in row:
            ends = sorted(place[target] for target in joined.after[item])
            total += sum(len(met) - bisect_left(met, end + 1) for end in ends)
            for end in ends:
                insort(met, end)
    return total


def _heights(rows: Sequence[Sequence[Place]], steps: Sequence[tuple[Place, Place]], sizes: Sizes) -> dict[Place, float]:
    """Near to what each place is joined to, row by row, to and fro, in the order of the row."""
    joined = _Neighbours(steps)
    middles: dict[Place, float] = {}
    for row in rows:
        middles.update(_apart(row, dict.fromkeys(row, 0.0), sizes.between))
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        fixed = joined.before if forward else joined.after
        for number in _numbers(len(rows), forward):
            wanted = {item: _mean((middles[other] for other in fixed[item]), middles[item]) for item in rows[number]}
            middles.update(_apart(rows[number], wanted, sizes.between))
    top = min((_top(place, middle, sizes) for place, middle in middles.items()), default=0.0)
    return {place: middle - top for place, middle in middles.items()}


def _top(place: Place, middle: float, sizes: Sizes) -> float:
    return middle if isinstance(place, Bend) else middle - sizes.height / 2


def _apart(
    row: Sequence[Place], wanted: Mapping[Place, float], between: Callable[[Place, Place], float]
) -> dict[Place, float]:
    """The middles nearest to those wanted, by least squares, that keep the row's order and distances.

    Without the distances summed so far, this is a regression that may not fall: neighbours that would are pooled.
    """
    offsets = [0.0]
    for upper, lower in pairwise(row):
        offsets.append(offsets[-1] + between(upper, lower))
    pools: list[tuple[float, int]] = []
    for place, offset in zip(row, offsets, strict=False):
        pools.append((wanted[place] - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (last, many), (first, few) = pools.pop(), pools.pop()
            pools.append(((first * few + last * many) / (few + many), few + many))
    levels = [level for level, count in pools for _ in range(count)]
    return {place: level + offset for place, level, offset in zip(row, levels, offsets, strict=False)}
