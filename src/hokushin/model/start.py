"""Start: the state of a history on the first day."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from hokushin.model.axes import NEVER, Axes
from hokushin.model.mechanisms.learning import remember
from hokushin.model.params import Params
from hokushin.model.randomness import Dice
from hokushin.model.state import Clash, State


def start(axes: Axes, params: Params, dice: Dice) -> State:
    """Lay out the first day: stocks, forces, memories of earlier battles, dispositions.

    Arrays that do not differ between histories yet are still given their full length, since the
    first step will make them differ.
    """
    lanes = dice.history.shape[0]

    def fill(*shape: int, value: float = 0.0) -> Array:
        return jnp.full((*shape, lanes), value, jnp.float32)

    def wide(x: Array) -> Array:
        return jnp.broadcast_to(x, (*x.shape[:-1], lanes)).astype(jnp.float32)

    n_fronts, n_memories = len(axes.fronts), len(axes.memories)
    first = np.zeros((len(axes.matters), axes.n_options, 1), np.float32)
    first[:, 0] = 1.0
    z = dice.normals("intelligence", (len(axes.observations),))
    state = State(
        stock=wide(params.supply.stock),
        cut=fill(len(axes.restrictions)),
        taken=fill(len(axes.regions)),
        recovered=fill(len(axes.regions)),
        force=wide(params.forces.start),
        posture=fill(len(axes.pools)),
        war=wide(jnp.asarray(axes.front_open_at_start)[:, None]),
        begun=wide(
            jnp.stack([jnp.asarray(axes.front_open_at_start), jnp.zeros(n_fronts)], 1)[..., None]
        ),
        war_months=fill(n_fronts),
        position=fill(n_fronts),
        speed=fill(n_fronts),
        campaign=fill(n_fronts),
        across=fill(n_fronts, 2),
        field_act=fill(n_fronts, 2, value=NEVER),
        pending=fill(n_fronts, 2),
        assertive=fill(n_fronts),
        skill_mean=fill(n_memories),
        skill_variance=wide(
            jnp.broadcast_to(
                params.minds.skill_prior_sd**2, (n_memories, *params.minds.skill_prior_sd.shape)
            )
        ),
        material=fill(n_memories),
        dread=fill(n_memories),
        cold=fill(n_memories),
        intent=wide(
            jnp.broadcast_to(
                params.minds.intent_start, (n_memories, *params.minds.intent_start.shape)
            )
        ),
        trust=wide(params.minds.trust_level),
        estimate_error=wide(params.fronts.observe_bias + params.fronts.observe_spread * z),
        deal=wide(jnp.asarray(axes.deal_at_start)[:, None]),
        deal_years=wide(jnp.asarray(axes.deal_years_at_start)[:, None]),
        consent=fill(len(axes.consents)),
        ask=fill(len(axes.asks)),
        disposition=dice.normals("disposition.start", (len(axes.pairs),)),
        stands=wide(jnp.asarray(first)),
        review=fill(len(axes.matters), value=NEVER),
        news=fill(len(axes.matters)),
        utility=fill(len(axes.matters), axes.n_options, value=NEVER),
        clash=Clash(
            weight=fill(n_fronts),
            outcome=fill(n_fronts),
            log_odds=fill(n_fronts),
            loss=fill(n_fronts, 2),
            harshness=fill(n_fronts),
            initiative=fill(n_fronts),
        ),
        first=fill(len(axes.events), value=NEVER),
    )
    return remember(axes, params, state)
