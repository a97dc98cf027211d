"""How many requests somebody may send: by token or session as a user, else by address."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class RequestThrottle(SimpleRateThrottle):
    """So many requests in a period, counted in two numbers, where REST framework keeps the time of each.

    They are those of the clock's period and of the one before, of which counts what share still lies within a period
    of now, as if its requests had come evenly.
    """

    def __init__(self) -> None:
        """The rate is that of whoever asks, and so not known yet."""

    def allow_request(self, request: Request, view: Any) -> bool:
        user = request.user
        scope, who = ("user", user.pk) if user.is_authenticated else ("anon", self.get_ident(request))
        most, period = self.parse_rate(self.THROTTLE_RATES[scope])
        if most is None or period is None:
            return True
        key = self.cache_format % {"scope": scope, "ident": who}
        window, elapsed = divmod(self.timer(), period)
        count, before = self._counts(key, window)
        if before * (1 - elapsed / period) + count >= most:
            self.seconds = period - elapsed if count >= most else period * (1 - (most - count) / before) - elapsed
            return False
        self.cache.set(key, (window, count + 1, before), 2 * period)
        return True

    def _counts(self, key: str, window: float) -> tuple[int, int]:
        """The requests of this period of the clock, and of the one before."""
        kept, count, before = self.cache.get(key, (window, 0, 0))
        if kept == window:
            return count, before
        return 0, count if kept == window - 1 else 0

    def wait(self) -> float:
        """Seconds until one more request is allowed."""
        return self.seconds
