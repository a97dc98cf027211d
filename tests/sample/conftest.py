"""The sample, loaded once for all tests of this folder."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("sample"))  # one worker loads it, the others go on


@pytest.fixture(scope="package")
def loaded_sample(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """What the command said. Each test has its own transaction inside this one."""
    output = io.StringIO()
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        call_command("load_sample", stdout=output)
        yield output.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def sample(loaded_sample: str, db: None) -> str:
    """The sample catalogue, for one test to read and change."""
    return loaded_sample
