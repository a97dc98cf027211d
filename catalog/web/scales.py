"""Axes: where a number stands on one, and which numbers to write beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDE_RANGE = 1000
"""Positive numbers that span more than this go on a logarithmic axis."""

ROOM = 0.06
"""Share of the axis left free beyond the outermost values on either side."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A number beside the axis, with as many digits as tell it from its neighbours."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from `low` to `high` on places from `first` to `last`; the axis has some room beyond both."""

    low: float
    high: float
    first: float
    last: float
    logarithmic: bool

    def place(self, value: float) -> float:
        """Where a number stands, to a tenth. What lies beyond the axis stands at its end."""
        share = min(1.0, max(0.0, ROOM + (1 - 2 * ROOM) * self._share(value)))
        return round(self.first + (self.last - self.first) * share, 1)

    def ticks(self, most: int = 4) -> tuple[Tick, ...]:
        """At most `most` round numbers within the axis; the one value where there is only one."""
        if self.low == self.high:
            return (Tick(self.place(self.low), _plain(self.low)),)
        values = self._powers(most) if self.logarithmic else self._multiples(most)
        return tuple(Tick(self.place(float(value)), _written(value)) for value in values)

    def _share(self, value: float) -> float:
        if self.low == self.high:
            return 0.5
        if self.logarithmic:
            low, high = math.log(self.low), math.log(self.high)
            return (math.log(value) - low) / (high - low) if value > 0 else -1.0
        # Halved where the distance between two finite numbers is not; the least number there is has no half.
        part = 0.5 if math.isinf(self.high - self.low) else 1.0
        return (value * part - self.low * part) / (self.high * part - self.low * part)

    def _powers(self, most: int) -> list[Decimal]:
        first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
        stride = max(1, math.ceil((last - first + 1) / most))
        return [Decimal(1).scaleb(exponent) for exponent in range(first, last + 1, stride)]

    def _multiples(self, most: int) -> list[Decimal]:
        """Multiples of 1, 2 or 5 times a power of ten, in decimals: binary steps would not stay round."""
        low, high = Decimal(self.low), Decimal(self.high)
        raw = (high - low) / most
        power = Decimal(1).scaleb(raw.adjusted())
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
        first = math.ceil(low / step)
        return [step * number for number in range(first, math.floor(high / step) + 1)][: most + 1]


def scale_for(values: Sequence[float], first: float, last: float) -> Scale:
    """The axis for `values`: logarithmic where they are positive and span orders of magnitude."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    wide = low > 0 and high / WIDE_RANGE > low
    return Scale(low, high, first, last, wide)


def _plain(value: float) -> str:
    return _written(Decimal(f"{value:.4g}"))


def _written(value: Decimal) -> str:
    """Plain between 1e-3 and 1e6, else scientific; every digit that it has, a true minus sign."""
    shown = value.normalize()
    exponent = shown.adjusted() if shown else 0
    if -4 < exponent < 6:
        text = f"{shown:f}"
    else:
        mantissa = f"{shown.scaleb(-exponent):f}"
        text = f"{mantissa}e{exponent}"
    return text.replace("-", "−")
