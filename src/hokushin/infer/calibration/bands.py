r"""Bands: within what the ranks of many simulations stay together, if they are uniform.

Of N ranks uniform on 0 to L, the number below a bound is binomial, and the numbers below rising
bounds are a Markov chain: given that j lie below the first, those that lie between it and the next
are binomial among N - j. So the chance that the whole curve stays inside a band is a product of
matrices, and no simulation is needed. The band is that of Säilynoja, Bürkner and Vehtari (2022,
*Statistics and Computing* 32): central intervals of one coverage at every bound, the narrowest that
hold the whole curve with the chance that is asked for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy.stats import binom

_HALVINGS = 30
_MOST_BOUNDS = 50


class Band(NamedTuple):
    """Where the counts of ranks below each bound have to lie."""

    bound: Int[np.ndarray, " bound"]
    """Ranks below it are counted."""
    low: Int[np.ndarray, " bound"]
    high: Int[np.ndarray, " bound"]
    expected: Float[np.ndarray, " bound"]


@lru_cache(maxsize=32)
def simultaneous_band(n: int, largest: int, chance: float) -> Band:
    """Give the band that holds the whole curve of counts with at least a given chance.

    Args:
        n: Ranks.
        largest: Largest possible rank; the smallest is 0.
        chance: Of staying inside at every bound, if ranks are uniform.
    """
    if n < 1 or largest < 1:
        raise ValueError(f"{n} ranks from 0 to {largest} say nothing; give at least one of each")
    if not 0.0 < chance < 1.0:
        raise ValueError(f"the chance is {chance}, but must lie between 0 and 1")
    n_bounds = min(largest, _MOST_BOUNDS)
    bound = np.unique(np.round(np.arange(1, n_bounds + 1) * (largest + 1) / (n_bounds + 1)))
    share = bound / (largest + 1)
    steps = _steps(n, share)
    narrow, wide = 1.0, 0.0  # tail shares: of too narrow a band, and of one that is wide enough
    for _ in range(_HALVINGS):
        tail = 0.5 * (narrow + wide)
        if _held(steps, *_central(n, share, tail)) >= chance:
            wide = tail
        else:
            narrow = tail
    low, high = _central(n, share, wide)
    return Band(bound.astype(int), low, high, n * share)


def counts_below(
    ranks: Int[np.ndarray, "simulation ..."], band: Band
) -> Int[np.ndarray, "bound ..."]:
    """Count the ranks below each bound."""
    return np.stack([np.sum(ranks < bound, axis=0) for bound in band.bound])


def leaves(ranks: Int[np.ndarray, "simulation ..."], band: Band) -> np.ndarray:
    """Whether the counts of each quantity leave the band anywhere."""
    counts = counts_below(ranks, band)
    shape = (-1, *[1] * (counts.ndim - 1))
    outside = (counts < band.low.reshape(shape)) | (counts > band.high.reshape(shape))
    return np.asarray(outside.any(axis=0))


def _central(n: int, share: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Central intervals that leave out at most half the tail share on either side."""
    low, high = binom.ppf(0.5 * tail, n, share), binom.isf(0.5 * tail, n, share)
    return np.maximum(low, 0).astype(int), np.minimum(high, n).astype(int)


def _steps(n: int, share: np.ndarray) -> list[np.ndarray]:
    """For each bound, the chance of each count given the count below the bound before."""
    before = np.concatenate([[0.0], share[:-1]])
    own = (share - before) / (1.0 - before)
    j, k = np.arange(n + 1)[:, None], np.arange(n + 1)[None]
    return [np.where(k >= j, binom.pmf(k - j, n - j, p), 0.0) for p in own]


def _held(steps: list[np.ndarray], low: np.ndarray, high: np.ndarray) -> float:
    """Chance that every count lies inside."""
    n = steps[0].shape[0] - 1
    chance = np.zeros(n + 1)
    chance[0] = 1.0
    counts = np.arange(n + 1)
    for step, bottom, top in zip(steps, low, high, strict=True):
        chance = (chance @ step) * ((counts >= bottom) & (counts <= top))
    return float(chance.sum())
