r"""Smoother: an ensemble of standard normal deviates, moved towards what was measured.

Ensemble smoother with multiple data assimilation (Emerick and Reynolds 2013, Computers and
Geosciences 55, 3-15, equations 8 and 12). Members m with predictions d(m) of observations y, whose
errors have covariance R, are moved $N_a$ times by

$$m \leftarrow m + C_{md}\,(C_{gg} + \alpha N)^{-1}\,(y + e - \bar d), \qquad
\sum_{i=1}^{N_a} \alpha_i^{-1} = 1,$$

which draws from the posterior exactly where predictions are linear and everything is normal. Here
predictions depend on dice too. Their covariance Q, from repetitions of each member with fresh dice,
belongs to the noise, $N = R + Q$, and not to what numbers explain, $C_{gg}$; the mean of r
repetitions $\bar d$ has $Q/r$ of it already, so that $e \sim N(0, \alpha N - Q/r)$. Without this
every round would learn from the same dice again.

All is done in units of the noise and along the axes of $C_{gg}$, of which those are kept that say
more than a hundredth of the noise (a truncated eigenvalue decomposition). There the coefficients of
an update are independent, and one whose correlation with a number is less than chance gives,
$|\rho| < \sqrt{2 \ln n / N_e}$ for n numbers and $N_e$ members, is set to nought (Luo and Bhakta
2020, Journal of Petroleum Science and Engineering 184, 106559): a number that affects nothing
measured is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

INFLATIONS = (9.333, 7.0, 4.0, 2.0)
"""Of the noise, round by round, falling: early rounds are the least linear (Emerick and Reynolds
2013, section 4). Their inverses add up to one."""
LEAST_SIGNAL = 0.01
"""Variance of an axis, in units of the noise, below which it says nothing."""
_SUM_TOLERANCE = 1e-3
Normals = Float[np.ndarray, "number member"]
Predicted = Float[np.ndarray, "observation member repetition"]
Predict = Callable[[Normals, int], Predicted]
"""From members and the number of the round (for fresh dice) to predictions."""


@dataclass(frozen=True)
class Round:
    """What one round saw, before it moved the members."""

    misfit: float
    """Mean square of the distance of observations from the ensemble's mean, in units of all that
    is believed to spread them; about one where model, noise and record agree."""
    axes: int
    """How many axes were kept."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Members after the last round."""

    normals: Normals
    rounds: tuple[Round, ...]


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean of predictions, and their covariance in two parts."""

    mean: Float[np.ndarray, " observation"]
    by_numbers: Float[np.ndarray, "observation observation"]
    by_dice: Float[np.ndarray, "observation observation"]


def smooth(
    normals: Normals,
    predict: Predict,
    observed: Float[np.ndarray, " observation"],
    error: Float[np.ndarray, "observation observation"],
    seed: int,
    inflations: tuple[float, ...] = INFLATIONS,
    kept: Callable[[int, Smoothed], None] | None = None,
    start: Smoothed | None = None,
) -> Smoothed:
    """Move an ensemble from its prior to the posterior.

    Args:
        normals: Independent standard normal deviates.
        predict: Predictions of all observations by members, with dice that no round shares.
        observed: The observations.
        error: Covariance of their errors.
        seed: Of the perturbations.
        inflations: Of the noise, round by round; their inverses add up to one.
        kept: Told every finished round, so that it can be kept.
        start: Rounds that are done already.

    Raises:
        ValueError: If the inverses of the inflations do not add up to one.
    """
    total = sum(1.0 / a for a in inflations)
    if abs(total - 1.0) > _SUM_TOLERANCE or min(inflations) < 1.0:
        raise ValueError(
            f"the inverses of the inflations {inflations} add up to {total:.4f}; "
            "give numbers of at least 1 whose inverses add up to 1"
        )
    done = start or Smoothed(np.asarray(normals, np.float64), ())
    for number in range(len(done.rounds), len(inflations)):
        predicted = predict(done.normals, number)
        generator = np.random.default_rng([seed, 29, number])
        moved, seen = _round(
            done.normals, predicted, observed, error, inflations[number] * total, generator
        )
        done = Smoothed(moved, (*done.rounds, seen))
        if kept is not None:
            kept(number, done)
    return done


def moments_of(predicted: Predicted) -> Moments:
    """Part the spread of predictions into what numbers and what dice account for."""
    n_members, n_repetitions = predicted.shape[1:]
    middle = predicted.mean(-1)
    mean = middle.mean(-1)
    apart = middle - mean[:, None]
    spread = apart @ apart.T / (n_members - 1)
    if n_repetitions == 1:
        return Moments(mean, spread, np.zeros_like(spread))
    within = (predicted - middle[..., None]).reshape(len(predicted), -1)
    by_dice = within @ within.T / (n_members * (n_repetitions - 1))
    return Moments(mean, spread - by_dice / n_repetitions, by_dice)


def _round(
    normals: Normals,
    predicted: Predicted,
    observed: np.ndarray,
    error: np.ndarray,
    inflation: float,
    generator: np.random.Generator,
) -> tuple[Normals, Round]:
    """Move all members once."""
    n_members = normals.shape[1]
    found = moments_of(predicted)
    noise = np.linalg.cholesky(error + found.by_dice)
    middle = np.linalg.solve(noise, predicted.mean(-1) - observed[:, None])
    signal = _in_units(noise, found.by_numbers)
    strength, axes = np.linalg.eigh(signal)
    axes, strength = axes[:, strength > LEAST_SIGNAL], strength[strength > LEAST_SIGNAL]
    seen = axes.T @ middle  # (axis, member): predicted less observed
    dice = axes.T @ _in_units(noise, found.by_dice) @ axes / predicted.shape[-1]
    root = np.linalg.cholesky(inflation * np.eye(len(strength)) - dice)
    perturbed = root @ generator.standard_normal((len(strength), n_members)) - seen
    apart = normals - normals.mean(1, keepdims=True)
    deviation = seen - seen.mean(1, keepdims=True)
    covariance = apart @ deviation.T / (n_members - 1)
    spread = np.outer(apart.std(1, ddof=1), deviation.std(1, ddof=1))
    correlation = np.divide(covariance, spread, out=np.zeros_like(covariance), where=spread > 0)
    chance = np.sqrt(2.0 * np.log(max(2, len(normals))) / n_members)
    covariance[np.abs(correlation) < chance] = 0.0
    moved = normals + (covariance / (strength + inflation)) @ perturbed
    whole = found.by_numbers + found.by_dice + error
    distance = observed - found.mean
    misfit = float(distance @ np.linalg.solve(whole, distance)) / max(1, len(observed))
    return moved, Round(misfit, len(strength))


def _in_units(noise: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Covariance in units of noise, whose Cholesky factor is given."""
    half = np.linalg.solve(noise, covariance)
    turned = np.linalg.solve(noise, half.T)
    return 0.5 * (turned + turned.T)
