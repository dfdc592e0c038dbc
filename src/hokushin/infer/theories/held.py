"""Held: what explanations forecast of a record that was held out, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hokushin.infer.score.compare import compare

LEAST = 0.1
"""Nats over all months held out that are too few to speak of."""
SAME = "the same"


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
    mc_error: float
    """Standard error of the difference by the number of particles, from seed to seed; 0 of one."""
    verdict: str
    """better, worse, cannot tell, or the same."""


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
    ours: Sequence[np.ndarray],
    common: Sequence[np.ndarray],
    days: Sequence[date],
    cut: int,
    cut_day: date,
) -> HeldOut:
    """Compare two forecasts of the steps from a cut on.

    Forecasts of the seeds are averaged. Less than a tenth of a nat over all months is *the same*,
    and nobody is *better* or *worse* by less than twice what particles leave uncertain.

    Args:
        ours: Log-probability that was forecast for each step, seed by seed.
        common: The same by the common model, from the same seeds.
        days: First day of each step.
        cut: First step that was held out.
        cut_day: Its day.
    """
    mine, months = by_month(_mixed(ours), days, cut)
    theirs, _ = by_month(_mixed(common), days, cut)
    found, n = compare(mine, theirs, months), len(months)
    apart = [float(np.sum(a[cut:] - b[cut:])) for a, b in zip(ours, common, strict=True)]
    mc_error = float(np.std(apart, ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else 0.0
    difference, verdict = n * found.difference, found.verdict
    if abs(difference) < LEAST:
        verdict = SAME
    elif abs(difference) < 2.0 * mc_error:
        verdict = "cannot tell"
    score = float(mine.sum())
    day = cut_day.isoformat()
    return HeldOut(day, n, score, difference, n * found.se, mc_error, verdict)


def _mixed(log_p: Sequence[np.ndarray]) -> np.ndarray:
    """Logarithm of the mean of probabilities over seeds."""
    return np.logaddexp.reduce(np.asarray(log_p), axis=0) - np.log(len(log_p))
