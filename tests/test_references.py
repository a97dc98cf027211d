"""From the names that people write to the rows they mean."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.errors import NotFound, UnknownReference
from catalog.models import Artifact, ArtifactVersion, Identifier
from catalog.references import require, resolve, resolve_all, resolve_version
from catalog.registration import set_tag
from catalog.vocabulary import Kind
from tests.factories import ArtifactFactory, complete_model, make_dataset, make_model, retracted

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset() -> Artifact:
    make_dataset("ds", aliases=("ds-alias", "SEA-AD"), version_id="first-ds")
    set_tag(make_dataset("ds"), "stable")
    return make_dataset("ds").artifact


@pytest.mark.parametrize(
    ("text", "number", "pinned"),
    [
        ("ds", 3, False),
        ("ds-alias", 3, False),
        ("ds@1", 1, True),
        ("ds@stable", 2, True),
        ("SEA-AD@2", 2, True),
        ("first-ds", 1, True),
        ("ds-v3", 3, True),
    ],
)
def test_every_way_to_name_a_version_leads_to_it(dataset: Artifact, text: str, number: int, pinned: bool) -> None:
    target = resolve(text)
    assert target.version is not None
    assert (target.artifact, target.version.version_number, target.pinned) == (dataset, number, pinned)


@pytest.mark.parametrize(
    "text", ["ds@4", "ds@beta", "first-ds@1", "DS", "sea-ad", "ds@", "nothing", "a b", "", "x" * 300]
)
def test_what_leads_nowhere_is_not_found(dataset: Artifact, text: str) -> None:
    with pytest.raises(NotFound):
        resolve(text)


def test_a_bare_name_means_the_latest_version_that_is_live(dataset: Artifact) -> None:
    retracted(resolve_version("ds@3"))
    assert resolve_version("ds").version_number == 2
    assert resolve_version("ds@3").version_number == 3


def test_an_artifact_without_versions_has_none_to_give() -> None:
    empty = ArtifactFactory(public_id="empty", kind=Kind.ANALYSIS)
    Identifier.objects.create(name="empty", artifact=empty)
    assert resolve("empty").version is None
    with pytest.raises(NotFound, match="has no version"):
        resolve_version("empty")


def test_a_version_of_another_kind_says_what_was_met(dataset: Artifact) -> None:
    with pytest.raises(NotFound, match="is a dataset, not a model"):
        resolve_version("ds", Kind.MODEL)
    assert resolve_version("ds", Kind.DATASET).artifact == dataset


def test_every_unknown_reference_is_named_at_once(dataset: Artifact) -> None:
    with pytest.raises(UnknownReference) as refused:
        require([("/trained_on/0", "ds"), ("/trained_on/1", "gone"), ("/produced_by", "gone@2")])
    assert [fault.pointer for fault in refused.value.faults] == ["/trained_on/1", "/produced_by"]
    assert all(fault.code == "unknown_reference" for fault in refused.value.faults)


def test_many_references_take_as_many_queries_as_one(
    dataset: Artifact, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    names = [make_dataset().artifact.public_id for _ in range(20)]
    with django_assert_num_queries(2):
        found = resolve_all([*names, *(f"{name}@1" for name in names), "ds-alias", "gone"])
    assert [name for name, target in found.items() if target is None] == ["gone"]


def test_names_without_a_number_or_tag_take_one_query(
    dataset: Artifact, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    names = [make_dataset().artifact.public_id for _ in range(20)]
    with django_assert_num_queries(1):
        found = resolve_all([*names, "ds", "ds-alias", "first-ds", "gone", "a b"])
    versions = {name: target.version and target.version.public_id for name, target in found.items() if target}
    assert versions == {name: f"{name}-v1" for name in names} | {
        "ds": "ds-v3",
        "ds-alias": "ds-v3",
        "first-ds": "first-ds",
    }


def test_hundreds_of_references_are_resolved(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_dataset("ds")
    with django_assert_num_queries(2):
        found = resolve_all(["ds", *(f"ds@{number}" for number in range(1, 1500))])
    assert {name for name, target in found.items() if target} == {"ds", "ds@1"}


def test_each_number_and_tag_is_looked_for_in_its_own_artifact(dataset: Artifact) -> None:
    make_dataset("other")
    set_tag(make_dataset("other"), "beta")
    found = resolve_all(["ds@2", "other@1", "other@3", "ds@stable", "ds@beta", "other@beta", "other@stable"])
    versions = {name: target.version and target.version.public_id for name, target in found.items() if target}
    assert versions == {"ds@2": "ds-v2", "other@1": "other-v1", "ds@stable": "ds-v2", "other@beta": "other-v2"}


def test_a_filter_reads_a_bare_name_as_any_version_and_a_version_as_that_one(dataset: Artifact) -> None:
    first, second = make_model(trained_on=["ds@1"]), make_model(trained_on=["ds@2"])
    unpinned = make_model(trained_on=["ds"])
    other = complete_model()

    def trained_on(text: str) -> set[ArtifactVersion]:
        return set(ArtifactVersion.objects.linked_to("trained_on", [resolve(text).meant.as_link_target()]))

    assert trained_on("ds") == {first, second, unpinned}
    assert trained_on("ds@1") == {first}
    assert other not in trained_on("SEA-AD")
