"""Theories: explanations side by side, each reading on one axis of its difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hokushin.answer.document import Why
from hokushin.answer.theories import Forecast
from hokushin.page.report.axis import Axis, axis_for


@dataclass(frozen=True)
class Reading:
    """One explanation under one reading of what it does not mention."""

    name: str
    title: str
    kind: str
    sources: tuple[str, ...]
    left: str
    """What becomes of causes that it does not mention: open or closed."""
    forecast: Forecast
    ring: float
    line: tuple[float, float]


@dataclass(frozen=True)
class Theories:
    """The figure of explanations."""

    readings: tuple[Reading, ...]
    axis: Axis
    nought: float


def theories_of(why: Why) -> Theories | None:
    """Lay out explanations, both readings of each; None where the answer compares none."""
    if not why.theories:
        return None
    forecasts = [f for theory in why.theories for f in (theory.open, theory.closed)]
    axis = axis_for(f.difference + side * f.se for f in forecasts for side in (-1.0, 1.0))
    return Theories(tuple(_readings(why, axis)), axis, axis.at(0.0))


def _readings(why: Why, axis: Axis) -> Iterator[Reading]:
    for theory in why.theories or ():
        for left, f in (("open", theory.open), ("closed", theory.closed)):
            line = (axis.at(f.difference - f.se), axis.at(f.difference + f.se))
            sources = tuple(theory.sources)
            ring = axis.at(f.difference)
            yield Reading(theory.name, theory.title, theory.kind, sources, left, f, ring, line)
