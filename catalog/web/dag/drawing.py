"""From graphs to boxes and lines with coordinates, ready for a template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

from catalog.web.dag.graphs import Edge, Excerpt, Graph, Node, Places, excerpt, find_places
from catalog.web.dag.layout import Layout, Sizes, arrange
from catalog.web.lettering import fit

MOST = 60
"""How many nodes are drawn, unless said otherwise: more is a thicket."""

WIDTH, HEIGHT = 224, 66
COLUMN_GAP, ROW_GAP = 98, 16
MARGIN = 4
PORT_GAP = 15
"""Between lines that end at one box, so that each has room for its word."""

LETTERS_PER_LINE, BOLD_LETTERS_PER_LINE = 27.5, 24.5
"""How much of a title fits on a line of a box, in widths of a small letter. The root's is bold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node with its upper left corner. `shared`: other graphs hold its artifact too; `differs`: in other versions."""

    id: str
    artifact: str
    kind: str
    title: str
    lines: tuple[str, ...]
    version_number: int | None
    state: str
    is_root: bool
    shared: bool
    differs: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An edge as the data of an SVG path with its arrowhead. Its word, where `labelled`, ends at the label's place."""

    relation: str
    pinned: bool
    path: str
    label_x: int
    label_y: int
    labelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An edge, for those who read instead of look."""

    source: Node
    relation: str
    target: Node
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture. `left_out` nodes are not drawn, and `truncated` says that the graph itself leaves more out."""

    name: str
    root: Node | None
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    statements: tuple[Statement, ...]
    left_out: int
    truncated: bool
    box_width: int = WIDTH
    box_height: int = HEIGHT


def draw(graph: Graph, *, name: str = "lineage", most: int = MOST) -> Drawing:
    """Draw one graph: the `most` nodes that are nearest to its root."""
    return draw_together({name: graph}, most=most)[name]


def draw_together(
    graphs: Mapping[str, Graph], *, most: int = MOST, differing: Collection[str] = ()
) -> dict[str, Drawing]:
    """Draw several graphs in the same scale, what several hold in the same place in each, keyed as they are.

    `differing` names the artifacts that they hold in different versions. A key becomes the drawing's name.
    """
    drawn = {name: excerpt(graph, most) for name, graph in graphs.items()}
    places = find_places(drawn)
    layout = arrange(places.layers, places.uses, places.edges, Sizes(HEIGHT, ROW_GAP))
    return {name: _Picture(name, part, places, layout, differing).drawing() for name, part in drawn.items()}


