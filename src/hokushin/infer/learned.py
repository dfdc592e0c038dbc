"""Learned: prior beside posterior, number by number, and what the record did not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from hokushin.infer.posterior import Posterior, find_posterior
from hokushin.model.build import Model, build
from hokushin.scenario.load import Loaded

SCHEMA = "hokushin/learned/1"
ASSUMED_BELOW = 0.2
"""Contraction under which a number is an assumption still (`methods.md` D of the first design)."""
_NINE_TENTHS = 1.6448536


@dataclass(frozen=True)
class LearnedNumber:
    """One number before and after the record."""

    path: str
    prior_median: float
    prior_low: float
    prior_high: float
    median: float
    low: float
    high: float
    """Between `low` and `high` lie nine tenths of belief."""
    contraction: float
    """Share of the prior variance, in units in which the prior is normal, that is gone; below zero
    where the record made the number less certain than it was."""
    shift: float
    """How far the mean moved, in spreads of the prior."""

    @property
    def assumed(self) -> bool:
        """Whether the record has next to nothing to say of its spread."""
        return self.contraction < ASSUMED_BELOW


@dataclass(frozen=True)
class Learned:
    """What the record taught."""

    schema: str
    scenario: str
    numbers: tuple[LearnedNumber, ...]
    """Those that choices can inform, the most contracted first."""
    not_asked: int
    """Numbers with a prior that choices cannot inform: they shape the world."""
    made: Mapping[str, Any]

    @property
    def assumed(self) -> tuple[LearnedNumber, ...]:
        """Numbers of which the record says next to nothing."""
        return tuple(number for number in self.numbers if number.assumed)

    def as_dict(self) -> dict[str, Any]:
        """Give the result as a JSON document."""
        rows = [{**asdict(n), "assumed": n.assumed} for n in self.numbers]
        return {
            "schema": self.schema,
            "scenario": self.scenario,
            "numbers": rows,
            "assumed": len(self.assumed),
            "not_asked": self.not_asked,
            "made": dict(self.made),
        }

    def __str__(self) -> str:
        """Write the table, the scores and the gates."""
        taught = [n for n in self.numbers if not n.assumed]
        lines = [
            f"WHAT THE RECORD TAUGHT {self.scenario}",
            "",
            f"  {len(taught)} of {len(self.numbers)} numbers that choices can inform lost a fifth "
            "of their variance or more;",
            f"  {len(self.assumed)} are assumed still, and {self.not_asked} more shape the world "
            "and were not asked.",
            "",
            f"  {'number':<52}{'before':>22}{'after':>24}  contraction  shift",
        ]
        lines += [_row(n) for n in taught]
        gates, scores = self.made["gates"], self.made["scores"]
        failures = "; ".join(gates["failures"]) or "passed"
        lines += [
            "",
            f"GATES  {failures}",
            f"  R-hat at most {gates['worst_rhat']:.3f}, effective draws at least "
            f"{gates['fewest_draws']:.0f}, {gates['divergences']} divergences",
            "",
            f"LOG-LIKELIHOOD OF {self.made['episodes']} EPISODES TO {self.made['end']}, IN NATS",
            f"  at the prior medians {scores['prior']:.1f}, in the mean of the draws "
            f"{scores['posterior_mean']:.1f}",
            f"  which option, given a change: {scores['prior_direction']:.1f} before, "
            f"{scores['posterior_direction']:.1f} after",
            f"  whether there was a change: {scores['prior_timing']:.1f} before, "
            f"{scores['posterior_timing']:.1f} after",
            f"  doctrine carries {100 * scores['doctrine_share']:.0f} in 100 of what reasons add",
        ]
        return "\n".join(lines)


def learned(loaded: Loaded, posterior: Posterior | None = None) -> Learned:
    """Set prior and posterior side by side.

    Raises:
        ValueError: If there is no posterior for the scenario, or a stale one.
    """
    name = loaded.scenario.scenario.id
    posterior = posterior or find_posterior(name)
    if posterior is None:
        raise ValueError(f"nothing has been fitted for {name}; fit with: hokushin fit {name}")
    posterior.check(loaded.digest)
    model = build(loaded.scenario)
    numbers = [
        _number(model, path, z, contraction)
        for path, z, contraction in zip(
            posterior.names, posterior.normals, posterior.contraction(), strict=True
        )
    ]
    return Learned(
        SCHEMA,
        name,
        tuple(sorted(numbers, key=lambda n: -n.contraction)),
        len(model.priors.free) - len(numbers),
        posterior.made,
    )


def _number(model: Model, path: str, z: np.ndarray, contraction: float) -> LearnedNumber:
    position = model.position(path)
    after = np.quantile(z, [0.5, 0.05, 0.95])
    asked = np.array([0.0, -_NINE_TENTHS, _NINE_TENTHS, *after], np.float32)
    table = jnp.zeros((len(model.priors.names), len(asked))).at[position].set(asked)
    values = [float(x) for x in np.asarray(model.from_normals(table)[position])]
    middle, low, high = values[:3]
    then, lower, upper = values[3:]
    return LearnedNumber(
        path, middle, low, high, then, lower, upper, float(contraction), float(z.mean())
    )


def _row(n: LearnedNumber) -> str:
    before = f"{n.prior_median:.3g} ({n.prior_low:.3g} to {n.prior_high:.3g})"
    after = f"{n.median:.3g} ({n.low:.3g} to {n.high:.3g})"
    path = n.path if len(n.path) <= 50 else f"…{n.path[-49:]}"
    return f"  {path:<52}{before:>22}{after:>24}  {n.contraction:>11.2f}  {n.shift:+5.1f}"
