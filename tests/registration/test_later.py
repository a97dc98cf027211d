"""What may still be said of a version that is written: links, evaluations, tags, states, assessments, families."""

from __future__ import annotations

import pytest

from catalog.errors import CatalogError, Conflict, InvalidInput, NotFound, UnknownReference
from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.registration import (
    Assessment,
    LinkInput,
    add_link,
    append_evaluation,
    assess,
    decide_family,
    retract_evaluation,
    set_state,
    set_tag,
    withdraw_link,
)
from catalog.vocabulary import Outcome, Relation, State
from tests.factories import (
    UserFactory,
    complete_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    orphan_model,
    unpinned_model,
)

pytestmark = pytest.mark.django_db


def pointers(error: CatalogError) -> list[str]:
    return [fault.pointer for fault in error.faults]


def trained_on(ref: str) -> LinkInput:
    return LinkInput(relation=Relation.TRAINED_ON, ref=ref)


class TestLinks:
    def test_numbers_of_withdrawn_links_are_never_given_again(self) -> None:
        model = make_model(trained_on=[str(make_dataset())])
        withdraw_link(model, 1, reason="It was another.")
        second, _ = add_link(model, trained_on(str(make_dataset())))
        withdraw_link(model, second.number, reason="Nor that.")
        third, _ = add_link(model, trained_on(str(make_dataset())))
        assert (second.number, third.number) == (2, 3)

    def test_history_keeps_what_was_added_and_withdrawn_by_whom_and_why(self) -> None:
        adder, withdrawer = UserFactory(), UserFactory()
        model = orphan_model()
        link, created = add_link(model, trained_on(str(make_dataset())), added_by=adder)
        key = link.pk
        withdraw_link(model, link.number, reason="It was another.", withdrawn_by=withdrawer)
        added, withdrawn = Link.history.filter(id=key).order_by("history_id")
        assert created and link.created_by == adder
        assert (added.history_type, added.history_user) == ("+", adder)
        assert (withdrawn.history_type, withdrawn.history_user) == ("-", withdrawer)
        assert withdrawn.history_change_reason == "It was another."
        assert not Link.objects.filter(pk=key).exists()

    def test_a_link_that_says_the_same_is_returned(self) -> None:
        make_dataset("ds", aliases=("SEA-AD",))
        model = make_model(trained_on=["ds"])
        link, created = add_link(model, trained_on("SEA-AD"))
        assert (link, created) == (model.links.get(), False)

    def test_a_pin_beside_a_bare_link_is_another_link(self) -> None:
        make_dataset("ds")
        model = make_model(trained_on=["ds"])
        assert add_link(model, trained_on("ds@1"))[1]

    def test_another_outcome_is_a_conflict(self) -> None:
        hypothesis = str(make_hypothesis())
        model = orphan_model()
        tests = {outcome: LinkInput(relation=Relation.TESTS, ref=hypothesis, outcome=outcome) for outcome in Outcome}
        link, _ = add_link(model, tests[Outcome.SUPPORTS])
        with pytest.raises(Conflict):
            add_link(model, tests[Outcome.CONTRADICTS])
        withdraw_link(model, link.number, reason="The reading was wrong.")
        assert add_link(model, tests[Outcome.CONTRADICTS])[1]

    def test_a_second_producing_analysis_is_a_conflict(self) -> None:
        model = complete_model()
        with pytest.raises(Conflict, match="withdraw it first"):
            add_link(model, LinkInput(relation=Relation.PRODUCED_BY, ref=str(make_analysis())))

    @pytest.mark.parametrize(
        ("link", "error", "pointer"),
        [
            (trained_on("gone"), UnknownReference, "/ref"),
            (trained_on("h"), InvalidInput, "/ref"),
            (LinkInput(relation=Relation.USED, ref="ds"), InvalidInput, ""),
            (LinkInput(relation=Relation.DERIVES_FROM, ref="m"), InvalidInput, "/ref"),
            (LinkInput(relation=Relation.TRAINED_ON, ref="ds", outcome=Outcome.SUPPORTS), InvalidInput, "/outcome"),
        ],
    )
    def test_a_wrong_link_is_named(self, link: LinkInput, error: type[CatalogError], pointer: str) -> None:
        make_dataset("ds")
        make_hypothesis("h")
        model = make_model("m")
        with pytest.raises(error) as refused:
            add_link(model, link)
        assert pointers(refused.value) == [pointer]

    @pytest.mark.parametrize("reason", ["", "  ", "\0", "x" * 10_001])
    def test_withdrawing_takes_a_reason(self, reason: str) -> None:
        model = complete_model()
        with pytest.raises(InvalidInput) as refused:
            withdraw_link(model, 1, reason=reason)
        assert pointers(refused.value) == ["/reason"]
        assert model.links.count() == 2

    def test_a_link_that_is_not_there_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            withdraw_link(orphan_model(), 1, reason="It was not.")

    def test_the_remedy_of_an_unpinned_input(self) -> None:
        model = unpinned_model()
        analysis = model.links.get(relation=Relation.PRODUCED_BY).target_version
        bare = analysis.links.get()
        add_link(analysis, LinkInput(relation=Relation.USED, ref=f"{bare.target}@1"))
        model.refresh_from_db()
        assert model.quality_score == 0.3
        withdraw_link(analysis, bare.number, reason="The version is known now.")
        model.refresh_from_db()
        assert model.quality_score == 0.9


