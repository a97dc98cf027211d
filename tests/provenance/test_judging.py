"""Whatever versions state, all of them judged by one statement stand as the contract's words have each stand."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.columns import RULE_COLUMNS, VALIDATION_COLUMNS
from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.provenance.results import refresh, wrongly_judged
from catalog.statements.id_lists import Span
from catalog.vocabulary import RELATION_TARGETS, Kind, Relation
from tests.factories import make_analysis, make_dataset, make_hypothesis, orphan_model, unidentified_dataset

MODELS, ANALYSES = range(3), range(3, 5)
"""The places of the versions that state something; the first model declares a hypothesis."""

JUDGED = (Relation.TRAINED_ON, Relation.PRODUCED_BY, Relation.USED, Relation.TESTS, Relation.DERIVES_FROM)


class Stated(NamedTuple):
    """A link, by the places of its source and its target."""

    source: int
    relation: Relation
    target: int
    pinned: bool


class Measured(NamedTuple):
    """An evaluation of the model at a place."""

    model: int
    names_dataset: bool
    counts: bool


links = st.sets(
    st.builds(Stated, st.integers(0, 4), st.sampled_from(JUDGED), st.integers(3, 7), st.booleans()).map(
        lambda link: link._replace(pinned=True) if link.relation == Relation.PRODUCED_BY else link
    ),
    max_size=20,
)
evaluations = st.lists(st.builds(Measured, st.sampled_from(MODELS), st.booleans(), st.booleans()), max_size=5)


@pytest.fixture
def versions(db: None) -> list[ArtifactVersion]:
    models = [orphan_model(declares_hypothesis=not place) for place in MODELS]
    return [
        *models,
        *(make_analysis() for _ in ANALYSES),
        *(make_dataset(), unidentified_dataset(), make_hypothesis()),
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(links, evaluations, st.booleans())
def test_many_are_judged_as_each_by_the_words_of_the_contract(
    versions: list[ArtifactVersion], stated: set[Stated], measured: list[Measured], spanned: bool
) -> None:
    allowed = _one_producer_each(stated)
    with transaction.atomic():
        QuerySet(Link).bulk_create(_link(versions, number, link) for number, link in enumerate(sorted(allowed), 1))
        QuerySet(Evaluation).bulk_create(_evaluation(versions, number, row) for number, row in enumerate(measured, 1))
        models = [versions[place].pk for place in MODELS]
        wrong = wrongly_judged(models)
        assert wrongly_judged(Span(min(models), max(models))) == wrong
        assert sorted(refresh((version.pk for version in versions), side_by_side=spanned)) == sorted(wrong)
        rows = QuerySet(ArtifactVersion).filter(pk__in=models).order_by("pk")
        found = list(rows.values_list(*RULE_COLUMNS, *VALIDATION_COLUMNS))
        assert refresh(models) == []
        transaction.set_rollback(True)
    assert found == [_judged(versions, place, allowed, measured) for place in MODELS]


def _one_producer_each(stated: Collection[Stated]) -> set[Stated]:
    """What the database lets stand: one producer of each, and no link to itself."""
    producers = {link.source: link for link in sorted(stated) if link.relation == Relation.PRODUCED_BY}
    return {
        link
        for link in stated
        if link.source != link.target and (link.relation != Relation.PRODUCED_BY or producers[link.source] == link)
    }


def _link(versions: list[ArtifactVersion], number: int, link: Stated) -> Link:
    target = versions[link.target]
    return Link(
        source=versions[link.source],
        number=number,
        relation=link.relation,
        target=target.artifact,
        target_kind=min(RELATION_TARGETS[link.relation]),  # which need not be true
        target_version=target if link.pinned else None,
    )


def _evaluation(versions: list[ArtifactVersion], number: int, row: Measured) -> Evaluation:
    dataset = next(version for version in versions if version.kind == Kind.DATASET)
    return Evaluation(
        version=versions[row.model],
        number=number,
        metric_id="rmse",
        value=0.5,
        dataset=dataset.artifact if row.names_dataset else None,
        key_digest=str(number),
        is_live=row.counts,
    )


def _judged(
    versions: list[ArtifactVersion], place: int, stated: Collection[Stated], measured: Collection[Measured]
) -> tuple[bool | None, ...]:
    """The rule columns and the validation columns that the model at `place` should have."""

    def leads(relation: Relation, kind: Kind) -> bool:
        return any(link.relation == relation and versions[link.target].kind == kind for link in own)

    own = [link for link in stated if link.source == place]
    analyses = [link.target for link in own if link.relation == Relation.PRODUCED_BY]
    of_analysis = [link for link in stated if link.source in analyses]
    inputs = [link for link in of_analysis if link.relation == Relation.USED]
    tests = any(link.relation == Relation.TESTS for link in of_analysis)
    counted = [row for row in measured if row.model == place and row.counts]
    return (
        leads(Relation.TRAINED_ON, Kind.DATASET),
        leads(Relation.PRODUCED_BY, Kind.ANALYSIS),
        bool(inputs) and all(link.pinned and versions[link.target].identified_by for link in inputs),
        leads(Relation.TESTS, Kind.HYPOTHESIS) if versions[place].declares_hypothesis or tests else None,
        bool(counted),
        any(row.names_dataset for row in counted),
    )
