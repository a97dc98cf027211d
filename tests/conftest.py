"""What every test gets."""

import gc
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from rest_framework.throttling import SimpleRateThrottle
from whitenoise.middleware import WhiteNoiseMiddleware

from catalog.stamps import stamp


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: to look through it for garbage takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Each client starts middleware of its own, which would look for all static files again: a fifth of its time."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files = dict(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(autouse=True)
def _without_throttling(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tests ask faster than people do. One about throttling sets its own THROTTLE_RATES."""
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", dict.fromkeys(SimpleRateThrottle.THROTTLE_RATES))
    yield
    cache.clear()


def _calm_stamp() -> str:
    stamp()
    return "calm"


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stamps are asked for and stay the same: on PostgreSQL they change with what other tests write elsewhere."""
    monkeypatch.setattr("catalog.freshness.stamp", _calm_stamp)
