"""How a model's score reads: what it is, what it rests on, and what it would be without the cap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.columns import VALIDATION_COLUMNS
from catalog.provenance.rules import failing, results


@dataclass(frozen=True, slots=True)
class Score:
    """A model's score, 0 to 1. `held` of the `asked` evidence checks hold; `cap` is set where the score is capped.

    Nobody assessed the model where `assessed` is false: the score says how much of its record is there.
    """

    value: float | None
    uncapped: float | None
    assessed: bool
    held: int
    asked: int

    @property
    def cap(self) -> float | None:
        lowered = self.value is not None and self.uncapped is not None and self.value < self.uncapped
        return self.value if lowered else None


def score_of(row: Any) -> Score:
    """The score of a model: `row` is a version, or a record of `catalog.listing`."""

    def column(name: str) -> Any:
        return row[name] if isinstance(row, Mapping) else getattr(row, name)

    return Score(
        value=column("quality_score"),
        uncapped=column("quality_uncapped"),
        assessed=column("assessed_quality") is not None,
        held=(column("evidence_held") or 0) + sum(bool(column(name)) for name in VALIDATION_COLUMNS),
        asked=(column("evidence_asked") or 0) + len(VALIDATION_COLUMNS) if column("evidence_asked") is not None else 0,
    )


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the provenance rules that apply to a model hold, and the codes of those that fail."""

    holding: int
    applying: int
    failing: tuple[str, ...]


def completeness_of(row: Any) -> Completeness:
    """The completeness of a model: `row` is a version, or a record of `catalog.listing`."""
    applying = [result for result in results(row) if result.applies]
    codes = tuple(rule.code for rule in failing(row))
    return Completeness(len(applying) - len(codes), len(applying), codes)
