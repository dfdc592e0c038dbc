r"""Engagements: how likely the outcomes of the record's battles are, by the model's own battles.

An outcome is adjudicated by the ordered logit of `model.battle` with the engagement's own ratios,
ground and surprise, the true effectiveness of the front's sides, and one draw of luck z for all
engagements of a front, as the engine has it:

$$\log L = \sum_f \log \int \prod_{e \in f} P_e(o_e \mid \eta_e + s z)\, \phi(z)\, dz.$$

An outcome between two grades is a mixture of both. Outcomes are grades and need no walk, so they
come first: members are drawn by their weights from many times as many of the prior (Gordon, Salmond
and Smith 1993, IEE Proceedings F 140), and the smoother starts from them. Losses of the record are
those of the worst hit formation, where the model has those of the whole force: they cannot be used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from hokushin.infer.world.observations import Unused
from hokushin.model.battle import Encounter, outcome_log_odds
from hokushin.model.build import Model
from hokushin.model.numeric import logistic
from hokushin.model.params import Params
from hokushin.scenario.dates import parse_date

_NODES = 24
"""Of the quadrature over luck."""
_LOSSES = "its loss is of the worst hit formation, the model's of the whole force"


@dataclass(frozen=True)
class Fought:
    """One engagement of the record inside the calendar, on a front of the model."""

    id: str
    place: int
    """Its number among the model's engagements."""
    front: int
    attacker_is_a: bool
    holder_attacked: bool


def find_engagements(model: Model, end: date) -> tuple[tuple[Fought, ...], tuple[Unused, ...]]:
    """Give the engagements over before a day whose outcomes can be predicted, and the rest."""
    axes, scenario = model.axes, model.scenario
    used: list[Fought] = []
    unused: list[Unused] = []
    for place, name in enumerate(axes.engagements):
        told = scenario.engagements[name]
        if place not in axes.engagement_scripted:
            unused.append((name, "remembered from before the start, so the path does not hold it"))
            continue
        if parse_date(told.ended).last >= end:
            unused.append((name, f"{told.ended} is not before {end}"))
            continue
        if told.front is None or told.front not in axes.fronts:
            unused.append((name, "it was fought on no front of the model"))
            continue
        front = axes.fronts.index(told.front)
        powers = axes.front_power[front].tolist()
        if axes.powers.index(told.holder) not in powers:
            unused.append((name, f"{told.holder} is no side of {told.front}"))
            continue
        holder_is_a = powers[0] == axes.powers.index(told.holder)
        holder_attacked = bool(axes.engagement_attacker[place] > 0)
        used.append(Fought(name, place, front, holder_is_a == holder_attacked, holder_attacked))
        unused.append((f"{name}.loss_share", _LOSSES))
    return tuple(used), tuple(unused)


def log_likelihood(params: Params, fought: Sequence[Fought]) -> Float[np.ndarray, " member"]:
    """Log chance of the outcomes of the record, in nats, for numbers of many members."""
    total = np.zeros(())
    for front in dict.fromkeys(one.front for one in fought):
        total = total + _of_front(params, [one for one in fought if one.front == front])
    return np.asarray(total)


def resampled(
    log_weight: Float[np.ndarray, " candidate"], n: int, seed: int
) -> tuple[Int[np.ndarray, " member"], float]:
    """Draw n members by their weights, evenly spaced; give also how many candidates are worth.

    A candidate is drawn twice only if its weight is over 1/n of all.
    """
    weight = np.exp(log_weight - log_weight.max())
    weight = weight / weight.sum()
    places = (np.arange(n) + np.random.default_rng(seed).uniform()) / n
    picked = np.minimum(np.searchsorted(np.cumsum(weight), places), len(weight) - 1)
    return picked, float(1.0 / np.sum(weight**2))


def _of_front(params: Params, fought: Sequence[Fought]) -> Float[np.ndarray, " member"]:
    """Average the outcomes of one front over the luck that they share, by Gauss and Hermite."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    spread = np.asarray(params.battle.outcome.campaign_sd, np.float64)
    chance = 0.0
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        product = 1.0
        for one in fought:
            product = product * _chance(params, one, spread * node)
        chance = chance + weight * product
    return np.log(np.asarray(chance))


def _chance(params: Params, one: Fought, luck_of_a: np.ndarray) -> np.ndarray:
    """Chance of the outcome of one engagement, as the record grades it."""
    minds, fronts, battle = params.minds, params.fronts, params.battle
    side = 1.0 if one.attacker_is_a else -1.0
    holder = 1.0 if one.holder_attacked else -1.0
    defender = 1 if one.attacker_is_a else 0
    encounter = Encounter(
        log_ratio=holder * jnp.log(minds.force_ratio[one.place]),
        log_armour=holder * jnp.log(minds.armour_ratio[one.place]),
        surprise=minds.surprise[one.place],
        fortified=fronts.fortified[one.front, defender],
        rugged=fronts.rugged[one.front],
        wooded=fronts.wooded[one.front],
        skill=side * fronts.effectiveness[one.front],
    )
    odds = np.asarray(outcome_log_odds(battle, encounter), np.float64) + side * luck_of_a
    band = np.asarray(battle.outcome.band, np.float64)
    won, lost = (np.asarray(logistic(jnp.asarray(x))) for x in (odds - band, -odds - band))
    drawn = np.maximum(1.0 - won - lost, 0.0)
    graded = np.clip(holder * np.asarray(minds.outcome[one.place], np.float64), -1.0, 1.0)
    toward = np.where(graded > 0.0, won, lost)
    return np.abs(graded) * toward + (1.0 - np.abs(graded)) * drawn
