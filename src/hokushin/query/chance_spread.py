r"""Chance spread: how far a probability differs from draw to draw of the numbers, read from counts.

With h histories of each draw, counts of an event are binomial in the draw's own chance. Where the
event is rare most draws show none, which does not make their chance nought; so the log-odds of a
draw are taken to be normal over draws, as sums of many reasons are,

$$k_d \sim \mathrm{Binomial}(h_d, \sigma(x_d)), \qquad x_d \sim N(m, s^2)$$

(the logistic-normal binomial; Crouch and Spiegelman 1990, Journal of the American Statistical
Association 85). Neither m nor s is known: what comes back is the law of the next draw's chance
given all counts, over a grid of both, with m flat and s half-normal. A few events, which cannot
tell the spread, so leave it wide. Life tables of the flagship's draws have such a shape.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import expit, log_expit, logit, logsumexp, ndtr

N_QUANTILES = 512
SPREAD_SCALE = 2.0
"""Spread of the half-normal prior of s: odds differ sevenfold from draw to draw, as like as not."""
_SPREADS = np.linspace(0.05, 6.0, 32)
_NODES = np.linspace(-5.0, 5.0, 161)
"""Even steps: at the widest spread .4 in log-odds. The few nodes of a Gauss rule lie further apart,
and what is likeliest then sits on one of them."""
_LOG_WEIGHTS = -0.5 * _NODES**2 - logsumexp(-0.5 * _NODES**2)
_N_MIDDLES = 64
_ODDS = np.linspace(-40.0, 40.0, 4001)
"""Log-odds at which the law of the next draw is tabled."""


def chance_spread(
    happened: Bool[np.ndarray, " history"] | Float[np.ndarray, " history"],
    draw: Int[np.ndarray, " history"],
) -> Float[np.ndarray, " quantile"]:
    """Give evenly spaced quantiles of an event's chance over draws of the numbers.

    Args:
        happened: Whether it did, history by history.
        draw: Number of the draw that each history ran with.

    Raises:
        ValueError: If there are fewer than two draws, or values other than nought and one.
    """
    values = np.asarray(happened, float)
    if not np.isin(values, (0.0, 1.0)).all():
        raise ValueError("happened holds other values than 0 and 1; an event happens or does not")
    _, which, count = np.unique(draw, return_inverse=True, return_counts=True)
    if count.size < 2:
        raise ValueError(f"{count.size} draw of the numbers; need two to tell how far they differ")
    hits = np.bincount(which, values)
    kinds, times = np.unique(np.stack([hits, count], axis=1), axis=0, return_counts=True)
    # Half an event more and half a one fewer keep the middle of the grid inside.
    centre = float(logit((hits.sum() + 0.5) / (count.sum() + 1.0)))
    middles = _middles(centre)
    log_density = _log_likelihood(kinds, times, middles) - 0.5 * (_SPREADS / SPREAD_SCALE) ** 2
    density = np.exp(log_density - log_density.max())
    density /= density.sum()
    # Law of the next draw's log-odds: a mixture of normals over the grid.
    law = np.zeros_like(_ODDS)
    for of_spread, spread in zip(density.T, _SPREADS, strict=True):
        law += of_spread @ ndtr((_ODDS - middles[:, None]) / spread)
    at = (np.arange(N_QUANTILES) + 0.5) / N_QUANTILES
    return expit(np.interp(at, law, _ODDS))


def _middles(centre: float) -> Float[np.ndarray, " middle"]:
    """Middles about the log-odds of the mean chance: further out on the side of the rarer."""
    half = _N_MIDDLES // 2
    far, near = np.linspace(-18.0, -3.0, half, endpoint=False), np.linspace(-3.0, 3.0, half)
    away = np.concatenate([far, near])
    return np.asarray(centre + (away if centre < 0.0 else -away[::-1]), float)


def _log_likelihood(
    kinds: Float[np.ndarray, "kind 2"],
    times: Int[np.ndarray, " kind"],
    middles: Float[np.ndarray, " middle"],
) -> Float[np.ndarray, "middle spread"]:
    """Log-likelihood of all counts on the grid; kinds are (events, histories) of a draw."""
    hits, missed = kinds[:, :1], kinds[:, 1:] - kinds[:, :1]
    told = np.empty((len(middles), len(_SPREADS)))
    for i, middle in enumerate(middles):
        for j, spread in enumerate(_SPREADS):
            odds = middle + spread * _NODES
            each = hits * log_expit(odds) + missed * log_expit(-odds) + _LOG_WEIGHTS
            told[i, j] = times @ logsumexp(each, axis=1)
    # The middles stand in unequal steps, near and far: each counts for the width of its own.
    return told + np.log(np.gradient(middles))[:, None]
