r"""Baselines: rules that know the calendar and the record, and nothing of the world.

They learn from the scenario's record before the day that is predicted, never from the file. They
are told which options were open, which favours them: so does that the option taken counts as open
even where the model holds it impossible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from jaxtyping import Bool, Float

from hokushin.infer.record_path import Episode

SURE = 0.95
"""What a rule that names one option stakes on it; the rest goes to the others in equal parts."""
HALF_A_CASE = 0.5
"""Added to every count, so that what has not happened yet is not held impossible (Jeffreys)."""
_RIDGE = 1.0
"""Precision of the normal prior of both coefficients of the hazard, time in spreads of its own."""

Chances = Float[np.ndarray, " option"]
Open = Bool[np.ndarray, " option"]


@dataclass(frozen=True)
class Training:
    """Episodes of the record before a day."""

    episodes: tuple[Episode, ...]
    power_of_matter: tuple[str, ...]

    def in_matter(self, matter: int) -> tuple[Episode, ...]:
        """Those of one matter."""
        return tuple(e for e in self.episodes if e.matter == matter)

    def of_power(self, matter: int) -> tuple[Episode, ...]:
        """Those of the power that a matter belongs to."""
        power = self.power_of_matter[matter]
        return tuple(e for e in self.episodes if self.power_of_matter[e.matter] == power)


def uniform(is_open: Open) -> Chances:
    """Every open option alike."""
    return is_open / is_open.sum()


def carry_on(is_open: Open) -> Chances:
    """Things stay as they are."""
    return _staked_on(0, is_open)


def base_rate(training: Training, matter: int, is_open: Open) -> Chances:
    """How often each option was taken in the matter before, and half a case more."""
    counts = np.bincount([e.option for e in training.in_matter(matter)], minlength=len(is_open))
    weight = (counts + HALF_A_CASE) * is_open
    return weight / weight.sum()


def most_frequent_of_power(training: Training, matter: int, is_open: Open) -> Chances:
    """What the power has done most often: in this matter, else whether it acts at all.

    Where it has not decided in the matter yet, carrying on if it has mostly carried on elsewhere,
    and every change alike if it has mostly acted.
    """
    own = Counter(e.option for e in training.in_matter(matter) if is_open[e.option])
    if own:
        option, _ = max(own.items(), key=lambda item: (item[1], -item[0]))
        return _staked_on(option, is_open)
    elsewhere = training.of_power(matter)
    acted = sum(e.option > 0 for e in elsewhere)
    return _spread_over_changes(SURE if 2 * acted > len(elsewhere) else 1.0 - SURE, is_open)


def calendar_hazard(training: Training, day: date, is_open: Open) -> Chances:
    """A chance of any change that the date alone gives, shared equally by the changes.

    A logistic curve over time through all decisions of the record before, of every matter.
    """
    days = np.array([e.day.toordinal() for e in training.episodes], float)
    acted = np.array([e.option > 0 for e in training.episodes], float)
    return _spread_over_changes(logistic_in_time(days, acted, day.toordinal()), is_open)


def logistic_in_time(
    days: Float[np.ndarray, " case"],
    happened: Float[np.ndarray, " case"],
    day: float,
    weight: Float[np.ndarray, " case"] | None = None,
) -> float:
    r"""Chance on a day, from cases before it: $\sigma(\alpha + \beta t)$, the penalised mode.

    Time is measured in spreads about the mean of the cases. With no cases it is one half.
    `weight` counts each case that often.
    """
    if not len(days):
        return 0.5
    n = np.ones_like(days) if weight is None else weight
    middle = np.average(days, weights=n)
    spread = max(float(np.sqrt(np.average((days - middle) ** 2, weights=n))), 1.0)
    x = np.stack([np.ones_like(days), (days - middle) / spread], axis=1)
    at = np.zeros(2)
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-x @ at))
        slope = x.T @ (n * (happened - p)) - _RIDGE * at
        curve = (x * (n * p * (1.0 - p))[:, None]).T @ x + _RIDGE * np.eye(2)
        step = np.linalg.solve(curve, slope)
        at = at + step
        if np.abs(step).max() < 1e-9:
            break
    # Beyond the cases a trend is held: at most one spread past the last of them.
    now = min((day - middle) / spread, float(x[:, 1].max()) + 1.0)
    return float(1.0 / (1.0 + np.exp(-(at[0] + at[1] * now))))


def before(episodes: Sequence[Episode], day: date, power_of_matter: tuple[str, ...]) -> Training:
    """Give the episodes that a rule may learn from when it predicts a day."""
    return Training(tuple(e for e in episodes if e.day < day), power_of_matter)


def _staked_on(option: int, is_open: Open) -> Chances:
    """Most on one option, the rest on the other open ones alike; all on it if there is no other."""
    others = is_open.copy()
    others[option] = False
    if not others.any():
        return np.eye(len(is_open))[option]
    chances = others * (1.0 - SURE) / others.sum()
    chances[option] = SURE
    return chances


def _spread_over_changes(chance: float, is_open: Open) -> Chances:
    """A chance of any change, in equal parts to the changes that are open."""
    changes = is_open.copy()
    changes[0] = False
    if not changes.any():
        return np.eye(len(is_open))[0]
    chances = changes * chance / changes.sum()
    chances[0] = 1.0 - chance
    return chances
