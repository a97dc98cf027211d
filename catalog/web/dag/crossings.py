"""In which order the places of each layer stand: that of their neighbours, as far as it can be had."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from catalog.web.dag.graphs import Place

Rows = Sequence[Sequence[Place]]
"""The places of each layer, from above."""

SWEEPS = 8
"""How often the layers are gone through. The fewest crossings found so far are kept."""


class Neighbours:
    """What each place is joined to, in the layer before it and in the layer after."""

    def __init__(self, steps: Iterable[tuple[Place, Place]]) -> None:
        self.before: dict[Place, list[Place]] = defaultdict(list)
        self.after: dict[Place, list[Place]] = defaultdict(list)
        for source, target in steps:
            self.before[target].append(source)
            self.after[source].append(target)


def ordered(rows: Rows, joined: Neighbours, used: Mapping[Place, float]) -> Rows:
    """Each row by the mean place of what its members are joined to, to and fro; what more graphs use comes first."""
    best: Rows = [sorted(row, key=lambda place: -used[place]) for row in rows]
    rows, fewest = best, crossings(best, joined)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        rows = _swept(rows, joined, used, forward=sweep % 2 == 0)
        found = crossings(rows, joined)
        if found < fewest:
            best, fewest = rows, found
    return best


def crossings(rows: Rows, joined: Neighbours) -> int:
    """How many pairs of steps cross between neighbouring rows."""
    total = 0
    for row, following in pairwise(rows):
        place = {item: number for number, item in enumerate(following)}
        met: list[int] = []
        for item in row:
            ends = [place[target] for target in joined.after[item]]
            total += sum(len(met) - bisect_right(met, end) for end in ends)
            for end in ends:
                insort(met, end)
    return total


def numbers(count: int, forward: bool) -> range:
    """The rows of a sweep: all but the one that it starts from."""
    return range(1, count) if forward else range(count - 2, -1, -1)


def mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _swept(rows: Rows, joined: Neighbours, used: Mapping[Place, float], *, forward: bool) -> list[list[Place]]:
    swept = [list(row) for row in rows]
    neighbours = joined.before if forward else joined.after
    for number in numbers(len(rows), forward):
        there, here = _ranks(swept[number - 1 if forward else number + 1]), _ranks(swept[number])
        means = {item: mean([there[other] for other in neighbours[item]], here[item]) for item in swept[number]}
        swept[number].sort(key=lambda item, means=means: (-used[item], means[item]))  # type: ignore[misc]
    return swept


def _ranks(row: Sequence[Place]) -> dict[Place, float]:
    """Places along a row from 0 to 1, so that those of long and short rows can be compared."""
    return {place: (number + 0.5) / len(row) for number, place in enumerate(row)}
