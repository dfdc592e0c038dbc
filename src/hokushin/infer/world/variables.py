r"""Variables: measured quantities as functions of a walked past, on scales where errors are normal.

| verb | is | scale |
| --- | --- | --- |
| `stock`, `force`, `men`, `believed`, `losses` | as in `record/series.csv` | logarithm |
| `distance` | goal of side a less the front's position [km] | as it is: it may be nought |
| `fortune` | an onlooker's chance that side a wins (`considerations.fortune`) | log-odds |
| `intent` | what a faction gives the enemy to attack within a year | log-odds |

Losses are the men of those who can be fed, times the share of them that each step's fighting took,
over all land fronts that are open; readiness counts as full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.infer.score.follow import unknown_to
from hokushin.model.build import Model
from hokushin.model.look import INFANTRY, fed
from hokushin.model.params import Params
from hokushin.model.state import State
from hokushin.scenario.schema.entry import BRANCHES

Scale = Literal["log", "logit", "plain"]
CHANCE_EDGE = 0.005
"""Chances are told apart down to this one; below it a number is as good as nought."""
LEAST_SHARE = 0.01
"""What has run out counts as this share of the measured number, so that it has a logarithm."""
_SCALES: dict[str, Scale] = {
    "stock": "log",
    "force": "log",
    "men": "log",
    "believed": "log",
    "losses": "log",
    "distance": "plain",
    "fortune": "logit",
    "intent": "logit",
}
_KILO = 1000.0
Series = Float[np.ndarray, "step history"]


class Pieces(NamedTuple):
    """Parts of the state that variables are made of, after every step."""

    stock: Array
    force: Array
    position: Array
    speed: Array
    war: Array
    loss: Array
    estimate_error: Array
    intent: Array


def pick(state: State) -> Pieces:
    """Take of a state what variables are made of."""
    return Pieces(
        state.stock,
        state.force,
        state.position,
        state.speed,
        state.war,
        state.clash.loss,
        state.estimate_error,
        state.intent,
    )


def scale_of(variable: str) -> Scale:
    """Give the scale on which errors of a variable are normal."""
    return _SCALES[variable.partition(".")[0]]


def why_unknown(model: Model, variable: str) -> str:
    """Say why the model has no number for a variable, or nothing where it has one."""
    verb, _, rest = variable.partition(".")
    names = {
        "losses": model.axes.powers,
        "fortune": model.axes.fronts,
        "intent": model.axes.memories,
    }
    if verb in names:
        return "" if rest in names[verb] else f"the model has no {variable}"
    if verb == "transferred":
        return "the model knows what stands in a pool, not what has left it"
    return unknown_to(model, variable)


def transform(scale: Scale, x: np.ndarray, measured: float) -> np.ndarray:
    """Put numbers of a variable on its scale; `measured` sets what counts as nought."""
    told = np.asarray(x, np.float64)
    if scale == "log":
        return np.log(np.maximum(told, LEAST_SHARE * measured))
    if scale == "logit":
        share = np.clip(told, CHANCE_EDGE, 1.0 - CHANCE_EDGE)
        return np.log(share) - np.log1p(-share)
    return told


def restore(scale: Scale, x: np.ndarray) -> np.ndarray:
    """Take numbers back from their scale; a distance beyond the goal is none."""
    if scale == "log":
        return np.exp(x)
    return 1.0 / (1.0 + np.exp(-x)) if scale == "logit" else np.maximum(x, 0.0)


def series_of(
    model: Model, params: Params, pieces: Pieces, variables: Sequence[str]
) -> dict[str, Series]:
    """Give each variable at the end of every step, in the units of the model."""
    return {variable: _series(model, params, pieces, variable) for variable in variables}


def _series(model: Model, params: Params, pieces: Pieces, variable: str) -> Series:
    axes = model.axes
    verb, _, rest = variable.partition(".")
    match verb:
        case "stock":
            return _plain(pieces.stock[:, axes.accounts.index(rest)])
        case "men":
            pool = axes.pools.index(rest)
            return _plain(pieces.force[:, pool, INFANTRY]) * _men(params, pool)
        case "distance":
            front = axes.fronts.index(rest)
            return _plain(params.fronts.goal[front, 0]) - _plain(pieces.position[:, front])
        case "fortune":
            return _fortune(params, pieces, axes.fronts.index(rest))
        case "intent":
            return _plain(1.0 / (1.0 + np.exp(-pieces.intent[:, axes.memories.index(rest)])))
        case "losses":
            return _losses(model, params, pieces, axes.powers.index(rest))
        case "believed":
            owner, _, branch = rest.rpartition(".")
            seen = axes.observations.index(owner)
            true = pieces.force[:, int(axes.observation_pool[seen]), BRANCHES.index(branch)]
            return _plain(true) * np.exp(_plain(pieces.estimate_error[:, seen]))
        case "force":
            owner, _, branch = rest.rpartition(".")
            column = BRANCHES.index(branch)
            if owner in axes.pools:
                return _plain(pieces.force[:, axes.pools.index(owner), column])
            power = axes.powers.index(owner.removesuffix("_total"))
            return _plain(pieces.force[:, axes.pool_power == power, column]).sum(1)
    raise ValueError(f"{variable} is not followed; write {', '.join(f'{v}.' for v in _SCALES)}")


def _fortune(params: Params, pieces: Pieces, front: int) -> Series:
    """Repeat `considerations.fortune` for one front over all steps."""
    goal = np.maximum(_plain(params.fronts.goal[front, 0]), 1.0)
    choice = params.choice
    ahead = _plain(pieces.speed[:, front]) * _plain(choice.ripeness_horizon)
    reached = (_plain(pieces.position[:, front]) + ahead) / goal
    way = (reached - 1.0) / _plain(choice.ripeness_scale)
    return _plain(pieces.war[:, front]) / (1.0 + np.exp(-way))


def _losses(model: Model, params: Params, pieces: Pieces, power: int) -> Series:
    """Men lost on the power's open land fronts, cumulative."""
    axes = model.axes
    total = np.zeros(pieces.war[:, 0].shape)
    for front, side in np.argwhere(axes.front_power == power):
        if axes.front_afloat[front]:
            continue
        pool = int(axes.front_pool[front, side])
        supply = jnp.asarray(params.fronts.supply[front, side])
        standing = _plain(fed(jnp.asarray(pieces.force[:, pool, INFANTRY]), supply))
        before = np.concatenate([standing[:1], standing[:-1]])
        share = _plain(pieces.loss[:, front, side]) * _plain(pieces.war[:, front])
        total += np.cumsum(before * share, 0) * _men(params, pool)
    return total


def _men(params: Params, pool: int) -> np.ndarray:
    """Men of a division in a pool."""
    return _KILO * _plain(params.forces.men[pool])


def _plain(x: Array | np.ndarray) -> np.ndarray:
    return np.asarray(x, np.float64)
