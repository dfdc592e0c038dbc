r"""Fitted: what a fit of the whole record says of each reason, without running anything.

A weight that cannot be negative has no density at zero, so that Savage and Dickey's ratio does not
exist for it. Its neighbour does: the evidence that the weight is *negligible*, in the lowest tenth
of its prior,

$$\frac{P(w < q_{.1} \mid E)\,/\,P(w \ge q_{.1} \mid E)}{P(w < q_{.1})\,/\,P(w \ge q_{.1})},$$

by the encompassing prior (Klugkist, Kato and Hoijtink 2005, *Statistica Neerlandica* 59). For a
leaning, whose prior reaches both sides of zero, it is the ratio of densities there (Dickey 1971).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import gaussian_kde, norm

from hokushin.infer.posterior import Posterior
from hokushin.infer.theories.facts import DECIBANS
from hokushin.model.build import Model
from hokushin.scenario.schema import Scenario

NEGLIGIBLE = 0.1
"""Share of the prior that counts as negligible."""
_NORMAL = 3
FREE, POSITIVE = "at zero", "negligible"


@dataclass(frozen=True)
class FittedReason:
    """What a fit of all rows says of one number that carries causes."""

    number: str
    causes: tuple[str, ...]
    asked: str
    """`negligible` for a weight, `at zero` for a leaning."""
    shift: float
    """How far the mean moved, in spreads of the prior."""
    decibans: float
    """Of evidence that the number is negligible, or zero."""
    error: float
    """Standard error of that by the number of draws, in decibans."""


def fitted_reasons(
    scenario: Scenario, model: Model, posterior: Posterior
) -> tuple[FittedReason, ...]:
    """Weigh every number that carries a cause, in the draws of a fit; the least needed first.

    Numbers that the fit did not learn from choices are left out.
    """
    carried: dict[str, list[str]] = {}
    for name, cause in scenario.causes.items():
        for path in cause.silent:
            carried.setdefault(path, []).append(name)
    scale = float(posterior.made["scale"])
    found = []
    for path, causes in carried.items():
        if path not in posterior.names[: posterior.n_weighed]:
            continue
        z = np.asarray(posterior.normals[posterior.names.index(path)], float) / scale
        position = model.position(path)
        if model.priors.kind[position] == _NORMAL:
            zero = -model.priors.location[position] / (model.priors.scale[position] * scale)
            asked, told, error = FREE, *at_zero(z, float(zero))
        else:
            asked, told, error = POSITIVE, *negligible(z)
        found.append(FittedReason(path, tuple(causes), asked, float(z.mean()), told, error))
    return tuple(sorted(found, key=lambda reason: -reason.decibans))


def negligible(z: np.ndarray) -> tuple[float, float]:
    """Evidence in decibans that a number lies in the lowest tenth of its standard normal prior.

    Half a draw is added on either side (Jeffreys), so that none is not never.
    """
    below = float(np.sum(z < norm.ppf(NEGLIGIBLE))) + 0.5
    above = len(z) + 1.0 - below
    prior = np.log(NEGLIGIBLE / (1.0 - NEGLIGIBLE))
    error = np.sqrt(1.0 / below + 1.0 / above)
    return float(DECIBANS * (np.log(below / above) - prior)), float(DECIBANS * error)


def at_zero(z: np.ndarray, zero: float) -> tuple[float, float]:
    """Savage-Dickey in decibans: density at zero after against before, and its standard error.

    The density after is a kernel estimate; its error is that of a bootstrap of the draws. Where no
    draw comes near it is taken to be that of half a draw within a spread of theirs: so many draws
    cannot tell less.
    """
    rng = np.random.default_rng(2026)
    before = norm.logpdf(zero)
    least = 0.5 / (len(z) * z.std())

    def after(drawn: np.ndarray) -> float:
        return float(np.log(max(gaussian_kde(drawn)(zero)[0], least)))

    again = [after(rng.choice(z, len(z))) for _ in range(50)]
    return float(DECIBANS * (after(z) - before)), float(DECIBANS * np.std(again))
