"""What a version came from: breadth first, cycles survived, limits said, the same as a plain walk finds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import ArtifactVersion, Link
from catalog.provenance import upstream
from catalog.provenance.lineage import Lineage, ancestry, dependents_asked
from catalog.registration import LinkInput, add_link
from catalog.vocabulary import Relation
from tests.factories import complete_model, make_analysis, make_dataset, make_model, retracted
from tests.provenance.graphs import Node, Said, edges, key, linked, make_versions, plain_ancestors, plain_latest

pytestmark = pytest.mark.django_db


@pytest.fixture
def every_walk_is_long(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A walk looks from its first step on for the versions that it knows."""
    upstream._walk.cache_clear()
    monkeypatch.setattr(upstream, "MANY", 0)
    yield
    upstream._walk.cache_clear()


def derived(source: ArtifactVersion, *targets: str) -> None:
    for target in targets:
        add_link(source, LinkInput(relation=Relation.DERIVES_FROM, ref=target))


def lineage_of(version: ArtifactVersion, **options: int | bool) -> Lineage:
    return ancestry([version], **options)[version.public_id]  # type: ignore[arg-type]


def depths(lineage: Lineage) -> dict[str, int]:
    return {node.id: node.depth for node in lineage.nodes}


def test_a_model_comes_from_its_data_its_analysis_and_what_the_analysis_used():
    model = complete_model("model-a")
    lineage = lineage_of(model)
    assert [node.kind for node in lineage.nodes] == ["model", "analysis", "dataset"]
    assert sorted(depths(lineage).values()) == [0, 1, 1]
    assert {edge.relation for edge in lineage.edges} == {"trained_on", "produced_by", "used"}
    assert not lineage.truncated


def test_a_link_without_a_version_leads_to_the_artifact_and_on_through_its_latest_version():
    make_dataset("raw")
    make_dataset("clean")
    derived(make_dataset("clean"), "raw@1")
    lineage = lineage_of(make_model("m", trained_on=["clean"]))
    assert depths(lineage) == {"m-v1": 0, "clean": 1, "raw-v1": 2}
    assert next(node for node in lineage.nodes if node.id == "clean").version_number is None
    assert [(edge.source, edge.target, edge.pinned) for edge in lineage.edges] == [
        ("m-v1", "clean", False),
        ("clean", "raw-v1", True),
    ]


def test_a_cycle_ends_where_it_closes():
    first, second = make_dataset("first"), make_dataset("second")
    derived(first, "second@1")
    derived(second, "first@1")
    lineage = lineage_of(make_model("m", trained_on=["first@1"]))
    assert depths(lineage) == {"m-v1": 0, "first-v1": 1, "second-v1": 2}
    assert ("second-v1", "first-v1") in {(edge.source, edge.target) for edge in lineage.edges}
    assert not lineage.truncated


def test_a_limit_on_depth_says_that_it_left_something_out():
    make_dataset("a")
    derived(make_dataset("b"), "a@1")
    model = make_model("m", trained_on=["b@1"])
    assert depths(lineage_of(model, max_depth=1)) == {"m-v1": 0, "b-v1": 1}
    assert lineage_of(model, max_depth=1).truncated
    assert not lineage_of(model, max_depth=2).truncated


def test_a_limit_on_nodes_keeps_the_nearest():
    datasets = [make_dataset().artifact.public_id for _ in range(5)]
    model = make_model("m", trained_on=[f"{dataset}@1" for dataset in datasets])
    lineage = lineage_of(model, max_nodes=3)
    assert len(lineage.nodes) == 3
    assert lineage.nodes[0].id == "m-v1"
    assert lineage.truncated
    assert {edge.target for edge in lineage.edges} <= {node.id for node in lineage.nodes}


def test_earlier_versions_are_history_and_shown_only_when_asked_for():
    make_dataset("early")
    make_dataset("late")
    make_model("m", trained_on=["early@1"])
    model = make_model("m", trained_on=["late@1"])
    assert depths(lineage_of(model)) == {"m-v2": 0, "late-v1": 1}
    with_history = lineage_of(model, history=True)
    assert depths(with_history) == {"m-v2": 0, "m-v1": 1, "late-v1": 1, "early-v1": 2}
    assert ("m-v2", "m-v1", "revises") in {(edge.source, edge.target, edge.relation) for edge in with_history.edges}


