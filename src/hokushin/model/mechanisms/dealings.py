"""Dealings: how asks fade, a yes runs out, treaties age and trust returns to its level."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp

from hokushin.model.axes import Axes
from hokushin.model.mechanism import mechanism
from hokushin.model.params import Params
from hokushin.model.randomness import Dice
from hokushin.model.state import Moment, State
from hokushin.model.view import View

_ROUNDING = 0.01
"""Share of a step that is as good as none: what is left when thirds are taken from whole months."""


@mechanism(writes={"ask", "consent", "deal", "deal_years", "trust"})
def age_dealings(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> State:
    r"""Time passes over what was asked, offered and signed.

    An ask halves with its half-life; a party's yes waits its months and lapses; a treaty ages;
    trust returns to its level, $\tau' = \bar\tau + (\tau - \bar\tau) 2^{-\Delta/h}$. A treaty
    barred by fiat is not in force.
    """
    months = axes.months_per_step
    kept = jnp.exp2(-months / jnp.maximum(params.deals.ask_half_life, 1e-3))
    level = params.minds.trust_level
    back = jnp.exp2(-months / 12.0 / jnp.maximum(params.minds.trust_half_life, 1e-3))
    barred = jnp.where(params.deals.barred > 0.5, 1.0, 0.0)
    waits = state.consent - months
    return replace(
        state,
        ask=state.ask * kept,
        consent=jnp.where(waits > _ROUNDING * months, waits, 0.0),
        deal=state.deal * (1.0 - barred),
        deal_years=state.deal_years + months / 12.0 * state.deal,
        trust=level + (state.trust - level) * back,
    )
