"""The home page: what the catalogue holds as a whole."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.vocabulary import Family
from tests.factories import (
    complete_model,
    make_dataset,
    measured,
    model_of_a_hypothesis,
    orphan_model,
    retracted,
    unpinned_model,
)
from tests.web.pages import parsed, tidy

pytestmark = pytest.mark.django_db


def test_it_counts_models_by_family_and_completeness(client: Client) -> None:
    complete_model("model-a", family=Family.DEEP_LEARNING)
    complete_model("model-a", family=Family.DEEP_LEARNING)
    orphan_model(family=Family.DEEP_LEARNING)
    model_of_a_hypothesis(family=Family.STATISTICAL)
    retracted(orphan_model(family=Family.BIOPHYSICAL))
    page = parsed(client.get("/"))
    rows = [tidy(tag.text) for tag in page.all("tr")]
    assert rows[1:] == ["biophysical 0 0 0", "deep learning 2 1 1", "statistical 1 1 0", "All 3 2 1"]
    assert page.links()["deep learning"] == "/models?family=deep_learning"
    assert "/models?family=deep_learning&complete=false" in page.addresses


def test_it_says_what_needs_a_curator_most_first(client: Client) -> None:
    orphan_model(title="Far")
    unpinned_model(title="Near")
    page = parsed(client.get("/"))
    lines = [tidy(tag.text) for tag in page.all("li")]
    failing = [line for line in lines if "of 2 (" in line]
    assert failing[0].startswith("2 of 2 (100 %): The producing analysis does not pin")
    assert len(failing) == 3 and failing[1].startswith("1 of 2 (50 %)")
    near = [line for line in lines if line.startswith(("Near", "Far")) and "of 3" in line]
    assert near == ["Near 2 of 3 inputs not pinned", "Far 0 of 3 no training dataset no analysis inputs not pinned"]
    assert any("failing=pinned_inputs" in href for href in page.addresses)


def test_it_says_which_metrics_have_no_direction(client: Client) -> None:
    orphan_model(evaluations=(measured("rmse", 1.0), measured("strangeness", 1.0)))
    assert "1 reported metric does not say" in tidy(parsed(client.get("/")).all("main")[0].text)


def test_it_asks_of_the_data_that_is_there(client: Client) -> None:
    make_dataset("dataset-a", title="Cells")
    for _ in range(2):
        complete_model(trained_on=["dataset-a@1"])
    complete_model()
    links = parsed(client.get("/")).links()
    assert links["Which models were trained on Cells?"] == "/models?dataset=dataset-a"
    assert links["Which model does best on it?"] == "/artifacts/dataset-a"


def test_an_empty_catalogue_has_a_home(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "holds no model yet" in tidy(parsed(response).all("main")[0].text)


def test_links_lead_somewhere(client: Client) -> None:
    make_dataset("dataset-a")
    complete_model(trained_on=["dataset-a@1"])
    orphan_model(evaluations=(measured("strangeness", 1.0),))
    hrefs = {href for href in parsed(client.get("/")).addresses if href.startswith(("/models", "/artifacts", "/api"))}
    assert {client.get(href).status_code for href in hrefs} == {200}


def test_queries_do_not_grow_with_rows(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    orphan_model(trained_on=[str(make_dataset().artifact)])
    few = queries()
    for _ in range(8):
        complete_model()
        orphan_model()
    assert queries() == few <= 8
