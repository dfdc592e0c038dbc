"""Considerations: what an option is weighed by, computed from each faction's own beliefs.

Every function returns the value of one consideration for whatever it is about (a front, a memory,
a deal ...), roughly between -1 and 1, positive where it favours acting. `weighing` turns them into
gains, faction by faction and option by option.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.axes import Axes
from hokushin.model.battle import win_probability
from hokushin.model.look import INFANTRY, NAVAL, fed, men_at_front, power_forces
from hokushin.model.mechanisms.forces import lift
from hokushin.model.numeric import logistic, safe_log
from hokushin.model.params import Params
from hokushin.model.products import fence, gather, spread
from hokushin.model.state import Moment, State
from hokushin.model.view import View

CONSIDERATIONS = (
    "relief", "prospect", "criterion", "strain", "commitment", "ripeness", "window", "dread",
    "burden", "exposure", "threat", "faith", "ally", "deterrence", "spoils", "doctrine",
)  # fmt: skip
_YOUTH_YEARS = 5.0
"""Half-life of what a treaty binds by being young; the term that treaties of the kind ran for."""
_CLAUSE_SHARPNESS = 4.0
"""How nearly a conjunction of clauses is its worst clause."""


class Beliefs(eqx.Module):
    """What each memory's holder believes of its enemy now."""

    own: Float[Array, "memory history"]
    """Divisions that the holder has at the common front."""
    reach: Float[Array, "memory history"]
    """Divisions that the holder's line can bring there within a campaign."""
    log_ratio: Float[Array, "memory history"]
    """Log of own over the enemy's men there now, material memory included."""
    success: Float[Array, "memory history"]
    """Believed chance of winning the common front, over a campaign of its length and against what
    the enemy could bring there; one half where there is none."""
    threat: Float[Array, "memory history"]
    attack: Float[Array, "memory history"]
    """Believed chance that the enemy acts within a year."""


def believe(axes: Axes, params: Params, view: View, state: State, wall: Array) -> Beliefs:
    r"""What the holders of memories make of what they see.

    The enemy's strength is intelligence times $e^{\text{material}}$; success is
    `battle.win_probability` at the ratio believed for the season, the enemy's reinforcements
    included (`reinforcement`), integrated over the belief about skill; threat is
    $\sigma(s \log(\hat N_j / N_i) + \ell)$ at the ratio now, with the believed log-odds of intent
    $\ell$.
    """
    front = np.maximum(axes.memory_front, 0)
    has_front = (axes.memory_front >= 0).astype(np.float32)[:, None]
    side = axes.memory_side
    own = view.at_front[front, side]
    true_enemy = view.at_front[front, 1 - side]
    bias = gather(state.estimate_error, axes.memory_observation)
    enemy = true_enemy * jnp.exp(bias + state.material)
    men = men_at_front(axes, params)[front]
    lanes = np.arange(len(front))
    log_men = jnp.log(men[lanes, side] / men[lanes, 1 - side])
    log_ratio = fence(safe_log(own, 0.05) - safe_log(enemy, 0.05) + log_men, wall)
    sign = np.where(side == 0, 1.0, -1.0).astype(np.float32)[:, None]
    reach, log_growth = reinforcement(axes, params, view, state)
    success = win_probability(
        params.battle,
        log_ratio=log_ratio - log_growth[front, 1 - side],
        log_armour=jnp.asarray(sign * view.log_armour[front] - bias - state.material),
        air=jnp.asarray(sign * view.air[front]),
        fortified=params.fronts.fortified[front, 1 - side],
        rugged=params.fronts.rugged[front],
        wooded=params.fronts.wooded[front],
        skill_mean=state.skill_mean,
        skill_variance=state.skill_variance,
    )
    threat = logistic(-params.choice.threat_scale * log_ratio + state.intent) * has_front
    return Beliefs(
        own=own,
        reach=reach[front, side],
        log_ratio=log_ratio,
        success=fence(success * has_front + 0.5 * (1.0 - has_front), wall),
        threat=fence(threat, wall),
        attack=fence(logistic(state.intent), wall),
    )


def arriving(called: Array, reach: Array) -> Array:
    r"""Divisions that stand at a front in the mean of a campaign, of those called there.

    They come evenly, at most R in all its length: of $b = \min(c, R)$ it has
    $b\,(1 - \frac{b}{2R})$ on average, half of them where the line is busy to the last day.
    """
    brought = jnp.minimum(jnp.maximum(called, 0.0), reach)
    return brought * (1.0 - 0.5 * brought / jnp.maximum(reach, 1e-6))


