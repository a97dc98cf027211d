"""The batches that an audit takes the versions in: each version once, whatever the jobs and the sizes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import ArtifactVersion
from catalog.provenance.batches import Batch, batches_in, stretches_of
from catalog.statements.id_lists import Span
from tests.factories import make_dataset

pytestmark = pytest.mark.django_db


def versions_with_gaps() -> list[int]:
    versions = [make_dataset() for _ in range(12)]
    for version in (versions[1], *versions[4:8]):
        version.delete()
    return list(ArtifactVersion.objects.order_by("pk").values_list("pk", flat=True))


def taken(after: int, jobs: int, size: int, *, of_all: bool) -> list[Batch]:
    versions = ArtifactVersion.objects.all()
    return list(batches_in(stretches_of(versions, after, jobs, size), versions, size, of_all=of_all))


def read_in(batch: Batch) -> set[int]:
    """The versions that a statement about a batch reads."""
    if isinstance(batch.in_one, Span):
        return set(ArtifactVersion.objects.filter(pk__range=batch.in_one).values_list("pk", flat=True))
    return set(batch.in_one)


@pytest.mark.parametrize("of_all", [True, False])
def test_each_version_is_in_one_batch(of_all: bool) -> None:
    keys = versions_with_gaps()

    @settings(max_examples=60, deadline=None)
    @given(st.integers(-1, len(keys)), st.integers(1, 5), st.integers(1, 30))
    def holds(at: int, jobs: int, size: int) -> None:
        after = 0 if at < 0 else keys[-1] + 1 if at == len(keys) else keys[at]
        batches = taken(after, jobs, size, of_all=of_all)
        read = [read_in(batch) for batch in batches]
        assert sorted(key for some in read for key in some) == [key for key in keys if key > after]
        for batch, some in zip(batches, read, strict=True):
            assert (batch.size, batch.last) == (len(some), max(some)) and len(some) <= size

    holds()


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_spans_are_the_same_whoever_takes_them_and_however_many_there_are(jobs: int) -> None:
    versions_with_gaps()
    before = {batch.in_one for batch in taken(0, 1, 4, of_all=True)}
    make_dataset()
    assert before <= {batch.in_one for batch in taken(0, jobs, 4, of_all=True)}


def test_what_comes_in_meanwhile_is_in_no_two_batches() -> None:
    keys = versions_with_gaps()
    batches = batches_in([range(1, keys[-1] + 1_000)], ArtifactVersion.objects.all(), 500, of_all=True)
    read: list[int] = []
    for batch in batches:
        if len(read) < 2 * len(keys):
            make_dataset()
        read.extend(read_in(batch))
    assert sorted(read) == list(ArtifactVersion.objects.order_by("pk").values_list("pk", flat=True))