class TestEvaluations:
    def test_a_later_one_is_appended_and_counts(self) -> None:
        model = complete_model(quality=None, evaluations=(measured("rmse", 0.5),))
        row, created = append_evaluation(model, measured("rmse", 0.7, dataset=str(make_dataset())))
        model.refresh_from_db()
        assert (created, row.number, row.in_content) == (True, 2, False)
        assert (model.has_validation_context, model.quality_score) == (True, 0.5)

    def test_one_that_says_the_same_is_returned(self) -> None:
        model = orphan_model()
        first, _ = append_evaluation(model, measured())
        assert append_evaluation(model, measured()) == (first, False)

    @pytest.mark.parametrize("change", [{"value": 0.6}, {"ci_low": 0.1}, {"std_error": 0.1}, {"primary": True}])
    def test_another_value_for_the_same_case_is_a_conflict_unless_it_supersedes(
        self, change: dict[str, object]
    ) -> None:
        model = orphan_model()
        first, _ = append_evaluation(model, measured(value=0.5))
        entry = measured(**{"value": 0.5} | change)
        with pytest.raises(Conflict, match="supersedes: 1"):
            append_evaluation(model, entry)
        second, created = append_evaluation(model, entry, supersedes=1)
        first.refresh_from_db()
        assert created and second.supersedes == first
        assert (first.is_live, second.is_live) == (False, True)

    def test_what_is_superseded_or_unknown_is_not_superseded_again(self) -> None:
        model = orphan_model()
        append_evaluation(model, measured(value=0.5))
        append_evaluation(model, measured(value=0.6), supersedes=1)
        for number in (1, 9):
            with pytest.raises(UnknownReference) as refused:
                append_evaluation(model, measured(value=0.7), supersedes=number)
            assert pointers(refused.value) == ["/supersedes"]

    def test_a_second_primary_value_of_a_metric_is_a_conflict(self) -> None:
        model = orphan_model()
        append_evaluation(model, measured(primary=True))
        with pytest.raises(Conflict) as refused:
            append_evaluation(model, measured(subset="b", primary=True))
        assert pointers(refused.value) == ["/primary"]

    def test_a_retracted_one_is_kept_and_no_longer_counts(self) -> None:
        user = UserFactory()
        model = complete_model(quality=None, evaluations=(measured(),))
        row = retract_evaluation(model, 1, reason="Wrong split.", retracted_by=user)
        again = retract_evaluation(model, 1, reason="Something else.")
        model.refresh_from_db()
        assert (model.has_validation, again.retraction_reason) == (False, "Wrong split.")
        last = Evaluation.history.filter(id=row.pk).latest()
        assert (last.history_user, last.history_change_reason) == (user, "Wrong split.")
        assert append_evaluation(model, measured())[1]

    def test_numbers_are_never_given_again(self) -> None:
        model = orphan_model()
        for value in (1, 2, 3):
            row, _ = append_evaluation(model, measured(value=value))
            retract_evaluation(model, row.number, reason="Again.")
        assert [row.number for row in model.evaluations.all()] == [1, 2, 3]

    def test_only_models_are_evaluated_and_on_datasets(self) -> None:
        with pytest.raises(InvalidInput):
            append_evaluation(make_dataset(), measured())
        with pytest.raises(InvalidInput) as refused:
            append_evaluation(orphan_model(), measured(dataset=str(make_hypothesis())))
        assert pointers(refused.value) == ["/dataset"]
        with pytest.raises(UnknownReference):
            append_evaluation(orphan_model(), measured(dataset="gone"))

    def test_a_reason_and_a_number_that_is_there_are_asked_for(self) -> None:
        with pytest.raises(InvalidInput):
            retract_evaluation(orphan_model(), 1, reason=" ")
        with pytest.raises(NotFound):
            retract_evaluation(orphan_model(), 1, reason="Wrong.")


