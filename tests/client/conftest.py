"""A client that waits for nothing, of a catalogue that is real or of one that is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from scidex_client import Catalogue
from scidex_client.address import TOKEN_VARIABLE, URL_VARIABLE
from tests.client.faulty import Faulty, Step, faulty

Opening = Callable[..., Catalogue]


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (URL_VARIABLE, TOKEN_VARIABLE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were to be waited before each retry, and were not."""
    waited: list[float] = []
    monkeypatch.setattr("scidex_client.transport.sleep", waited.append)
    return waited


@pytest.fixture
def opening() -> Iterator[Opening]:
    """Opens catalogues that are closed at the end."""
    with ExitStack() as stack:
        yield lambda *arguments, **options: stack.enter_context(Catalogue(*arguments, **options))


@pytest.fixture
def serving() -> Iterator[Callable[..., Faulty]]:
    """Starts servers that answer by `steps`, then by `last`."""

    def start(last: Step, *steps: Step) -> Faulty:
        return stack.enter_context(faulty(last, *steps))

    with ExitStack() as stack:
        yield start


def page_of(*rows: Any, total: int | None = None, following: str | None = None, key: str = "models") -> dict[str, Any]:
    """A page of a list."""
    return {key: list(rows), "total": len(rows) if total is None else total, "next": following, "previous": None}