def reinforcement(
    axes: Axes, params: Params, view: View, state: State
) -> tuple[Float[Array, "front side history"], Float[Array, "front side history"]]:
    r"""What a side's line can bring to a front in a campaign, and the log growth it could mean.

    The line carries its lift times the length of the campaign. What could come is what stands in
    the power's hub, less the share of its divisions that open fronts hold; the growth is that of
    the divisions that stand and can be fed, in the mean of the campaign (`arriving`). A fleet is
    not brought by rail, and a hub has nobody to call.
    """
    pools = axes.front_pool
    by_line = gather(lift(params), axes.pool_route)[pools]
    by_rail = (1.0 - axes.front_afloat)[:, None, None]
    reach = by_line * params.fronts.campaign[:, None] * by_rail
    away = (axes.pool_hub[pools] != pools).astype(np.float32)[..., None]
    free = 1.0 + burden(axes, state)[axes.front_power]
    ready = view.readiness[axes.front_power, INFANTRY]
    there = state.force[pools, INFANTRY] * ready
    reserve = state.force[axes.pool_hub[pools], INFANTRY] * ready * away * free
    later = fed(there + arriving(reserve, reach), params.fronts.supply)
    return reach, jnp.log(later) - jnp.log(fed(there, params.fronts.supply))


def fortune(axes: Axes, params: Params, state: State) -> Float[Array, "front history"]:
    r"""Chance, as an onlooker sees it, that side a reaches its goal on each front.

    $\sigma\bigl(((x + \dot x\,\tau)/g - 1)/s\bigr)$ with position x, smoothed speed carried on for
    the horizon $\tau$, goal g and scale s; nothing where the front is closed.
    """
    goal = jnp.maximum(params.fronts.goal[:, 0], 1.0)
    reached = (state.position + state.speed * params.choice.ripeness_horizon) / goal
    return state.war * logistic((reached - 1.0) / params.choice.ripeness_scale)


def relief(
    params: Params, view: View, yields: tuple[tuple[int, int, int], ...]
) -> Float[Array, " history"]:
    r"""Want that the regions an option means to win would still, if they were won.

    $\sum_a n_a u_a (1 - e^{-y_a/d_a})$ over the chooser's accounts, with need n, urgency u, and
    yields won y against demand d; `yields` lists (account, region, resource). Depends on nothing
    but yields where a resource is not there.
    """
    supply, total = params.supply, jnp.zeros_like(params.supply.horizon)
    for account in dict.fromkeys(a for a, _, _ in yields):
        won = sum(supply.region_yield[r, k] for a, r, k in yields if a == account)
        share = 1.0 - jnp.exp(-won / jnp.maximum(view.demand[account], 1e-9))
        total = total + supply.need[account] * view.urgency[account] * share
    return total


def strain(
    axes: Axes, params: Params, view: View, state: State
) -> Float[Array, "front side history"]:
    r"""Stocks that opening a front would burn, by how pressing their want is, side by side.

    $-\sum_a n_a u_a \tanh(w_{ak} T_k / S_a)$: war use of the account on that front over its
    campaign against the stock in hand.
    """
    supply = params.supply
    burnt = supply.war_use * params.fronts.campaign[None] / jnp.maximum(state.stock, 1e-6)[:, None]
    felt = (supply.need * view.urgency)[:, None] * jnp.tanh(burnt)  # account, front, history
    return -spread(_side_of_account(axes), felt, 2)


def window(params: Params, view: View) -> Float[Array, "front history"]:
    """Season left against the campaign's length: 0 if there is time enough, -1 if there is none."""
    return jnp.minimum(1.0, view.season_left / jnp.maximum(params.fronts.campaign, 1e-3)) - 1.0


def burden(axes: Axes, state: State) -> Float[Array, "power history"]:
    """Share of each power's divisions that stand in pools of open fronts, taken as a cost."""
    powers = np.arange(len(axes.powers))
    committed = np.zeros((len(axes.pools), len(axes.fronts)), np.float32)
    for k, pools in enumerate(axes.front_pool):
        committed[pools, k] = 1.0
    divisions = state.force[:, INFANTRY]
    mine = (axes.pool_power[None] == powers[:, None]).astype(np.float32)
    busy = jnp.minimum(1.0, spread(committed, state.war)) if len(axes.fronts) else 0.0 * divisions
    return -spread(mine, divisions * busy) / jnp.maximum(spread(mine, divisions), 1e-6)


