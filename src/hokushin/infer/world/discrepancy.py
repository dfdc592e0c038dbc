r"""Discrepancy: how far the model itself is off, variable by variable, beyond what was mismeasured.

A model that moves a front at a steady pace cannot be right to the kilometre, and a smoother that
thinks so learns too much. So the error of the observations of one variable is that of measurement
plus a term of the model (Kennedy and O'Hagan 2001, Journal of the Royal Statistical Society B 63),

$$R_{ij} = s_i^2 \delta_{ij} + \sigma_v^2 e^{-|t_i - t_j|/\tau},$$

which lasts, since what a model leaves out this month it leaves out the next too. The spread
$\sigma_v$ is the maximum of the marginal likelihood of the record under the prior ensemble, taken
as normal, times a half-Cauchy prior; it is found on a grid, variable by variable in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from hokushin.infer.world.observations import Observation
from hokushin.infer.world.smoother import Moments

LASTS_DAYS = 182.6
"""Time in which a discrepancy fades to 1/e: half a year, a judgement."""
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 4.0)
"""Spreads that are tried, in units of the spread of predictions of the variable."""
LIKELY_SHARE = 0.5
"""Scale of the half-Cauchy prior, in the same units."""
_SWEEPS = 3
Matrix = Float[np.ndarray, "observation observation"]


def find_discrepancies(observations: Sequence[Observation], prior: Moments) -> dict[str, float]:
    """Give the spread of the discrepancy of each variable, on the variable's scale.

    Args:
        observations: What was measured.
        prior: Of the predictions of the same, under the prior.
    """
    told = np.array([one.told for one in observations])
    spread = prior.by_numbers + prior.by_dice
    units = spreads_of(observations, spread)
    shares = dict.fromkeys(units, LIKELY_SHARE)

    def value(trial: Mapping[str, float]) -> float:
        sizes = {variable: trial[variable] * units[variable] for variable in units}
        covariance = spread + error_covariance(observations, sizes)
        tail = sum(np.log1p((trial[v] / LIKELY_SHARE) ** 2) for v in units)
        return log_normal(told - prior.mean, covariance) - tail

    for _ in range(_SWEEPS):
        for variable in units:
            trials = [{**shares, variable: share} for share in SHARES]
            shares = max(trials, key=value)
    return {variable: shares[variable] * units[variable] for variable in units}


def error_covariance(observations: Sequence[Observation], sizes: Mapping[str, float]) -> Matrix:
    """Covariance of errors of measurement and of the model; no discrepancy where none is named."""
    days = np.array([one.middle.toordinal() for one in observations], float)
    faded = np.exp(-np.abs(days[:, None] - days[None]) / LASTS_DAYS)
    names = np.array([one.variable for one in observations])
    own = np.array([sizes.get(one.variable, 0.0) for one in observations])
    same = names[:, None] == names[None]
    measured = np.diag([one.error**2 for one in observations])
    return measured + np.where(same, np.outer(own, own) * faded, 0.0)


def log_normal(distance: Float[np.ndarray, " observation"], covariance: Matrix) -> float:
    """Log density of a normal law at a distance from its mean, in nats."""
    root = np.linalg.cholesky(covariance)
    scaled = np.linalg.solve(root, distance)
    log_volume = float(np.sum(np.log(np.diag(root))))
    return -0.5 * float(scaled @ scaled) - log_volume - 0.5 * len(distance) * np.log(2.0 * np.pi)


def spreads_of(observations: Sequence[Observation], spread: Matrix) -> dict[str, float]:
    """Root mean square spread of predictions and measurement, variable by variable."""
    grouped: dict[str, list[float]] = {}
    for one, variance in zip(observations, np.diag(spread), strict=True):
        grouped.setdefault(one.variable, []).append(float(variance) + one.error**2)
    return {variable: float(np.sqrt(np.mean(rows))) for variable, rows in grouped.items()}
