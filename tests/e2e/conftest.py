"""Browser tests: the chromium of the system against a live server."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

# Playwright keeps an event loop in the thread that runs the tests, where Django would refuse its ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).parent
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Browser tests need chromium. On Debian: apt-get install chromium")
    return browser_type_launch_args | {"executable_path": chromium, "args": CHROMIUM_ARGS}
