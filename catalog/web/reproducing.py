"""Whether a thing can still be reproduced, as its page answers."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.provenance.pin_checks import CheckedPin
from catalog.provenance.reproducibility import Reason, Reproducibility
from catalog.vocabulary import PinCheck

MOST_SHOWN = 50
"""Pins that a page lists; the JSON has all."""


@dataclass(frozen=True, slots=True)
class Reproducing:
    """The answer in a word and its tone, the gravest reason, and the pins that were checked, the failing ones first."""

    word: str
    tone: str
    because: Reason | None
    others: int
    record: str | None
    pins: tuple[CheckedPin, ...]
    failing: tuple[CheckedPin, ...]
    total: int
    left_out: int

    @property
    def holding(self) -> int:
        return self.total - len(self.failing)


def reproducing(found: Reproducibility) -> Reproducing:
    """The answer of a page to what was found."""
    word, tone = {True: ("Yes", "good"), False: ("No", "bad"), None: ("Not known", "warn")}[found.reproducible]
    failing = tuple(pin for pin in found.pins if pin.status != PinCheck.OK)
    shown = (*failing, *(pin for pin in found.pins if pin.status == PinCheck.OK))[:MOST_SHOWN]
    return Reproducing(
        word=word,
        tone=tone,
        because=found.reasons[0] if found.reasons else None,
        others=max(0, len(found.reasons) - 1),
        record=found.record.message,
        pins=shown,
        failing=failing,
        total=len(found.pins),
        left_out=len(found.pins) - len(shown),
    )
