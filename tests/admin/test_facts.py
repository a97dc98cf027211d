"""Links and evaluations: added, withdrawn and retracted beside a version and in their own lists."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError

from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.registration import append_evaluation, withdraw_link
from tests.admin.browsing import Visitor, added_evaluation, added_link, errors_of, fields_of, row_errors_of
from tests.factories import (
    complete_model,
    evaluated_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    orphan_model,
    unpinned_model,
)

pytestmark = pytest.mark.django_db


def test_an_added_link_mends_what_the_warning_says(visit: Visitor, curator: User) -> None:
    dataset = make_dataset("dataset-a")
    make_analysis("analysis-a", used=["dataset-a@1"])
    model = orphan_model(quality=0.9)
    for link in (added_link("trained_on", "dataset-a@1", stated_as="A"), added_link("produced_by", "analysis-a")):
        assert visit.change(model, **link).status_code == 302
    model.refresh_from_db()
    assert (model.provenance_completeness, model.quality_score) == (1, 0.9)
    link = model.links.get(relation="trained_on")
    assert (link.target_version, link.stated_as, link.created_by) == (dataset, "A", curator)


def test_withdrawing_a_link_flags_the_model_and_keeps_the_reason(visit: Visitor) -> None:
    model = complete_model(quality=0.9)
    link = model.links.get(relation="trained_on")
    place = [row.pk for row in model.links.order_by("-number")].index(link.pk)
    answer = visit.change(model, **{f"links-{place}-close": "on", f"links-{place}-reason": "Never trained on that"})
    assert answer.status_code == 302
    model.refresh_from_db()
    assert not model.links.filter(pk=link.pk).exists() and model.quality_score == 0.3
    text = visit.history(model)
    assert "Never trained on that" in text and "ada" in text and f"trained_on {link.target_version}" in text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (added_link("", "dataset-a"), "relation"),
        (added_link("revises", "dataset-a"), "relation"),
        (added_link("used", "dataset-a"), "relation"),
        (added_link("trained_on", ""), "ref"),
        (added_link("trained_on", "nowhere"), "ref"),
        (added_link("trained_on", "dataset-a@9"), "ref"),
        (added_link("trained_on", "nul\0"), "ref"),
        (added_link("trained_on", "h-1"), "ref"),
        (added_link("trained_on", "dataset-a", outcome="supports"), "outcome"),
        (added_link("tests", "h-1", outcome="proves"), "outcome"),
        (added_link("trained_on", "dataset-a", stated_as="x" * 2001), "stated_as"),
        (added_link("combines", "model-a"), "ref"),
        (added_link("produced_by", "analysis-b"), "ref"),
        ({"links-0-close": "on"}, "reason"),
        ({"links-0-close": "on", "links-0-reason": "  "}, "reason"),
        ({"links-0-close": "on", "links-0-reason": "x" * 10_001}, "reason"),
        ({"links-0-reason": "not ticked"}, "close"),
    ],
)
def test_a_wrong_link_is_said_beside_it(visit: Visitor, values: dict[str, str], field: str) -> None:
    make_dataset("dataset-a")
    make_hypothesis("h-1")
    make_analysis("analysis-a")
    make_analysis("analysis-b")
    model = make_model("model-a", produced_by="analysis-a")
    [errors] = row_errors_of(visit.change(model, **values))
    assert field in errors
    assert [link.relation for link in model.links.all()] == ["produced_by"]


def test_a_link_that_stands_is_not_added_twice(visit: Visitor) -> None:
    make_dataset("dataset-a")
    model = make_model(trained_on=["dataset-a"])
    assert visit.change(model, **added_link("trained_on", "dataset-a")).status_code == 302
    assert model.links.count() == 1


def test_a_link_that_somebody_else_withdrew_meanwhile_is_said(visit: Visitor) -> None:
    model = complete_model()
    held = fields_of(visit.page(model))
    withdraw_link(model, 1, reason="r")
    response = visit.client.post(visit.path(model), {**held, "tag": "stable"})
    assert b"closed by somebody else meanwhile" in response.content


@pytest.mark.parametrize("error", [IntegrityError, OperationalError])
def test_two_writers_who_meet_are_told_to_try_again(
    visit: Visitor, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def meet(*args: object, **options: object) -> None:
        raise error("deadlock detected")

    monkeypatch.setattr("catalog.admin.decision_forms.set_tag", meet)
    assert "at the same time" in str(errors_of(visit.change(orphan_model(), tag="stable"))["__all__"])


def test_the_relations_offered_start_from_the_kind(visit: Visitor) -> None:
    text = visit.page(make_analysis()).content.decode()
    assert 'value="used"' in text and 'value="trained_on"' not in text


def test_links_have_their_own_page(visit: Visitor) -> None:
    make_dataset("dataset-a")
    model = make_model("model-a")
    said = {"source": "model-a", "relation": "trained_on", "ref": "dataset-a@1", "stated_as": "", "outcome": ""}
    assert visit.add("link", **said).status_code == 302
    assert model.links.get().relation == "trained_on"
    again = visit.add("link", **said)
    assert again.status_code == 302 and model.links.count() == 1
    assert visit.client.get(again.url).status_code == 200
    assert "source" in errors_of(visit.add("link", **{**said, "source": "nowhere"}))
    assert "ref" in errors_of(visit.add("link", **{**said, "ref": "nowhere"}))
    assert "__all__" in errors_of(visit.add("link", **{**said, "relation": "used"}))


def test_selected_links_are_withdrawn_with_one_reason(visit: Visitor) -> None:
    models = [complete_model(), complete_model()]
    links = [model.links.get(relation="trained_on") for model in models]
    asked = visit.act("link", "withdraw_selected", links)
    assert asked.status_code == 200 and b"Withdraw links" in asked.content and Link.objects.count() == 6
    blank = visit.act("link", "withdraw_selected", links, confirmed="1", reason=" ")
    assert b"Nothing was done" in blank.content and Link.objects.count() == 6
    done = visit.act("link", "withdraw_selected", links, confirmed="1", reason="Wrong dataset")
    assert done.status_code == 302 and Link.objects.count() == 4
    assert not ArtifactVersion.objects.filter(provenance_completeness=1, kind="model").exists()
    assert "Wrong dataset" in visit.history(models[0])


def test_an_evaluation_is_appended_and_retracted(visit: Visitor, curator: User) -> None:
    make_dataset("dataset-a")
    model = complete_model(quality=None)
    before = model.evidence_score
    said = added_evaluation("rmse", "0.5", dataset="dataset-a@1", split="test", n="12", ci_low="0.4", ci_high="0.6")
    assert visit.change(model, **said).status_code == 302
    row = model.evaluations.get()
    assert (row.value, row.n, row.in_content, row.created_by) == (0.5, 12, False, curator)
    assert row.dataset_version is not None and row.reported_by == "evaluator"
    model.refresh_from_db()
    assert model.evidence_score > before
    assert visit.change(model, **{"evaluations-0-close": "on", "evaluations-0-reason": "Leaked"}).status_code == 302
    row.refresh_from_db()
    model.refresh_from_db()
    assert (row.is_live, row.retraction_reason) == (False, "Leaked") and model.evidence_score == before
    text = visit.history(model)
    assert "Retracted" in text and "Leaked" in text and "evaluation 1: rmse = 0.5" in text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (added_evaluation("", "1"), "metric"),
        (added_evaluation("m" * 201, "1"), "metric"),
        (added_evaluation("rmse", ""), "value"),
        (added_evaluation("rmse", "low"), "value"),
        (added_evaluation("rmse", "nan"), "value"),
        (added_evaluation("rmse", "1e999"), "value"),
        (added_evaluation("rmse", "2", reported_by="author"), "value"),
        (added_evaluation("rmse", "2", supersedes="7"), "supersedes"),
        (added_evaluation("mae", "1", dataset="nowhere"), "dataset"),
        (added_evaluation("mae", "1", dataset="model-a"), "dataset"),
        (added_evaluation("mae", "1", n="-1"), "n"),
        (added_evaluation("mae", "1", n="1.5"), "n"),
        (added_evaluation("mae", "1", n="9007199254740992"), "n"),
        (added_evaluation("mae", "1", ci_low="2", ci_high="1"), "ci_low"),
        (added_evaluation("mae", "1", std_error="-1"), "std_error"),
        (added_evaluation("mae", "1", unit="u" * 101), "unit"),
        (added_evaluation("mae", "1", reported_by="me"), "reported_by"),
        (added_evaluation("rmse", "1", task="other", primary="on"), "primary"),
        ({"evaluations-0-close": "on"}, "reason"),
    ],
)
def test_a_wrong_evaluation_is_said_beside_it(visit: Visitor, values: dict[str, str], field: str) -> None:
    model = make_model("model-a", evaluations=(measured(primary=True),))
    [errors] = row_errors_of(visit.change(model, **values))
    assert field in errors
    assert model.evaluations.get().is_live


def test_an_evaluation_supersedes_the_one_it_names(visit: Visitor) -> None:
    model = make_model(evaluations=(measured(reported_by="evaluator"),))
    assert visit.change(model, **added_evaluation("rmse", "0.7", supersedes="1")).status_code == 302
    assert [(row.number, row.is_live) for row in model.evaluations.order_by("number")] == [(1, False), (2, True)]
    assert "Superseded" in visit.history(model)


def test_evaluations_have_their_own_page(visit: Visitor) -> None:
    model, dataset = make_model("model-a"), make_dataset("dataset-a")
    said = {"version": "model-a@1", "metric": "rmse", "value": "0.5", "reported_by": "author"}
    assert visit.add("evaluation", **said).status_code == 302
    assert model.evaluations.get().metric_id == "rmse"
    assert visit.add("evaluation", **said).status_code == 302 and model.evaluations.count() == 1
    assert "version" in errors_of(visit.add("evaluation", **{**said, "version": "nowhere"}))
    assert "value" in errors_of(visit.add("evaluation", **{**said, "value": "0.6"}))
    assert "__all__" in errors_of(visit.add("evaluation", **{**said, "version": str(dataset)}))


def test_selected_evaluations_are_retracted_with_one_reason(visit: Visitor) -> None:
    model = evaluated_model()
    append_evaluation(model, measured("mae"))
    rows = list(Evaluation.objects.all())
    visit.act("evaluation", "retract_selected", rows, confirmed="1", reason="Wrong split")
    assert {row.retraction_reason for row in Evaluation.objects.all()} == {"Wrong split"}
    assert not Evaluation.objects.filter(is_live=True).exists()


def test_a_link_on_the_analysis_decides_its_models(visit: Visitor) -> None:
    model = unpinned_model()
    analysis = model.links.get(relation="produced_by").target_version
    assert analysis is not None
    dataset = analysis.links.get().target
    answer = visit.change(
        analysis, **{"links-0-close": "on", "links-0-reason": "Pinned now"}, **added_link("used", f"{dataset}@1")
    )
    assert answer.status_code == 302
    model.refresh_from_db()
    assert (model.provenance_completeness, model.quality_score) == (1, 0.9)
