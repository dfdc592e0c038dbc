r"""Chance spread: how far a probability differs from draw to draw of the numbers, read from counts.

With h histories of each draw, counts of an event are binomial in the draw's own chance. Where the
event is rare most draws show none, which does not make their chance nought; so the log-odds of a
draw are taken to be normal over draws, as sums of many reasons are, and the two parameters of that
law have the largest likelihood of all counts together,

$$k_d \sim \mathrm{Binomial}(h_d, \sigma(x_d)), \qquad x_d \sim N(m, s^2)$$

(the logistic-normal binomial; Crouch and Spiegelman 1990, Journal of the American Statistical
Association 85, for the integral). Life tables of the flagship's draws have such a shape.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logit, logsumexp, ndtri
from scipy.stats import beta

N_QUANTILES = 512
_WIDEST = 6.0
"""Largest spread of log-odds that is asked about: nine tenths over twenty units."""
_NODES = np.linspace(-6.0, 6.0, 301)
"""Even steps: at the widest spread .24 in log-odds, less than a draw's own counts tell apart. The
few nodes of a Gauss rule lie further apart, and what is most likely then sits on one of them."""
_LOG_WEIGHTS = -0.5 * _NODES**2 - logsumexp(-0.5 * _NODES**2)


def chance_spread(
    happened: Bool[np.ndarray, " history"] | Float[np.ndarray, " history"],
    draw: Int[np.ndarray, " history"],
) -> Float[np.ndarray, " quantile"]:
    """Give evenly spaced quantiles of an event's chance over draws of the numbers.

    Where it happened always or never the spread cannot be told from counts: what comes back is then
    what all histories together leave open (Jeffreys).

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
    total, n = hits.sum(), count.sum()
    at = (np.arange(N_QUANTILES) + 0.5) / N_QUANTILES
    if total in (0.0, n):
        return beta.ppf(at, total + 0.5, n - total + 0.5)
    middle, spread = _most_likely(hits, count, float(logit(total / n)))
    return expit(middle + spread * ndtri(at))


def _most_likely(
    hits: Float[np.ndarray, " draw"], count: Int[np.ndarray, " draw"], centre: float
) -> tuple[float, float]:
    """Middle and spread of the log-odds that have the largest likelihood."""
    kinds, times = np.unique(np.stack([hits, count], axis=1), axis=0, return_counts=True)
    of_kind, missed = kinds[:, :1], kinds[:, 1:] - kinds[:, :1]

    def misfit(x: np.ndarray) -> tuple[float, np.ndarray]:
        odds = x[0] + x[1] * _NODES
        each = of_kind * log_expit(odds) + missed * log_expit(-odds) + _LOG_WEIGHTS
        whole = logsumexp(each, axis=1)
        pull = np.exp(each - whole[:, None]) * (of_kind - (of_kind + missed) * expit(odds))
        slope = times @ np.stack([pull.sum(1), pull @ _NODES], axis=1)
        return -float(times @ whole), -slope

    starts = ((0.0, 0.3), (0.5 * np.sign(-centre), 1.5), (3.0 * np.sign(centre), 3.0))
    found = [
        minimize(
            misfit,
            np.array([centre + shift, spread]),
            jac=True,
            method="L-BFGS-B",
            bounds=[(centre - 20.0, centre + 20.0), (1e-3, _WIDEST)],
        )
        for shift, spread in starts
    ]
    best = min(found, key=lambda one: one.fun)
    return float(best.x[0]), float(best.x[1])
