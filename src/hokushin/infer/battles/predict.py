"""Predict: chances and losses of battles from what was known before they were fought.

A battle's prediction averages over the joint draws and, within each, over what a new campaign and
new dice bring. Campaigns that were fitted have no memory here: every battle is predicted as one of
a campaign never seen. Powers are known by name and era; a power without a battle in the fit, or in
the era, gets an effect drawn from the spread of powers.

All battles meet the same random numbers, so that a prediction does not depend on which other
battles stand in the table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hokushin.infer.battles.draws import Posterior
from hokushin.infer.battles.table import ERAS, Battles
from hokushin.infer.battles.terms import COEFFICIENT, TERMS

QUANTILES = (0.05, 0.50, 0.95)

PER_DRAW = 16
"""Campaigns that are played for each joint draw."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What is expected of each battle."""

    id: np.ndarray
    p_defender: np.ndarray
    p_draw: np.ndarray
    p_attacker: np.ndarray
    log_casualty_ratio: np.ndarray | None
    """Battle by quantile of `QUANTILES`: ln of the attacker's over the defender's casualties."""

    def csv(self) -> str:
        """Write the table `isqno, p_defender, ..., lcr_p95`."""
        head = ["isqno", "p_defender", "p_draw", "p_attacker"]
        columns = [self.p_defender, self.p_draw, self.p_attacker]
        if self.log_casualty_ratio is not None:
            head += [f"lcr_p{round(100 * q):02d}" for q in QUANTILES]
            columns += list(self.log_casualty_ratio.T)
        lines = [",".join(head)]
        for name, *numbers in zip(self.id, *columns, strict=True):
            lines.append(",".join([str(name), *(f"{x:.6f}" for x in numbers)]))
        return "\n".join(lines) + "\n"


def predict(posterior: Posterior, battles: Battles, seed: int = 1) -> Predictions:
    """Predict battles; of their outcomes nothing is read."""
    dice = _Dice.roll(len(posterior), seed)
    each = [_one(posterior, battles, i, dice) for i in range(len(battles))]
    chances = np.stack([chance for chance, _ in each])
    ratios = [ratio for _, ratio in each if ratio is not None]
    return Predictions(
        id=battles.id,
        p_defender=chances[:, 0],
        p_draw=chances[:, 1],
        p_attacker=chances[:, 2],
        log_casualty_ratio=np.stack(ratios) if ratios else None,
    )


@dataclass(frozen=True, eq=False)
class _Dice:
    """Standard deviates, draw by campaign; the same for all battles."""

    campaign: np.ndarray
    skill: np.ndarray
    """Of (attacker, defender) by (power, power in era)."""
    exchange: np.ndarray
    uniform: np.ndarray
    days: np.ndarray
    losses: np.ndarray
    campaign_losses: np.ndarray

    @staticmethod
    def roll(n_draws: int, seed: int) -> _Dice:
        dice = np.random.Generator(np.random.Philox(seed))
        size = (n_draws, PER_DRAW)
        return _Dice(
            campaign=dice.standard_normal(size),
            skill=dice.standard_normal((2, 2, *size)),
            exchange=dice.standard_normal((2, 2, *size)),
            uniform=dice.random(size),
            days=dice.standard_normal(size),
            losses=dice.standard_normal((2, *size)),
            campaign_losses=dice.standard_normal((2, *size)),
        )


