"""Saving or deleting any row that a rule reads brings every affected model up to date, in the same transaction."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from catalog.errors import Conflict
from catalog.models import (
    AnalysisVersion,
    Artifact,
    ArtifactVersion,
    DatasetVersion,
    Evaluation,
    Link,
    MetricDefinition,
    ModelVersion,
)
from catalog.provenance.touched import affected_by, coalesced_refresh
from catalog.vocabulary import QUALITY_CAP, Kind, Relation, State
from tests.factories import (
    MetricFactory,
    complete_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    orphan_model,
    unpinned_model,
    unsaved_model,
)
from tests.provenance.stored import assert_nothing_to_audit, rules, set_by_sql, stored

pytestmark = pytest.mark.django_db


def training_link(model: ArtifactVersion) -> Link:
    return model.links.get(relation=Relation.TRAINED_ON)


def producing_link(model: ArtifactVersion) -> Link:
    return model.links.get(relation=Relation.PRODUCED_BY)


def input_link(model: ArtifactVersion) -> Link:
    return Link.objects.get(relation=Relation.USED, source=producing_link(model).target_version)


def spare_input(source: ArtifactVersion, *, pinned: bool) -> Link:
    """An input that `source` does not have yet; unsaved."""
    dataset = make_dataset()
    return Link(
        source=source,
        number=90,
        relation=Relation.USED,
        target=dataset.artifact,
        target_kind=Kind.DATASET,
        target_version=dataset if pinned else None,
    )


class Failure(Exception):
    """What goes wrong halfway."""


def lose_the_dataset_and_fail(model: ArtifactVersion) -> None:
    training_link(model).delete()
    raise Failure


class TestLinksOfTheModel:
    def test_deleting_one(self) -> None:
        model = complete_model()
        training_link(model).delete()
        assert (rules(model), stored(model)) == ((False, True, True, None), QUALITY_CAP)

    def test_deleting_through_a_queryset(self) -> None:
        model = complete_model()
        model.links.all().delete()
        assert rules(model) == (False, False, False, None)

    def test_one_that_moves_takes_its_rule_along(self) -> None:
        loser, winner = complete_model(), make_model(quality=0.9)
        link = training_link(loser)
        link.source = winner
        link.save()
        assert (rules(loser)[0], rules(winner)[0]) == (False, True)
        assert stored(loser) == QUALITY_CAP

    def test_one_that_moves_by_its_key_alone_takes_its_rule_along(self) -> None:
        """An instance made with a written link's key overwrites that link, wherever it was."""
        loser, winner = complete_model(), make_model(quality=0.9)
        link = training_link(loser)
        Link(
            pk=link.pk,
            source=winner,
            number=1,
            relation=link.relation,
            target=link.target,
            target_kind=link.target_kind,
            created_at=link.created_at,
        ).save()
        assert (rules(loser)[0], rules(winner)[0]) == (False, True)

    def test_one_that_changes_its_relation(self) -> None:
        model = complete_model()
        link = training_link(model)
        link.relation = Relation.DERIVES_FROM
        link.save()
        assert rules(model)[0] is False

    def test_a_new_producing_analysis_is_judged_by_its_own_inputs(self) -> None:
        model = complete_model()
        link = producing_link(model)
        link.target_version = make_analysis(used=[make_dataset().artifact.public_id])
        link.target = link.target_version.artifact
        link.save()
        assert (rules(model), stored(model)) == ((True, True, False, None), QUALITY_CAP)

    def test_a_producing_analysis_that_moves_to_another_model(self) -> None:
        loser, winner = complete_model(), make_model(quality=0.9)
        link = producing_link(loser)
        link.source = winner
        link.save()
        assert rules(loser) == (True, False, False, None)
        assert rules(winner) == (False, True, True, None)


