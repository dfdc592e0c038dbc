"""Held: what explanations forecast of a record that was held out, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hokushin.infer.score.compare import compare


@dataclass(frozen=True)
class HeldOut:
    """Score of what lies after one day, in nats, beside that of the common model."""

    cut: str
    months: int
    log_score: float
    """Sum over the months held out of the log-probability that was forecast for each."""
    difference: float
    """Ours minus the common model's."""
    se: float
    verdict: str
    """better, worse or cannot tell."""


def by_month(
    each_step: np.ndarray, days: Sequence[date], cut: int
) -> tuple[np.ndarray, list[date]]:
    """Sum forecasts of steps by calendar month, from the step of the cut on."""
    months = [day.replace(day=1) for day in days[cut:]]
    names = sorted(set(months))
    place = {month: i for i, month in enumerate(names)}
    sums = np.bincount([place[m] for m in months], weights=each_step[cut:], minlength=len(names))
    return sums, names


def held_out(
    ours: np.ndarray, common: np.ndarray, days: Sequence[date], cut: int, cut_day: date
) -> HeldOut:
    """Compare two forecasts of the steps from a cut on.

    Args:
        ours: Log-probability that was forecast for each step.
        common: The same by the common model.
        days: First day of each step.
        cut: First step that was held out.
        cut_day: Its day.
    """
    mine, months = by_month(ours, days, cut)
    theirs, _ = by_month(common, days, cut)
    found = compare(mine, theirs, months)
    n = len(months)
    return HeldOut(
        cut_day.isoformat(),
        n,
        float(mine.sum()),
        n * found.difference,
        n * found.se,
        found.verdict if np.any(mine != theirs) else "the same",
    )
