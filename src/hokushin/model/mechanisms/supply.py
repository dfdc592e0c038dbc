"""Supply: what a power can still use once its suppliers refuse it."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np

from hokushin.model.axes import Axes
from hokushin.model.mechanism import mechanism
from hokushin.model.params import Params
from hokushin.model.products import gather
from hokushin.model.randomness import Dice
from hokushin.model.state import Moment, State
from hokushin.model.view import View


@mechanism(writes={"stock"}, sources=("ussbs-1946-oil",))
def draw_down(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> State:
    r"""Add what is produced, bought and drawn from regions won; burn demand; never below empty.

    $S' = \max(0,\; S + \Delta\,(y + m - d))$. Demand does not react to scarcity here: what could
    not be met shows as fulfilment, which holds back the forces that needed it.
    """
    left = state.stock + axes.months_per_step * (view.income - view.demand)
    return replace(state, stock=jnp.maximum(0.0, left))


@mechanism(writes={"cut"})
def follow_restrictions(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> State:
    r"""Suppliers without a decision of their own copy the cut of the one they follow.

    $c' = c + (c_{\mathrm{leader}} - c)(1 - e^{-\Delta/\mathrm{lag}})$.
    """
    follows = (axes.restriction_follows >= 0).astype(np.float32)[:, None]
    leader = gather(state.cut, axes.restriction_follows)
    share = 1.0 - jnp.exp(-axes.months_per_step / jnp.maximum(params.supply.lag, 1e-3))
    return replace(state, cut=state.cut + follows * share * (leader - state.cut))


@mechanism(writes={"recovered"})
def consolidate(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> State:
    r"""A region won comes back into production with a half-life; one lost begins anew.

    $\kappa' = \kappa + (1 - \kappa)(1 - 2^{-\Delta/h})$ while held, 0 otherwise.
    """
    share = 1.0 - jnp.exp2(-axes.months_per_step / jnp.maximum(params.supply.recovery, 1e-3))
    grown = state.recovered + (1.0 - state.recovered) * share
    return replace(state, recovered=grown * state.taken)
