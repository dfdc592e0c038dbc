"""Learned: prior beside posterior, number by number, and what the record did not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np

from hokushin.infer.posterior import Posterior, find_posterior
from hokushin.model.build import Model, build
from hokushin.scenario.load import Loaded
from hokushin.scenario.prior import NINE_TENTHS

SCHEMA = "hokushin/learned/1"
ASSUMED_BELOW = 0.2
"""Contraction under which a number is an assumption still: its spread is nine tenths of the prior's
then, or more, which nobody would notice in an answer."""


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
    taught_by: Literal["choices", "measurements"]

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
    """Those that were asked, the most contracted first."""
    not_asked: int
    """Numbers with a prior of which nothing was asked."""
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
        lines = [f"WHAT THE RECORD TAUGHT {self.scenario}"]
        lines += self._taught("choices", "what minds weigh by")
        if "measured" in self.made:
            lines += self._taught("measurements", "what shapes the world")
            lines += ["", *_predicted(self.made["measured"])]
        if self.not_asked:
            lines += ["", f"  {self.not_asked} more numbers keep their priors: nothing was asked."]
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

    def _taught(self, by: str, what: str) -> list[str]:
        """Rows of one kind of number, and how many of them are assumed still."""
        asked = [n for n in self.numbers if n.taught_by == by]
        taught = [n for n in asked if not n.assumed]
        return [
            "",
            f"BY {by.upper()}  {what}: {len(taught)} of {len(asked)} numbers lost a fifth of their "
            f"variance or more; {len(asked) - len(taught)} are assumed still",
            "",
            f"  {'number':<52}{'before':>22}{'after':>24}  contraction  shift",
            *(_row(n) for n in taught),
        ]


def _predicted(measured: Mapping[str, Any]) -> list[str]:
    """How measurements lie in what was predicted of them, before and after learning."""
    before, after = measured["before"], measured["after"]
    return [
        f"  {after['n']} measurements to {measured['end']}: in nine tenths of the draws "
        f"{before['nine_tenths']:.2f} before and {after['nine_tenths']:.2f} after, in the middle "
        f"half {before['half']:.2f} and {after['half']:.2f};",
        f"  mean ranked probability score over the number {before['crps']:.3f} before and "
        f"{after['crps']:.3f} after, on what was learnt from.",
        f"  {len(measured['unused'])} rows could not be used: `--json` lists them with reasons.",
    ]


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
    rows = zip(posterior.names, posterior.normals, posterior.contraction(), strict=True)
    numbers = [
        _number(
            model, path, z, contraction, "choices" if i < posterior.n_weighed else "measurements"
        )
        for i, (path, z, contraction) in enumerate(rows)
    ]
    return Learned(
        SCHEMA,
        name,
        tuple(sorted(numbers, key=lambda n: -n.contraction)),
        len(model.priors.free) - len(numbers),
        posterior.made,
    )


def _number(
    model: Model,
    path: str,
    z: np.ndarray,
    contraction: float,
    taught_by: Literal["choices", "measurements"],
) -> LearnedNumber:
    position = model.position(path)
    after = np.quantile(z, [0.5, 0.05, 0.95])
    asked = np.array([0.0, -NINE_TENTHS, NINE_TENTHS, *after], np.float32)
    table = jnp.zeros((len(model.priors.names), len(asked))).at[position].set(asked)
    values = [float(x) for x in np.asarray(model.from_normals(table)[position])]
    middle, low, high = values[:3]
    then, lower, upper = values[3:]
    return LearnedNumber(
        path,
        middle,
        low,
        high,
        then,
        lower,
        upper,
        contraction=float(contraction),
        shift=float(z.mean()),
        taught_by=taught_by,
    )


def _row(n: LearnedNumber) -> str:
    before = f"{n.prior_median:.3g} ({n.prior_low:.3g} to {n.prior_high:.3g})"
    after = f"{n.median:.3g} ({n.low:.3g} to {n.high:.3g})"
    path = n.path if len(n.path) <= 50 else f"…{n.path[-49:]}"
    return f"  {path:<52}{before:>22}{after:>24}  {n.contraction:>11.2f}  {n.shift:+5.1f}"
