"""The browsable API under the site's content security policy."""

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import complete_model


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/models", "HTTP 200 OK"),
        ("/api/models/model-a", "HTTP 200 OK"),
        ("/api/models?famly=x", "HTTP 400 Bad Request"),
        ("/api/models/nothing", "HTTP 404 Not Found"),
        ("/api/nothing", "HTTP 404 Not Found"),
    ],
)
def test_it_works_under_the_policy(page: Page, live_server: LiveServer, path: str, shown: str) -> None:
    complete_model("model-a")
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # The browser itself reports that the page came with an error status.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            problems.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(str(error)))

    page.goto(f"{live_server.url}{path}")

    expect(page.locator(".response-info")).to_contain_text(shown)
    page.wait_for_load_state("networkidle")
    assert problems == []
