"""Learning: what the factions of a power carry away from battles, their own and remembered ones."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model import beliefs
from hokushin.model.axes import Axes, Watch
from hokushin.model.battle import Encounter, outcome_log_odds
from hokushin.model.mechanism import mechanism
from hokushin.model.params import Params
from hokushin.model.products import gather
from hokushin.model.randomness import Dice
from hokushin.model.state import Moment, State
from hokushin.model.view import View

_MEMORIES = ("skill_mean", "skill_variance", "material", "dread", "cold")
_FOREIGN_PART = 0.25
"""Share of the ignorance of one's own skill against an enemy that another's battles can remove.

Skill is a difference of two. If those of powers are independent and of one variance, the
difference that a third power shows has a correlation of one half with one's own, so to know it for
certain removes a quarter of the variance.
"""


@mechanism(writes={*_MEMORIES, "intent"}, sources=("reiter-1996", "jervis-1976"))
def learn(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> State:
    r"""Let a step pass over every memory, and take in what was fought in it.

    Skill moves through the rule that adjudicates, so that material explains a defeat away;
    material moves by what was met against what intelligence had said; dread is the worst loss share
    of a formation, fading, without the part of it that the season made, which is cold. Another
    service's battle counts in part, $\xi$, and a foreigner's with the same enemy $\xi^2$; of skill
    it can take away no more than a quarter of what was not known, $V_0$, for the rest of the
    difference is the watcher's own: $w = \xi^2 \min(1, \max(0, 4V/V_0 - 3))$. Engagements of the
    record come in on their day, in full. Who was attacked at peace believes more in the other
    side's intent: $\ell' = \ell + \kappa w$ with the weight w of the clash; a front that is open
    has nothing left to tell, nor has an attack on somebody else.
    """
    if not axes.memories:
        return state
    state = _fade(axes, params, state, axes.months_per_step / 12.0)
    state = _take_in_clashes(axes, params, state)
    for watch in axes.watches:
        state = _take_in_others(axes, params, state, watch)
    for e in axes.engagement_scripted:
        state = _take_in(axes, params, state, e, moment.engagement_now[e] * moment.recorded)
    return state


def remember(axes: Axes, params: Params, state: State) -> State:
    """Lay down the battles remembered from before the start, in order of date, faded since."""
    before = [e for e in range(len(axes.engagements)) if axes.engagement_before[e] >= 0]
    before.sort(key=lambda e: -axes.engagement_before[e])
    if not axes.memories:
        return state
    years = [float(axes.engagement_before[e]) for e in before]
    for e, now, later in zip(before, years, [*years[1:], 0.0], strict=False):
        state = _take_in(axes, params, state, e, 1.0)
        state = _fade(axes, params, state, now - later)
    return state


def _fade(axes: Axes, params: Params, state: State, years: float) -> State:
    """Let memories go back towards what was thought before them, each by its half-life."""
    minds = params.minds
    mean, variance = beliefs.drift(
        state.skill_mean,
        state.skill_variance,
        0.0,
        minds.skill_prior_sd**2,
        minds.skill_half_life,
        years,
    )
    kept = beliefs.retention(minds.intent_half_life, years)
    return replace(
        state,
        skill_mean=mean,
        skill_variance=variance,
        material=state.material * beliefs.retention(minds.material_half_life, years),
        dread=state.dread * beliefs.retention(minds.dread_half_life, years),
        cold=state.cold * beliefs.retention(minds.cold_half_life, years),
        intent=minds.intent_start + (state.intent - minds.intent_start) * kept,
    )


def _take_in(axes: Axes, params: Params, state: State, e: int, now: Array | float) -> State:
    """Take in one engagement of the record, wherever it weighs."""
    minds = params.minds
    attacker = float(axes.engagement_attacker[e])
    encounter = Encounter(
        log_ratio=attacker * jnp.log(minds.force_ratio[e]),
        log_armour=attacker * jnp.log(minds.armour_ratio[e]),
        surprise=minds.surprise[e],
    )
    log_odds = attacker * outcome_log_odds(params.battle, encounter)
    fought = now * (
        axes.engagement_own[:, e, None] + axes.engagement_other[:, e, None] * minds.other_service
    )
    seen = now * axes.engagement_foreign[:, e, None] * jnp.square(minds.other_service)
    return _update(
        params,
        state,
        weight=jnp.asarray(fought + seen),
        of_outcome=jnp.asarray(fought + seen * _left_to_watch(params, state.skill_variance)),
        outcome=minds.outcome[e],
        log_odds=log_odds,
        met=jnp.log(jnp.maximum(minds.met_over_expected[e], 1e-3)),
        loss=minds.loss_share[e] * (1.0 - minds.cold_share[e]),
        cold=minds.loss_share[e] * minds.cold_share[e],
        attacked=jnp.asarray(fought * (attacker < 0.0)),
    )


def _take_in_clashes(axes: Axes, params: Params, state: State) -> State:
    """Take in what the step's own fighting brought.

    On a driven front battles decide neither who advances nor what is known of skill: the front
    moves by its sourced speed, whoever would have won them.
    """
    clash, minds = state.clash, params.minds
    front = np.maximum(axes.memory_front, 0)
    side = axes.memory_side
    sign = np.where(side == 0, 1.0, -1.0).astype(np.float32)[:, None]
    there = (axes.memory_front >= 0).astype(np.float32)[:, None]
    own = axes.memory_service[:, None]
    weight = there * clash.weight[front] * (own + (1.0 - own) * minds.other_service)
    loss = clash.loss[front, side]
    adjudicated = 1.0 - axes.front_driven[front][:, None]
    at_peace = weight * (1.0 - state.war[front])
    return _update(
        params,
        state,
        weight=jnp.asarray(weight),
        of_outcome=jnp.asarray(weight * adjudicated),
        outcome=jnp.round(sign * clash.outcome[front]),
        log_odds=jnp.asarray(sign * clash.log_odds[front]),
        met=-gather(state.estimate_error, axes.memory_observation),
        loss=loss * (1.0 - clash.harshness[front]),
        cold=loss * clash.harshness[front],
        attacked=jnp.asarray(0.5 * (1.0 - sign * clash.initiative[front]) * at_peace),
    )


def _take_in_others(axes: Axes, params: Params, state: State, watch: Watch) -> State:
    """Take in what others' fighting with an enemy showed, one front for each memory that watches.

    Who does not observe the enemy's pool there had expected nothing of it, and learns nothing of
    material.
    """
    clash, front, side = state.clash, watch.front, watch.side
    sign = np.where(side == 0, 1.0, -1.0).astype(np.float32)[:, None]
    weight = clash.weight[front] * jnp.square(params.minds.other_service)
    observed = (watch.observation >= 0).astype(np.float32)[:, None]
    loss = clash.loss[front, side]
    rows = replace(
        state,
        **{name: gather(getattr(state, name), watch.memory) for name in (*_MEMORIES, "intent")},
    )
    adjudicated = 1.0 - axes.front_driven[front][:, None]
    learnt = _update(
        params,
        rows,
        weight=weight,
        of_outcome=weight * adjudicated * _left_to_watch(params, rows.skill_variance),
        outcome=jnp.round(sign * clash.outcome[front]),
        log_odds=jnp.asarray(sign * clash.log_odds[front]),
        met=-gather(state.estimate_error, watch.observation),
        loss=loss * (1.0 - clash.harshness[front]),
        cold=loss * clash.harshness[front],
        attacked=jnp.zeros_like(weight),
        of_material=weight * observed,
    )
    place = np.arange(len(axes.memories))
    place[watch.memory] = len(axes.memories) + np.arange(len(watch.memory))
    both = {n: jnp.concatenate([getattr(state, n), getattr(learnt, n)]) for n in _MEMORIES}
    return replace(state, **{name: gather(rows, place) for name, rows in both.items()})


def _left_to_watch(params: Params, variance: Array) -> Array:
    """Share of what others' battles can teach of skill that they have not taught yet."""
    known = 1.0 - variance / params.minds.skill_prior_sd**2
    return jnp.clip(1.0 - known / _FOREIGN_PART, 0.0, 1.0)


