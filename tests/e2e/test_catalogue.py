"""The catalogue in a browser: filtering, selecting, the way to the comparison, and who can read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.vocabulary import Family
from tests.e2e.reading import find_nothing_wrong
from tests.factories import complete_model, evaluated_model, make_dataset, measured, orphan_model, unpinned_model

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "A model whose title goes on and on: " + "regularised_weighted_interval_score_" * 4

PAGES = (
    "/",
    "/models",
    "/models?q=nothing&family=statistical",
    "/models?min_quality=9&selected=nowhere",
    "/artifacts",
    "/nowhere",
)


@pytest.fixture(autouse=True)
def _models(live_server: LiveServer) -> None:
    make_dataset("dataset-a", title="Single-nucleus RNA-seq of the middle temporal gyrus")
    complete_model("model-a", title="Alpha", trained_on=["dataset-a@1"], family=Family.DEEP_LEARNING)
    unpinned_model("model-b", title="Beta", family=Family.STATISTICAL)
    evaluated_model("model-c", title="Gamma", evaluations=[measured("rmse", 1e-18), measured("chi2", 1.2e7)])
    orphan_model("model-long", title=LONG)
    for number in range(20):
        orphan_model(f"model-{number}", title=f"Orphan {number:02}")


@pytest.fixture
def watched(page: Page) -> Iterator[Page]:
    """A page on which nothing may go wrong in the console."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert [text for text in wrong if "404" not in text] == []


def test_filters_narrow_the_list_and_go_away_again(watched: Page, live_server: LiveServer) -> None:
    page = watched
    page.goto(f"{live_server.url}/models")
    expect(page.get_by_role("status").first).to_contain_text("24 models, 1 to 20 shown")
    page.get_by_role("radio", name="deep learning").check()
    page.get_by_role("button", name="Apply").first.click()
    expect(page).to_have_url(f"{live_server.url}/models?family=deep_learning")
    expect(page.get_by_role("status").first).to_have_text("1 model")
    expect(page.get_by_role("link", name="Alpha", exact=True)).to_be_visible()
    page.get_by_role("link", name="family: deep learning").click()
    expect(page.get_by_role("status").first).to_contain_text("24 models")


def test_the_search_is_sent_by_the_enter_key_and_says_what_to_loosen(watched: Page, live_server: LiveServer) -> None:
    page = watched
    page.goto(f"{live_server.url}/models?family=statistical")
    page.get_by_role("searchbox", name="Search").fill("alpha")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No model fits all of these filters.")).to_be_visible()
    page.get_by_role("link", name="Without “family”").click()
    expect(page.get_by_role("link", name="Alpha", exact=True)).to_be_visible()


def test_ticks_stay_while_paging_and_filtering_and_lead_to_the_comparison(
    watched: Page, live_server: LiveServer
) -> None:
    page = watched
    page.goto(f"{live_server.url}/models")
    page.get_by_role("checkbox", name="Compare Alpha").check()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Selected for comparison: 1 of at most 8")).to_be_visible()
    page.get_by_role("checkbox", name="Compare Orphan").first.check()
    page.get_by_role("searchbox", name="Search").fill("beta")
    page.get_by_role("button", name="Apply").first.click()
    expect(page.get_by_role("heading", name="Selected for comparison: 2 of at most 8")).to_be_visible()
    page.get_by_role("checkbox", name="Compare Beta").check()
    page.get_by_role("link", name="remove from the selection").nth(1).click()
    page.get_by_role("checkbox", name="Compare Beta").check()
    page.get_by_role("button", name="Compare selected").first.click()
    expect(page).to_have_url(f"{live_server.url}/models/compare?ids=model-a-v1,model-b-v1")


def test_too_few_are_not_compared_and_the_page_says_so(watched: Page, live_server: LiveServer) -> None:
    page = watched
    page.goto(f"{live_server.url}/models?q=alpha")
    page.get_by_role("button", name="Compare selected").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Tick 2 more")


def test_a_head_sorts(watched: Page, live_server: LiveServer) -> None:
    page = watched
    page.goto(f"{live_server.url}/models")
    page.get_by_role("columnheader", name="Model").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Model")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("row").nth(1)).to_contain_text("A model whose title")


def test_everyone_can_read_the_pages(browser: Browser, live_server: LiveServer) -> None:
    find_nothing_wrong(browser, [f"{live_server.url}{address}" for address in PAGES])


def test_on_a_phone_the_filters_unfold(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/models")
    expect(page.get_by_role("radio", name="deep learning")).to_be_hidden()
    page.get_by_role("checkbox", name="Show all filters").check()
    page.get_by_role("radio", name="deep learning").check()
    page.get_by_role("button", name="Apply").first.click()
    expect(page.get_by_role("link", name="Alpha", exact=True)).to_be_visible()
    context.close()
