"""That everyone can read a page: wide and on a phone, light and dark, with a screen reader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

Scheme = Literal["light", "dark"]


def each_way_of_reading(test):  # type: ignore[no-untyped-def]
    """Run a test with every `width` in pixels and every colour `scheme`."""
    return pytest.mark.parametrize("scheme", ["light", "dark"])(pytest.mark.parametrize("width", [1280, 390])(test))


def find_nothing_wrong(browser: Browser, addresses: Iterable[str], *, width: int, scheme: Scheme) -> None:
    """Open each page with its details unfolded: axe finds no violation, and nothing scrolls sideways."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    context.close()
