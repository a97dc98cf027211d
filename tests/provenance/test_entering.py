"""A version that comes in is at once as the audit would have it, whatever it says."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import ArtifactVersion, Evaluation, Identifier, Link
from catalog.provenance.audit import audit
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import EvaluationInput, LinkInput, Registered, VersionInput, register
from catalog.vocabulary import Family, Kind, Outcome, Relation
from tests.factories import make_analysis, make_dataset, make_hypothesis, new_id, unidentified_dataset

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False)
records = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


class World:
    """What models name: data that is identified or not, analyses that pin it or not, and a hypothesis."""

    def __init__(self) -> None:
        self.data = [str(make_dataset()), make_dataset().artifact.public_id, str(unidentified_dataset())]
        self.hypothesis = str(make_hypothesis())
        self.analyses = [
            str(make_analysis()),
            str(make_analysis(used=[str(make_dataset())])),
            str(make_analysis(used=[str(unidentified_dataset())])),
            str(make_analysis(used=[str(make_dataset())], tests=[self.hypothesis])),
        ]


def stated(draw: st.DrawFn, world: World) -> VersionInput:
    """A model that says any of it."""
    data = draw(st.lists(st.sampled_from(world.data), unique=True))
    links = [LinkInput(relation=Relation.TRAINED_ON, ref=ref) for ref in data]
    if (analysis := draw(st.sampled_from([None, *world.analyses]))) is not None:
        links.append(LinkInput(relation=Relation.PRODUCED_BY, ref=analysis))
    if draw(st.booleans()):
        outcome = draw(st.sampled_from([None, Outcome.SUPPORTS]))
        links.append(LinkInput(relation=Relation.TESTS, ref=world.hypothesis, outcome=outcome, stated_as=draw(texts)))
    evaluations = [
        EvaluationInput(
            metric="rmse", value=value, dataset=data, split=str(index), n=draw(st.none() | st.just(2**53 - 1))
        )
        for index, (value, data) in enumerate(
            draw(st.lists(st.tuples(numbers, st.sampled_from([None, *world.data])), max_size=13))
        )
    ]
    return VersionInput(
        kind=Kind.MODEL,
        artifact=new_id("any"),
        title=draw(texts.filter(str.strip)),
        description=draw(texts),
        family=Family.STATISTICAL,
        metadata={"said": draw(records)},
        declares_hypothesis=draw(st.booleans()),
        parameter_count=draw(st.none() | st.just(2**53 - 1)),
        aliases=tuple(new_id("alias") for _ in range(draw(st.integers(0, 2)))),
        links=tuple(links),
        evaluations=tuple(evaluations),
    )


def columns(version: ArtifactVersion) -> dict[str, Any]:
    return {field.attname: getattr(version, field.attname) for field in ArtifactVersion._meta.concrete_fields}


def anew(registered: Registered) -> ArtifactVersion:
    return ArtifactVersion.objects.get(pk=registered.version.pk)


def assert_nothing_to_put_right() -> None:
    report = audit()
    assert (report.changed, report.recorded, report.relisted) == (0, 0, 0)


@pytest.mark.django_db
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_a_model_says_it_is_judged_posted_and_recorded(data: st.DataObject) -> None:
    with transaction.atomic():
        said = data.draw(st.composite(stated)(World()))
        if data.draw(st.booleans(), label="within a longer block"):
            with coalesced_refresh():
                registered = register(said)
        else:
            registered = register(said)
            assert columns(registered.version) == columns(anew(registered))
        assert_nothing_to_put_right()
        found = anew(registered)
        assert (found.title, found.description, found.metadata) == (said.title, said.description, said.metadata)
        values = [
            value for (value,) in Evaluation.objects.filter(version=found).order_by("number").values_list("value")
        ]
        assert values == [entry.value for entry in said.evaluations]
        assert found.has_validation == bool(values)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.DATASET, Kind.ANALYSIS, Kind.HYPOTHESIS, Kind.OTHER])
def test_what_is_no_model_is_not_judged(kind: Kind) -> None:
    registered = register(VersionInput(kind=kind, artifact="thing", title="A thing"))
    found = anew(registered)
    assert columns(registered.version) == columns(found)
    assert (found.has_training_dataset, found.has_tested_hypothesis, found.quality_score) == (False, None, None)
    assert_nothing_to_put_right()


@pytest.mark.django_db
def test_more_links_and_evaluations_than_fit_a_statement_of_their_own() -> None:
    refs = [str(make_dataset()) for _ in range(25)]
    said = VersionInput(
        kind=Kind.MODEL,
        artifact="wide",
        title="Wide",
        family=Family.STATISTICAL,
        links=tuple(LinkInput(relation=Relation.TRAINED_ON, ref=ref) for ref in refs),
        evaluations=tuple(EvaluationInput(metric="rmse", value=1, dataset=ref) for ref in refs),
    )
    version = register(said).version
    assert [link.number for link in Link.objects.filter(source=version).order_by("pk")] == [*range(1, 26)]
    assert Link.history.filter(source=version.pk).count() == Evaluation.history.filter(version=version.pk).count() == 25
    assert_nothing_to_put_right()


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes each table by a statement of its own.")
def test_all_of_a_version_is_written_by_one_statement() -> None:
    said = VersionInput(
        kind=Kind.MODEL,
        artifact="model-a",
        title="A model",
        family=Family.STATISTICAL,
        aliases=("alias-a",),
        links=(LinkInput(relation=Relation.TRAINED_ON, ref=str(make_dataset())),),
        evaluations=(EvaluationInput(metric="rmse", value=1),),
    )
    with CaptureQueriesContext(connection) as captured:
        register(said)
    writing = [query["sql"] for query in captured if "INSERT INTO catalog_" in query["sql"] or "UPDATE" in query["sql"]]
    assert len([sql for sql in writing if "FOR NO KEY UPDATE" not in sql and "metricdefinition" not in sql]) == 1
    assert set(Identifier.objects.filter(artifact__public_id="model-a").values_list("name", flat=True)) == {
        *("model-a", "model-a-v1", "alias-a")
    }
