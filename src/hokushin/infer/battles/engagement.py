"""Engagement: the joint posterior as coefficients of the engagement model that histories use."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jax import Array

from hokushin.infer.battles.draws import Posterior, shipped
from hokushin.model.battle_coefficients import Era, coefficient_names, law_of

_ERA = {"1900-18": "1900-18", "1919-45": "1919-53"}

BEFOREHAND = 2.5
"""Both parameters of the beta law of the share of the fitted effect of surprise that was there
before the event: about one half, sd .20. Grade 0 was also given to surprise that did not matter in
the end, so part of the fitted effect is hindsight; the halving is our judgement, not the data's.
"""


class Moments(NamedTuple):
    """Mean, spread and correlation of the coefficients, in the order of `coefficient_names`."""

    mean: np.ndarray
    sd: np.ndarray
    correlation: np.ndarray
    """Of the coefficients on the scale they are normal on: logarithms of what is positive,
    Fisher's z of a correlation."""


def battle_draws(
    n: int, key: Array, era: Era = "1919-45", posterior: Posterior | None = None
) -> dict[str, Array]:
    """Draw coefficients jointly: one array of n values by dotted name, as in "outcome.force".

    Value i of every array comes from one draw of the posterior, so what belongs together stays
    together. Draws are taken with replacement from those that ship.
    """
    posterior = posterior or shipped("1900-53")
    choose, judge = jr.split(key)
    rows = jr.randint(choose, (n,), 0, len(posterior))
    share = jr.beta(judge, BEFOREHAND, BEFOREHAND, (n,))
    drawn = {
        name: jnp.asarray(_column(posterior, name, era), jnp.float32)[rows]
        for name in coefficient_names()
    }
    return drawn | {"outcome.surprise": share * drawn["outcome.surprise"]}


def moments(era: Era = "1919-45", posterior: Posterior | None = None) -> Moments:
    """Moments of the shipped joint draws, the effect of surprise halved as `battle_draws` does."""
    posterior = posterior or shipped("1900-53")
    names = coefficient_names()
    values = np.stack([_column(posterior, name, era) for name in names])
    scores = np.stack([_normal_scale(values[i], law_of(name)) for i, name in enumerate(names)])
    mean, sd, correlation = values.mean(axis=1), values.std(axis=1), np.corrcoef(scores)
    i = names.index("outcome.surprise")
    share_variance = 0.25 / (2.0 * BEFOREHAND + 1.0)
    halved = np.sqrt(0.25 * sd[i] ** 2 + share_variance * (mean[i] ** 2 + sd[i] ** 2))
    # What judgement adds is independent of the rest.
    correlation[i] *= 0.5 * sd[i] / halved
    correlation[:, i] *= 0.5 * sd[i] / halved
    correlation[i, i] = 1.0
    mean[i], sd[i] = 0.5 * mean[i], halved
    return Moments(mean, sd, correlation)


def _column(posterior: Posterior, name: str, era: Era) -> np.ndarray:
    in_era = f"{name}.{_ERA[era]}"
    return posterior.column(in_era if in_era in posterior else name)


def _normal_scale(values: np.ndarray, law: str) -> np.ndarray:
    if law == "positive":
        return np.log(values)
    return np.arctanh(values) if law == "correlation" else values
