"""The page of a model in a browser: its parts are reached, read by everyone and fit a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.registration import LinkInput
from catalog.vocabulary import Family, Outcome, Relation
from tests.e2e.reading import find_nothing_wrong
from tests.factories import (
    FULL_RECORD,
    RECORDS,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    retracted,
)

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "A model whose title goes on and on: " + "regularised_weighted_interval_score_" * 4
PAGES = ("model-a", "model-a@1", "model-long", "model-stat", "model-dl", "model-gone", "model-nowhere")


def parameters(count: int) -> dict[str, Any]:
    return {
        f"k_{number}": {"value": 10.0 ** (number % 26 - 18), "units": "1/day", "source": "fit", "prior": LONG}
        for number in range(count)
    }


@pytest.fixture(autouse=True)
def _models(live_server: LiveServer) -> None:
    make_dataset("data", title="Single-nucleus RNA-seq of the middle temporal gyrus")
    make_hypothesis("h", title="Microglial activation precedes tau spread")
    analysis = make_analysis("fit", used=["data@1", "h"])
    tested = LinkInput(relation=Relation.TESTS, ref="h@1", outcome=Outcome.SUPPORTS)
    values = [
        measured(metric, value, dataset="data", dataset_version=1, split="test", n=120)
        for metric, value in (("rmse", 1e-18), ("chi2", 1.2e7), ("auroc", 0.9))
    ]
    for number in (1, 2):
        make_model(
            "model-a",
            title=f"A model of cells, fit {number}",
            metadata=RECORDS[Family.BIOPHYSICAL] | FULL_RECORD | {"parameters": parameters(136)},
            trained_on=["data@1"],
            produced_by=str(analysis),
            tests=[tested],
            evaluations=tuple(values),
        )
    make_model(
        "model-long", title=LONG, description=LONG, changelog=LONG, metadata={"equations": [LONG * 9], LONG: LONG}
    )
    make_model("model-stat", family=Family.STATISTICAL, quality=0.7)
    make_model(
        "model-dl",
        family=Family.DEEP_LEARNING,
        metadata=RECORDS[Family.DEEP_LEARNING] | {"layer_config": [{"w": 1}] * 40},
    )
    retracted(make_model("model-gone"))


def test_nothing_goes_wrong_in_the_console_and_no_other_host_is_asked(page: Page, live_server: LiveServer) -> None:
    wrong: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: hosts.add("/".join(request.url.split("/")[:3])))
    page.goto(f"{live_server.url}/models/model-a")
    expect(page.get_by_role("heading", level=1)).to_have_text("A model of cells, fit 2")
    assert (wrong, hosts) == ([], {live_server.url})


def test_the_parts_of_the_page_are_reached_by_keyboard(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/models/model-a")
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Specification").press("Enter")
    expect(page).to_have_url(f"{live_server.url}/models/model-a#specification")
    table = page.get_by_role("region", name="Parameters")
    table.focus()
    page.keyboard.press("End")
    expect(table.get_by_role("rowheader", name="k_135")).to_be_visible()


def test_another_metric_of_the_course_is_one_link_away(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/models/model-a")
    page.get_by_role("navigation", name="Metric of the course").get_by_role("link", name="chi2").click()
    expect(page.get_by_role("img", name="chi2 over the versions")).to_be_visible()


def test_a_node_of_the_graph_leads_to_its_page(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/models/model-a")
    page.locator("svg.dag a.hypothesis").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Microglial activation precedes tau spread")


def test_everyone_can_read_the_page(browser: Browser, live_server: LiveServer) -> None:
    find_nothing_wrong(browser, [f"{live_server.url}/models/{reference}" for reference in PAGES])
