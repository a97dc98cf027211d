"""Pages as of a moment and a frozen comparison in a browser: the way there, the way back, and who can read them."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.frozen import freeze
from catalog.models import FrozenComparison
from catalog.registration import Assessment, assess, set_state
from tests.e2e.reading import find_nothing_wrong
from tests.factories import UserFactory, evaluated_model, make_dataset

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moment(live_server: LiveServer) -> str:
    """A moment before the first of two models was assessed anew and retracted."""
    make_dataset("data", title="Single-nucleus RNA-seq")
    models = [evaluated_model(name, dataset="data", trained_on=["data@1"]) for name in ("model-a", "model-b")]
    freeze(models, note="Table 2 of the paper", by=UserFactory(username="ada"))
    before = timezone.now().isoformat().replace("+00:00", "Z")
    assess(models[0], Assessment(value=0.11, by="A. Curator", reason="It fails abroad."))
    set_state(models[0], "retracted", reason="The data were wrong.")
    return before


def frozen_page() -> str:
    return f"/comparisons/{FrozenComparison.objects.get().public_id}"


def test_from_now_to_then_and_back(live_server: LiveServer, page: Page, moment: str) -> None:
    page.goto(f"{live_server.url}/models/model-a-v1")
    expect(page.get_by_text("This version is retracted.")).to_be_visible()
    oldest = page.get_by_role("region", name="History").get_by_role("link").last
    oldest.click()
    expect(page.get_by_text("As the catalogue showed it on")).to_be_visible()
    expect(page.get_by_text("This version is retracted.")).to_have_count(0)
    page.get_by_role("link", name="See it as it is now").click()
    expect(page.get_by_text("This version is retracted.")).to_be_visible()


def test_a_frozen_comparison_stays_and_says_what_changed(live_server: LiveServer, page: Page, moment: str) -> None:
    page.goto(f"{live_server.url}{frozen_page()}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Frozen comparison of 2 models")
    expect(page.get_by_text("model-a-v1, quality score: 0.9 then, 0.11 now.")).to_be_visible()
    page.get_by_role("link", name="Compare these versions as they are now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare 2 models")


def test_everyone_can_read_them(live_server: LiveServer, browser: Browser, moment: str) -> None:
    paths = (
        f"/models/model-a-v1?as_of={moment}",
        f"/artifacts/data?as_of={moment}",
        f"/models/compare?ids=model-a,model-b&as_of={moment}",
        "/models/model-a-v1?as_of=yesterday",
        frozen_page(),
    )
    find_nothing_wrong(browser, [f"{live_server.url}{path}" for path in paths])