class TestAmendments:
    def latest(self, *versions: ArtifactVersion) -> list[bool]:
        return [ArtifactVersion.objects.get(pk=version.pk).is_latest for version in versions]

    def test_the_latest_is_the_newest_that_is_not_retracted_and_the_newest_where_all_are(self) -> None:
        first, second, third = (make_dataset("d") for _ in range(3))
        set_state(third, State.RETRACTED, reason="Wrong.")
        assert self.latest(first, second, third) == [False, True, False]
        set_state(first, State.RETRACTED, reason="Wrong.")
        set_state(second, State.RETRACTED, reason="Wrong.")
        assert self.latest(first, second, third) == [False, False, True]
        set_state(first, State.ACTIVE, reason="It was right.")
        assert self.latest(first, second, third) == [True, False, False]
        set_state(third, State.DEPRECATED, reason="Old.")
        assert self.latest(first, second, third) == [False, False, True]

    def test_a_state_keeps_its_reason_time_and_author(self) -> None:
        user, model = UserFactory(), orphan_model()
        set_state(model, State.RETRACTED, reason="Wrong units.", by=user)
        assert (model.state, model.state_reason) == ("retracted", "Wrong units.") and model.state_changed_at
        last = ArtifactVersion.history.filter(id=model.pk).latest()
        assert last.history_user == user and "Wrong units." in last.history_change_reason

    def test_a_state_said_again_changes_nothing(self) -> None:
        model = orphan_model()
        set_state(model, State.DEPRECATED, reason="Old.")
        count = ArtifactVersion.history.filter(id=model.pk).count()
        set_state(model, State.DEPRECATED, reason="Old.")
        assert ArtifactVersion.history.filter(id=model.pk).count() == count

    @pytest.mark.parametrize(("state", "reason", "pointer"), [("gone", "x", "/state"), ("retracted", "", "/reason")])
    def test_an_unknown_state_or_no_reason_is_refused(self, state: str, reason: str, pointer: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            set_state(orphan_model(), state, reason=reason)
        assert pointers(refused.value) == [pointer]

    def test_a_tag_moves_between_versions_and_is_taken_away(self) -> None:
        first, second = make_dataset("d"), make_dataset("d")
        other = make_dataset(version_tag="stable")
        for version in (first, second):
            set_tag(version, "stable")
        first.refresh_from_db()
        assert (first.version_tag, second.version_tag) == (None, "stable")
        set_tag(second, None)
        second.refresh_from_db()
        other.refresh_from_db()
        assert (second.version_tag, other.version_tag) == (None, "stable")

    @pytest.mark.parametrize("tag", ["12", "a b", "", "x" * 101])
    def test_what_cannot_be_a_tag_is_refused(self, tag: str) -> None:
        with pytest.raises(InvalidInput):
            set_tag(make_dataset(), tag)

    def test_an_assessment_is_recorded_and_taken_back(self) -> None:
        model = complete_model(quality=None)
        assess(model, Assessment(value=0.8, by="A. Curator", reason="Checked"))
        assert (model.quality_score, model.assessed_by, model.assessed_reason) == (0.8, "A. Curator", "Checked")
        assess(model, None)
        assert (model.quality_score, model.assessed_quality, model.assessed_by) == (0.25, None, "")
        assert model.assessed_at is None

    @pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), True, "0.5"])
    def test_a_quality_is_a_number_from_0_to_1(self, value: object) -> None:
        with pytest.raises(InvalidInput) as refused:
            assess(complete_model(), Assessment(value=value, by="A"))  # type: ignore[arg-type]
        assert pointers(refused.value) == ["/quality/value"]

    def test_a_curator_decides_the_family_and_the_audit_agrees(self) -> None:
        model = orphan_model()
        decide_family(model, "statistical")
        model.refresh_from_db()
        assert (model.family, model.family_basis, model.stated_family) == ("statistical", "curator", "biophysical")

    def test_only_a_model_has_a_family_and_a_quality(self) -> None:
        dataset = make_dataset()
        with pytest.raises(InvalidInput):
            assess(dataset, Assessment(value=0.5, by="A"))
        with pytest.raises(InvalidInput):
            decide_family(dataset, "statistical")
        with pytest.raises(InvalidInput):
            decide_family(orphan_model(), "symbolic")
