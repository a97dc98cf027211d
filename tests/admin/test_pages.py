"""Every page of every registered model opens, whatever it holds."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.urls import reverse

from catalog.models import Artifact, Evaluation, Identifier, Link, MetricDefinition
from catalog.registration import LinkInput, append_evaluation
from catalog.vocabulary import Family, Kind, Relation
from tests.admin.browsing import Visitor
from tests.factories import (
    complete_model,
    evaluated_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    make_version,
    measured,
    model_of_a_hypothesis,
    orphan_model,
)

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label == "catalog"]


def a_catalogue() -> None:
    """At least one row of everything, among them what is long, odd and missing."""
    evaluated_model()
    orphan_model()
    model_of_a_hypothesis()
    make_hypothesis()
    make_version(Kind.DOCUMENT, title="A very long title, " * 25)
    code = make_version(Kind.CODE)
    make_analysis(used=[f"{code}", make_dataset().artifact.public_id])
    make_model(
        family=Family.BIOPHYSICAL,
        title="<script>alert('title')</script>" + "Supercalifragilistic" * 20,
        metadata={
            "parameters": {f"k{n}": {"value": n / 7, "units": "1/h"} for n in range(136)},
            "equations": ["dx/dt = <b>x</b>"],
            "solver": "LSODA",
            "free": {"deep": {"deeper": [1, None, True]}},
            "nothing": None,
        },
        links=[LinkInput(relation=Relation.CITES, ref=f"{code}", stated_as="<i>words</i>")],
    )


@pytest.mark.parametrize(
    ("who", "model"),
    # To define metrics is no right of a curator's role.
    [("visit", model) for model in OURS if model is not MetricDefinition]
    + [("visit_as_root", model) for model in OURS],
    ids=lambda value: value if isinstance(value, str) else value._meta.model_name,
)
def test_each_page_opens(model: Any, who: str, request: pytest.FixtureRequest) -> None:
    a_catalogue()
    visit: Visitor = request.getfixturevalue(who)
    name = f"admin:catalog_{model._meta.model_name}"
    may = admin.site.get_model_admin(model)
    assert visit.client.get(reverse(f"{name}_changelist")).status_code == 200
    expected = 403 if model is Artifact else 200
    assert visit.client.get(reverse(f"{name}_add")).status_code == expected
    rows = list(may.get_queryset(visit.client.get("/admin/").wsgi_request))
    assert rows
    for row in rows:
        for page in ("change", "history"):
            response = visit.client.get(reverse(f"{name}_{page}", args=[quote(row.pk)]))
            assert response.status_code == 200, (page, row)
            assert b"<script>alert" not in response.content


def test_a_catalogue_without_rows_opens(visit_as_root: Visitor) -> None:
    for model in OURS:
        assert visit_as_root.list(model._meta.model_name).status_code == 200
    assert b"There are no models yet" in visit_as_root.client.get("/admin/").content


@pytest.mark.parametrize("key", ["abc", "0", "9" * 40, "1_2F2", "%00"])
@pytest.mark.parametrize("place", ["change", "history"])
def test_an_unknown_row_leads_back_to_the_index(visit: Visitor, key: str, place: str) -> None:
    for model in ("modelversion", "link", "evaluation", "identifier", "artifact"):
        response = visit.client.get(f"/admin/catalog/{model}/{key}/{place}/")
        assert response.status_code == 302 and response.url == "/admin/", (model, key)


def test_a_model_is_not_found_among_datasets(visit: Visitor) -> None:
    model = complete_model()
    assert visit.client.get(f"/admin/catalog/datasetversion/{model.pk}/change/").status_code == 302


@pytest.mark.parametrize("place", ["delete", "history/1"])
def test_nothing_is_deleted_and_no_old_state_is_put_back(visit_as_root: Visitor, place: str) -> None:
    model = evaluated_model()
    evaluation, link = model.evaluations.get(), model.links.first()
    assert link is not None
    for path in (f"modelversion/{model.pk}", f"link/{link.pk}", f"evaluation/{evaluation.pk}"):
        for send in (visit_as_root.client.get, visit_as_root.client.post):
            assert send(f"/admin/catalog/{path}/{place}/").status_code == 403
    assert b'value="delete_selected"' not in visit_as_root.list("modelversion").content
    assert {Link, Evaluation, Artifact, Identifier} <= set(OURS)


def test_the_score_is_explained_beside_the_form(visit: Visitor) -> None:
    text = " ".join(visit.page(orphan_model(quality=0.9)).content.decode().split())
    assert "Why the score is 0.30" in text and "as assessed" in text
    assert "0.90" in text and "At most 0.3 while a rule fails" in text
    assert "No dataset is named that this model was trained on." in text
    assert "Add a trained_on link to the dataset" in text
    assert "Missing:</b> States a licence" in text and "There:</b> Says what the model is" in text
    text = " ".join(visit.page(complete_model(quality=None)).content.decode().split())
    assert "None: every rule that applies holds." in text and "nobody has assessed it" in text


def test_the_work_list_counts_flagged_models_by_rule(visit: Visitor) -> None:
    complete_model()
    orphan_model()
    orphan_model("again")
    orphan_model("again")  # of which the latest counts
    for page in (visit.client.get("/admin/"), visit.list("modelversion")):
        text = " ".join(page.content.decode().split())
        assert "2 of 3 latest versions of models" in text
        assert "?failing=pinned_inputs&amp;is_latest__exact=1" in text
    chosen = visit.list("modelversion", failing="pinned_inputs", is_latest__exact=1)
    assert chosen.context["cl"].result_count == 2


@pytest.mark.parametrize(
    ("model", "query", "count"),
    [
        ("modelversion", {"provenance": "flagged"}, 1),
        ("modelversion", {"provenance": "complete"}, 2),
        ("modelversion", {"provenance": "none"}, 1),
        ("modelversion", {"failing": "training_dataset"}, 1),
        ("modelversion", {"failing": "tested_hypothesis"}, 0),
        ("modelversion", {"basis": "assessed"}, 2),
        ("modelversion", {"basis": "evidence"}, 1),
        ("modelversion", {"capped": "yes"}, 0),
        ("modelversion", {"capped": "no"}, 3),
        ("modelversion", {"family__exact": "statistical"}, 1),
        ("modelversion", {"family_basis__exact": "source"}, 3),
        ("modelversion", {"state__exact": "retracted"}, 0),
        ("modelversion", {"q": "orphan"}, 1),
        ("datasetversion", {"identified": "no"}, 0),
        ("analysisversion", {"inputs": "pinned"}, 2),
        ("analysisversion", {"inputs": "loose"}, 0),
        ("analysisversion", {"inputs": "none"}, 0),
        ("link", {"pinned": "yes"}, 6),
        ("link", {"pinned": "no"}, 0),
        ("evaluation", {"counts": "yes"}, 1),
        ("evaluation", {"counts": "retracted"}, 0),
        ("evaluation", {"counts": "superseded"}, 0),
        ("identifier", {"names": "alias"}, 0),
        ("identifier", {"names": "version", "artifact__kind__exact": "model"}, 3),
    ],
)
def test_lists_filter_and_search(visit: Visitor, model: str, query: dict[str, str], count: int) -> None:
    evaluated_model()
    complete_model()
    orphan_model("orphan", family=Family.STATISTICAL)
    response = visit.list(model, **query)
    assert response.status_code == 200
    assert response.context["cl"].result_count == count


@pytest.mark.parametrize(
    "query",
    [{"failing": "nonsense"}, {"provenance": ""}, {"state__exact": "x\0"}, {"q": "\0"}, {"p": "99999"}, {"o": "9.z"}],
)
def test_a_wrong_list_address_is_said_not_thrown(visit: Visitor, query: dict[str, str]) -> None:
    orphan_model()
    assert visit.list("modelversion", **query).status_code in {200, 302}


def test_a_model_with_more_rows_than_a_form_holds_says_where_they_are(
    visit: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.admin.inlines.SHOWN", 3)
    monkeypatch.setattr("catalog.admin.versions.SHOWN", 3)
    model = complete_model()
    for number in range(5):
        append_evaluation(model, measured(value=number, period=str(number)))
    text = " ".join(visit.page(model).content.decode().split())
    assert "The newest 3 of 5 evaluations are shown" in text
    all_of_them = visit.list("evaluation", version__id__exact=model.pk, counts="yes")
    assert all_of_them.context["cl"].result_count == 5
    assert visit.change(model, tag="stable").status_code == 302
    model.refresh_from_db()
    assert model.version_tag == "stable"


def test_pages_keep_to_the_content_security_policy(visit: Visitor) -> None:
    model = evaluated_model()
    for response in (visit.page(model), visit.list("modelversion"), visit.add_page("modelversion")):
        assert "default-src 'self'" in response["Content-Security-Policy"]
        text = response.content.decode()
        assert "<style" not in text and " style=" not in text and "onclick" not in text
        assert "<script>" not in text


def test_a_version_leads_to_what_rests_on_it_as_a_table(visit_as_root: Visitor) -> None:
    dataset = make_dataset("data")
    make_model("m", trained_on=["data@1"])
    page = visit_as_root.client.get(f"/admin/catalog/datasetversion/{dataset.pk}/change/").content.decode()
    assert 'href="/artifacts/data-v1/dependents.csv"' in page
    table = visit_as_root.client.get("/artifacts/data-v1/dependents.csv").getvalue().decode()
    assert table.splitlines()[1].startswith("m-v1,m,model,")
