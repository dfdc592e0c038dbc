"""Bars: intervals drawn in a line of text, in marks that every terminal or none but ASCII has."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Marks:
    """The characters that a picture in text is made of."""

    outer: str
    inner: str
    point: str
    zero: str
    arrow: str
    error: str
    dash: str


UNICODE = Marks("─", "━", "●", "│", "→", "±", "–")
ASCII = Marks("-", "=", "o", "|", "->", "+-", "-")


@dataclass(frozen=True)
class Scale:
    """An axis of so many columns, from one whole number of histories to another."""

    low: float
    high: float
    width: int

    def column(self, value: float) -> int:
        """Column in which a value falls; values past an end fall in the last column there."""
        place = (value - self.low) / (self.high - self.low) * (self.width - 1)
        return min(self.width - 1, max(0, round(place)))

    def ruler(self) -> str:
        """Numbers over the axis, each ending at its column, as many as fit."""
        line = [" "] * self.width
        for tick in _ticks(self.low, self.high):
            text, end = f"{tick:g}", self.column(tick)
            start = max(0, end - len(text) // 2)
            if (
                start + len(text) <= self.width
                and not "".join(line[max(0, start - 1) : start + len(text) + 1]).strip()
            ):
                line[start : start + len(text)] = text
        return "".join(line)

    def interval(
        self,
        outer: tuple[float, float],
        inner: tuple[float, float],
        point: float,
        marks: Marks,
    ) -> str:
        """Draw 90% thin, 50% thick, the estimate as a point, and the line of nothing behind."""
        line = [" "] * self.width
        if self.low <= 0 <= self.high:
            line[self.column(0)] = marks.zero
        for (low, high), mark in ((outer, marks.outer), (inner, marks.inner)):
            for column in range(self.column(low), self.column(high) + 1):
                line[column] = mark
        line[self.column(point)] = marks.point
        return "".join(line).rstrip()


def scale_for(lows: list[float], highs: list[float], width: int) -> Scale:
    """Give the axis that holds every interval and nothing, its ends on round numbers."""
    low, high = min([0.0, *lows]), max([0.0, *highs])
    step = _step(low, high)
    return Scale(math.floor(low / step) * step, max(math.ceil(high / step) * step, step), width)


def _ticks(low: float, high: float) -> list[float]:
    step = _step(low, high)
    first = math.ceil(low / step)
    return [step * i for i in range(first, math.floor(high / step) + 1)]


def _step(low: float, high: float) -> float:
    """The round step with which at most six numbers stand over the axis."""
    span = max(high - low, 1.0)
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500):
        if span / step <= 5:
            return float(step)
    return 1000.0
