"""Postings say in the order of lists what links, evaluations and scores say."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from catalog.models import ArtifactVersion, Link, Posting
from catalog.models.posting import Role
from catalog.provenance.audit import audit
from catalog.provenance.postings import post, wrongly_posted
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import (
    LinkInput,
    add_link,
    append_evaluation,
    decide_family,
    retract_evaluation,
    withdraw_link,
)
from catalog.statements.id_lists import Span
from catalog.vocabulary import Relation
from tests.factories import (
    complete_model,
    evaluated_model,
    links_of,
    make_dataset,
    make_model,
    measured,
    retracted,
)
from tests.provenance.stored import set_by_sql
from tests.provenance.told import named_by

pytestmark = pytest.mark.django_db


def posted(version: ArtifactVersion) -> set[tuple[Any, ...]]:
    rows = Posting.objects.filter(version=version)
    return set(rows.values_list("role", "target", "target_version", "counted"))


def carried(version: ArtifactVersion) -> set[tuple[Any, ...]]:
    return set(Posting.objects.filter(version=version).values_list("family", "quality_score", "quality_uncapped"))


def test_a_model_is_posted_under_all_that_it_names() -> None:
    model = complete_model(evaluations=(measured(dataset=str(make_dataset())), measured("mae")))
    assert posted(model) == named_by(model)
    assert {role for role, *_ in posted(model)} == {Role.TRAINED_ON, Role.PRODUCED_BY, Role.EVALUATED_ON}
    model.refresh_from_db()
    assert carried(model) == {(model.family, model.quality_score, model.quality_uncapped)}


def test_of_several_versions_of_a_dataset_one_is_counted() -> None:
    first = make_dataset("data")
    second = make_dataset("data", description="grown")
    model = make_model(links=links_of(Relation.TRAINED_ON, [str(first), str(second), "data"]))
    named = {(Role.TRAINED_ON, first.artifact_id, version) for version in (0, first.pk, second.pk)}
    assert posted(model) == {(*one, one[2] == 0) for one in named}


def test_only_the_latest_version_is_posted_and_none_that_is_retracted() -> None:
    first = complete_model("m")
    second = make_model("m", description="another", links=links_of(Relation.TRAINED_ON, [str(make_dataset())]))
    assert not posted(first) and posted(second) == named_by(second)
    retracted(second)
    assert posted(first) == named_by(first) and not posted(second)
    retracted(first)
    assert not Posting.objects.exists()


def test_links_and_evaluations_that_come_and_go_take_their_postings_along() -> None:
    model, other = complete_model(), str(make_dataset())
    link, _ = add_link(model, LinkInput(relation=Relation.TRAINED_ON, ref=other))
    added, _ = append_evaluation(model, measured(dataset=other))
    assert posted(model) == named_by(model) and len(posted(model)) == 4
    withdraw_link(model, link.number, reason="Not so.")
    retract_evaluation(model, added.number, reason="Not so.")
    assert posted(model) == named_by(model) and len(posted(model)) == 2


def test_the_order_follows_the_score_and_the_family() -> None:
    model = complete_model(quality=0.9)
    assert {score for _, score, _ in carried(model)} == {0.9}
    withdraw_link(model, model.links.get(relation=Relation.PRODUCED_BY).number, reason="Not so.")
    assert {score for _, score, _ in carried(model)} == {0.3}
    decide_family(model, "biophysical")
    assert {family for family, *_ in carried(model)} == {"biophysical"}


def test_a_block_posts_once_at_its_end() -> None:
    model, data = complete_model(), str(make_dataset())
    with coalesced_refresh():
        add_link(model, LinkInput(relation=Relation.TRAINED_ON, ref=data))
        assert posted(model) != named_by(model)
    assert posted(model) == named_by(model)


def test_what_is_right_is_not_written(django_assert_num_queries) -> None:
    models = [evaluated_model(), complete_model()]
    assert wrongly_posted(model.pk for model in models) == []
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2), connection.cursor() as cursor:
        post(model.pk for model in models)
        assert cursor.rowcount <= 0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM catalog_posting",
        "UPDATE catalog_posting SET quality_score = 1",
        "UPDATE catalog_posting SET target = target + 1000",
        "UPDATE catalog_posting SET counted = NOT counted",
        "UPDATE catalog_posting SET target_version = target_version + 1000 WHERE role = 1",
    ],
)
def test_the_audit_puts_right_what_raw_sql_did(statement: str) -> None:
    model, beside = complete_model(), make_model()
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert wrongly_posted([model.pk, beside.pk]) == wrongly_posted(Span(model.pk, beside.pk)) == [model.pk]
    assert posted(model) != named_by(model) or carried(model) != {("statistical", 0.9, 0.9)}
    assert audit(dry_run=True).relisted == 1
    report = audit()
    assert (report.relisted, report.changed) == (1, 0)
    assert posted(model) == named_by(model) and not posted(beside)
    assert audit().relisted == 0


def test_the_audit_follows_a_score_that_raw_sql_changed() -> None:
    model = complete_model(quality=0.9)
    set_by_sql(model, assessed_quality=0.5)
    assert audit().relisted == 1
    assert carried(model) == {(model.family, 0.5, 0.5)}


def test_postings_go_with_their_version() -> None:
    model = complete_model()
    Link.objects.filter(target__in=[model.artifact]).delete()
    model.artifact.delete()
    assert not Posting.objects.exists()


def test_a_dump_holds_no_postings() -> None:
    complete_model()
    written = StringIO()
    call_command("dumpdata", "catalog", stdout=written)
    assert "catalog.posting" not in {row["model"] for row in json.loads(written.getvalue())}
