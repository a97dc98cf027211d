"""What is measured: a generated catalogue, and the figures of the smaller one beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.generating import Layout
from benchmarks.measuring import ROUNDS
from benchmarks.results import Baseline, Result

FULL = 1_000_000
"""The size that absolute goals are set for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A catalogue laid out so. `rounds` is how often each task has its turn."""

    layout: Layout
    baseline: Baseline = field(default_factory=Baseline)
    rounds: int = ROUNDS

    @property
    def share(self) -> float:
        """The part of the full size that this is: a goal for what grows with the catalogue is scaled by it."""
        return self.layout.size / FULL

    def steady(self, name: str, value: float, most: float | None = None, growth: float | None = 1.5) -> Result:
        """A figure in milliseconds that must not grow with the catalogue, nor be above `most`."""
        ratio = self.baseline.ratio(name, value)
        goals = [f"at most {growth:g} × that at {self.baseline.size:,}"] if growth and self.baseline.values else []
        goals += [f"at most {most:g} ms"] if most else []
        grown = bool(growth and ratio is not None and ratio > growth)
        met = not grown and value <= (most or float("inf")) if goals else None
        return Result(name, value, "ms", ratio, " and ".join(goals), met)