class TestLinksOfTheAnalysis:
    def test_an_unpinned_input_caps_every_model_of_it(self) -> None:
        analysis = make_analysis(used=[f"{make_dataset().artifact}@1"])
        models = [complete_model(produced_by=str(analysis)) for _ in range(3)]
        other = complete_model()
        spare_input(analysis, pinned=False).save()
        assert [stored(model) for model in [*models, other]] == [QUALITY_CAP] * 3 + [0.9]

    def test_pinning_the_input_lifts_the_cap(self) -> None:
        model = unpinned_model()
        link = input_link(model)
        link.target_version = link.target.versions.get()
        link.save()
        assert stored(model) == 0.9

    def test_deleting_the_only_input(self) -> None:
        model = complete_model()
        input_link(model).delete()
        assert rules(model) == (True, True, False, None)

    def test_an_input_that_moves_to_another_analysis_touches_the_models_of_both(self) -> None:
        loser = complete_model()
        empty = make_analysis()
        winner = complete_model(produced_by=str(empty))
        link = input_link(loser)
        link.source = empty
        link.save()
        assert (rules(loser)[2], rules(winner)[2]) == (False, True)

    def test_a_tested_hypothesis_asks_every_model_of_it_for_theirs(self) -> None:
        model = complete_model()
        hypothesis = make_hypothesis()
        analysis = producing_link(model).target_version
        link = Link.objects.create(
            source=analysis,
            number=90,
            relation=Relation.TESTS,
            target=hypothesis.artifact,
            target_kind=Kind.HYPOTHESIS,
        )
        assert (rules(model)[3], stored(model)) == (False, QUALITY_CAP)
        link.delete()
        assert (rules(model)[3], stored(model)) == (None, 0.9)


class TestBulkWrites:
    def test_update_of_links(self) -> None:
        models = [complete_model() for _ in range(3)]
        Link.objects.filter(relation=Relation.USED).update(target_version=None)
        assert {stored(model) for model in models} == {QUALITY_CAP}
        assert_nothing_to_audit()

    def test_update_that_moves_links(self) -> None:
        loser, winner = complete_model(), make_model(quality=0.9)
        assert loser.links.update(source=winner) == 2
        assert (rules(loser), rules(winner)) == ((False, False, False, None), (True, True, True, None))

    def test_update_that_makes_producers_of_what_was_derived_from(self) -> None:
        model = make_model(quality=0.9, trained_on=[str(make_dataset())])
        analysis = make_analysis(used=[str(make_dataset())])
        link = spare_input(model, pinned=False)
        link.relation, link.target, link.target_version = Relation.DERIVES_FROM, analysis.artifact, analysis
        link.target_kind = Kind.ANALYSIS
        link.save()
        model.links.filter(relation=Relation.DERIVES_FROM).update(relation=Relation.PRODUCED_BY)
        assert stored(model) == 0.9

    def test_update_by_an_expression(self) -> None:
        model = complete_model()
        model.links.filter(relation=Relation.TRAINED_ON).update(number=F("number") + 40)
        assert sorted(model.links.values_list("number", flat=True)) == [2, 41]
        assert_nothing_to_audit()

    def test_update_of_nothing(self) -> None:
        assert Link.objects.filter(number=1234).update(stated_as="x") == 0

    def test_bulk_update_of_links(self) -> None:
        loser, winner = complete_model(), make_model(quality=0.9)
        links = list(loser.links.all())
        for link in links:
            link.source = winner
        assert Link.objects.bulk_update(links, ["source"], batch_size=1) == 2
        assert (stored(loser), stored(winner)) == (QUALITY_CAP, 0.9)

    def test_bulk_create_of_links(self) -> None:
        model = complete_model()
        Link.objects.bulk_create([spare_input(producing_link(model).target_version, pinned=False)])
        assert stored(model) == QUALITY_CAP

    def test_bulk_create_overwrites_no_link(self) -> None:
        model = complete_model()
        with pytest.raises(Conflict):
            Link.objects.bulk_create(
                model.links.all(), update_conflicts=True, unique_fields=["id"], update_fields=["source"]
            )

    def test_delete_of_links(self) -> None:
        models = [complete_model() for _ in range(3)]
        Link.objects.filter(relation=Relation.TRAINED_ON).delete()
        assert {stored(model) for model in models} == {QUALITY_CAP}


class TestEvaluations:
    def counted(self, model: ArtifactVersion) -> tuple[bool, bool]:
        return stored(model, "has_validation"), stored(model, "has_validation_context")

    def test_one_counts_once_it_is_there_and_no_longer_when_it_is_gone(self) -> None:
        model = complete_model(quality=None)
        row = Evaluation.objects.create(
            version=model, number=1, metric=MetricFactory(), value=0.5, dataset=make_dataset().artifact, key_digest="k"
        )
        assert (self.counted(model), stored(model)) == ((True, True), 0.5)
        row.delete()
        assert (self.counted(model), stored(model)) == ((False, False), 0.25)

    def test_one_that_moves(self) -> None:
        loser, winner = complete_model(evaluations=(measured(),)), complete_model()
        row = loser.evaluations.get()
        row.version = winner
        row.save()
        assert (self.counted(loser), self.counted(winner)) == ((False, False), (True, False))

    def test_bulk_writes(self) -> None:
        model = complete_model(quality=None)
        metric = MetricFactory()
        Evaluation.objects.bulk_create(
            Evaluation(version=model, number=number, metric=metric, value=number, key_digest=f"{number}")
            for number in (1, 2)
        )
        assert self.counted(model) == (True, False)
        model.evaluations.update(dataset=make_dataset().artifact)
        assert self.counted(model) == (True, True)
        rows = list(model.evaluations.all())
        for row in rows:
            row.is_live = False
        Evaluation.objects.bulk_update(rows, ["is_live"])
        assert self.counted(model) == (False, False)
        model.evaluations.update(is_live=True)
        model.evaluations.all().delete()
        assert self.counted(model) == (False, False)


