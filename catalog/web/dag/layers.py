"""Which layer each node of a graph stands in: one further than the furthest that leads to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

Key = TypeVar("Key")


def layers_of(nodes: Iterable[Key], edges: Iterable[tuple[Key, Key]]) -> dict[Key, int]:
    """A layer for each node, from 0, so that every edge leads to a later layer.

    Of a cycle, the edge that closes it, coming from `nodes` in their order, leads back; so does a node to itself.
    """
    onward: dict[Key, list[Key]] = {node: [] for node in nodes}
    for source, target in dict.fromkeys(edges):
        onward[source].append(target)
    layers: dict[Key, int] = dict.fromkeys(onward, 0)
    done = _finished(onward)
    place = {node: number for number, node in enumerate(done)}
    for node in reversed(done):
        for target in onward[node]:
            if place[target] < place[node]:
                layers[target] = max(layers[target], layers[node] + 1)
    return layers


def _finished(onward: dict[Key, list[Key]]) -> list[Key]:
    """The nodes as a walk in depth leaves them: what an edge leads to is left first, unless the edge leads back."""
    met: set[Key] = set()
    left: list[Key] = []
    for start in onward:
        if start in met:
            continue
        met.add(start)
        path: list[tuple[Key, Iterator[Key]]] = [(start, iter(onward[start]))]
        while path:
            node, targets = path[-1]
            following = next((target for target in targets if target not in met), None)
            if following is None:
                left.append(node)
                path.pop()
            else:
                met.add(following)
                path.append((following, iter(onward[following])))
    return left
