"""Queries that are built once find what the ORM finds each time."""

from __future__ import annotations

import pytest
from django.db.models import BigIntegerField, TextField

from catalog.models import Artifact, ArtifactVersion, Identifier, Link
from catalog.statements.compiled import Compiled, CompiledModels, Given, GivenList, GivenPairs
from catalog.statements.prepared import pipelined
from tests.factories import make_dataset, make_model

pytestmark = pytest.mark.django_db


def stated(row: Artifact | ArtifactVersion | Identifier | Link | None) -> dict[str, object] | None:
    """The columns of a row that is stored."""
    assert row is None or (not row._state.adding and row._state.db == "default")
    return row and {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_instances_are_those_that_the_orm_makes_with_what_comes_along() -> None:
    make_dataset("data", checksums={"sha256": "0" * 64})
    model = make_model("model", trained_on=["data", "data@1"])
    links = Link.objects.select_related("target", "target_version").order_by("number")
    ready = CompiledModels(links.filter(source=Given("source", BigIntegerField())))
    expected = list(links.filter(source=model))
    found = ready.found(source=model.pk)

    assert [stated(link) for link in found] == [stated(link) for link in expected]
    assert [stated(link.target) for link in found] == [stated(link.target) for link in expected]
    assert [stated(link.target_version) for link in found] == [stated(link.target_version) for link in expected]
    assert [link.target_version is None for link in found] == [True, False]
    assert ready.found(source=0) == []


def test_what_was_asked_together_is_read_in_any_order_and_after_the_pipeline() -> None:
    make_dataset("data")
    model = make_model("model", trained_on=["data@1"])
    versions = CompiledModels(ArtifactVersion.objects.filter(pk=Given("key", BigIntegerField())))
    relations = Compiled.of(Link.objects.filter(source=Given("key", BigIntegerField())).values_list("relation"))
    with pipelined():
        version, none, links = versions.asked(key=model.pk), versions.asked(key=0), relations.asked(key=model.pk)
        assert links.rows() == [("trained_on",)]
    assert ([row.pk for row in version.found()], none.found()) == ([model.pk], [])


def test_what_came_along_is_not_asked_for_again(django_assert_num_queries) -> None:
    make_dataset("data")
    ready = CompiledModels(
        Identifier.objects.filter(name__in=GivenList("names", TextField())).select_related("version")
    )
    with django_assert_num_queries(1):
        [name] = ready.found(names={"data-v1", "nothing"})
        assert name.version is not None and name.version.identifier is name


def test_pairs_are_matched_as_pairs() -> None:
    for artifact in ("a", "a", "b", "b"):
        make_dataset(artifact)
    a, b = Artifact.objects.get(public_id="a").pk, Artifact.objects.get(public_id="b").pk
    pairs = GivenPairs("pairs", ("artifact_id", "version_number"))
    ready = Compiled.of(ArtifactVersion.objects.filter(pairs).order_by("public_id").values_list("public_id"))
    assert ready.rows(pairs={(a, 1), (b, 2), (b, 9)}) == [("a-v1",), ("b-v2",)]
    assert ready.rows(pairs=()) == []
