"""Everything that changes is written down, once, whoever changed it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.columns import GENERATED_COLUMNS, STANDING_COLUMNS
from catalog.errors import Conflict
from catalog.models import ArtifactVersion, Evaluation, Identifier, Link, MetricDefinition, Standing
from catalog.provenance.audit import audit
from catalog.provenance.judging import judging
from catalog.provenance.recording import BEGINNING
from catalog.provenance.rules import RULE_SET, RULES
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import VersionInput, register, set_state, set_tag
from catalog.vocabulary import QUALITY_CAP, Kind, Relation
from tests.factories import ArtifactFactory, complete_model, make_dataset, make_model, measured, unsaved_model
from tests.provenance.stored import bypass, set_by_sql

pytestmark = pytest.mark.django_db

MEANING_OF_RULE_SET = {
    "sqlite": (1, "08c83b23e7e92bba"),
    "postgresql": (1, "29ee557eed02a1d6"),
}
"""The rule set and a digest of what it means. Where this fails, a rule or a score means something else: raise
`RULE_SET` and take the digest that the test names."""


def standings(version: ArtifactVersion) -> list[Standing]:
    return list(version.standings.order_by("recorded_at", "pk"))


def columns(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in STANDING_COLUMNS}


def anew(version: ArtifactVersion) -> ArtifactVersion:
    return ArtifactVersion.objects.get(pk=version.pk)


def history_of(row: Any) -> list[str]:
    return list(type(row).history.filter(id=row.pk).order_by("history_id").values_list("history_type", flat=True))


def test_what_a_rule_means_does_not_change_in_silence() -> None:
    judged = "".join(judging(connection.vendor).split())
    scored = [str(ArtifactVersion._meta.get_field(name).generated_sql(connection)) for name in GENERATED_COLUMNS]
    named = [(rule.code, rule.column) for rule in RULES]
    digest = hashlib.sha256(json.dumps([judged, scored, named, QUALITY_CAP]).encode()).hexdigest()[:16]
    assert (RULE_SET, digest) == MEANING_OF_RULE_SET[connection.vendor]


def test_a_version_begins_with_one_standing_of_when_it_came_in() -> None:
    model = complete_model("m", evaluations=(measured(dataset=str(make_dataset())),))
    [first] = standings(model)
    assert (first.recorded_at, first.rule_set) == (model.registered_at, RULE_SET)
    assert columns(first) == columns(anew(model))
    assert {link.created_at for link in model.links.all()} == {model.registered_at}
    assert {record.history_date for record in Link.history.filter(source=model.pk)} == {model.registered_at}
    assert {record.history_date for record in Evaluation.history.filter(version=model.pk)} == {model.registered_at}
    assert Identifier.objects.get(name="m-v1").created_at == model.registered_at


def test_the_next_version_takes_its_place_at_one_moment() -> None:
    first = make_dataset("d")
    second = make_dataset("d")
    assert [row.is_latest for row in standings(first)] == [True, False]
    assert [row.is_latest for row in standings(second)] == [True]
    assert standings(first)[-1].recorded_at == second.registered_at


def test_a_retraction_that_is_taken_back_leaves_the_row_as_it_was_and_both_in_the_history() -> None:
    older, newer = make_dataset("d"), make_dataset("d")
    mutable = {name for name in STANDING_COLUMNS if not name.startswith("state")}
    before = [{name: columns(anew(row))[name] for name in mutable} for row in (older, newer)]
    set_state(newer, "retracted", reason="Wrong.")
    assert (anew(older).is_latest, anew(newer).is_latest) == (True, False)
    set_state(newer, "active", reason="It was right after all.")
    assert [{name: columns(anew(row))[name] for name in mutable} for row in (older, newer)] == before
    assert [(row.state, row.is_latest) for row in standings(newer)] == [
        ("active", True),
        ("retracted", False),
        ("active", True),
    ]
    assert [row.is_latest for row in standings(older)] == [True, False, True, False]


def test_a_tag_that_moves_is_one_change_of_each() -> None:
    one, other = make_dataset("d"), make_dataset("d")
    set_tag(one, "stable")
    set_tag(other, "stable")
    assert [row.version_tag for row in standings(one)] == [None, None, "stable", None]
    assert [row.version_tag for row in standings(other)] == [None, "stable"]


def test_what_is_as_it_was_is_not_written_again() -> None:
    model = complete_model()
    count = Standing.objects.count()
    anew(model).save()
    ArtifactVersion.objects.filter(pk=model.pk).update(version_tag=None)
    with coalesced_refresh():
        set_tag(anew(model), "there")
        set_tag(anew(model), None)
    assert Standing.objects.count() == count


@pytest.mark.parametrize(
    "change",
    [
        lambda model: ArtifactVersion.objects.filter(pk=model.pk).update(assessed_quality=0.1),
        lambda model: ArtifactVersion.objects.filter(pk=model.pk).update(state="retracted"),
        lambda model: model.links.filter(relation=Relation.TRAINED_ON).delete(),
        lambda model: model.links.filter(relation=Relation.TRAINED_ON)[0].delete(),
        lambda model: Link.objects.filter(relation=Relation.USED).update(target_version=None),
        lambda model: Evaluation.objects.create(
            version=model, number=1, metric=MetricDefinition.objects.get(name="rmse"), value=1, key_digest="x"
        ),
    ],
    ids=["assessed", "retracted in bulk", "links deleted", "a link deleted", "inputs unpinned", "evaluated"],
)
def test_a_change_by_the_orm_is_one_standing(change: Any) -> None:
    model = complete_model(quality=None)
    change(model)
    first, second = standings(model)
    assert columns(first) != columns(second) == columns(anew(model))
    assert first.recorded_at < second.recorded_at
    assert audit().recorded == 0


def test_facts_that_are_written_in_bulk_have_a_history() -> None:
    model, target = make_model(), make_dataset()
    link = Link(source=model, number=7, relation=Relation.TRAINED_ON, target=target.artifact, target_kind=Kind.DATASET)
    Link.objects.bulk_create([link])
    Link.objects.filter(pk=link.pk).update(stated_as="in other words")
    link.stated_as = "in the first words"
    Link.objects.bulk_update([link], ["stated_as"])
    link.delete()
    said = Link.history.filter(source=model.pk, number=7).order_by("history_id")
    assert list(said.values_list("history_type", "stated_as")) == [
        ("+", ""),
        ("~", "in other words"),
        ("~", "in the first words"),
        ("-", "in the first words"),
    ]


def test_the_definition_of_a_metric_has_a_history_from_the_beginning() -> None:
    make_model(evaluations=(measured("never_heard_of"),))
    metric = MetricDefinition.objects.get(name="never_heard_of")
    MetricDefinition.objects.filter(pk=metric.pk).update(direction="lower")
    metric.refresh_from_db()
    metric.unit = "kg"
    metric.save()
    records = MetricDefinition.history.filter(id=metric.pk).order_by("history_id")
    assert [(row.history_type, row.direction, row.unit) for row in records] == [
        ("+", None, ""),
        ("~", "lower", ""),
        ("~", "lower", "kg"),
    ]
    assert records[0].history_date == BEGINNING
    assert MetricDefinition.history.filter(name="rmse").exists()


class TestTheAudit:
    def test_raw_sql_is_recorded_when_the_audit_sees_it(self) -> None:
        model, dataset = complete_model(), make_dataset()
        set_by_sql(model, assessed_quality=0.4)
        set_by_sql(dataset, state="deprecated", state_reason="Old.")
        bypass(Link.objects.filter(source=model, relation=Relation.PRODUCED_BY)).update(stated_as="raw")
        bypass(MetricDefinition.objects.filter(name="rmse")).update(unit="kg")
        assert audit(dry_run=True).recorded == 4
        assert audit().recorded == 4
        assert [row.assessed_quality for row in standings(model)] == [0.9, 0.4]
        assert [row.state for row in standings(dataset)] == ["active", "deprecated"]
        assert history_of(model.links.get(relation=Relation.PRODUCED_BY)) == ["+", "~"]
        assert MetricDefinition.history.filter(name="rmse").latest().unit == "kg"

    def test_a_fact_that_is_gone_by_raw_sql_is_recorded_so(self) -> None:
        model = complete_model()
        gone = model.links.get(relation=Relation.TRAINED_ON)
        bypass(Link.objects.filter(pk=gone.pk))._raw_delete(using="default")
        assert audit().recorded == 2  # and the model stands otherwise without it
        assert history_of(gone) == ["+", "-"]

    @pytest.mark.parametrize("batch_size", [1, 2_000])
    def test_a_fact_that_raw_sql_gives_to_another_is_one_change_there_and_back(self, batch_size: int) -> None:
        model, other = complete_model(), complete_model()
        link = model.links.get(relation=Relation.TRAINED_ON)
        count = Link.history.count()
        for owner in (other, model):
            bypass(Link.objects.filter(pk=link.pk)).update(source=owner, number=9)
            audit(batch_size=batch_size)
            records = list(Link.history.filter(id=link.pk).order_by("history_id"))
            assert (records[-1].source, records[-1].history_type) == (owner, "~")
            assert audit(dry_run=True, batch_size=batch_size).recorded == 0
        assert Link.history.count() == count + 2

    def test_a_fact_that_comes_back_to_its_owner_past_the_history_is_recorded(self) -> None:
        model, other = complete_model(), complete_model()
        link = model.links.get(relation=Relation.TRAINED_ON)
        bypass(Link.objects.filter(pk=link.pk)).update(source=other, number=9)
        audit()
        bypass(Link.objects.filter(pk=link.pk)).update(source=model, number=link.number)
        for family in ("statistical", None):
            audit(family=family, batch_size=1)
        assert audit(dry_run=True).recorded == 0
        assert Link.history.filter(id=link.pk).latest().source == model

    def test_a_second_audit_writes_nothing(self) -> None:
        set_by_sql(complete_model(), assessed_quality=0.4)
        audit()
        count = Standing.objects.count()
        assert audit().recorded == 0 and Standing.objects.count() == count

    def test_a_load_begins_its_history_when_it_was_registered(self, tmp_path: Path) -> None:
        complete_model("m", evaluations=(measured("new_metric", dataset=str(make_dataset())),))
        dump = tmp_path / "dump.json"
        kinds = ["artifact", "artifactversion", "identifier", "link", "metricdefinition", "evaluation"]
        names = [f"catalog.{kind}" for kind in kinds]
        call_command("dumpdata", *names, natural_foreign=True, natural_primary=True, output=dump, verbosity=0)
        Link.objects.all().delete()
        for artifact in {version.artifact for version in ArtifactVersion.objects.order_by("-pk")}:
            Evaluation.objects.all().delete()
            artifact.delete()
        assert not Standing.objects.exists()
        call_command("loaddata", dump, verbosity=0)
        assert not Standing.objects.exists()
        audit()
        for version in ArtifactVersion.objects.all():
            [first] = standings(version)
            assert first.recorded_at == version.registered_at and columns(first) == columns(version)
        for fact in [*Link.objects.all(), *Evaluation.objects.all()]:
            [record] = type(fact).history.filter(id=fact.pk)
            assert record.history_date == fact.created_at
        assert audit().recorded == 0

    def test_versions_made_in_bulk_need_no_audit_to_be_recorded(self) -> None:
        [version] = ArtifactVersion.objects.bulk_create([unsaved_model(ArtifactFactory(kind=Kind.MODEL))])
        assert [row.recorded_at for row in standings(version)] == [version.registered_at]


class TestAStanding:
    @pytest.mark.parametrize(
        "attempt",
        [
            lambda: Standing.objects.update(state="active"),
            lambda: Standing.objects.all().delete(),
            lambda: Standing.objects.first().delete(),
            lambda: Standing.objects.first().save(),
            lambda: Standing.objects.bulk_update([Standing.objects.first()], ["state"]),
        ],
        ids=["update", "delete all", "delete", "save", "bulk update"],
    )
    def test_is_neither_changed_nor_deleted(self, attempt: Any) -> None:
        make_dataset()
        before = list(Standing.objects.values())
        with pytest.raises(Conflict, match="written once"), transaction.atomic():
            attempt()
        assert list(Standing.objects.values()) == before

    def test_goes_with_its_version(self) -> None:
        make_dataset("d").artifact.delete()
        complete_model().artifact.delete()
        assert set(Standing.objects.values_list("version", flat=True)) == set(
            ArtifactVersion.objects.values_list("pk", flat=True)
        )


def test_a_registration_writes_its_history_once() -> None:
    def statements(**fields: Any) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            register(VersionInput(kind=Kind.DATASET, artifact="d", title=fields.pop("title"), **fields))
        return [query["sql"] for query in captured if "INSERT INTO catalog_standing" in query["sql"]]

    assert len(statements(title="first")) == 1
    assert len(statements(title="second")) == (2 if connection.vendor == "postgresql" else 1)  # of the one before it
