"""Effects: what a choice does to the world, as its scenario declares it."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.axes import NEVER, Axes, Effects
from hokushin.model.mechanisms.forces import standing_divisions
from hokushin.model.params import Params
from hokushin.model.products import spread, sum_slices
from hokushin.model.randomness import Dice
from hokushin.model.state import State


def respond(
    axes: Axes, params: Params, holds: Float[Array, "condition history"], dice: Dice
) -> Float[Array, "response history"]:
    r"""Powers without factions answer by rule: once every need is met, at a rate.

    $P = 1 - e^{-r\Delta}$ while the conditions hold, one uniform each.
    """
    if not axes.responses:
        return jnp.zeros((0, holds.shape[-1]))
    missing = spread(axes.response_on, 1.0 - holds) + spread(axes.response_off, holds)
    chance = 1.0 - jnp.exp(-params.deals.response_rate * axes.months_per_step)
    u = dice.uniforms("responses", (len(axes.responses),))
    return jnp.where((missing < 0.5) & (u < chance), 1.0, 0.0)


def apply_effects(
    axes: Axes, params: Params, state: State, taken: Array, responses: Array
) -> State:
    """Carry out everything that the options taken and the responses declare."""
    flat = taken.reshape(-1, taken.shape[-1])
    width = max(flat.shape[-1], responses.shape[-1])
    acts = jnp.concatenate(
        [jnp.broadcast_to(x, (x.shape[0], width)) for x in (flat, responses) if x.shape[0]]
    )
    for step in (_fronts, _regions, _withholding, _dealings, _minds, _agenda):
        state = step(axes, params, state, acts)
    state = _forces(axes, params, state, acts)
    return _standing(state, taken)


def _fronts(axes: Axes, params: Params, state: State, acts: Array) -> State:
    n = len(axes.fronts)
    if not n:
        return state
    by_side = jnp.stack(
        [jnp.minimum(1.0, _hits(axes.effects["open_front"], acts, 2 * n)[s::2]) for s in (0, 1)], 1
    )
    allowed = jnp.where(params.fronts.peace > 0.5, 0.0, 1.0)
    opened = jnp.minimum(1.0, sum_slices(by_side, 1)) * (1.0 - state.war) * allowed
    closed = jnp.minimum(1.0, _hits(axes.effects["close_front"], acts, n))
    war = jnp.maximum(state.war, opened) * (1.0 - closed)
    begun = jnp.where(opened[:, None] > 0, by_side, state.begun)
    fields = acts * axes.field_acts[:, None]
    field = jnp.stack([_hits(axes.effects["open_front"], fields, 2 * n)[s::2] for s in (0, 1)], 1)
    act = jnp.where(opened[:, None] * field > 0, 0.0, state.field_act)
    act = jnp.where(closed[:, None] > 0, NEVER, act)
    fresh = 1.0 - opened
    ordered = jnp.stack([_hits(axes.effects["engage"], acts, 2 * n)[s::2] for s in (0, 1)], 1)
    assertive = state.assertive + _sum(axes.effects["assertive"], params, acts, n)
    return replace(
        state,
        war=war,
        begun=begun * war[:, None],
        war_months=state.war_months * fresh * war,
        across=state.across * (fresh * war)[:, None],
        field_act=act,
        pending=jnp.maximum(state.pending, jnp.minimum(1.0, ordered)),
        assertive=jnp.clip(assertive, -3.0, 3.0),
    )


def _regions(axes: Axes, params: Params, state: State, acts: Array) -> State:
    """Take regions that are occupied without a fight."""
    if not axes.regions:
        return state
    occupied = _hits(axes.effects["occupy"], acts, len(axes.regions))
    return replace(state, taken=jnp.minimum(1.0, state.taken + occupied))


def _forces(axes: Axes, params: Params, state: State, acts: Array) -> State:
    r"""Shift posture by what is called, between none of a power's divisions and all of them.

    $p' = \min(N - \bar n, \max(-\bar n, p + c))$ with the pool's standing share $\bar n$ of the N
    divisions of its power. An order that stands is not given a second time: to decide again what
    is being carried out calls nobody.
    """
    standing = state.stands.reshape(-1, state.stands.shape[-1])
    n_options = standing.shape[0]
    fresh = jnp.concatenate([acts[:n_options] * (1.0 - standing), acts[n_options:]])
    called = _sum(axes.effects["deploy"], params, fresh, len(axes.pools))
    share, total = standing_divisions(axes, params, state)
    posture = jnp.clip(state.posture + called, -share, total - share)
    return replace(state, posture=posture)


def _withholding(axes: Axes, params: Params, state: State, acts: Array) -> State:
    """Set what suppliers withhold to the step that was chosen."""
    n = len(axes.restrictions)
    if not n:
        return state
    effects = axes.effects["restrict"]
    asked = _hits(effects, acts, n)
    level = _sum_of(
        effects, params.supply.step_cut.reshape(-1, params.supply.step_cut.shape[-1]), acts, n
    )
    level = level / jnp.maximum(asked, 1.0)
    return replace(state, cut=jnp.where(asked > 0, level, state.cut))


def _dealings(axes: Axes, params: Params, state: State, acts: Array) -> State:
    """Note who says yes, sign what all have said yes to, end what is denounced, and ask."""
    deals = len(axes.deals)
    if deals:
        said_yes = jnp.minimum(1.0, _hits(axes.effects["sign"], acts, len(axes.consents)))
        waits = params.deals.stands[axes.consent_deal]
        consent = jnp.where(said_yes > 0, waits, state.consent)
        ended = jnp.minimum(1.0, _hits(axes.effects["end_deal"], acts, deals))
        members = (axes.consent_deal[None] == np.arange(deals)[:, None]).astype(np.float32)
        parties = members.sum(1, keepdims=True)
        willing = spread(members, jnp.where(consent > 0, 1.0, 0.0))
        barred = jnp.where(params.deals.barred > 0.5, 1.0, 0.0)
        signed = jnp.where(willing > parties - 0.5, 1.0, 0.0) * (1.0 - barred)
        deal = jnp.maximum(state.deal * (1.0 - ended), signed) * (1.0 - barred)
        new = deal * (1.0 - state.deal)
        spent = spread(members.T, jnp.maximum(signed, ended))
        kept = _trust_after_breaches(axes, params, state, acts)
        state = replace(
            state,
            consent=consent * (1.0 - jnp.minimum(1.0, spent)),
            deal=deal,
            deal_years=state.deal_years * (1.0 - new),
            trust=state.trust - (1.0 - kept) * jnp.maximum(state.trust, 0.0),
        )
    if axes.asks:
        asked = jnp.minimum(1.0, _hits(axes.effects["ask"], acts, len(axes.asks)))
        state = replace(state, ask=jnp.maximum(state.ask, asked))
    return state


def _minds(axes: Axes, params: Params, state: State, acts: Array) -> State:
    """Shift trust and believed intent by what options declare."""
    if axes.trusts:
        state = replace(
            state, trust=state.trust + _sum(axes.effects["trust"], params, acts, len(axes.trusts))
        )
    if axes.memories:
        shift = _sum(axes.effects["intent"], params, acts, len(axes.memories))
        state = replace(state, intent=state.intent + shift)
    return state


def _agenda(axes: Axes, params: Params, state: State, acts: Array) -> State:
    """Set the day on which a matter is due again."""
    n = len(axes.matters)
    effects = axes.effects["review"]
    if not n or not effects.act.size:
        return state
    asked = _hits(effects, acts, n)
    months = _sum(effects, params, acts, n) / jnp.maximum(asked, 1.0)
    return replace(state, review=jnp.where(asked > 0, months, state.review))


def _standing(state: State, taken: Array) -> State:
    """The option last taken stands until another is; carrying on leaves it standing."""
    acted = jnp.minimum(1.0, sum_slices(taken[:, 1:], 1))[:, None]
    return replace(state, stands=jnp.where(acted > 0, taken, state.stands))


def _hits(effects: Effects, acts: Array, n: int) -> Array:
    """How many acts of this step have each target."""
    table = np.zeros((n, acts.shape[0]), np.float32)
    np.add.at(table, (effects.target, effects.act), 1.0)
    return spread(table, acts)


def _sum(effects: Effects, params: Params, acts: Array, n: int) -> Array:
    """Sum of the sizes that the acts of this step declare for each target."""
    return _sum_of(effects, params.deals.effect, acts, n)


def _sum_of(effects: Effects, sizes: Array, acts: Array, n: int) -> Array:
    if not effects.act.size:
        return jnp.zeros((n, acts.shape[-1]))
    # One effect may have many targets: all factions of a power learn of it alike.
    which, place = np.unique(np.stack([effects.size, effects.act]), axis=1, return_inverse=True)
    amounts = sizes[which[0]] * acts[which[1]]
    table = np.zeros((n, which.shape[1]), np.float32)
    np.add.at(table, (effects.target, place.reshape(-1)), 1.0)
    return spread(table, amounts)


def _trust_after_breaches(
    axes: Axes, params: Params, state: State, acts: Array
) -> Float[Array, "trust history"]:
    r"""Share of each trust that the breaches of this step leave, $1 - b$ or $1 - b_w$.

    Who ends a deal in force loses the share b of the trust of its other parties, and $b_w$ of that
    of everybody else who watches; what others think of the parties that were let down stays.
    """
    effects, minds = axes.effects["end_deal"], params.minds
    if not (effects.act.size and axes.trusts):
        return jnp.ones_like(state.trust)
    breaker = axes.act_power[effects.act]
    done = acts[effects.act] * state.deal[effects.target]
    towards = axes.trust_towards[:, None] == breaker[None]
    bound = axes.deal_party[effects.target][:, axes.trust_of].T > 0
    let_down = jnp.minimum(1.0, spread((towards & bound).astype(np.float32), done))
    watched = jnp.minimum(1.0, spread((towards & ~bound).astype(np.float32), done))
    return (1.0 - minds.breach * let_down) * (1.0 - minds.breach_watched * watched)
