"""What every test gets."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from rest_framework.throttling import SimpleRateThrottle


@pytest.fixture(autouse=True)
def _without_throttling(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tests ask faster than people do. One about throttling sets its own THROTTLE_RATES."""
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", dict.fromkeys(SimpleRateThrottle.THROTTLE_RATES))
    yield
    cache.clear()
