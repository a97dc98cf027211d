"""Ids as parameters: the same rows, whether they are listed or lie between two."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import ArtifactVersion
from catalog.statements.id_lists import BATCH, LONG, Batch, Span, among, batches, bound_in_runs, named, parts
from tests.factories import make_dataset


@given(st.lists(st.integers(1, 3 * BATCH), max_size=50), st.integers(0, 3 * BATCH))
def test_batches_have_each_id_once_and_in_order(some: list[int], more: int) -> None:
    ids = [*some, *range(more)]
    found = list(batches(ids))
    assert list(parts(ids)) == found
    assert [pk for batch in found for pk in batch] == sorted(set(ids))
    assert all(0 < len(batch) <= BATCH for batch in found)


def test_a_span_stays_whole() -> None:
    span = Span(7, 7 + 2 * BATCH)
    assert list(parts(span)) == [span]


@pytest.mark.django_db
def test_a_span_finds_what_the_list_of_all_between_finds() -> None:
    keys = [make_dataset().pk for _ in range(4)]

    def found(batch: Batch) -> list[int]:
        condition = among(connection.vendor, "id", span=isinstance(batch, Span))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {ArtifactVersion._meta.db_table} WHERE {condition}", named(batch))
            return sorted(row[0] for row in cursor.fetchall())

    assert found(Span(keys[1], keys[2])) == found(keys[1:3]) == keys[1:3]


@given(st.sets(st.integers(1, 60)))
def test_ids_in_runs_are_those_given_each_once(ids: set[int]) -> None:
    alone, lows, highs = (json.loads(f"[{text[1:-1]}]") for text in bound_in_runs(ids))
    runs = [range(low, high + 1) for low, high in zip(lows, highs, strict=True)]
    assert sorted([*alone, *(one for run in runs for one in run)]) == sorted(ids)
    assert all(len(run) >= LONG for run in runs)
    assert not any(set(range(one, one + LONG)) <= set(alone) for one in alone)