def _update(
    params: Params,
    state: State,
    *,
    weight: Float[Array, "memory history"],
    of_outcome: Float[Array, "memory history"],
    outcome: Array,
    log_odds: Array,
    met: Array,
    loss: Array,
    cold: Array,
    attacked: Float[Array, "memory history"],
    of_material: Array | None = None,
) -> State:
    """Move all memories by one engagement each, skill by the weight of its outcome.

    `attacked` is the weight of the engagement where the enemy began it at peace; `of_material` is
    its weight for material, if that is not the same.
    """
    minds = params.minds
    mean, variance = beliefs.skill_update(
        state.skill_mean,
        state.skill_variance,
        outcome,
        log_odds,
        params.battle.outcome.band,
        weight=of_outcome,
        loss_asymmetry=minds.loss_asymmetry,
        nuisance_variance=params.battle.outcome.campaign_sd**2,
    )
    material = beliefs.material_update(
        state.material,
        met,
        minds.material_gain,
        minds.loss_asymmetry,
        weight if of_material is None else of_material,
    )
    return replace(
        state,
        skill_mean=mean,
        skill_variance=variance,
        material=material,
        dread=beliefs.dread_update(state.dread, weight * loss, 1.0),
        cold=beliefs.dread_update(state.cold, weight * cold, 1.0),
        intent=state.intent + minds.intent_clash * attacked,
    )
