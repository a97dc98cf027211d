"""The page of an artifact in a browser: its lists, its leaderboards, and who can read it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.registration import LinkInput
from catalog.vocabulary import Outcome, Relation
from tests.e2e.reading import find_nothing_wrong
from tests.factories import (
    MetricFactory,
    make_analysis,
    make_dataset,
    make_document,
    make_hypothesis,
    make_model,
    measured,
    retracted,
)

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "A dataset whose title goes on and on: " + "single_nucleus_rna_sequencing_" * 4
PAGES = (
    *("data", "data@1", "data?show=models", "data?show=leaderboard&offset=10", "data?show=dependents", "data?shwo=x"),
    *("h", "fit", "paper", "gone", "long", "nowhere"),
    *("data/diff?from=1&to=2", "data/diff", "data/dependents", "data/dependents?kind=model&relation=trained_on"),
)


@pytest.fixture(autouse=True)
def _artifacts(live_server: LiveServer) -> None:
    MetricFactory(name="rmse", direction="lower")
    make_dataset("data", title="Cells of the cortex", metadata={"file": "cells.csv"})
    make_dataset("data", title="Cells of the cortex, more")
    make_hypothesis("h", title="Microglial activation precedes tau spread")
    make_document("paper", metadata={"references": ["doi:10.5555/x"]})
    make_dataset("long", title=LONG, description=LONG, checksums={LONG[-60:]: "0" * 64})
    analysis = make_analysis("fit", used=["data@1", "long"], tests=["h"])
    for number in range(14):
        tested = LinkInput(relation=Relation.TESTS, ref="h@1", outcome=list(Outcome)[number % 3])
        value = measured("rmse", 0.5 + number, dataset="data", dataset_version=1, split="test", n=100 + number // 12)
        other = measured("mae", 0.0, dataset="data", task="cells")
        make_model(
            f"model-{number:02}",
            title=f"Model {number:02} " + LONG * (number == 3),
            trained_on=["data@1"],
            produced_by=str(analysis),
            tests=[tested],
            evaluations=(value, other),
        )
    gone = make_dataset("gone")
    make_model("model-gone", trained_on=["gone@1"])
    retracted(gone)


def test_the_leaderboard_goes_on_and_another_is_chosen(page: Page, live_server: LiveServer) -> None:
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(f"{live_server.url}/artifacts/data")
    page.get_by_role("navigation", name="Leaderboards").get_by_role("link", name="rmse").click()
    expect(page.get_by_role("region", name="rmse").get_by_role("row")).to_have_count(11)
    page.get_by_role("link", name="All 14 places").click()
    expect(page.get_by_role("region", name="rmse").get_by_role("row")).to_have_count(12 + 1 + 2 + 1)
    expect(page.get_by_role("heading", name="Models trained on it")).to_have_count(0)
    page.get_by_role("link", name="All about this dataset").click()
    expect(page.get_by_role("heading", name="Models trained on it")).to_be_visible()
    assert wrong == []


def test_from_a_hypothesis_to_a_model_and_back(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/artifacts/h")
    page.get_by_role("region", name="Models").get_by_role("link", name="Model 13", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/models/model-13-v1")
    page.get_by_role("link", name="Microglial activation precedes tau spread").first.click()
    expect(page).to_have_url(f"{live_server.url}/artifacts/h-v1")


def test_a_mistyped_id_leads_on(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/artifacts/papre")
    page.get_by_role("link", name="paper").click()
    expect(page).to_have_url(f"{live_server.url}/artifacts/paper")


def test_everyone_can_read_the_page(browser: Browser, live_server: LiveServer) -> None:
    find_nothing_wrong(browser, [f"{live_server.url}/artifacts/{reference}" for reference in PAGES])
