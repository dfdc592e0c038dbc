"""Necessity and sufficiency of one cause, estimated and bounded.

How often was a cause needed, and how often would it have been enough? The answers compare
two worlds of the *same* history, which no record shows. The estimates here rest on the
engine's coupling of the two worlds (common random numbers); the bounds beside them hold
whatever the coupling, and say how much of the estimate the coupling decides.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from hokushin.query.statistics import Interval, Proportion

FEWEST_HISTORIES = 200
"""Conditioning histories below which a conditional share is not reported."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class ConditionalShare:
    """A share among the histories that meet a condition; `share` is None if they are too few."""

    count: int
    share: Proportion | None


@dataclass(frozen=True)
class CausalShares:
    """How a cause bore on an outcome, in histories run twice.

    `necessity` PN = P(outcome fails without | occurs with), `sufficiency` PS = P(occurs with |
    fails without), `both` PNS = P(occurs with and fails without), `alone` = P(occurs with it
    alone | fails with no cause at all), None where those two runs were not given.
    """

    necessity: ConditionalShare
    sufficiency: ConditionalShare
    both: ConditionalShare
    alone: ConditionalShare | None


@dataclass(frozen=True)
class CausalBounds:
    """Sharp bounds on PN, PS and PNS; None where the probability conditioned on is 0."""

    necessity: Interval | None
    sufficiency: Interval | None
    both: Interval


@dataclass(frozen=True)
class Observed:
    """A record of who had the cause and the outcome, as joint probabilities that sum to 1."""

    cause_and_outcome: float
    cause_only: float
    outcome_only: float
    neither: float

    def __post_init__(self) -> None:
        """Refuse numbers that are no joint distribution."""
        cells = (self.cause_and_outcome, self.cause_only, self.outcome_only, self.neither)
        if min(cells) < 0 or abs(sum(cells) - 1) > _ROUNDING:
            raise ValueError(
                f"observed probabilities {cells} sum to {sum(cells)}; "
                "give four numbers from 0 up that sum to 1"
            )

    @property
    def outcome(self) -> float:
        """Probability of the outcome in the record."""
        return self.cause_and_outcome + self.outcome_only


def causal_shares(
    with_cause: Bool[np.ndarray, "history"],
    without_cause: Bool[np.ndarray, "history"],
    alone: Bool[np.ndarray, "history"] | None = None,
    none: Bool[np.ndarray, "history"] | None = None,
    fewest: int = FEWEST_HISTORIES,
) -> CausalShares:
    """Estimate necessity and sufficiency of a cause from the same histories run twice.

    Args:
        with_cause: outcome with every cause present.
        without_cause: outcome with this cause alone removed.
        alone: outcome with this cause only.
        none: outcome with no cause present.
        fewest: conditioning histories below which a share is refused.
    """
    if (alone is None) != (none is None):
        raise ValueError(
            "sufficiency alone needs two more runs: with the cause only, and with none"
        )
    runs = [run for run in (with_cause, without_cause, alone, none) if run is not None]
    if any(run.shape != with_cause.shape or run.dtype != bool for run in runs):
        raise ValueError(
            f"the runs are {[f'{run.dtype}{list(run.shape)}' for run in runs]}; "
            "need one bool per history, the same histories in each"
        )
    return CausalShares(
        necessity=_share(~without_cause, with_cause, fewest),
        sufficiency=_share(with_cause, ~without_cause, fewest),
        both=_share(with_cause & ~without_cause, np.ones_like(with_cause), fewest),
        alone=None if alone is None or none is None else _share(alone, ~none, fewest),
    )


def causal_bounds(with_cause: float, without_cause: float) -> CausalBounds:
    r"""Bound PN, PS and PNS from two intervention probabilities alone.

    With $p_1 = P(y \mid do(x))$ and $p_0 = P(y \mid do(x'))$ and the cause set from outside
    (exogenous): $\max(0, p_1 - p_0) \le PNS \le \min(p_1, 1 - p_0)$; PN is PNS over $p_1$ and
    PS is PNS over $1 - p_0$ (Tian & Pearl 2000, section 4.2).
    """
    p1, p0 = _probability(with_cause), _probability(without_cause)
    low, high = max(0.0, p1 - p0), min(p1, 1 - p0)
    return CausalBounds(
        necessity=Interval(low / p1, high / p1) if p1 > 0 else None,
        sufficiency=Interval(low / (1 - p0), high / (1 - p0)) if p0 < 1 else None,
        both=Interval(low, high),
    )


def causal_bounds_with_record(
    with_cause: float, without_cause: float, observed: Observed
) -> CausalBounds:
    r"""Bound PN, PS and PNS from intervention probabilities and an observational record.

    $\max\{0,\; P(y_x)-P(y_{x'}),\; P(y)-P(y_{x'}),\; P(y_x)-P(y)\} \le PNS \le
    \min\{P(y_x),\; P(y'_{x'}),\; P(x,y)+P(x',y'),\; P(y_x)-P(y_{x'})+P(x,y')+P(x',y)\}$,
    $\max\{0, \frac{P(y)-P(y_{x'})}{P(x,y)}\} \le PN \le
    \min\{1, \frac{P(y'_{x'})-P(x',y')}{P(x,y)}\}$,
    $\max\{0, \frac{P(y_x)-P(y)}{P(x',y')}\} \le PS \le
    \min\{1, \frac{P(y_x)-P(x,y)}{P(x',y')}\}$ (Tian & Pearl 2000, section 4.2.2).

    Raises `ValueError` where the record contradicts the experiment: an intervention cannot make
    the outcome rarer than the record shows it with the same value of the cause.
    """
    p1, p0 = _probability(with_cause), _probability(without_cause)
    _check_agreement("with", p1, observed.cause_and_outcome, observed.cause_only)
    _check_agreement("without", p0, observed.outcome_only, observed.neither)
    xy, neither, y = observed.cause_and_outcome, observed.neither, observed.outcome
    both = Interval(
        max(0.0, p1 - p0, y - p0, p1 - y),
        min(p1, 1 - p0, xy + neither, p1 - p0 + observed.cause_only + observed.outcome_only),
    )
    needed = enough = None
    if xy > 0:
        needed = Interval(max(0.0, (y - p0) / xy), min(1.0, (1 - p0 - neither) / xy))
    if neither > 0:
        enough = Interval(max(0.0, (p1 - y) / neither), min(1.0, (p1 - xy) / neither))
    return CausalBounds(needed, enough, both)


def _share(
    event: Bool[np.ndarray, "history"], given: Bool[np.ndarray, "history"], fewest: int
) -> ConditionalShare:
    count = int(given.sum())
    if count < max(1, fewest):
        return ConditionalShare(count, None)
    return ConditionalShare(count, Proportion(int((event & given).sum()), count))


def _probability(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"{value} is not a probability; give a number from 0 to 1")
    return float(value)


def _check_agreement(which: str, intervened: float, outcome: float, no_outcome: float) -> None:
    low, high = outcome, 1 - no_outcome
    if not low - _ROUNDING <= intervened <= high + _ROUNDING:
        raise ValueError(
            f"P(outcome | do {which}) = {intervened} contradicts the record, "
            f"which admits only {low} to {high}; were both taken from the same population?"
        )
