"""Choosing: matters are opened by news, weighed, put forward, passed or blocked."""

from __future__ import annotations

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model import kernels, weighing
from hokushin.model.axes import NEVER, Axes
from hokushin.model.choice import (
    Decision,
    blockers,
    mix_routes,
    race,
    step_log_probability,
    step_probability,
)
from hokushin.model.params import Params
from hokushin.model.products import fence, settle, slices, spread, sum_members, sum_slices
from hokushin.model.randomness import Dice
from hokushin.model.state import Moment, State
from hokushin.model.view import View

HALF = np.log(2.0)
_UNSEEN = NEVER / 2.0
"""Above it stands `NEVER`: a matter that nobody has looked at, a review that nobody has set."""


class Choices(eqx.Module):
    """What was taken in one step, and what the log needs to say why."""

    taken: Float[Array, "matter option history"]
    """1 for each option taken (several only where the record took several)."""
    decision: Decision
    available: Float[Array, "matter option history"]
    gain: Float[Array, "pair option history"]
    rate: Float[Array, "matter history"]
    log_probability: Float[Array, "matter option history"]
    """Of what the step brings, tabling included."""
    utility: Float[Array, "matter option history"]
    news: Float[Array, "matter history"]
    found: weighing.Values


def drift_dispositions(axes: Axes, params: Params, state: State, dice: Dice) -> State:
    r"""Judgement drifts: $d' = \rho d + \sqrt{1-\rho^2}\,z$ with $\rho = 2^{-\Delta/h}$.

    An Ornstein-Uhlenbeck process, so that a matter tabled twice in a month meets nearly the same
    minds: with fresh dice at every tabling the same weights give ten times the chance of war.
    """
    kept = jnp.exp(-HALF * axes.months_per_step / params.choice.disposition_half_life)
    news = jnp.sqrt(jnp.maximum(1.0 - kept * kept, 0.0))
    z = dice.normals("disposition.drift", (len(axes.pairs),))
    return replace(state, disposition=kept * state.disposition + news * z)


def judgement(axes: Axes, params: Params, state: State, dice: Dice) -> Float[Array, "pair history"]:
    r"""Spread of judgement: $\sigma(\sqrt{k}\,d + \sqrt{1-k}\,\varepsilon)$, part of it fresh."""
    choice = params.choice
    fresh = dice.normals("disposition.fresh", (len(axes.pairs),))
    persistent = choice.disposition_persistent
    mixed = jnp.sqrt(persistent) * state.disposition + jnp.sqrt(1.0 - persistent) * fresh
    return choice.disposition_sd * mixed


def decide_matters(
    axes: Axes,
    params: Params,
    view: View,
    state: State,
    moment: Moment,
    dice: Dice,
    rewrites: Float[Array, "rewrite history"],
    kernel: str = "assent",
) -> Choices:
    """Weigh every matter of every deciding power and draw what this step brings."""
    found = weighing.values(axes, params, view, state, moment, dice)
    felt = judgement(axes, params, state, dice)
    gain = weighing.gains(axes, params, view, state, found, dice, felt)
    available = settle(availability(axes, state, moment, rewrites), dice.step >= 0)
    decision = deliberate(axes, params, gain, available, kernel)
    utility = fence(utilities(axes, params, gain, felt), dice.wall)
    news = fence(news_now(axes, state, utility), dice.wall)
    rate = tabling_rate(axes, params, news, moment)
    log_probability = step_log_probability(decision, rate, axes.months_per_step)
    chances = settle(step_probability(decision, rate, axes.months_per_step), dice.step >= 0)
    uniform = dice.uniforms("choice", (len(axes.matters), axes.n_options))
    drawn = race(chances, uniform)
    taken = settle(overrule(axes, drawn, moment, rewrites), dice.step >= 0)
    return Choices(taken, decision, available, gain, rate, log_probability, utility, news, found)