class TestVersions:
    def test_saving_one_through_its_proxy_repairs_it(self) -> None:
        model = unpinned_model()
        for one in (ArtifactVersion.objects.get(pk=model.pk), ModelVersion.objects.get(pk=model.pk)):
            set_by_sql(model, has_pinned_inputs=True)
            one.save()
            assert stored(model) == QUALITY_CAP

    def test_saving_its_analysis_through_a_proxy_repairs_it(self) -> None:
        model = unpinned_model()
        set_by_sql(model, has_pinned_inputs=True)
        AnalysisVersion.objects.get().save()
        assert stored(model) == QUALITY_CAP

    def test_deleting_the_artifact_takes_its_versions_links_and_evaluations(self) -> None:
        model = complete_model(evaluations=(measured(),))
        other = complete_model()
        make_model(model.artifact.public_id)
        model.artifact.delete()
        assert not ArtifactVersion.objects.filter(artifact__public_id=model.artifact.public_id).exists()
        assert not Evaluation.objects.exists()
        assert stored(other) == 0.9
        assert_nothing_to_audit()

    def test_what_a_model_rests_on_is_not_deleted_below_it(self) -> None:
        model = complete_model()
        for link in [training_link(model), producing_link(model)]:
            with pytest.raises(Conflict):
                link.target.delete()
            with pytest.raises(Conflict):
                link.target_version.delete()

    def test_deleting_an_analysis_after_its_model_let_go(self) -> None:
        model = complete_model()
        analysis = producing_link(model).target
        producing_link(model).delete()
        analysis.delete()
        assert rules(model) == (True, False, False, None)
        assert_nothing_to_audit()

    def test_deleting_the_latest_settles_the_latest(self) -> None:
        first = orphan_model()
        second = make_model(first.artifact.public_id)
        second.delete()
        assert stored(first, "is_latest")

    @pytest.mark.parametrize("by", ["save", "proxy", "update"])
    def test_retracting_the_latest_settles_the_latest(self, by: str) -> None:
        first = orphan_model()
        second = make_model(first.artifact.public_id)
        if by == "update":
            ArtifactVersion.objects.filter(pk=second.pk).update(state=State.RETRACTED)
        else:
            one = second if by == "save" else ModelVersion.objects.get(pk=second.pk)
            one.state = State.RETRACTED
            one.save()
            one.save()
        assert (stored(first, "is_latest"), stored(second, "is_latest")) == (True, False)

    def test_a_change_through_any_proxy_is_in_the_one_history(self) -> None:
        dataset = make_dataset()
        before = ArtifactVersion.history.filter(id=dataset.pk).count()
        proxy = DatasetVersion.objects.get(pk=dataset.pk)
        proxy.version_tag = "stable"
        proxy.save()
        assert ArtifactVersion.history.filter(id=dataset.pk).count() == before + 1
        assert ArtifactVersion.history.filter(id=dataset.pk).latest().version_tag == "stable"


