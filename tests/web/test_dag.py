"""Pictures of provenance: what is drawn, where, and what is said of the rest."""

from __future__ import annotations

import sys
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from catalog.comparison.records import GraphEdge, GraphNode, ProvenanceGraph
from catalog.web.dag import Drawing, draw, draw_together
from catalog.web.dag.drawing import HEIGHT, WIDTH
from catalog.web.dag.layers import layers_of

SVG = "{http://www.w3.org/2000/svg}"
Links = list[tuple[int, int]]

links = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)


def node(name: str, kind: str = "dataset", **stated: object) -> GraphNode:
    artifact, _, number = name.rpartition("-v")
    usual = {"artifact": artifact or name, "version_number": int(number) if artifact else None, "state": "active"}
    return GraphNode(**{"id": name, "kind": kind, "title": f"The {name}", "depth": 1, **usual, **stated})


def graph(*edges: tuple[str, str], root: str = "m-v1", truncated: bool = False) -> ProvenanceGraph:
    names = dict.fromkeys([root, *(name for edge in edges for name in edge)])
    return ProvenanceGraph(
        root=root,
        nodes=tuple(node(name, "model" if name == root else "dataset") for name in names),
        edges=tuple(
            GraphEdge(source=source, target=target, relation="derives_from", pinned="-v" in target)
            for source, target in edges
        ),
        truncated=truncated,
    )


def numbered(edges: Links, prefix: str = "n") -> ProvenanceGraph:
    """A graph in which 0 is the root and leads to every node that nothing else leads to."""
    met = {number for edge in edges for number in edge} - {0}
    reached = {target for _, target in edges}
    full = [*((0, number) for number in sorted(met - reached)), *edges]
    return graph(*((f"{prefix}{a}-v1", f"{prefix}{b}-v1") for a, b in full), root=f"{prefix}0-v1")


def at(drawing: Drawing) -> dict[str, tuple[int, int]]:
    return {box.id: (box.x, box.y) for box in drawing.boxes}


def overlapping(drawing: Drawing) -> list[tuple[str, str]]:
    return [
        (one.id, other.id)
        for one, other in combinations(drawing.boxes, 2)
        if abs(one.x - other.x) < WIDTH and abs(one.y - other.y) < HEIGHT
    ]


@given(links)
def test_layers_only_grow_along_edges_but_for_those_that_close_a_cycle(edges: Links) -> None:
    layers = layers_of(range(10), edges)

    assert set(layers) == set(range(10)) and min(layers.values()) == 0
    acyclic = [(source, target) for source, target in edges if source < target]
    grown = layers_of(range(10), acyclic)
    assert all(grown[source] < grown[target] for source, target in acyclic)
    # No edge stays within a layer, so that each can be drawn.
    assert all(layers[source] != layers[target] for source, target in edges if source != target)


@given(links)
def test_nothing_is_drawn_on_top_of_anything_and_all_of_it_within_the_picture(edges: Links) -> None:
    drawing = draw(numbered(edges))

    assert overlapping(drawing) == []
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - WIDTH and 0 <= box.y <= drawing.height - HEIGHT


@given(links)
def test_without_cycles_every_arrow_points_to_the_right(edges: Links) -> None:
    drawing = draw(numbered([(min(edge), max(edge)) for edge in edges]))

    place = at(drawing)
    for statement in drawing.statements:
        if statement.source.id != statement.target.id:
            assert place[statement.source.id][0] < place[statement.target.id][0]


@given(links)
def test_every_edge_is_drawn_or_leads_to_its_own_start_and_all_are_told(edges: Links) -> None:
    lineage = numbered(edges)
    drawing = draw(lineage)

    distinct = {(edge.source, edge.target) for edge in lineage.edges}
    assert len(drawing.statements) == len(distinct)
    assert len(drawing.lines) == sum(source != target for source, target in distinct)


@given(links)
def test_the_same_graph_is_always_drawn_alike(edges: Links) -> None:
    assert draw(numbered(edges)) == draw(numbered(edges))


@given(st.lists(links, min_size=2, max_size=4))
def test_graphs_drawn_together_overlap_nowhere_and_share_places(several: list[Links]) -> None:
    graphs = {f"g{place}": numbered(edges) for place, edges in enumerate(several)}

    drawn = draw_together(graphs)

    assert len({drawing.width for drawing in drawn.values()}) == 1
    for drawing in drawn.values():
        assert overlapping(drawing) == []
    for one, other in combinations(drawn.values(), 2):
        both = at(one).keys() & at(other).keys()
        assert all(at(one)[name] == at(other)[name] for name in both)


def test_what_is_shared_stands_in_one_place_in_whatever_version_and_says_so() -> None:
    drawn = draw_together(
        {
            "a": graph(("a-v1", "data-v1"), ("a-v1", "own-v1"), root="a-v1"),
            "b": graph(("b-v1", "data-v2"), ("b-v1", "other-v1"), ("b-v1", "third-v1"), root="b-v1"),
        },
        differing=["data"],
    )

    a, b = ({box.id: box for box in drawing.boxes} for drawing in drawn.values())
    assert (a["data-v1"].x, a["data-v1"].y) == (b["data-v2"].x, b["data-v2"].y)
    assert a["data-v1"].shared and a["data-v1"].differs and b["data-v2"].differs
    assert not a["own-v1"].shared and not a["a-v1"].shared
    # The roots, and the first of each model's own inputs, take the same places in turn.
    assert (a["a-v1"].x, a["a-v1"].y) == (b["b-v1"].x, b["b-v1"].y)
    assert (a["own-v1"].x, a["own-v1"].y) == (b["other-v1"].x, b["other-v1"].y)