def deliberate(
    axes: Axes,
    params: Params,
    gain: Float[Array, "pair option history"],
    available: Float[Array, "matter option history"],
    kernel: str = "assent",
) -> Decision:
    """What one tabling of each matter would bring, by every route that it can go."""
    influence = influences(axes, params)[axes.pair_faction]
    right = rights(axes, params)
    deference = jnp.broadcast_to(params.choice.deference, (len(axes.pairs), *right.shape[1:]))
    decision = kernels.KERNELS[kernel](
        gain,
        influence,
        right,
        deference,
        available,
        params.choice.sharpness,
        axes.matter_of_pair,
        holders=np.flatnonzero(axes.pair_block),
        exists=axes.option_exists,
    )
    if axes.pair_field.any():
        decision = _with_field_route(axes, params, gain, influence, available, decision, kernel)
    return decision


def utilities(
    axes: Axes,
    params: Params,
    gain: Float[Array, "pair option history"],
    felt: Float[Array, "pair history"],
) -> Float[Array, "matter option history"]:
    """Mean gain of each option by influence, without what each faction felt of its own."""
    influence = influences(axes, params)[axes.pair_faction]
    weights = sum_members(axes.matter_of_pair, influence)
    acts = axes.option_exists * (np.arange(axes.n_options) > 0)
    pull = sum_members(axes.matter_of_pair, gain, influence[:, None])
    swayed = sum_members(axes.matter_of_pair, felt, influence)[:, None] * acts[..., None]
    return (pull - swayed) / weights[:, None]


def availability(
    axes: Axes, state: State, moment: Moment, rewrites: Float[Array, "rewrite history"]
) -> Float[Array, "matter option history"]:
    """1 for each option whose needs the state at the start of the step meets, and carrying on."""
    holds = conditions(state, moment)
    missing = spread(axes.need_on, 1.0 - holds) + spread(axes.need_off, holds)
    forbidden = _table(axes.rewrite_forbids, axes.need_on.shape[0])
    missing = missing + spread(forbidden, rewrites)
    met = jnp.where(missing < 0.5, 1.0, 0.0).reshape(len(axes.matters), axes.n_options, -1)
    met = met * axes.option_exists[..., None] * moment.matter_open[:, None]
    first = (np.arange(axes.n_options) == 0).astype(np.float32)[:, None]
    return jnp.maximum(met, first)


def conditions(state: State, moment: Moment) -> Float[Array, "condition history"]:
    """Every 0/1 indicator that a need can name, in the order of `Axes.conditions`."""
    indicators = [
        state.war,
        state.deal,
        _one_if(state.consent > 0),
        _one_if(state.taken > 0.5),
        state.stands.reshape(-1, *state.stands.shape[2:]),
        _one_if(state.ask > 0.25),
        _one_if(state.cut > 0.05),
        moment.after,
    ]
    width = max(x.shape[-1] for x in indicators)
    return jnp.concatenate([jnp.broadcast_to(x, (x.shape[0], width)) for x in indicators])


def influences(axes: Axes, params: Params) -> Float[Array, "faction history"]:
    r"""Influence by office, times $(b/b_0)^\eta$ of the budget share of the faction's branch."""
    budget = params.forces.budget / jnp.maximum(params.forces.budget_reference, 1e-6)
    own = axes.faction_budget[..., None] * jnp.log(jnp.maximum(budget, 1e-6))[axes.faction_power]
    log_share = sum_slices(jnp.asarray(own), 1)
    return params.choice.influence * jnp.exp(params.choice.budget_influence * log_share)


def rights(axes: Axes, params: Params) -> Float[Array, "pair history"]:
    """Chance that each pair can and will use its right to block; 0 where it has none."""
    power = axes.faction_power[axes.pair_faction]
    return params.choice.right * params.choice.right_of_power[power] * axes.pair_block[:, None]


