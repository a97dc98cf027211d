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
    """The answer in a word and its tone, the gravest reason, and the pins that were checked, the failing ones first.

    `beside` are the reasons that no pin tells: of the thing's own record, or of what it does not say.
    """

    word: str
    tone: str
    because: Reason | None
    others: int
    beside: tuple[Reason, ...]
    pins: tuple[CheckedPin, ...]
    total: int
    failing: tuple[CheckedPin, ...]
    failing_total: int

    @property
    def holding(self) -> int:
        return self.total - self.failing_total


def reproducing(found: Reproducibility) -> Reproducing:
    """The answer of a page to what was found."""
    word, tone = {True: ("Yes", "good"), False: ("No", "bad"), None: ("Not known", "warn")}[found.reproducible]
    failing = tuple(pin for pin in found.pins if pin.status != PinCheck.OK)
    told = {pin.message for pin in failing}
    shown = (*failing, *(pin for pin in found.pins if pin.status == PinCheck.OK))[:MOST_SHOWN]
    return Reproducing(
        word=word,
        tone=tone,
        because=found.reasons[0] if found.reasons else None,
        others=max(0, len(found.reasons) - 1),
        beside=tuple(reason for reason in found.reasons if reason.message not in told),
        pins=shown,
        total=len(found.pins),
        failing=failing[:MOST_SHOWN],
        failing_total=len(failing),
    )
