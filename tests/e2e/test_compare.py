"""The compare page in a browser: adding, leaving out, the switch, the pictures, and who can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.vocabulary import Family
from tests.e2e.reading import find_nothing_wrong
from tests.factories import make_analysis, make_dataset, make_model, measured, retracted

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "A model whose title goes on and on: " + "regularised_weighted_interval_score_" * 4
EIGHT = ",".join(f"model-{letter}" for letter in "abcdefgh")
PAGES = (
    "?ids=model-a,model-b",
    f"?ids={EIGHT}",
    f"?ids={EIGHT}&differences=only",
    "",
    "?ids=model-a&add=model",
    "?ids=modle-a,model-b,model-b-v1",
)


@pytest.fixture(autouse=True)
def _models(live_server: LiveServer) -> None:
    make_dataset("data", title="Single-nucleus RNA-seq of the middle temporal gyrus")
    make_dataset("data", title="Single-nucleus RNA-seq of the middle temporal gyrus", changelog="More donors.")
    run = make_analysis("run", title="One analysis of it all", used=["data@1"])
    for place, letter in enumerate("abcdefgh"):
        make_model(
            f"model-{letter}",
            title=LONG if letter == "c" else f"Model {letter.upper()}",
            family=(Family.DEEP_LEARNING, Family.STATISTICAL, Family.BIOPHYSICAL)[place % 3],
            trained_on=[f"data@{1 + place % 2}"],
            produced_by=str(run),
            metadata={"solver": {"method": "LSODA", "rtol": 10.0**-place}, "note": "same", f"only_{letter}": "x" * 200},
            evaluations=(
                measured("rmse", 0.02 + place / 100, ci_low=0.01, ci_high=0.2, n=120, dataset="data", split="test"),
                measured("chi2", 10.0 ** (place * 3 - 18), dataset="data", dataset_version=1, split="validation"),
                measured("f1", 0.5 + place / 100, dataset="data", dataset_version=1, split="test"),
            ),
        )
    retracted(make_model("model-z", title="Model Z"))


@pytest.fixture
def watched(page: Page) -> Iterator[Page]:
    """A page on which nothing may go wrong in the console."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert [text for text in wrong if "404" not in text and "400" not in text] == []


def test_a_model_is_added_by_its_title_and_left_out_again(watched: Page, live_server: LiveServer) -> None:
    page = watched
    page.goto(f"{live_server.url}/models/compare?ids=model-a,model-b")
    page.get_by_role("searchbox", name="Add a model").fill("model d")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Add Model D").click()
    expect(page.get_by_role("heading", name="Compare 3 models")).to_be_visible()
    page.get_by_role("link", name="Remove A, Model A").click()
    expect(page.get_by_role("heading", name="Compare 2 models")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/models/compare?ids=model-b-v1,model-d-v1")


def test_an_id_is_added_at_once(watched: Page, live_server: LiveServer) -> None:
    page = watched
    page.goto(f"{live_server.url}/models/compare")
    for name in ("model-a", "model-b"):
        page.get_by_role("searchbox", name="Add a model").fill(name)
        page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Compare 2 models")).to_be_visible()


def test_the_switch_leaves_the_differences(watched: Page, live_server: LiveServer) -> None:
    page = watched
    page.goto(f"{live_server.url}/models/compare?ids=model-a,model-b")
    expect(page.get_by_role("row", name="note same same")).to_be_visible()
    page.get_by_role("link", name="Show differences only").click()
    expect(page).to_have_url(re.compile(r"differences=only#metadata$"))
    expect(page.get_by_role("row", name="note same same")).to_have_count(0)
    expect(page.get_by_role("row", name=re.compile("differs: rtol"))).to_be_visible()
    page.get_by_role("link", name="Show all fields").click()
    expect(page.get_by_role("row", name="note same same")).to_be_visible()


def test_the_best_is_bold_and_said(watched: Page, live_server: LiveServer) -> None:
    page = watched
    page.goto(f"{live_server.url}/models/compare?ids=model-a,model-b")
    best = page.get_by_role("row", name=re.compile("^F1")).locator("td.best")
    expect(best).to_have_text(re.compile(r"0\.51\s+best"))
    assert best.evaluate("element => getComputedStyle(element).fontWeight") == "700"


def test_a_node_of_a_picture_is_reached_by_the_keyboard(watched: Page, live_server: LiveServer) -> None:
    page = watched
    page.goto(f"{live_server.url}/models/compare?ids=model-a,model-b")
    node = page.locator("svg.dag a").filter(has_text="dataset").first
    node.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/artifacts/data-v1")


def test_the_first_column_stays_while_a_table_scrolls(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/models/compare?ids={EIGHT}")
    head = page.get_by_role("rowheader", name="Score")
    before = head.bounding_box()
    head.evaluate("element => { element.closest('.scroll').scrollLeft = 400 }")
    after = head.bounding_box()
    assert before is not None and after is not None and before["x"] == after["x"]
    context.close()


def test_a_mistyped_id_leads_to_the_right_one(watched: Page, live_server: LiveServer) -> None:
    page = watched
    response = page.goto(f"{live_server.url}/models/compare?ids=modle-a,model-b")
    assert response is not None and response.status == 404
    page.get_by_role("link", name="model-a", exact=True).click()
    expect(page.get_by_role("heading", name="Compare 2 models")).to_be_visible()


def test_everyone_can_read_the_page(browser: Browser, live_server: LiveServer) -> None:
    find_nothing_wrong(browser, [f"{live_server.url}/models/compare{query}" for query in PAGES])