def tabling_rate(
    axes: Axes, params: Params, news: Float[Array, "matter history"], moment: Moment
) -> Float[Array, "matter history"]:
    """Tablings a month: the matter's own rate, times what the most striking news makes of it."""
    factor = 1.0 + (params.choice.news_gain - 1.0) * news
    return params.choice.rate * factor * moment.matter_open


def news_now(
    axes: Axes, state: State, utility: Float[Array, "matter option history"]
) -> Float[Array, "matter history"]:
    r"""News that a matter is tabled on: what is left of older news, or what has just been seen.

    What has just been seen is $1 - e^{-\max_o|\Delta U_o|}$, the largest change of any option's
    utility since the matter was last looked at; to look at it for the first time is no news. It
    counts in the step in which it is seen: a council called over a war that began last week does
    not wait for the step after.
    """
    looked = jnp.where(state.utility < _UNSEEN, 1.0, 0.0) * axes.option_exists[..., None]
    moved = jnp.abs(utility - state.utility) * looked
    largest = moved[:, 0]
    for option in range(1, axes.n_options):
        largest = jnp.maximum(largest, moved[:, option])
    return jnp.maximum(state.news, 1.0 - jnp.exp(-largest))


def tell_news(axes: Axes, params: Params, state: State, moment: Moment, choices: Choices) -> State:
    """What makes a matter worth a table: a consideration moved, a review due, a new holder.

    News is renewed by what `news_now` says and fades with a half-life. What does not need anybody
    to look is told by `remind`.
    """
    state = replace(state, news=choices.news, utility=choices.utility)
    return remind(axes, params, state, moment)


def remind(axes: Axes, params: Params, state: State, moment: Moment) -> State:
    """Time passes over the agenda: news fades, reviews come nearer, offices change hands.

    A review that falls due in the step to come, or an office that changes hands, is news of full
    strength. It happens whether or not anybody deliberates, in a documented past too.
    """
    kept = jnp.exp(-HALF * axes.months_per_step / params.choice.news_half_life)
    left = state.review - axes.months_per_step
    due = _one_if(left < 1.5 * axes.months_per_step)
    return replace(
        state,
        news=jnp.maximum(kept * state.news, jnp.maximum(due, moment.holder_news)),
        review=jnp.where((due > 0) | (left > _UNSEEN), NEVER, left),
    )


def overrule(
    axes: Axes,
    drawn: Float[Array, "matter option history"],
    moment: Moment,
    rewrites: Float[Array, "rewrite history"],
) -> Float[Array, "matter option history"]:
    """Put documented and ordered choices in the place of drawn ones; rewrites rule over both."""
    free = moment.free[:, None]
    taken = free * drawn + (1.0 - free) * moment.forced
    n, n_matters = axes.need_on.shape[0], len(axes.matters)
    forces = _table(axes.rewrite_forces, n)
    any_order = spread(forces.reshape(n_matters, axes.n_options, -1).sum(1), rewrites)
    ordered = jnp.minimum(1.0, spread(forces, rewrites)).reshape(*taken.shape[:2], -1)
    taken = jnp.where(any_order[:, None] > 0.5, ordered, taken)
    forbidden = spread(_table(axes.rewrite_forbids, n), rewrites).reshape(ordered.shape)
    taken = taken * (1.0 - jnp.minimum(1.0, forbidden))
    nothing = fence(jnp.maximum(0.0, 1.0 - sum_slices(taken, 1)))
    first = (np.arange(axes.n_options) == 0).astype(np.float32)[:, None]
    return taken + nothing[:, None] * first