class _Battle:
    """One battle under all draws: coefficients as columns, against campaigns as rows."""

    def __init__(self, posterior: Posterior, battles: Battles, i: int) -> None:
        self._posterior = posterior
        self._values = {
            name: float(getattr(battles, name)[i])
            for name in (
                *("log_ratio", "log_men", "log_armour", "air", "surprise", "fortified"),
                *("prepared", "delay", "rugged", "flat", "wooded", "winter", "wet"),
            )
        }
        works = self._values["fortified"] + self._values["prepared"]
        self._values["works"] = min(1.0, works)
        self._era = ERAS[int(battles.era[i])]
        self._sides = (str(battles.attacker[i]), str(battles.defender[i]))
        self.log_ratio = self._values["log_ratio"]

    def number(self, name: str) -> np.ndarray:
        """A coefficient under all draws."""
        return self._posterior.column(name)[:, None]

    def in_era(self, name: str) -> np.ndarray:
        """A coefficient that eras differ in."""
        whole = f"{name}.{self._era}"
        if whole not in self._posterior:
            raise ValueError(
                f"the fit holds no battle of {self._era}, and cannot predict one; give a fit "
                "that does, such as the one that comes with the package"
            )
        return self.number(whole)

    def linear(self, group: str, **further: np.ndarray) -> np.ndarray:
        """The linear part of an equation: constant, force and all terms that are known."""
        total = self.in_era(f"{group}.constant")
        for term in TERMS[group]:
            value = further[term] if term in further else self._values[term]
            name = f"{group}.{COEFFICIENT.get(term, term)}"
            if name in self._posterior and np.any(value):
                total = total + self.number(name) * value
        if f"{group}.force.{self._era}" in self._posterior:
            total = total + self.in_era(f"{group}.force") * self.log_ratio
        return total

    def difference(self, kind: str, deviates: np.ndarray) -> np.ndarray | float:
        """Attacker's less defender's effectiveness; zero where a power fights itself."""
        if f"{kind}.power_sd" not in self._posterior or self._sides[0] == self._sides[1]:
            return 0.0
        one, other = (
            self._effect(kind, power, deviate)
            for power, deviate in zip(self._sides, deviates, strict=True)
        )
        return one - other

    def _effect(self, kind: str, power: str, deviates: np.ndarray) -> np.ndarray:
        known = f"{kind}.{power}.{self._era}"
        if known in self._posterior:
            return self.number(known)
        elsewhere = f"{kind}.{power}"
        if elsewhere in self._posterior:
            always = self.number(elsewhere)
        else:
            always = self.number(f"{kind}.power_sd") * deviates[0]
        return always + self.number(f"{kind}.power_in_era_sd") * deviates[1]


def _one(
    posterior: Posterior, battles: Battles, i: int, dice: _Dice
) -> tuple[np.ndarray, np.ndarray | None]:
    """Chances of (defender, draw, attacker) and quantiles of the log casualty ratio."""
    battle = _Battle(posterior, battles, i)
    log_odds = battle.linear("outcome") + battle.difference("skill", dice.skill)
    log_odds = log_odds + battle.number("outcome.campaign_sd") * dice.campaign
    band = battle.number("outcome.band")
    attacker, defender = _logistic(log_odds - band), _logistic(-log_odds - band)
    p_attacker, p_defender = float(attacker.mean()), float(defender.mean())
    chances = np.array([p_defender, 1.0 - p_attacker - p_defender, p_attacker])
    if "loss_attacker.campaign_sd" not in posterior:
        return chances, None
    win = np.where(dice.uniform < attacker, 1.0, 0.0)
    draw = (1.0 - win) * np.where(1.0 - dice.uniform < defender, 0.0, 1.0)
    ratio = _log_casualty_ratio(battle, win, draw, dice)
    return chances, np.quantile(ratio, QUANTILES)


def _log_casualty_ratio(
    battle: _Battle, win: np.ndarray, draw: np.ndarray, dice: _Dice
) -> np.ndarray:
    days = battle.linear("duration") + battle.in_era("duration.spread") * dice.days
    # Days are counted, and the fit of losses knew whole days only.
    known = {"log_days": np.log(np.maximum(1.0, np.exp(days).round())), "win": win, "draw": draw}
    exchange = battle.difference("exchange", dice.exchange)
    correlation = battle.number("loss_defender.correlation")
    apart = np.sqrt(1.0 - correlation**2)
    deviates = (dice.losses[0], correlation * dice.losses[0] + apart * dice.losses[1])
    lost = []
    for group, sign, own, shared in zip(
        ("loss_attacker", "loss_defender"),
        (-0.5, 0.5),
        deviates,
        dice.campaign_losses,
        strict=True,
    ):
        log_hazard = battle.linear(group, **known) + sign * exchange
        log_hazard = log_hazard + battle.in_era(f"{group}.spread") * own
        log_hazard = log_hazard + battle.number(f"{group}.campaign_sd") * shared
        lost.append(np.log(-np.expm1(-np.exp(log_hazard))))
    return battle.log_ratio + lost[0] - lost[1]


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))