def test_a_model_that_another_came_from_keeps_its_place_in_its_own_picture() -> None:
    drawn = draw_together(
        {
            "tuned": graph(("tuned-v1", "base-v1"), ("base-v1", "data-v1"), root="tuned-v1"),
            "base": graph(("base-v1", "data-v1"), root="base-v1"),
        }
    )

    assert at(drawn["tuned"])["base-v1"] == at(drawn["base"])["base-v1"]
    assert at(drawn["base"])["base-v1"][0] > at(drawn["tuned"])["tuned-v1"][0]


def test_two_versions_in_one_graph_have_two_places() -> None:
    drawn = draw_together(
        {
            "a": graph(("a-v1", "data-v1"), ("a-v1", "data-v2"), root="a-v1"),
            "b": graph(("b-v1", "data-v2"), root="b-v1"),
        }
    )

    assert at(drawn["a"])["data-v1"] != at(drawn["a"])["data-v2"] == at(drawn["b"])["data-v2"]


def test_the_picture_of_a_small_graph_stays_small_beside_a_large_one() -> None:
    large = graph(*(("a-v1", f"x{number}-v1") for number in range(20)), ("a-v1", "data-v1"), root="a-v1")

    drawn = draw_together({"a": large, "b": graph(("b-v1", "data-v1"), root="b-v1")})

    assert drawn["b"].height < 100 < drawn["a"].height


def test_a_cycle_is_drawn_with_one_arrow_that_leads_back() -> None:
    drawing = draw(graph(("m-v1", "a-v1"), ("a-v1", "b-v1"), ("b-v1", "a-v1")))

    place = at(drawing)
    assert place["m-v1"][0] < place["a-v1"][0] < place["b-v1"][0]
    assert len(drawing.lines) == 3 and sum(not line.labelled for line in drawing.lines) == 1


def test_at_most_so_many_nodes_are_drawn_and_the_rest_is_counted() -> None:
    drawing = draw(graph(*(("m-v1", f"x{number}-v1") for number in range(30)), truncated=True), most=10)

    assert (len(drawing.boxes), drawing.left_out, drawing.truncated) == (10, 21, True)
    html = render_to_string("catalog/svg/dag.html", {"drawing": drawing})
    assert "10 nodes nearest to the model are drawn; 21 more are left out" in html
    assert "/api/models/m-v1/provenance" in html


def test_twice_as_many_nodes_take_some_twice_as_much_work() -> None:
    steps_to_draw(25)  # the first picture also compiles the template

    assert steps_to_draw(500) < 2.5 * steps_to_draw(250)


def steps_to_draw(count: int) -> int:
    """How many functions are called to draw a tangle of `count` nodes: a clock would tell of the machine."""
    last = count - 1
    edges = [(f"n{(number - 1) // 3}-v1", f"n{number}-v1") for number in range(1, count)]
    edges += [(f"n{number}-v1", f"n{last - number}-v1") for number in range(1, 2 * count // 5)]
    edges += [(f"n{last - number}-v1", f"n{number}-v1") for number in range(1, count // 25)]
    lineage, called = graph(*edges, root="n0-v1"), 0

    def count_call(_frame: object, event: str, _argument: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count_call)
    try:
        drawing = draw(lineage, most=count)
        html = render_to_string("catalog/svg/dag.html", {"drawing": drawing})
    finally:
        sys.setprofile(before)
    assert len(drawing.boxes) == count and html
    return called


def test_a_node_alone_is_a_picture_with_a_sentence() -> None:
    html = render_to_string("catalog/svg/dag.html", {"drawing": draw(graph())})

    assert "Nothing is recorded of what m-v1 came from." in html


class TestMarkup:
    @pytest.fixture
    def svg(self) -> ElementTree.Element:
        lineage = ProvenanceGraph(
            root="m-v1",
            nodes=(
                node("m-v1", "model", title="A <model> & more"),
                node("run-v1", "analysis", state="retracted"),
                node("data", title="Data " * 30),
            ),
            edges=(
                GraphEdge(source="m-v1", target="run-v1", relation="produced_by", pinned=True),
                GraphEdge(source="run-v1", target="data", relation="used", pinned=False),
            ),
        )
        html = render_to_string("catalog/svg/dag.html", {"drawing": draw(lineage, name="picture")})
        svg = html[html.index("<svg") : html.index("</svg>") + 6]
        return ElementTree.fromstring(svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))

    def test_it_is_named_and_told(self, svg: ElementTree.Element) -> None:
        ids = {element.get("id") for element in svg.iter()}
        assert {svg.get("aria-labelledby"), svg.get("aria-describedby")} <= ids
        assert svg.findtext(f"{SVG}title") == "What m-v1 came from"

    def test_nodes_are_links_with_whole_titles(self, svg: ElementTree.Element) -> None:
        told = {link.get("href"): link.findtext(f"{SVG}title") or "" for link in svg.iter(f"{SVG}a")}
        assert list(told) == ["/models/m-v1", "/artifacts/run-v1", "/artifacts/data"]
        assert "A <model> & more" in told["/models/m-v1"] and "retracted" in told["/artifacts/run-v1"]
        assert ("Data " * 30).strip() in told["/artifacts/data"]

    def test_state_pins_and_relations_are_written_out(self, svg: ElementTree.Element) -> None:
        texts = [text.text or "" for text in svg.iter(f"{SVG}text")]
        assert "analysis · v1 · retracted" in texts and "dataset · not pinned" in texts
        assert "produced by" in texts and "used" in texts
        assert any(text.endswith("…") for text in texts)

    def test_no_style_attribute(self, svg: ElementTree.Element) -> None:
        assert all(element.get("style") is None for element in svg.iter())
