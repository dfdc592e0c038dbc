"""Axis: where a number lies on a line, in parts of a hundred of its length."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_TICKS = 5
_EXACT = 10


@dataclass(frozen=True)
class Axis:
    """A line from `low` to `high`, whole steps marked on it."""

    low: float
    high: float
    step: float

    def at(self, value: float) -> float:
        """Give the place of a value: 0 at the left end, 100 at the right one."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)

    @property
    def ticks(self) -> tuple[tuple[str, float], ...]:
        """What is written at each mark, and the place of the mark."""
        first, last = round(self.low / self.step), round(self.high / self.step)
        values = [round(k * self.step, _EXACT) for k in range(first, last + 1)]
        return tuple((f"{value:g}".replace("-", "−"), self.at(value)) for value in values)


def axis_for(values: Iterable[float]) -> Axis:
    """Give an axis with nought and all values on it, ends and marks at round numbers."""
    known = [0.0, *values]
    low, high = min(known), max(known)
    if low == high:
        return Axis(0.0, 1.0, 1.0)
    rough = (high - low) / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * k for k in (1, 2, 5, 10) if size * k >= rough * (1 - 1e-9))
    return Axis(step * math.floor(low / step), step * math.ceil(high / step), step)
