"""Dots: draws of a probability as equally likely dots, stacked where they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hokushin.page.report.axis import Axis, axis_for

_BINS = 32
"""Places side by side on which dots may stand."""

_PITCH, _TALLEST = 13.0, 104.0


@dataclass(frozen=True)
class Dots:
    """A quantile dotplot: places of dots across, and how high each stands in its stack."""

    axis: Axis
    dots: tuple[tuple[float, int], ...]
    highest: int
    """Dots in the tallest stack."""
    pitch: float
    """Pixels from dot to dot in a stack."""


def dots_of(values: Sequence[float], unit: int) -> Dots | None:
    """Stack dots, each one as likely as the next; None where the answer has none."""
    if not values:
        return None
    axis = axis_for(unit * value for value in values)
    stacks: dict[int, int] = {}
    placed = []
    for value in sorted(values):
        column = min(_BINS - 1, int(axis.at(unit * value) / 100 * _BINS))
        placed.append((round(100 * (column + 0.5) / _BINS, 2), stacks.get(column, 0)))
        stacks[column] = stacks.get(column, 0) + 1
    highest = max(stacks.values())
    return Dots(axis, tuple(placed), highest, min(_PITCH, _TALLEST / highest))