class _Picture:
    """One graph on the common layout."""

    def __init__(self, name: str, graph: Excerpt, places: Places, layout: Layout, differing: Collection[str]) -> None:
        self.name, self.graph, self.places, self.layout, self.differing = name, graph, places, layout, differing
        self.nodes = {node.id: node for node in graph.nodes}
        self.place = places.of[name]

    def drawing(self) -> Drawing:
        boxes = tuple(self._box(node) for node in self.graph.nodes)
        lines = self._lines()
        reach = [box.y + HEIGHT for box in boxes] + [self._bend_y(edge) for edge in self._edges()]
        return Drawing(
            name=self.name,
            root=self.nodes.get(self.graph.root),
            width=max((self._x(layer) + WIDTH + MARGIN for layer in self.places.layers.values()), default=0),
            height=max(reach, default=0) + MARGIN,
            boxes=boxes,
            lines=lines,
            statements=tuple(self._statement(edge) for edge in self.graph.edges),
            left_out=self.graph.left_out,
            truncated=self.graph.truncated,
        )

    def _box(self, node: Node) -> Box:
        shared = node.id in self.places.shared[self.name]
        is_root = node.id == self.graph.root
        return Box(
            id=node.id,
            artifact=node.artifact,
            kind=node.kind,
            title=node.title,
            lines=fit(node.title, BOLD_LETTERS_PER_LINE if is_root else LETTERS_PER_LINE, lines=2),
            version_number=node.version_number,
            state=node.state,
            is_root=is_root,
            shared=shared,
            differs=shared and node.artifact in self.differing,
            x=self._x(self._layer(node.id)),
            y=self._middle(self.place[node.id]) - HEIGHT // 2,
        )

    def _statement(self, edge: Edge) -> Statement:
        source, target = self.nodes[edge.source], self.nodes[edge.target]
        return Statement(source=source, relation=edge.relation, target=target, pinned=edge.pinned)

    def _edges(self) -> list[Edge]:
        """What can be drawn: all but the edges within one layer, which lead from a node to itself."""
        return [edge for edge in self.graph.edges if self._layer(edge.source) != self._layer(edge.target)]

    def _lines(self) -> tuple[Line, ...]:
        """Lines of one relation end at one port of a box, in the order in which they come from above."""
        arriving: dict[str, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
        for edge in self._edges():
            arriving[edge.target][edge.relation].append(edge)
        lines: list[Line] = []
        for by_relation in arriving.values():
            ports = sorted(by_relation.values(), key=lambda edges: min(map(self._arrival, edges)))
            room = len(ports) * PORT_GAP <= HEIGHT
            gap = PORT_GAP if room else HEIGHT / len(ports)
            for number, edges in enumerate(ports):
                offset = round((number - (len(ports) - 1) / 2) * gap)
                lines += [self._line(edge, offset, room and edge is edges[0]) for edge in edges]
        return tuple(lines)

    def _line(self, edge: Edge, offset: int, labelled: bool) -> Line:
        points = self._way(edge, offset)
        x, y = points[-1]
        inward = 1 if self._layer(edge.source) < self._layer(edge.target) else -1
        # The last letter of the word stands short of the arrowhead.
        return Line(
            relation=edge.relation,
            pinned=edge.pinned,
            path=_path(points, inward),
            label_x=x - inward * 9,
            label_y=y - 3,
            labelled=labelled and inward > 0,
        )

    def _way(self, edge: Edge, offset: int) -> list[tuple[int, int]]:
        """From box to box, level across each layer between them. A line that leads back arrives from the right."""
        first, last = self.place[edge.source], self.place[edge.target]
        forward = self._layer(edge.source) < self._layer(edge.target)
        key = (first, last) if forward else (last, first)
        bends = [(x, self._middle(bend)) for bend in self.layout.bends[key] for x in self._sides(bend.layer)]
        left, right = (edge.source, edge.target) if forward else (edge.target, edge.source)
        start = (self._x(self._layer(left)) + WIDTH, self._middle(self.place[left]) + (0 if forward else offset))
        end = (self._x(self._layer(right)), self._middle(self.place[right]) + (offset if forward else 0))
        points = [start, *bends, end]
        return points if forward else points[::-1]

    def _arrival(self, edge: Edge) -> int:
        """The height from which an edge comes to its target."""
        return self._way(edge, 0)[-2][1]

    def _bend_y(self, edge: Edge) -> int:
        return max(y for _, y in self._way(edge, 0))

    def _layer(self, node: str) -> int:
        return self.places.layers[self.place[node]]

    def _middle(self, place: object) -> int:
        return MARGIN + round(self.layout.middles[place])

    def _sides(self, layer: int) -> tuple[int, int]:
        return self._x(layer), self._x(layer) + WIDTH

    @staticmethod
    def _x(layer: int) -> int:
        return MARGIN + layer * (WIDTH + COLUMN_GAP)


def _path(points: list[tuple[int, int]], inward: int) -> str:
    """Level lines and smooth curves in turn, and the arrowhead in the direction of the end."""
    (x, y), *_ = points
    parts = [f"M{x} {y}"]
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        middle = (x0 + x1) // 2
        parts.append(f"H{x1}" if number % 2 or y0 == y1 else f"C{middle} {y0} {middle} {y1} {x1} {y1}")
    x, y = points[-1]
    back = x - 6 * inward
    return "".join([*parts, f"M{back} {y - 4}L{x} {y}L{back} {y + 4}"])