def exposure(axes: Axes, params: Params, state: State) -> Float[Array, "exposure history"]:
    """What an enemy can strike: worth times reach times its strength there against the start."""
    now = _striking_force(state.force[axes.exposure_pool])
    start = _striking_force(params.forces.start[axes.exposure_pool])
    strength = jnp.minimum(3.0, now / jnp.maximum(start, 1e-6))
    return -params.fronts.exposure_worth * params.fronts.exposure_reach * strength


def faith(params: Params, state: State) -> Float[Array, "deal history"]:
    """Worth of a treaty in force, fading as it ages, as a cost of breaking it."""
    return -params.deals.worth * state.deal * jnp.exp2(-state.deal_years / _YOUTH_YEARS)


def trust_felt(params: Params, state: State) -> Float[Array, "trust history"]:
    """Trust less prejudice."""
    return state.trust - params.minds.trust_prejudice


def criterion(
    axes: Axes, params: Params, view: View, state: State, beliefs: Beliefs, moment: Moment
) -> Float[Array, "conditional history"]:
    r"""How far each stated condition is met: the soft minimum of its clauses, times its strength.

    $\tanh$ of the distance from the threshold in the stated direction and scale; a conjunction is
    $-\frac1\beta\log\frac1n\sum_i e^{-\beta d_i}$, so one unmet clause holds it back.
    """
    if not axes.conditionals:
        return jnp.zeros((0, state.first.shape[-1]))
    values = jnp.stack(
        [_variable(axes, params, view, state, beliefs, moment, v) for v in axes.variables]
    )
    x = values[axes.clause_variable]
    distance = (x - params.choice.clause_threshold) / jnp.maximum(params.choice.clause_scale, 1e-6)
    met = jnp.tanh(axes.clause_sign[:, None] * distance)
    n_conditionals = len(axes.conditionals)
    members = (axes.clause_conditional[None] == np.arange(n_conditionals)[:, None]).astype(
        np.float32
    )
    members = members / np.maximum(members.sum(1, keepdims=True), 1.0)
    worst = -jnp.log(spread(members, jnp.exp(-_CLAUSE_SHARPNESS * met)) + 1e-9)
    soft = worst / _CLAUSE_SHARPNESS
    return params.choice.conditional_strength * soft * moment.conditional_active


def third_strength(axes: Axes, state: State) -> Float[Array, "memory history"]:
    """A third power's striking force against the holder's, at most 1."""
    total = power_forces(axes, state)
    size = _striking_force(total)
    holder = axes.faction_power[axes.memory_faction]
    return jnp.minimum(1.0, size[axes.memory_enemy] / jnp.maximum(size[holder], 1e-6))


def _striking_force(force: Array) -> Array:
    """Divisions plus fleet in tens of kt: what a pool can strike with, on one scale."""
    return force[:, INFANTRY] + 0.1 * force[:, NAVAL]


def _side_of_account(axes: Axes) -> np.ndarray:
    """Table (front, side, account, front): 1 where the account's power is that side there."""
    n_fronts, n_accounts = len(axes.fronts), len(axes.accounts)
    table = np.zeros((n_fronts, 2, n_accounts, n_fronts), np.float32)
    for k in range(n_fronts):
        for side in range(2):
            table[k, side, axes.account_power == axes.front_power[k, side], k] = 1.0
    return table


def _variable(
    axes: Axes,
    params: Params,
    view: View,
    state: State,
    beliefs: Beliefs,
    moment: Moment,
    variable,
) -> Array:
    """Value of one thing that stated conditions are about."""
    i = variable.index
    lane = beliefs.success[0] if beliefs.success.shape[0] else state.first[0]
    zero = jnp.zeros_like(lane)
    match variable.verb:
        case "believed":
            return zero + view.estimate[i[0], i[1]]
        case "ratio":  # index: memory
            return zero + jnp.exp(beliefs.log_ratio[i[0]])
        case "war":
            return zero + state.war[i[0]]
        case "deal":
            return zero + state.deal[i[0]]
        case "taken":
            return zero + state.taken[i[0]]
        case "stands":
            return zero + state.stands[i[0], i[1]]
        case "ask":
            return zero + state.ask[i[0]]
        case "cut":
            return zero + state.cut[i[0]]
        case "fortune":
            return zero + fortune(axes, params, state)[i[0]]
        case "progress":
            return zero + state.position[i[0]] / jnp.maximum(params.fronts.goal[i[0], 0], 1.0)
        case "runway":
            return zero + jnp.minimum(view.runway[i[0]], 120.0)
        case "season":
            return zero + view.season_left[i[0]]
        case "year":
            return zero + moment.year
        case "intent":  # index: memory
            return zero + beliefs.attack[i[0]]
    raise ValueError(f"no variable {variable.verb!r} for a stated condition")