def test_a_retracted_ancestor_says_so():
    dataset = retracted(make_dataset("bad"))
    lineage = lineage_of(make_model("m", trained_on=[f"{dataset}"]))
    assert [node.state for node in lineage.nodes] == ["active", "retracted"]


def test_many_models_take_as_many_queries_as_one():
    models = [complete_model() for _ in range(8)]
    with CaptureQueriesContext(connection) as one:
        ancestry(models[:1])
    with CaptureQueriesContext(connection) as many:
        ancestry(models)
    assert len(one) == len(many) == 2


def test_dependents_are_counted_for_a_version_and_for_the_artifact():
    dataset = make_dataset("data")
    make_model(trained_on=["data@1"])
    make_model(trained_on=["data"])
    make_analysis(used=["data@1"])
    assert dict(dependents_asked(dataset, any_version=False).rows()) == {"trained_on": 1, "used": 1}
    assert dict(dependents_asked(dataset, any_version=True).rows()) == {"trained_on": 2, "used": 1}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=16))
def test_any_graph_is_walked_as_a_plain_search_walks_it(pairs: set[tuple[int, int]]):
    versions = [make_dataset() for _ in range(7)]
    for source, target in pairs:
        if source != target:
            derived(versions[source], str(versions[target]))
    lineage = lineage_of(versions[0])
    assert depths(lineage) == plain_depths(versions[0])
    assert {(edge.source, edge.target) for edge in lineage.edges} == {
        (str(link.source), str(link.target_version))
        for link in Link.objects.filter(source__public_id__in=depths(lineage)).select_related(
            "source", "target_version"
        )
    }


def plain_depths(root: ArtifactVersion) -> dict[str, int]:
    found, queue = {root.public_id: 0}, deque([root])
    while queue:
        version = queue.popleft()
        for link in version.links.select_related("target_version"):
            if link.target_version and link.target_version.public_id not in found:
                found[link.target_version.public_id] = found[version.public_id] + 1
                queue.append(link.target_version)
    return found


def test_any_catalogue_is_walked_from_all_its_versions_as_a_plain_search_walks_it_from_each():
    walked_as_a_plain_search_walks()


@pytest.mark.usefixtures("every_walk_is_long")
def test_a_long_walk_finds_the_same():
    walked_as_a_plain_search_walks()


def walked_as_a_plain_search_walks() -> None:
    versions = make_versions()
    latest = plain_latest(versions, ())

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(edges, st.integers(0, 4))
    def holds(wanted: set, max_depth: int) -> None:
        with linked(versions, wanted) as said:
            lineages = ancestry(versions, max_depth=max_depth)
            for version in versions:
                paths = plain_ancestors(key(version), said, latest)
                far = {node: len(path) - 1 for node, path in paths.items()}
                near = sorted(
                    (node for node in far if far[node] <= max_depth), key=lambda node: (far[node], id_of(node))
                )
                lineage = lineages[str(version)]
                assert [(node.id, node.depth) for node in lineage.nodes] == [(id_of(node), far[node]) for node in near]
                assert [tuple(edge) for edge in lineage.edges] == plain_edges(near, said, latest)
                assert lineage.truncated == (len(near) < len(far))

    holds()


@pytest.mark.usefixtures("every_walk_is_long")
def test_a_long_walk_reads_the_links_of_a_version_once(monkeypatch: pytest.MonkeyPatch):
    datasets = [make_dataset() for _ in range(6)]
    for number, dataset in enumerate(datasets):  # the last is come by at every depth
        derived(dataset, *map(str, datasets[number + 1 :]))
    read: list[str] = []
    monkeypatch.setattr(upstream.Upstream, "add", lambda self, links: read.append(links))
    upstream.upstream_asked([(datasets[0].artifact_id, datasets[0].pk)], max_depth=10).found()
    assert sum(len(links.splitlines()[-1].split()) for links in read) == Link.objects.count() == 15


def id_of(node: Node) -> str:
    artifact, named = node
    return f"{artifact}-v{named}" if named else artifact


def plain_edges(shown: list[Node], said: list[Said], latest: dict[str, int]) -> list[tuple[str, str, str, bool]]:
    return [
        (id_of(source), id_of((link.artifact, link.named)), link.relation, link.named is not None)
        for source in shown
        for link in said
        if link.source == (source[0], source[1] or latest[source[0]]) and (link.artifact, link.named) in shown
    ]
