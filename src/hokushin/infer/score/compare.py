r"""Compare: mean log scores with the uncertainty that comes of months being alike.

Episodes of one month share their crisis, so months and not episodes are drawn again: a block
bootstrap (Künsch 1989, Annals of Statistics 17) with the calendar month as block. With months $b$
drawn with replacement the mean difference is $\sum_b \sum_{i \in b} d_i / \sum_b n_b$.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from jaxtyping import Float

RESAMPLES = 4000
"""Months drawn again so often: ends of an interval are then right to a hundredth of its width."""
FEWEST_MONTHS = 6
"""Months below which nothing can be told: with fewer blocks a bootstrap interval is too short."""
_NINETY = (5.0, 95.0)
_DICE = 11
"""Tells the dice of the bootstrap from those of errors (`series`), which have the same seed."""


@dataclass(frozen=True)
class Comparison:
    """How a rule scored on the same cases, and ours minus it."""

    score: float
    difference: float
    se: float
    verdict: str
    """better, worse, or cannot tell: whether the 90 per cent interval lies on one side of zero."""

    def as_dict(self, name: str = "log_score") -> dict[str, Any]:
        """Give the comparison as plain JSON values."""
        return {
            name: self.score,
            "difference": self.difference,
            "se": self.se,
            "verdict": self.verdict,
        }


def mean_and_se(
    values: Float[np.ndarray, " case"], days: Sequence[date], seed: int = 1
) -> tuple[float, float]:
    """Mean of values, and its standard error by the block bootstrap over months."""
    drawn = _resampled(values, days, seed)
    return float(np.mean(values)), float(np.std(drawn))


def compare(
    ours: Float[np.ndarray, " case"],
    theirs: Float[np.ndarray, " case"],
    days: Sequence[date],
    seed: int = 1,
    higher_is_better: bool = True,
) -> Comparison:
    """Compare the scores of two rules, case by case.

    Raises:
        ValueError: If the cases are not as many in all three.
    """
    if not len(ours) == len(theirs) == len(days):
        raise ValueError(
            f"{len(ours)} scores of ours, {len(theirs)} of theirs and {len(days)} days: "
            "give one of each for every case"
        )
    apart = np.asarray(ours, float) - np.asarray(theirs, float)
    drawn = _resampled(apart, days, seed)
    low, high = np.percentile(drawn, _NINETY)
    enough = len({(day.year, day.month) for day in days}) >= FEWEST_MONTHS
    above, below = bool(enough and low > 0), bool(enough and high < 0)
    if not higher_is_better:
        above, below = below, above
    return Comparison(
        score=float(np.mean(theirs)),
        difference=float(np.mean(apart)),
        se=float(np.std(drawn)),
        verdict="better" if above else "worse" if below else "cannot tell",
    )


def _resampled(values: np.ndarray, days: Sequence[date], seed: int) -> np.ndarray:
    """Means over months drawn with replacement."""
    months = {(day.year, day.month) for day in days}
    place = {month: i for i, month in enumerate(sorted(months))}
    block = np.array([place[day.year, day.month] for day in days])
    total = np.bincount(block, weights=np.asarray(values, float), minlength=len(months))
    size = np.bincount(block, minlength=len(months))
    rng = np.random.default_rng([seed, _DICE])
    picked = rng.integers(0, len(months), (RESAMPLES, len(months)))
    return total[picked].sum(1) / size[picked].sum(1)
