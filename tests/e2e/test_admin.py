"""The curators' pages in a browser: scripts run under the content security policy, and everybody can read them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from catalog.models import ArtifactVersion
from catalog.roles import Role, group_of
from tests.e2e.reading import SCHEMES, Scheme, violations
from tests.factories import evaluated_model, make_dataset, orphan_model

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer) -> Page:
    """A curator's browser."""
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.add(group_of(Role.CURATOR))
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    return page


@pytest.fixture
def watched(signed_in: Page) -> Iterator[Page]:
    """A curator's browser, in whose console no page may complain."""
    wrong: list[str] = []
    signed_in.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    signed_in.on("pageerror", lambda error: wrong.append(str(error)))
    yield signed_in
    assert wrong == []


def pages() -> list[str]:
    model = evaluated_model()
    orphan_model(title="Supercalifragilistic" * 20)
    return [
        *("", "catalog/modelversion/", "catalog/link/", "catalog/evaluation/", "catalog/modelversion/add/"),
        *(f"catalog/modelversion/{model.pk}/change/", f"catalog/modelversion/{model.pk}/history/"),
    ]


def test_pages_fit_a_phone_and_complain_of_nothing(watched: Page, live_server: LiveServer) -> None:
    for path in pages():
        for width in (1280, 390):
            watched.set_viewport_size({"width": width, "height": 900})
            watched.goto(f"{live_server.url}/admin/{path}")
            beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert watched.evaluate(beyond) == 0, (path, width)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing(signed_in: Page, live_server: LiveServer, scheme: Scheme) -> None:
    """Without a watch on the console: what axe itself tries is no complaint of the page."""
    signed_in.emulate_media(color_scheme=scheme)
    for path in pages():
        signed_in.goto(f"{live_server.url}/admin/{path}")
        assert violations(signed_in, scheme) == [], path


def test_a_curator_mends_a_flagged_model(watched: Page, live_server: LiveServer) -> None:
    make_dataset("dataset-a")
    model = orphan_model("model-a")
    watched.goto(f"{live_server.url}/admin/")
    watched.get_by_role("link", name="No dataset is named that this model was trained on.").click()
    watched.get_by_role("link", name=model.title).click()
    watched.locator("a:visible", has_text="Add another Link").click()
    watched.get_by_label("Relation").locator("visible=true").select_option("trained_on")
    watched.get_by_label("To:", exact=True).locator("visible=true").fill("dataset-b")
    watched.get_by_role("button", name="Save and continue editing").click()
    watched.get_by_text("Nothing in the catalogue is called 'dataset-b'").wait_for()
    watched.locator("#id_links-2-0-ref").fill("dataset-a@1")
    watched.get_by_role("button", name="Save and continue editing").click()
    watched.get_by_text("Provenance rules: 1 of 3 hold").wait_for()
    assert ArtifactVersion.objects.get(pk=model.pk).has_training_dataset


def test_a_curator_retracts_several_with_one_reason(watched: Page, live_server: LiveServer) -> None:
    orphan_model()
    orphan_model()
    watched.goto(f"{live_server.url}/admin/catalog/modelversion/")
    watched.locator("#action-toggle").check()
    watched.locator("select[name=action]").select_option("set_state")
    watched.get_by_role("button", name="Go").click()
    watched.get_by_label("State").select_option("retracted")
    watched.get_by_label("Reason").fill("Wrong units")
    watched.get_by_role("button", name="Set state").click()
    watched.get_by_text("Set state: done for 2 models.").wait_for()
    assert set(ArtifactVersion.objects.values_list("state", "state_reason")) == {("retracted", "Wrong units")}
