"""What rests on a thing: the inverse of what things came from, in one order, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from catalog.models import ArtifactVersion
from catalog.provenance.dependents import (
    Closure,
    Dependent,
    Root,
    Wanted,
    count_by_depth,
    dependents,
    described,
    levels,
)
from catalog.registration import LinkInput, add_link
from catalog.vocabulary import Kind, Relation
from tests.factories import make_analysis, make_dataset, make_model
from tests.provenance.graphs import edges, key, linked, make_versions, plain_ancestors, plain_latest

pytestmark = pytest.mark.django_db

ANY = Wanted()
NARROW_AND_WIDE = ((1_000, 100), (2, 100), (1_000, 1))
"""Bounds that have a page walked to, cut from the closure for its width, and for its depth."""


def of(version: ArtifactVersion, *, pinned: bool = True) -> Root:
    version = ArtifactVersion.objects.select_related("artifact").get(pk=version.pk)
    return Root(version.artifact, version if pinned else None)


def rows(root: Root, wanted: Wanted = ANY, limit: int = 100) -> list[Dependent]:
    return described(dependents(root, wanted, limit).found, root)


def shown(root: Root, wanted: Wanted = ANY) -> list[tuple[str, int, str, str]]:
    return [(row.id, row.depth, row.relation, row.through) for row in rows(root, wanted)]


def derived(source: ArtifactVersion, target: str) -> None:
    add_link(source, LinkInput(relation=Relation.DERIVES_FROM, ref=target))


@pytest.fixture
def chain() -> ArtifactVersion:
    """raw ← clean ← run ← model, and the model names clean too."""
    raw = make_dataset("raw")
    derived(make_dataset("clean"), "raw@1")
    make_analysis("run", used=["clean@1"])
    make_model("model", trained_on=["clean@1"], produced_by="run-v1")
    return raw


def test_everything_downstream_the_nearest_first(chain: ArtifactVersion):
    assert shown(of(chain)) == [
        ("clean-v1", 1, "derives_from", "raw-v1"),
        ("model-v1", 2, "trained_on", "clean-v1"),
        ("run-v1", 2, "used", "clean-v1"),
    ]
    [row, *_] = rows(of(chain))
    assert (row.artifact, row.kind, row.version_number, row.state) == ("clean", "dataset", 1, "active")


def test_what_is_wanted_narrows_what_is_shown_and_not_what_is_walked(chain: ArtifactVersion):
    root = of(chain)
    assert [row.id for row in rows(root, Wanted(kinds=frozenset({Kind.MODEL})))] == ["model-v1"]
    assert [row.id for row in rows(root, Wanted(relations=frozenset({Relation.USED})))] == ["run-v1"]
    assert [row.id for row in rows(root, Wanted(max_depth=1))] == ["clean-v1"]
    assert rows(root, Wanted(kinds=frozenset({Kind.MODEL}), max_depth=1)) == []


def test_a_link_that_names_no_version_leads_through_the_latest_one():
    first, second = make_dataset("data"), make_dataset("data")
    make_model("any", trained_on=["data"])
    make_model("old", trained_on=["data@1"])
    assert [row[0] for row in shown(of(first))] == ["old-v1"]
    assert shown(of(second)) == [("any-v1", 1, "trained_on", "data-v2")]
    assert shown(of(first, pinned=False)) == [
        ("any-v1", 1, "trained_on", "data"),
        ("old-v1", 1, "trained_on", "data-v1"),
    ]


def test_an_artifact_does_not_rest_on_itself_by_another_version():
    make_dataset("data")
    second = make_dataset("data")
    derived(second, "data@1")
    assert shown(of(second, pinned=False)) == []
    assert [row[0] for row in shown(of(second.parent))] == ["data-v2"]


def test_each_once_by_its_first_relation():
    make_dataset("data")
    make_dataset("data")
    run = make_analysis("run", used=["data@1", "data@2", "data"])
    derived(run, "data@2")
    root = of(run.links.first().target_version, pinned=False)
    assert shown(root) == [("run-v1", 1, "derives_from", "data-v2")]
    assert shown(root, Wanted(relations=frozenset({Relation.USED}))) == [("run-v1", 1, "used", "data-v1")]
    assert dependents(root, ANY, 1).by_kind == {"analysis": 1}


def test_a_cycle_ends_where_it_closes():
    first, second = make_dataset("first"), make_dataset("second")
    derived(first, "second@1")
    derived(second, "first@1")
    assert shown(of(first)) == [("second-v1", 1, "derives_from", "first-v1")]


@pytest.fixture(scope="module")
def bounds() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def bounded(patch: pytest.MonkeyPatch, widest: int, deepest: int) -> None:
    patch.setattr(levels, "WIDEST", widest)
    patch.setattr(levels, "DEEPEST", deepest)


def all_pages(root: Root, limit: int) -> Iterator[list[tuple[str, int]]]:
    """Every page, each read a second time by the way back."""
    page = dependents(root, ANY, limit)
    while True:
        yield [(row.id, row.depth) for row in described(page.found, root)]
        if not page.more:
            return
        following = dependents(root, ANY, limit, after=page.found[-1].place)
        assert dependents(root, ANY, limit, before=following.found[0].place).found[-limit:] == page.found
        page = following


def test_dependents_are_the_inverse_of_ancestors_in_any_catalogue(bounds: pytest.MonkeyPatch):
    versions = make_versions()
    latest = plain_latest(versions, ())

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(edges)
    def holds(wanted: set) -> None:
        with linked(versions, wanted) as said:
            came_from = {key(version): plain_ancestors(key(version), said, latest) for version in versions}
            for number, version in enumerate(versions):
                bounded(bounds, *NARROW_AND_WIDE[number % 3])
                for pinned in (True, False):
                    root = Root(version.artifact, version if pinned else None)
                    expected = plain_dependents(version, pinned, came_from, latest)
                    found = dependents(root, ANY, 100).found
                    assert found == Closure(root).found()
                    assert {row.id: row.depth for row in described(found, root)} == expected
                    assert count_by_depth(root) == Counter(expected.values())
                    assert [item.place for item in found] == sorted(item.place for item in found)
                    pages = [row for page in all_pages(root, 2) for row in page]
                    assert pages == [(row.id, row.depth) for row in described(found, root)]

    holds()


def plain_dependents(version: ArtifactVersion, pinned: bool, came_from: dict, latest: dict[str, int]) -> dict[str, int]:
    artifact, number = key(version)

    def is_meant(node: tuple[str, int | None]) -> bool:
        return node[0] == artifact and (not pinned or (node[1] or latest[artifact]) == number)

    depths = {
        f"{source[0]}-v{source[1]}": min((len(path) - 1 for node, path in paths.items() if is_meant(node)), default=0)
        for source, paths in came_from.items()
    }
    return {name: depth for name, depth in depths.items() if depth > 0}


def test_the_same_number_of_queries_for_one_and_for_many():
    make_dataset("one")
    make_model(trained_on=["one@1"])
    many = make_dataset("many")
    for _ in range(30):
        make_model(trained_on=["many@1"])

    def count(version: ArtifactVersion, limit: int) -> int:
        root = of(version)
        with CaptureQueriesContext(connection) as captured:
            described(dependents(root, ANY, limit).found, root)
        return len(captured)

    assert count(ArtifactVersion.objects.get(public_id="one-v1"), 20) == count(many, 100)
    assert count(many, 20) == 3, "the page, by which links, and what they are: the closure is not asked for"


def test_a_closure_takes_a_query_a_level_and_one_for_each_batch_of_a_wider_one(
    chain: ArtifactVersion, monkeypatch: pytest.MonkeyPatch
):
    def count() -> int:
        closure = Closure(of(chain))
        with CaptureQueriesContext(connection) as captured:
            assert closure.by_kind() == {"analysis": 1, "dataset": 1, "model": 1}
        return len(captured)

    assert count() == 3, "the two levels, and that nothing is beyond"
    monkeypatch.setattr("catalog.provenance.dependents.closure.BATCH", 1)
    assert count() == 4


def test_counts_take_a_query_a_level_and_one_for_each_batch_of_a_wider_one(
    chain: ArtifactVersion, monkeypatch: pytest.MonkeyPatch
):
    root = of(chain)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert count_by_depth(root) == {1: 1, 2: 2}
        return len(captured)

    assert count() == 3, "the two levels, and that nothing is beyond"
    monkeypatch.setattr("catalog.provenance.dependents.counts.BATCH", 1)
    assert count() == 4
