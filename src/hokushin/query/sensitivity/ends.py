"""Ends: what a probability becomes when one number stands at either end of belief about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from hokushin.query.sensitivity.risk import anchored, jackknife_error, log_odds

POINT = 0.01
"""A move of the answer that a reader would notice: one point of a hundred."""


@dataclass(frozen=True)
class AtEnds:
    """One number at the ends of nine tenths of belief, everything else as it is drawn."""

    name: str
    low: float
    """Probability with the number at its lower end."""
    low_error: float
    """Standard error of `low` less the probability as it is, from the same histories."""
    high: float
    high_error: float
    base: float
    """Probability as it is."""
    log_odds_error: float
    """Standard error of `swing`."""

    @property
    def moves(self) -> float:
        """Largest move of the answer, in probability."""
        return max(abs(self.low - self.base), abs(self.high - self.base))

    @property
    def swing(self) -> float:
        """Log odds at the upper end less those at the lower."""
        low, high = log_odds(np.array([self.low, self.high]))
        return float(high - low)

    @property
    def factor(self) -> float:
        """Factor on the odds from one end to the other, at least one."""
        return float(np.exp(abs(self.swing)))

    @property
    def moves_a_point(self) -> bool:
        """Whether either end moves the answer by more than a point."""
        return self.moves > POINT

    @property
    def clear(self) -> bool:
        """Whether the swing is more than three of its standard errors."""
        return abs(self.swing) > 3.0 * self.log_odds_error


def at_ends(
    names: Sequence[str],
    base: Float[np.ndarray, " group"],
    low: Float[np.ndarray, "number group"],
    high: Float[np.ndarray, "number group"],
    anchor: float,
) -> tuple[AtEnds, ...]:
    """Put numbers in order of what they move.

    The first of the `group` estimates is of all histories, the others leave one group out each and
    give the errors by jackknife. `anchor` is the probability as a larger run knows it; changes of
    log odds are added to it.
    """
    found = [
        _one(name, anchored(lower, base, anchor), anchored(upper, base, anchor), anchor)
        for name, lower, upper in zip(names, low, high, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.swing)))


def _one(name: str, low: np.ndarray, high: np.ndarray, anchor: float) -> AtEnds:
    return AtEnds(
        name,
        float(low[0]),
        float(jackknife_error(low[1:])),
        float(high[0]),
        float(jackknife_error(high[1:])),
        anchor,
        float(jackknife_error(log_odds(high[1:]) - log_odds(low[1:]))),
    )
