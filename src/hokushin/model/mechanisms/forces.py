"""Forces: what industry adds, and what the lines can carry to where posture wants it."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.axes import Axes
from hokushin.model.look import INFANTRY, NAVAL, power_forces
from hokushin.model.mechanism import mechanism
from hokushin.model.params import Params
from hokushin.model.products import gather, spread
from hokushin.model.randomness import Dice
from hokushin.model.state import Moment, State
from hokushin.model.view import View

DAYS_PER_MONTH = 30.4375


@mechanism(writes={"force"})
def build_up(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> State:
    r"""Each branch grows with industry, its share of the budget and fulfilment, up to a ceiling.

    $N' = N + \Delta\, g\, w\, \frac{b}{b_0}\, r\, (1 - N/\bar N)^+$ with output g, war factor w
    while any front is open, budget share b against the share $b_0$ at which g was stated, and
    readiness r. New formations appear in the power's hub, and new ships join its fleets in
    proportion to what each has, since no railway would carry them there.
    """
    forces = params.forces
    at_war = jnp.minimum(1.0, spread(_fronts_of_power(axes), state.war))
    factor = 1.0 + (forces.war_factor - 1.0) * at_war
    room = jnp.maximum(0.0, 1.0 - power_forces(axes, state) / jnp.maximum(forces.ceiling, 1e-6))
    budget = forces.budget / jnp.maximum(forces.budget_reference, 1e-6)
    added = forces.output * factor[:, None] * budget * room * view.readiness
    new = gather(added, np.where(_is_hub(axes), axes.pool_power, -1))
    afloat = power_forces(axes, state)[axes.pool_power, NAVAL]
    share = state.force[:, NAVAL] / jnp.maximum(afloat, 1e-6)
    ships = jnp.where(afloat > 0.0, share * added[axes.pool_power, NAVAL], new[:, NAVAL])
    new = jnp.concatenate([new[:, :NAVAL], ships[:, None]], 1)
    return replace(state, force=state.force + axes.months_per_step * new)


@mechanism(writes={"force"})
def move_formations(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> State:
    r"""Formations move between the hub and the other pools towards posture, as the route allows.

    A pool wants $\frac{s}{\sum s} N + p$ divisions (standing share s of the power's N divisions,
    called-up p), and pools that together want more than N want in proportion less; the flow is
    that less what the pool has. Each way a route carries at most
    $\frac{\text{trains a day} \cdot u}{\text{trains a division}}$ in all, shared in proportion
    among the pools on it, and no pool gives more than it holds. Other branches move in the same
    proportion. A pool without a route neither gives nor takes.
    """
    divisions = state.force[:, INFANTRY]
    wanted = wanted_divisions(axes, params, state)
    most = axes.months_per_step * lift(params)
    spoke = (~_is_hub(axes)).astype(np.float32)[:, None]
    flow = (wanted - divisions) * spoke
    out = _carried(axes, jnp.maximum(-flow, 0.0), most)  # to the hub
    into = _carried(axes, jnp.maximum(flow, 0.0), most)  # from the hub
    hub_of = _members_of_hub(axes)
    hub_has = divisions + spread(hub_of, out)
    hub_gives = spread(hub_of, into)
    granted = jnp.minimum(1.0, hub_has / jnp.maximum(hub_gives, 1e-6))
    into = into * granted[axes.pool_hub]
    share_out = out / jnp.maximum(divisions, 1e-6)
    leaving = state.force * share_out[:, None] * _LAND_AND_AIR
    force = state.force - leaving + spread(hub_of, leaving)
    share_in = into / jnp.maximum(force[:, INFANTRY][axes.pool_hub], 1e-6)
    arriving = force[axes.pool_hub] * share_in[:, None]
    arriving = arriving * _LAND_AND_AIR
    force = force - spread(hub_of, arriving) + arriving
    return replace(state, force=jnp.maximum(force, 0.0))


def lift(params: Params) -> Float[Array, "route history"]:
    """Divisions that each route carries in a month, either way."""
    forces = params.forces
    return forces.capacity * forces.usable * DAYS_PER_MONTH / jnp.maximum(forces.per_division, 1e-6)


def wanted_divisions(axes: Axes, params: Params, state: State) -> Float[Array, "pool history"]:
    """Divisions that posture wants in each pool: never negative, together no more than there are.

    A hub is not asked: it keeps what is not wanted elsewhere.
    """
    share, total = standing_divisions(axes, params, state)
    wanted = jnp.maximum(0.0, share + state.posture)
    away = spread(_members_of_hub(axes), wanted)[axes.pool_hub]
    return wanted * jnp.minimum(1.0, total / jnp.maximum(away, 1e-6))


def standing_divisions(
    axes: Axes, params: Params, state: State
) -> tuple[Float[Array, "pool history"], Float[Array, "pool history"]]:
    """Each pool's long-run share of its power's divisions, and all of that power's divisions."""
    share = params.forces.share
    same = (axes.pool_power[:, None] == axes.pool_power[None]).astype(np.float32)
    total = spread(same, state.force[:, INFANTRY])
    return share / jnp.maximum(spread(same, share), 1e-6) * total, total


_LAND_AND_AIR = np.array([1.0, 1.0, 1.0, 0.0], np.float32)[:, None]
"""Fleets do not travel by rail: the naval branch stays where it is."""


def _carried(axes: Axes, flow: Array, most: Array) -> Array:
    """What of a flow its route carries; pools on one route get the same share of what they want."""
    users = axes.pool_route[None] == np.arange(len(axes.routes))[:, None]
    wanted = spread(users.astype(np.float32), flow)
    share = jnp.minimum(1.0, most / jnp.maximum(wanted, 1e-6))
    return flow * gather(share, axes.pool_route)


def _is_hub(axes: Axes) -> np.ndarray:
    return axes.pool_hub == np.arange(len(axes.pools))


def _members_of_hub(axes: Axes) -> np.ndarray:
    hub = axes.pool_hub[None] == np.arange(len(axes.pools))[:, None]
    return (hub & ~_is_hub(axes)[None]).astype(np.float32)


def _fronts_of_power(axes: Axes) -> np.ndarray:
    sides = axes.front_power[None] == np.arange(len(axes.powers))[:, None, None]
    return sides.any(axis=2).astype(np.float32)
