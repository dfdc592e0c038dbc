r"""Score: how much better than the base rate battles are predicted, and whether intervals hold.

The measure is the proportional reduction in log loss, $1 - L/L_0$, of the attacker's victory
against everything else; $L_0$ is the loss of one who knows the base rate of the battles that were
fitted and nothing else. Its interval resamples whole clusters (campaigns, days), because battles of
one campaign are not independent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from hokushin.infer.battles.predict import Predictions
from hokushin.infer.battles.table import Battles

RESAMPLES = 4000


@dataclass(frozen=True)
class Estimate:
    """A measure with its 95 % interval under resampling of clusters."""

    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Return plain JSON values."""
        return {"value": self.value, "low": self.low, "high": self.high}

    def __str__(self) -> str:
        return f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


@dataclass(frozen=True)
class Score:
    """How well battles were predicted whose outcomes are known."""

    n: int
    clusters: int
    log_loss: float
    base_log_loss: float
    reduction: Estimate
    """Proportional reduction in log loss: the attacker's victory against the rest."""
    reduction_three: Estimate
    """The same of the attacker's victory, a draw and the defender's."""
    accuracy: float
    brier: float
    coverage: Estimate | None
    """Share of log casualty ratios within their 90 % interval; None if none is known."""
    n_ratios: int
    ratio_error: float | None
    """Root mean square distance of the log casualty ratio from its predicted median."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; what could not be computed is absent."""
        said: dict[str, Any] = {
            "n": self.n,
            "clusters": self.clusters,
            "log_loss": self.log_loss,
            "base_log_loss": self.base_log_loss,
            "prl": self.reduction.as_dict(),
            "prl_three_outcomes": self.reduction_three.as_dict(),
            "accuracy": self.accuracy,
            "brier": self.brier,
        }
        if self.coverage is not None:
            said["casualty_ratio"] = {
                "n": self.n_ratios,
                "coverage90": self.coverage.as_dict(),
                "rmse": self.ratio_error,
            }
        return said


def score(
    battles: Battles, predictions: Predictions, base_rates: np.ndarray, seed: int = 1
) -> Score:
    """Score predictions of battles, of which those with a known outcome count.

    Args:
        base_rates: Chances of (defender, draw, attacker) for one who knows nothing else: one row
            for all battles, or a row for each.
    """
    scored = battles.scored
    if not scored.any():
        raise ValueError("no battle has a known outcome, so there is nothing to score")
    chances = np.stack(
        [predictions.p_defender, predictions.p_draw, predictions.p_attacker], axis=-1
    )[scored]
    base = np.broadcast_to(base_rates, (len(battles), 3))[scored]
    cluster, outcome = battles.cluster[scored], battles.outcome[scored]
    won = outcome > 0
    ours, theirs = log_losses(chances[:, 2], won), log_losses(base[:, 2], won)
    three, base_three = _of_outcome(chances, outcome), _of_outcome(base, outcome)
    coverage, n_ratios, error = _coverage(battles.take(scored), predictions, scored, seed)
    return Score(
        n=len(won),
        clusters=len(set(cluster.tolist())),
        log_loss=float(ours.mean()),
        base_log_loss=float(theirs.mean()),
        reduction=bootstrap(_reduction, cluster, seed, ours, theirs),
        reduction_three=bootstrap(_reduction, cluster, seed, three, base_three),
        accuracy=float(np.mean((chances[:, 2] > 0.5) == won)),
        brier=float(np.mean((chances[:, 2] - won) ** 2)),
        coverage=coverage,
        n_ratios=n_ratios,
        ratio_error=error,
    )


def log_losses(chance: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Loss of each forecast [nats]: minus the log of the chance given to what came about."""
    return -np.log(np.where(happened, chance, 1.0 - chance))


def bootstrap(
    measure: Callable[..., np.ndarray], cluster: np.ndarray, seed: int, *values: np.ndarray
) -> Estimate:
    """Estimate a measure of sums, with an interval from clusters drawn with replacement.

    `measure` gets the sum of each of `values`, over all battles or over those of a resample.
    """
    _, member = np.unique(cluster, return_inverse=True)
    sums = np.stack([np.bincount(member, weights=v) for v in values])
    n = sums.shape[1]
    dice = np.random.Generator(np.random.Philox(seed))
    weight = dice.multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES)
    with np.errstate(divide="ignore", invalid="ignore"):
        resampled = measure(*(weight @ each for each in sums))
    low, high = np.nanquantile(resampled, (0.025, 0.975))
    return Estimate(float(measure(*sums.sum(axis=1))), float(low), float(high))


def _reduction(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return 1.0 - ours / theirs


def _of_outcome(chances: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    return -np.log(chances[np.arange(len(outcome)), outcome.astype(int) + 1])


def _coverage(
    battles: Battles, predictions: Predictions, scored: np.ndarray, seed: int
) -> tuple[Estimate | None, int, float | None]:
    known = ~np.isnan(battles.log_casualty_ratio)
    if predictions.log_casualty_ratio is None or not known.any():
        return None, 0, None
    low, middle, high = predictions.log_casualty_ratio[scored][known].T
    actual = battles.log_casualty_ratio[known]
    inside = ((actual >= low) & (actual <= high)).astype(float)
    share = bootstrap(np.divide, battles.cluster[known], seed, inside, np.ones_like(inside))
    return share, len(actual), float(np.sqrt(np.mean((actual - middle) ** 2)))
