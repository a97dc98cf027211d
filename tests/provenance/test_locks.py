"""What decides a model is locked as it is when the lock is granted, however its versions are named."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from catalog.models import Artifact, ArtifactVersion
from catalog.provenance.locks import lock_for
from catalog.statements.id_lists import Ids, Span
from catalog.vocabulary import Relation
from tests.factories import complete_model, make_analysis, make_dataset
from tests.provenance.stored import bypass
from tests.provenance.test_races import own_connection, race

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one lock."),
]

however_named = pytest.mark.parametrize(
    "named", [lambda pk: [pk], lambda pk: Span(pk, pk)], ids=["as a list", "as a span"]
)


def locked() -> set[int]:
    """The artifacts that the transaction which this is called in holds: all that another can not lock."""

    def free() -> set[int]:
        with transaction.atomic():
            rows = Artifact.objects.select_for_update(no_key=True, skip_locked=True)
            return set(rows.values_list("pk", flat=True))

    with ThreadPoolExecutor(1) as other:
        return set(Artifact.objects.values_list("pk", flat=True)) - other.submit(own_connection, free).result()


def analysis_of(model: ArtifactVersion) -> int:
    return model.links.get(relation=Relation.PRODUCED_BY).target_id


@however_named
def test_a_model_is_locked_with_the_analysis_that_produced_it_and_those_that_are_about_to(
    named: Callable[[int], Ids],
) -> None:
    model, next_one = complete_model(), make_analysis(used=[f"{make_dataset().artifact}@1"])
    with transaction.atomic():
        lock_for(named(model.pk))
        assert locked() == {model.artifact_id, analysis_of(model)}
    with transaction.atomic():
        lock_for(named(model.pk), producers=[next_one.pk])
        assert locked() == {model.artifact_id, analysis_of(model), next_one.artifact_id}


@however_named
def test_a_producer_that_changed_while_the_lock_was_waited_for_is_locked_too(named: Callable[[int], Ids]) -> None:
    model, analysis = complete_model(), make_analysis(used=[f"{make_dataset().artifact}@1"])
    before = analysis_of(model)
    held: list[set[int]] = []

    def move() -> None:
        link = model.links.get(relation=Relation.PRODUCED_BY)
        link.target, link.target_version = analysis.artifact, analysis
        link.save()
        # And the row that is waited for is another when it is let go.
        bypass(Artifact.objects.filter(pk=model.artifact_id)).update(kind=model.kind)

    def lock() -> None:
        with transaction.atomic():
            lock_for(named(model.pk))
            held.append(locked())

    race(move, lock)
    assert held == [{model.artifact_id, before, analysis.artifact_id}]
