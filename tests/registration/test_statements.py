"""How many statements a registration takes, and that those of the rules and of the history are planned once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Evaluation, Link, MetricDefinition
from catalog.provenance.audit import audit
from catalog.provenance.results import refresh
from catalog.registration import EvaluationInput, LinkInput, VersionInput, register
from catalog.vocabulary import Family, Kind, Relation
from tests.factories import complete_model, make_analysis, make_dataset, make_hypothesis

pytestmark = pytest.mark.django_db(transaction=True)  # as a request: in no transaction of a test's


ON_POSTGRESQL = connection.vendor == "postgresql"
"""Which locks what decides a model, and then writes all of it by one statement."""


def statements(work: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        work()
    return [query["sql"] for query in captured.captured_queries]


def submission(artifact: str, **fields: Any) -> VersionInput:
    """A model with three links and an evaluation on things that are there already."""
    dataset, analysis, hypothesis = (
        f"{make_dataset().artifact}@1",
        str(make_analysis().artifact),
        str(make_hypothesis()),
    )
    MetricDefinition.objects.get_or_create(name="rmse")
    links = ((Relation.TRAINED_ON, dataset), (Relation.PRODUCED_BY, analysis), (Relation.TESTS, hypothesis))
    return VersionInput(
        kind=Kind.MODEL,
        artifact=artifact,
        title="A model",
        family=Family.STATISTICAL,
        links=tuple(LinkInput(relation=relation, ref=ref) for relation, ref in links),
        evaluations=(EvaluationInput(metric="rmse", value=0.4, dataset=dataset),),
        **fields,
    )


def test_a_first_version_takes_no_savepoint_and_a_fixed_number_of_statements() -> None:
    register(submission("model-before"))  # what a connection asks once
    data = submission("model-a")
    found = statements(lambda: register(data))
    assert not [sql for sql in found if "SAVEPOINT" in sql]
    assert len([sql for sql in found if sql not in ("BEGIN", "COMMIT", "BEGIN IMMEDIATE")]) == (
        6 if ON_POSTGRESQL else 16
    )
    assert (Link.objects.filter(source__artifact__public_id="model-a").count(), audit().changed) == (3, 0)


def test_a_further_version_takes_two_more_statements_for_the_one_before_it() -> None:
    first = submission("model-b")
    register(first)
    second = submission("model-b")
    found = [sql for sql in statements(lambda: register(second)) if sql not in ("BEGIN", "COMMIT", "BEGIN IMMEDIATE")]
    assert not [sql for sql in found if "SAVEPOINT" in sql]
    assert len(found) == (11 if ON_POSTGRESQL else 19)
    assert Evaluation.objects.count() == 2
    assert audit().changed == 0


def test_what_is_planned_once_is_seen_with_its_values_by_whoever_looks() -> None:
    model = complete_model()
    seen: list[tuple[str, Any]] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        logged = statements(lambda: refresh([model.pk]))
    [(sql, params)] = seen
    assert "has_pinned_inputs" in sql and str(model.pk) in str(params)
    assert len(logged) == 1 and str(model.pk) in logged[0]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps what it has compiled by itself.")
def test_the_rules_are_planned_once_for_any_number_of_models() -> None:
    def plans() -> tuple[int, int, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements "
                "WHERE statement LIKE '%WITH own AS%UPDATE%'"
            )
            return cursor.fetchone()

    models = [complete_model().pk for _ in range(3)]
    refresh(models)
    statements, generic, custom = plans()
    for chosen in (models[:1], models[1:], models):
        refresh(chosen)
    assert plans() == (statements, generic + 3, custom)
    assert custom == 0