def blamed(
    axes: Axes, params: Params, choices: Choices, dice: Dice
) -> tuple[Float[Array, "matter history"], Float[Array, "matter history"]]:
    """For the log: which option was put forward and blocked (0: none), and the pair that did it.

    Drawn after the step's outcome, given that nothing was taken: whether a tabling was blocked,
    which proposal, and one of those who blocked it, each with its exact chance.
    """
    decision = choices.decision
    stopped = decision.agenda * (1.0 - decision.assent)
    changes = (np.arange(axes.n_options) > 0).astype(np.float32)[:, None]
    stopped = stopped * changes * (choices.rate * axes.months_per_step)[:, None]
    attempts = sum_slices(stopped, 1)
    quiet = choices.taken[:, 0] * (1.0 - jnp.exp(-attempts))
    u = dice.uniforms("blocked", (3, len(axes.matters)))
    blocked = _one_if(u[0] < quiet)
    proposal = _pick(stopped, u[1])
    right = rights(axes, params)
    deference = jnp.broadcast_to(params.choice.deference, right.shape)
    share = blockers(choices.gain, right, deference, params.choice.sharpness, axes.matter_of_pair)
    chosen = sum_slices(share * proposal[axes.pair_matter], 1)  # pair, history
    pair = jnp.full_like(blocked, -1.0)
    reached = jnp.zeros_like(blocked)
    total = spread(axes.matter_of_pair, chosen)
    for j in range(len(axes.pairs)):
        m = int(axes.pair_matter[j])
        before = reached[m]
        after = before + chosen[j] / jnp.maximum(total[m], 1e-9)
        hit = (u[2, m] >= before) & (u[2, m] < after) & (chosen[j] > 0)
        pair = pair.at[m].set(jnp.where(hit, float(j), pair[m]))
        reached = reached.at[m].set(after)
    numbers = np.arange(axes.n_options, dtype=np.float32)[:, None]
    option = sum_slices(proposal * numbers, 1)
    return blocked * option, jnp.where(blocked > 0, pair, -1.0)


def _with_field_route(
    axes: Axes,
    params: Params,
    gain: Array,
    influence: Array,
    available: Array,
    government: Decision,
    kernel: str,
) -> Decision:
    """Mix in the route of a field army: its own weight alone, its own options, nobody's assent."""
    pairs = np.flatnonzero(axes.pair_field)
    matters = axes.pair_matter[pairs]
    first = (np.arange(axes.n_options) == 0).astype(np.float32)
    allowed = np.maximum(axes.option_field[matters], first)[..., None]
    unhindered = jnp.zeros_like(influence[pairs])
    own = kernels.KERNELS[kernel](
        jnp.stack([row for i, row in enumerate(slices(gain)) if axes.pair_field[i]]),
        influence[pairs],
        unhindered,
        unhindered,
        available[matters] * allowed,
        params.choice.sharpness,
        np.eye(len(pairs), dtype=np.float32),
    )
    with_route = jax.tree.map(lambda x: jnp.stack([x[int(m)] for m in matters]), government)
    lanes = government.agenda.shape[-1]
    share = jnp.broadcast_to(params.choice.route_share[matters], (len(matters), lanes))
    mixed = mix_routes([with_route, own], jnp.stack([1.0 - share, share]))
    return jax.tree.map(lambda x, y: _put(x, y, matters), government, mixed)


def _put(x: Array, rows: Array, positions: np.ndarray) -> Array:
    """`x` with other rows at some positions."""
    parts = slices(x)
    for position, row in zip(positions, slices(rows), strict=True):
        parts[position] = row
    return jnp.stack(parts)


def _pick(weights: Float[Array, "matter option history"], uniform: Array) -> Array:
    """One-hot draw over options by weight, from one uniform (for the log only)."""
    total = jnp.maximum(sum_slices(weights, 1), 1e-30)
    reached, picked = jnp.zeros_like(uniform), []
    for option in range(weights.shape[1]):
        after = reached + weights[:, option] / total
        picked.append(_one_if((uniform >= reached) & (uniform < after)))
        reached = after
    return jnp.stack(picked, axis=1)


def _table(positions: np.ndarray, n: int) -> np.ndarray:
    """Table (n, len(positions)) with a one at each position that is not -1."""
    return (positions[None] == np.arange(n)[:, None]).astype(np.float32)


def _one_if(x: Array) -> Array:
    return jnp.where(x, 1.0, 0.0)
