"""Draws: what measurements taught of the world's numbers, and how well they are now predicted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from jaxtyping import Float

from hokushin.engine.fitted import Fitted
from hokushin.infer.score.series import crps
from hokushin.infer.world.observations import Observation, Unused
from hokushin.infer.world.readings import Reading
from hokushin.infer.world.smoother import Round

Draws = Float[np.ndarray, " draw"]


@dataclass(frozen=True)
class Prediction:
    """What was predicted of one observation: nine tenths and half of the draws, and its score."""

    median: float
    low: float
    high: float
    inside_half: bool
    inside_nine_tenths: bool
    crps: float
    """Continuous ranked probability score over the size of the number: lower is better."""


@dataclass(frozen=True)
class ObservedRow:
    """One observation before and after learning, errors of measurement included."""

    id: str
    variable: str
    day: date
    value: float
    before: Prediction
    after: Prediction


@dataclass(frozen=True)
class Coverage:
    """How often numbers lay in what was predicted of them."""

    n: int
    half: float
    nine_tenths: float
    crps: float


@dataclass(frozen=True, eq=False)
class WorldDraws:
    """Equally weighted draws of the numbers that shape the world."""

    names: tuple[str, ...]
    normals: Float[np.ndarray, "number draw"]
    """In standard units of the priors."""
    observations: tuple[ObservedRow, ...]
    unused: tuple[Unused, ...]
    """Rows that could not be used, with the reason."""
    readings: tuple[Reading, ...]
    discrepancies: Mapping[str, float]
    """Spread of the model's own error by variable: in logarithms, log-odds or kilometres."""
    rounds: tuple[Round, ...]
    engagements: tuple[str, ...]
    """Those whose outcomes weighed the members before they were moved."""
    engagement_draws: float
    """How many draws of the prior, so weighed, the members were drawn from."""
    end: date
    """First day that nothing was learnt from."""
    seed: int

    @property
    def n_draws(self) -> int:
        """How many draws there are."""
        return self.normals.shape[1]

    def fitted(self) -> Fitted:
        """Give the draws as a run takes them."""
        return Fitted(self.names, self.normals)

    def keep(self, n: int) -> WorldDraws:
        """Keep n of the draws, evenly spaced."""
        if not 1 <= n <= self.n_draws:
            raise ValueError(f"{n} draws were asked for, but there are {self.n_draws}")
        picked = np.linspace(0, self.n_draws - 1, n).round().astype(int)
        return replace(self, normals=self.normals[:, picked])

    def rounded(self) -> WorldDraws:
        """Round the draws as a file of fitted draws keeps them."""
        kept = self.normals.astype(np.float16).astype(np.float32)
        return replace(self, normals=kept)

    def contraction(self) -> Float[np.ndarray, " number"]:
        """Share of each number's prior variance that the record took away."""
        return 1.0 - self.normals.var(axis=1)

    def shift(self) -> Float[np.ndarray, " number"]:
        """How far the mean of each number moved, in spreads of its prior."""
        return self.normals.mean(axis=1)

    def coverage(self) -> tuple[Coverage, Coverage]:
        """Give the coverage of what was learnt from, before and after."""
        return (
            covered([row.before for row in self.observations]),
            covered([row.after for row in self.observations]),
        )

    def as_dict(self) -> dict[str, Any]:
        """Give everything but the draws as plain JSON values."""
        before, after = self.coverage()
        return {
            "end": self.end.isoformat(),
            "seed": self.seed,
            "draws": self.n_draws,
            "before": asdict(before),
            "after": asdict(after),
            "observations": [
                {**asdict(row), "day": row.day.isoformat()} for row in self.observations
            ],
            "unused": [list(pair) for pair in self.unused],
            "readings": [asdict(reading) for reading in self.readings],
            "discrepancies": dict(self.discrepancies),
            "rounds": [asdict(one) for one in self.rounds],
            "engagements": list(self.engagements),
            "engagement_draws": self.engagement_draws,
        }


def predicted_of(
    one: Observation, draws: Draws, discrepancy: float, generator: np.random.Generator
) -> Prediction:
    """Set draws of a variable, on its scale, beside the number that was measured.

    Errors of measurement and of the model are thrown on top.
    """
    spread = np.hypot(one.error, discrepancy)
    noisy = one.restored(draws + spread * generator.standard_normal(len(draws)))
    low, lower, median, upper, high = np.percentile(noisy, (5, 25, 50, 75, 95))
    return Prediction(
        median=float(median),
        low=float(low),
        high=float(high),
        inside_half=bool(lower <= one.value <= upper),
        inside_nine_tenths=bool(low <= one.value <= high),
        crps=crps(noisy, one.value),
    )


def covered(rows: list[Prediction]) -> Coverage:
    """Put predictions together; not a number where there are none."""
    if not rows:
        return Coverage(0, np.nan, np.nan, np.nan)
    return Coverage(
        n=len(rows),
        half=float(np.mean([row.inside_half for row in rows])),
        nine_tenths=float(np.mean([row.inside_nine_tenths for row in rows])),
        crps=float(np.mean([row.crps for row in rows])),
    )
