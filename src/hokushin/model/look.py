"""Look: what every actor can see at the start of a step, derived once from the state."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from hokushin.model.axes import NEVER, Axes
from hokushin.model.numeric import logistic, smooth_minimum
from hokushin.model.params import Params
from hokushin.model.products import fence, gather, spread, sum_slices
from hokushin.model.state import Moment, State
from hokushin.model.view import View

INFANTRY, ARMOUR, AIR, NAVAL = range(4)
_SEASON_EDGE = 0.03
"""Width, in campaign index, over which a season closes: a threshold a planner would not feel."""
_MONTHS_AHEAD = 12


def look(axes: Axes, params: Params, state: State, moment: Moment, wall: Array) -> View:
    """Derive the view of a step from the state at its start."""
    season, season_left = seasons(axes, params, moment)
    total = power_forces(axes, state)
    income, imports = incomes(axes, params, state)
    demand = demands(axes, params, state, total)
    deficit = demand - income
    runway = _runway(state.stock, deficit)
    runway_cut = _runway(state.stock, deficit + imports)
    fear = fear_of_cut(axes, params, state)
    urgency = (1.0 - fear) * jnp.exp(-runway / params.supply.horizon) + fear * jnp.exp(
        -runway_cut / params.supply.horizon
    )
    available = state.stock / axes.months_per_step + income
    fulfilment = fence(jnp.minimum(1.0, available / jnp.maximum(demand, 1e-9)), wall)
    readiness = fence(readinesses(axes, fulfilment), wall)
    at_front, log_armour, air = strengths(axes, params, state, readiness)
    at_front = fence(at_front, wall)
    men = men_at_front(axes, params)
    log_men = jnp.log(men[:, 0] / men[:, 1])
    log_ratio = jnp.log((at_front[:, 0] + 0.05) / (at_front[:, 1] + 0.05)) + log_men
    seen = state.force[axes.observation_pool] * jnp.exp(state.estimate_error)[:, None]
    return View(
        season=fence(season, wall),
        season_left=fence(season_left, wall),
        fulfilment=fulfilment,
        demand=fence(demand, wall),
        income=fence(income, wall),
        runway=runway,
        urgency=fence(urgency, wall),
        readiness=readiness,
        at_front=at_front,
        log_ratio=fence(log_ratio, wall),
        log_armour=fence(log_armour, wall),
        air=fence(air, wall),
        estimate=fence(seen, wall),
    )


def seasons(
    axes: Axes, params: Params, moment: Moment
) -> tuple[Float[Array, "front history"], Float[Array, "front history"]]:
    r"""Campaign index now, and months until it falls below each front's floor.

    With $c_j$ the index j months from now, $o_j = \sigma((c_j - c^*)/w)$ says whether a campaign
    can go on, and the months left are $\sum_j \prod_{i \le j} o_i$, less the part of this month
    that has passed. An open season that never closes counts twelve months.
    """
    n_fronts = len(axes.fronts)
    by_month = params.fronts.climate[axes.front_site]  # front, month, history
    ahead = jnp.moveaxis(by_month, 1, 0)
    ahead = spread(moment.ahead, ahead) if n_fronts else ahead
    open_ = logistic((ahead - params.fronts.season_floor) / _SEASON_EDGE)
    left, running = jnp.zeros_like(open_[0]), 1.0
    for month in range(_MONTHS_AHEAD):
        running = running * open_[month]
        left = left + running * (1.0 - moment.month_part if month == 0 else 1.0)
    return ahead[0], left


def power_forces(axes: Axes, state: State) -> Float[Array, "power branch history"]:
    """Forces of each power, all pools together."""
    return spread(_members(axes.pool_power, len(axes.powers)), state.force)


def incomes(
    axes: Axes, params: Params, state: State
) -> tuple[Float[Array, "account history"], Float[Array, "account history"]]:
    """Production, trade and yields of regions won, and the trade in it [resource/month]."""
    supply = params.supply
    reaching = supply.imports * trade_reaching(axes, state)
    imports = spread(_members(axes.import_account, len(axes.accounts)), reaching)
    drawn = supply.region_yield * (state.taken * state.recovered)[:, None]
    yields = spread(axes.yield_account, drawn, 2) if len(axes.regions) else jnp.zeros_like(imports)
    return supply.output + imports + yields, imports


def trade_reaching(axes: Axes, state: State) -> Float[Array, "import history"]:
    """Share of each trade that still comes: not withheld, and no front across its way."""
    cut = gather(state.cut, axes.import_restriction)
    stopped = jnp.minimum(1.0, spread(axes.import_stopped_by, state.war))
    return (1.0 - cut) * (1.0 - stopped)


def demands(
    axes: Axes, params: Params, state: State, total: Float[Array, "power branch history"]
) -> Float[Array, "account history"]:
    r"""Civil use, standing use of the forces and use in operations on open fronts [resource/month].

    Operations on a front burn $w\,i$ while it is open, with the use w at the strength for which it
    was stated and the intensity i of `intensities`.
    """
    supply = params.supply
    standing = sum_slices(supply.force_use * total[axes.account_power], 1)
    if not axes.fronts:
        return supply.civil + standing
    by_side = intensities(axes, params, state)
    is_a = axes.front_power[None, :, 0, None] == axes.account_power[:, None, None]
    intensity = jnp.where(is_a, by_side[None, :, 0], by_side[None, :, 1])
    return supply.civil + standing + sum_slices(supply.war_use * state.war[None] * intensity, 1)


def intensities(axes: Axes, params: Params, state: State) -> Float[Array, "front side history"]:
    r"""How hard each side fights while a front is open, against what its use in war is stated for.

    $i = F(N, C) / F(N_0, C)$ with what can be fed of the N divisions there now and of the $N_0$ of
    the statement. Days in contact are a number of the front, so engagements come in proportion to
    the forces that stand there; readiness is left out, since use is what is asked for, met or not.
    Without a stated strength the intensity is one.
    """
    front = state.force[axes.front_pool]
    afloat = axes.front_afloat.astype(np.float32)[:, None, None]
    size = front[:, :, INFANTRY] * (1.0 - afloat) + 0.1 * front[:, :, NAVAL] * afloat
    stated, capacity = params.fronts.demand_at, params.fronts.supply
    at_stated = fed(jnp.maximum(stated, 1e-3), capacity)
    return jnp.where(stated > 0.0, fed(size, capacity) / at_stated, 1.0)


def fear_of_cut(axes: Axes, params: Params, state: State) -> Float[Array, "account history"]:
    r"""Believed chance that suppliers cut off within a year, moved by every restriction.

    $k = \sigma(\mathrm{logit}\,k_0 + \beta\,p)$ with p the share of the account's trade that is
    withheld now: a partial embargo teaches what a full one would do.
    """
    members = _members(axes.import_account, len(axes.accounts))
    trade = spread(members, params.supply.imports)
    held = spread(members, params.supply.imports * gather(state.cut, axes.import_restriction))
    pressure = held / jnp.maximum(trade, 1e-9)
    base = params.supply.cut_belief
    fear = logistic(jnp.log(base / (1.0 - base)) + params.supply.cut_belief_gain * pressure)
    has_trade = np.any(members > 0, axis=1, keepdims=True).astype(np.float32)
    return fear * has_trade


def readinesses(
    axes: Axes, fulfilment: Float[Array, "account history"]
) -> Float[Array, "power branch history"]:
    """Smooth minimum of the supplies that each branch of each power needs; 1 if it needs none."""
    rows = []
    for power in range(len(axes.powers)):
        for branch in range(4):
            needs = np.flatnonzero(
                (axes.account_power == power) & (axes.account_branch[:, branch] > 0)
            )
            rows.append(
                jnp.minimum(1.0, smooth_minimum(fulfilment[needs]))
                if needs.size
                else jnp.ones_like(fulfilment, shape=fulfilment.shape[1:])
            )
    return jnp.stack(rows).reshape(len(axes.powers), 4, -1)


def strengths(
    axes: Axes,
    params: Params,
    state: State,
    readiness: Float[Array, "power branch history"],
) -> tuple[Array, Array, Array]:
    r"""Divisions that stand and can be fed on each side, log armour ratio, air superiority.

    What a line of supply can feed is a smooth minimum (`fed`). A pool without divisions fights
    with its fleet, counted as kt/10.
    """
    front = state.force[axes.front_pool]  # front, side, branch, history
    ready = readiness[axes.front_power]
    land = front[:, :, INFANTRY] * ready[:, :, INFANTRY]
    sea = 0.1 * front[:, :, NAVAL] * ready[:, :, NAVAL]
    afloat = axes.front_afloat.astype(np.float32)[:, None, None]
    size = land * (1.0 - afloat) + sea * afloat
    standing = fed(size, params.fronts.supply)
    armour = jnp.log((front[:, 0, ARMOUR] + 10.0) / (front[:, 1, ARMOUR] + 10.0))
    planes = jnp.log((front[:, 0, AIR] + 10.0) / (front[:, 1, AIR] + 10.0))
    return standing, armour, jnp.tanh(planes)


def fed(size: Array, capacity: Array) -> Array:
    r"""Forces that a line of supply can feed, $(N^{-4} + C^{-4})^{-1/4}$ of N with capacity C."""
    return jnp.sqrt(lax.rsqrt((size + 1e-3) ** -4 + (capacity + 1e-3) ** -4))


def men_at_front(axes: Axes, params: Params) -> Float[Array, "front side history"]:
    """Thousands of men in a division at each front; at sea, a thousand to ten kilotons of ships."""
    at_sea = axes.front_afloat[:, None, None] > 0
    return jnp.where(at_sea, 1.0, params.forces.men[axes.front_pool])


def _runway(stock: Array, deficit: Array) -> Array:
    return jnp.where(deficit > 0, jnp.minimum(stock / jnp.maximum(deficit, 1e-9), NEVER), NEVER)


def _members(group: np.ndarray, n_groups: int) -> np.ndarray:
    """Table (group, member) of ones where a member belongs to a group."""
    return (group[None] == np.arange(n_groups)[:, None]).astype(np.float32)
