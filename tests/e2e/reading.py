"""That everyone can read a page: wide and on a phone, light and dark, with a screen reader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]

WIDTHS = (1280, 390)
"""In pixels: of a screen, and of a phone."""

SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def violations(page: Page, scheme: Scheme) -> list[tuple[str, str]]:
    """What axe finds wrong, each as the rule and the first element that breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme=scheme)
    found = page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations")
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]


def find_nothing_wrong(browser: Browser, addresses: Iterable[str]) -> None:
    """Open each page with its details unfolded: axe finds no violation, and nothing scrolls sideways."""
    context = browser.new_context()
    page = context.new_page()
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES:
                assert violations(page, scheme) == [], (address, width, scheme)
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (address, width)
    context.close()
