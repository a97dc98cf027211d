"""What is retracted is told to all that rests on it, and to nothing else, until it is taken back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import ArtifactVersion
from catalog.provenance.advisories import advisories
from catalog.provenance.dependents import Root, Wanted, dependents
from catalog.provenance.retractions import retracted_inputs
from catalog.registration import LinkInput, set_state
from catalog.vocabulary import Relation
from tests.factories import complete_model, make_analysis, make_dataset, make_model, retracted
from tests.provenance.graphs import (
    Node,
    Said,
    edges,
    key,
    linked,
    make_versions,
    plain_ancestors,
    plain_latest,
    read_again,
    withdrawn,
)

pytestmark = pytest.mark.django_db


def name(node: Node) -> str:
    artifact, number = node
    return artifact if number is None else f"{artifact}-v{number}"


def is_a_way(path: tuple[str, ...], said: list[Said], latest: dict[str, int]) -> bool:
    steps = {(name(link.source), name((link.artifact, link.named))) for link in said}
    steps |= {
        (artifact, end) for artifact in latest for start, end in steps if start == f"{artifact}-v{latest[artifact]}"
    }
    return all(step in steps for step in pairwise(path))


def test_advisories_equal_a_plain_search_in_any_catalogue():
    versions = make_versions()

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(edges, withdrawn)
    def holds(wanted: set, bad: set[int]) -> None:
        with linked(versions, wanted) as said:
            for number in bad:
                retracted(versions[number], f"Reason {number}")
            now = read_again()
            gone = {key(version) for version in now if version.state == "retracted"}
            latest = plain_latest(now, gone)
            found = retracted_inputs(now)
            for version in now:
                ways = plain_ancestors(key(version), said, latest)
                expected = {
                    name(node): len(way)
                    for node, way in ways.items()
                    if node != key(version) and (node[0], node[1] or latest[node[0]]) in gone
                }
                told = found[version.public_id]
                assert {item.id: len(item.path) for item in told} == expected
                for item in told:
                    assert (item.path[0], item.path[-1]) == (version.public_id, item.id)
                    assert is_a_way(item.path, said, latest)
                assert [advice.path for advice in advisories(version) if advice.code == "retracted"] == [
                    item.path for item in told
                ]

    holds()


def test_who_is_told_is_who_rests_on_it():
    versions = make_versions()

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(edges, withdrawn)
    def holds(wanted: set, bad: set[int]) -> None:
        with linked(versions, wanted):
            for number in bad:
                retracted(versions[number])
            now = read_again()
            told = retracted_inputs(now)
            for version in now:
                if version.state == "retracted":
                    found = dependents(Root(version.artifact, version), Wanted(), 100).found
                    assert {item.source for item in found} == {
                        other.pk
                        for other in now
                        if any(item.version == version.public_id for item in told[other.public_id]) and other != version
                    }

    holds()


HISTORY = ("catalog_historical", "catalog_standing")
"""Tables that are added to alone: each change is kept."""


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the catalogue but its history, every column but why and when a state was last set."""
    tables = [
        table
        for table in connection.introspection.table_names()
        if table.startswith("catalog_") and not table.startswith(HISTORY)
    ]
    return {table: _rows(table) for table in tables}


def _rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        columns = [column[0] for column in cursor.description]
        rows = [
            {name: value for name, value in zip(columns, row, strict=True) if name not in LAST_CHANGE}
            for row in cursor.fetchall()
        ]
    return sorted(rows, key=repr)


LAST_CHANGE = {"state_reason", "state_changed_at"}
"""They tell of the last change of a state, which the second one is."""


def test_to_retract_and_to_take_it_back_leaves_every_row_as_it_was():
    make_versions()
    complete_model(trained_on=["a1@1"], produced_by=str(make_analysis(used=["a1@1", "a2@2"])))
    make_model("m", trained_on=["a2"], quality=0.9)
    make_model("m", trained_on=["a2@3"])
    versions = read_again()
    some = st.lists(st.integers(0, len(versions) - 1), unique=True, max_size=5)

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(edges, withdrawn, some, st.randoms(use_true_random=False))
    def holds(wanted: set, before: set[int], chosen: list[int], random: Any) -> None:
        with linked(versions, wanted), transaction.atomic():
            for number in before:
                retracted(versions[number])
            states = {number: ArtifactVersion.objects.get(pk=versions[number].pk).state for number in chosen}
            former = everything()
            for number in chosen:
                retracted(versions[number])
            assert everything() != former or set(states.values()) <= {"retracted"}
            random.shuffle(chosen)
            for number in chosen:
                set_state(versions[number], states[number], reason="It was not so.")
            assert everything() == former

    holds()


def test_at_any_depth_and_with_the_reason():
    make_dataset("d0")
    for depth in range(1, 15):
        make_dataset(f"d{depth}", links=(LinkInput(relation=Relation.DERIVES_FROM, ref=f"d{depth - 1}@1"),))
    model = make_model("m", trained_on=["d14@1"])
    retracted(ArtifactVersion.objects.get(public_id="d0-v1"), "Labels were swapped.")

    [advice] = advisories(model)

    assert advice.path == ("m-v1", *(f"d{depth}-v1" for depth in range(14, -1, -1)))
    assert advice.message.startswith("It rests on d0-v1, which is retracted (Labels were swapped): m-v1 → d14-v1 → ")
    assert advice.message.endswith(" → d0-v1.")


def test_a_link_that_names_no_version_tells_through_which_it_leads():
    dataset = make_dataset("data")
    model = make_model("m", trained_on=["data"])
    retracted(dataset, "Wrong.")
    assert [advice.message for advice in advisories(model)] == [
        "It rests on data, whose latest version data-v1 is retracted (Wrong): m-v1 → data."
    ]
    make_dataset("data")
    assert advisories(model) == []


@pytest.mark.parametrize("make", [make_dataset, make_analysis])
def test_every_kind_is_told(make: Any):
    raw = make_dataset("raw")
    version = make(links=(LinkInput(relation=Relation.DERIVES_FROM, ref="raw@1"),))
    retracted(raw)
    assert [(str(advice.code), advice.artifact) for advice in advisories(version)] == [("retracted", "raw")]


def test_the_number_of_queries_does_not_grow_with_what_is_retracted():
    small = make_model(trained_on=[str(retracted(make_dataset()))])
    large = make_model(trained_on=[str(retracted(make_dataset())) for _ in range(40)])

    def count(*versions: ArtifactVersion) -> int:
        with CaptureQueriesContext(connection) as captured:
            retracted_inputs(versions)
        return len(captured)

    assert count(small) == count(large) == count(small, large) == 4
    assert count(make_model(trained_on=[str(make_dataset())])) == 1