class TestContent:
    """What a version says is written once."""

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", "Another"),
            ("metadata", {"equations": []}),
            ("checksums", {"sha256": "0"}),
            ("identified_by", "checksum"),
            ("content_digest", "sha256:0"),
            ("declares_hypothesis", True),
            ("parameter_count", 3),
            ("kind", "dataset"),
            ("version_number", 9),
            ("public_id", "other"),
            ("stated_family", "statistical"),
        ],
    )
    def test_it_is_refused_in_saves_and_updates(self, field: str, value: object) -> None:
        model = ArtifactVersion.objects.get(pk=complete_model().pk)
        setattr(model, field, value)
        with pytest.raises(Conflict, match=f"/{field}"):
            model.save()
        with pytest.raises(Conflict, match=f"/{field}"):
            ArtifactVersion.objects.only("pk").get(pk=model.pk).save(update_fields=[field])
        with pytest.raises(Conflict, match=f"/{field}"):
            ArtifactVersion.objects.filter(pk=model.pk).update(**{field: value})
        assert stored(model, field) != value

    def test_it_is_refused_where_it_changed_in_place(self) -> None:
        model = complete_model()
        model.metadata["equations"].append("dy/dt = 0")
        with pytest.raises(Conflict, match="/metadata"):
            model.save()

    def test_it_is_refused_where_it_was_not_loaded(self) -> None:
        model = ArtifactVersion.objects.only("pk").get(pk=complete_model().pk)
        model.title = "Another"
        with pytest.raises(Conflict, match="/title"):
            model.save()

    def test_it_is_refused_right_after_it_was_written(self) -> None:
        model = unsaved_model()
        model.save()
        model.title = "Two"
        with pytest.raises(Conflict, match="/title"):
            model.save()

    def test_a_written_versions_key_is_refused_in_creation(self) -> None:
        model = complete_model()
        with pytest.raises(IntegrityError), transaction.atomic():
            unsaved_model(pk=model.pk).save()
        assert stored(model, "title") == model.title

    def test_what_may_change_changes(self) -> None:
        model = complete_model()
        model.version_tag, model.state, model.family = "stable", State.DEPRECATED, "statistical"
        model.save()
        model.save(update_fields=["version_tag"])
        assert (stored(model, "version_tag"), stored(model, "state")) == ("stable", "deprecated")

    def test_nothing_of_an_artifact_changes(self) -> None:
        artifact = complete_model().artifact
        artifact.save()
        artifact.kind = Kind.DATASET
        with pytest.raises(Conflict, match="/kind"):
            artifact.save()
        with pytest.raises(Conflict, match="/kind"):
            Artifact.objects.filter(pk=artifact.pk).update(kind=Kind.DATASET)


class TestTransactions:
    def test_what_is_rolled_back_leaves_the_model_as_it_was(self) -> None:
        model = complete_model()
        with pytest.raises(Failure), transaction.atomic():
            lose_the_dataset_and_fail(model)
        assert stored(model) == 0.9
        assert_nothing_to_audit()

    def test_a_block_brings_what_it_touched_up_to_date_once_at_its_end(self) -> None:
        model, other = complete_model(), complete_model()
        with coalesced_refresh():
            training_link(model).delete()
            with coalesced_refresh():
                input_link(other).delete()
            assert (stored(model), stored(other)) == (0.9, 0.9)
        assert (stored(model), stored(other)) == (QUALITY_CAP, QUALITY_CAP)

    def test_a_block_that_raises_changes_nothing(self) -> None:
        model = complete_model()
        with pytest.raises(Failure), coalesced_refresh():
            lose_the_dataset_and_fail(model)
        assert (rules(model), stored(model)) == ((True, True, True, None), 0.9)
        training_link(model).delete()
        assert stored(model) == QUALITY_CAP

    def test_an_inner_block_that_raises_leaves_the_outer_one_right(self) -> None:
        model, other = complete_model(), complete_model()
        with coalesced_refresh():
            training_link(model).delete()
            with pytest.raises(Failure), transaction.atomic(), coalesced_refresh():
                lose_the_dataset_and_fail(other)
        assert (stored(model), stored(other)) == (QUALITY_CAP, 0.9)
        assert_nothing_to_audit()

    def test_a_block_costs_one_refresh_however_many_rows_it_writes(self) -> None:
        def queries(count: int) -> int:
            links = list(Link.objects.filter(pk__in=[training_link(complete_model()).pk for _ in range(count)]))
            with CaptureQueriesContext(connection) as captured, coalesced_refresh():
                Link.objects.bulk_update(links, ["stated_as"])
            return len(captured)

        assert queries(1) == queries(20)


def test_the_models_that_a_version_decides_are_its_own_and_those_it_produced() -> None:
    analysis = make_analysis()
    models = {make_model(produced_by=str(analysis)).pk for _ in range(2)}
    complete_model()
    assert affected_by([analysis.pk]) == models
    assert affected_by(models) == models
    assert affected_by([make_dataset().pk]) == set()
    assert affected_by([]) == set()


def test_metrics_are_no_facts_of_a_rule() -> None:
    model = complete_model(evaluations=(measured("rmse"),))
    MetricDefinition.objects.update(unit="kg")
    assert stored(model) == 0.9
