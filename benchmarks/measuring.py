"""Medians of interleaved rounds: what is compared is measured in turns, so that a busy machine slows all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

ROUNDS = 5
MOST, LEAST = 20, 2
"""How often each task is run in a round, unless its share of time is over first."""

SHARE = 0.3
"""Seconds that a task may take of a round."""


def medians(tasks: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each task's time, in milliseconds. What is cached once is filled before."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    for _ in range(rounds):
        for name, task in tasks.items():
            times[name] += _turn(task)
    return {name: statistics.median(found) for name, found in times.items()}


def _turn(task: Callable[[], object]) -> list[float]:
    found: list[float] = []
    while len(found) < LEAST or (len(found) < MOST and sum(found) < SHARE * 1_000):
        found.append(milliseconds(task))
    return found


def milliseconds(task: Callable[[], object]) -> float:
    """How long a task takes, once."""
    started = time.perf_counter()
    task()
    return (time.perf_counter() - started) * 1_000
