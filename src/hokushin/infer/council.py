"""Council: the engine's propose-and-assent rule on padded cells, for many lanes and a gradient.

The same rule as `model.choice.propose_and_assent` with `choosing`'s field route, written for few
parameters and many lanes: options without members cost nothing, and judgement, which moves all
options of a matter together, is added where it is first needed. Tests hold it to the engine's own
decision.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from hokushin.infer.features import Features
from hokushin.model.axes import Axes
from hokushin.model.choice import Decision, decide, mix_routes
from hokushin.model.mechanisms.choosing import influences, rights
from hokushin.model.numeric import LOG_ZERO
from hokushin.model.params import Params


class Council(NamedTuple):
    """Who sits in each matter, with what weight and rights."""

    share: Float[Array, "matter member"]
    """Influence as a share of the matter's."""
    pair: Int[np.ndarray, "matter member"]
    block: Float[Array, " holder"]
    deference: Float[Array, ""]
    sharpness: Float[Array, ""]
    holder: Int[np.ndarray, "holder 2"]
    """Matter and member of each pair with a right to block."""
    exists: Float[np.ndarray, "matter act"]
    field: tuple[tuple[int, int], ...]
    """Matter and member of each field army that may act on its own."""
    field_acts: Float[np.ndarray, "field act"]
    route_share: Float[Array, " field"]


def council_of(axes: Axes, params: Params, features: Features) -> Council:
    """Seat the factions; every array of `params` has one lane."""
    influence = influences(axes, params)[axes.pair_faction, 0]
    seated = (features.pair >= 0).astype(np.float32)
    weight = influence[np.maximum(features.pair, 0)] * seated
    seats = np.argwhere(features.pair >= 0)
    may_block = [(m, i) for m, i in seats if axes.pair_block[features.pair[m, i]]]
    holders = np.array(may_block, np.int64).reshape(-1, 2)
    field = tuple(
        (int(m), int(i))
        for m, i in np.argwhere(features.pair >= 0)
        if axes.pair_field[features.pair[m, i]]
    )
    matters = np.array([m for m, _ in field], np.int64)
    return Council(
        share=weight / jnp.sum(weight, axis=1, keepdims=True),
        pair=features.pair,
        block=rights(axes, params)[features.pair[holders[:, 0], holders[:, 1]], 0],
        deference=params.choice.deference[0],
        sharpness=params.choice.sharpness[0],
        holder=holders,
        exists=features.exists,
        field=field,
        field_acts=np.asarray(axes.option_field, np.float32)[matters, 1:],
        route_share=params.choice.route_share[matters, 0],
    )


def pull(
    council: Council, gain: Float[Array, "matter act member lane"]
) -> Float[Array, "matter act lane"]:
    """Mean gain of each act by influence, judgement left out."""
    return jnp.sum(council.share[:, None, :, None] * gain, axis=2)


def decide_cells(
    council: Council,
    gain: Float[Array, "matter act member lane"],
    felt: Float[Array, "pair node_lane"],
    utility: Float[Array, "matter act lane"],
    available: Float[np.ndarray, "matter option lane"],
) -> Decision:
    """Decide one tabling of every matter, in every lane and at every node of judgement.

    Nodes of a lane stand together: `felt` has a multiple of the lanes of the others.
    """
    lanes = gain.shape[-1]
    nodes = felt.shape[-1] // lanes
    apart = felt.reshape(felt.shape[0], lanes, nodes)
    members = jnp.where(
        council.pair[..., None, None] >= 0, apart[np.maximum(council.pair, 0)], 0.0
    )  # matter, member, lane, node
    swayed = jnp.sum(council.share[..., None, None] * members, axis=1)
    can = jnp.asarray(available[:, 1:] * council.exists[..., None])[..., None]
    score = council.sharpness * (utility[..., None] + swayed[:, None])
    score = jnp.where(can > 0, score, LOG_ZERO)
    log_agenda = jax.nn.log_softmax(_with_origin(score), axis=1)
    log_assent = _assents(council, gain, members)
    government = decide(_flat(jnp.maximum(log_agenda, LOG_ZERO)), _flat(_with_origin(log_assent)))
    for i, (matter, member) in enumerate(council.field):
        government = _with_field(council, i, matter, gain, members, member, can, government)
    return government


def _assents(council: Council, gain: Array, members: Array) -> Array:
    """Logarithm of the chance that nobody blocks, (matter, act, lane, node)."""
    n_matters, n_acts = gain.shape[:2]
    if not len(council.holder):
        return jnp.zeros((n_matters, n_acts, *members.shape[2:]))
    matter, member = council.holder.T
    mine = gain[matter, :, member][..., None] + members[matter, member][:, None]
    x = council.sharpness * (mine + council.deference)
    block = council.block[:, None, None, None]
    # A right that is certain leaves a chance to pass of 1e-12, so that its logarithm is finite.
    log_pass = jnp.log1p(-block * (1.0 - 1e-12) * jax.nn.sigmoid(-x))
    seats = (matter[None] == np.arange(n_matters)[:, None]).astype(np.float32)
    added = seats @ log_pass.reshape(len(matter), -1)
    return added.reshape(n_matters, *log_pass.shape[1:])


def _with_field(
    council: Council,
    index: int,
    matter: int,
    gain: Array,
    members: Array,
    member: int,
    can: Array,
    government: Decision,
) -> Decision:
    """Mix in the route on which a field army asks nobody."""
    own = council.sharpness * (gain[matter, :, member][..., None] + members[matter, member][None])
    allowed = can[matter] * council.field_acts[index][:, None, None]
    score = jnp.where(allowed > 0, own, LOG_ZERO)[None]
    alone = decide(
        _flat(jnp.maximum(jax.nn.log_softmax(_with_origin(score), axis=1), LOG_ZERO)),
        _flat(_with_origin(jnp.zeros_like(score))),
    )
    here = jax.tree.map(lambda x: x[matter : matter + 1], government)
    lanes = here.agenda.shape[-1]
    share = jnp.broadcast_to(council.route_share[index], (1, lanes))
    mixed = mix_routes([here, alone], jnp.stack([1.0 - share, share]))
    return jax.tree.map(lambda x, y: x.at[matter].set(y[0]), government, mixed)


def _with_origin(x: Array) -> Array:
    """Put carrying on, at zero, before the acts."""
    return jnp.concatenate([jnp.zeros_like(x[:, :1]), x], axis=1)


def _flat(x: Array) -> Array:
    """Lanes and nodes on one axis."""
    return x.reshape(*x.shape[:-2], -1)
