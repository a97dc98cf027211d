"""How many requests are answered: counted in two numbers, whatever the rate."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache

from catalog.api.throttling import RequestThrottle

MINUTE = 60.0
START = 1_000 * MINUTE


class Clock:
    """Asks at moments that a test chooses, as whoever it chooses."""

    def __init__(self) -> None:
        self.now = START
        self.throttle = RequestThrottle()

    def ask(self, address: str = "192.0.2.1", user: Any = None, proxied: str | None = None) -> bool:
        headers = {} if proxied is None else {"x-forwarded-for": proxied}
        request: Any = SimpleNamespace(user=user or AnonymousUser(), headers=headers, META={"REMOTE_ADDR": address})
        self.throttle = RequestThrottle()
        self.throttle.timer = lambda: self.now
        return self.throttle.allow_request(request, None)

    def answered(self, asked: int) -> int:
        return sum(self.ask() for _ in range(asked))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(RequestThrottle, "THROTTLE_RATES", {"anon": "10/min", "user": "20/min"})
    return Clock()


def test_as_many_as_the_rate_says(clock: Clock) -> None:
    assert clock.answered(15) == 10


def test_who_comes_back_when_told_is_answered(clock: Clock) -> None:
    for start in (0, 17, 59):
        clock.now += MINUTE * 10 + start
        clock.answered(15)
        for _ in range(12):
            assert not clock.ask()
            wait = clock.throttle.wait()
            assert 0 < wait <= MINUTE
            clock.now += wait + 0.001
            assert clock.ask()
            clock.answered(15)


def test_the_period_before_counts_by_what_lies_within_one_of_now(clock: Clock) -> None:
    clock.answered(10)

    clock.now += MINUTE * 1.5

    assert clock.answered(15) == 5


def test_what_was_longer_ago_is_forgotten(clock: Clock) -> None:
    clock.answered(10)

    clock.now += 2 * MINUTE

    assert clock.answered(15) == 10


def test_in_the_long_run_the_rate_is_kept(clock: Clock) -> None:
    answered = 0
    for _ in range(600):  # one a second, for ten minutes
        answered += clock.ask()
        clock.now += 1

    assert 90 <= answered <= 110


def test_each_is_counted_apart(clock: Clock) -> None:
    assert clock.answered(11) == 10

    assert clock.ask(address="192.0.2.2")
    user = SimpleNamespace(pk=1, is_authenticated=True)
    assert sum(clock.ask(user=user) for _ in range(30)) == 20
    assert clock.ask(user=SimpleNamespace(pk=2, is_authenticated=True))


def test_without_trusted_proxies_nobody_is_another_by_saying_so(clock: Clock) -> None:
    assert sum(clock.ask(proxied=f"198.51.100.{n}") for n in range(15)) == 10


def test_without_a_rate_all_are_answered(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RequestThrottle, "THROTTLE_RATES", {"anon": None, "user": None})

    assert clock.answered(50) == 50


def test_what_is_kept_does_not_grow(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RequestThrottle, "THROTTLE_RATES", {"anon": "100000/min", "user": None})
    sizes: list[int] = []
    keep: Callable[..., None] = cache.set

    def measured(key: str, value: Any, *args: Any) -> None:
        sizes.append(len(pickle.dumps(value)))
        keep(key, value, *args)

    monkeypatch.setattr(RequestThrottle, "cache", SimpleNamespace(get=cache.get, set=measured))
    clock.answered(1000)

    assert max(sizes) <= min(sizes) + 2
