"""The contract of a mechanism, and a check that fails where one is broken."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from hokushin.model.axes import Axes
from hokushin.model.mechanism import Mechanism
from hokushin.model.params import Params
from hokushin.model.randomness import Dice
from hokushin.model.state import Moment, State
from hokushin.model.view import View

NEVER_NEGATIVE = ("stock", "force", "consent", "ask", "war_months", "across", "skill_variance")
SHARES = ("cut", "taken", "recovered", "war", "begun", "deal", "news")
"""Fields that lie between 0 and 1."""
_ROUNDING = 1e-6


class BrokenContract(AssertionError):
    """A mechanism does what its declaration says it does not do."""


def check_mechanism(
    mechanism: Mechanism,
    axes: Axes,
    params: Params,
    view: View,
    state: State,
    moment: Moment,
    dice: Dice,
) -> State:
    """Run a mechanism for one step and fail if it breaks its contract; give the state it leaves.

    The contract: only the declared fields change; no name is drawn twice; what happens in one
    history depends on that history alone, whichever of its numbers is spoilt; everything stays
    finite; stocks and forces stay at or above zero and shares between 0 and 1. A check of one step
    proves nothing about another: run it where the mechanism has work to do, and in two histories
    at least.

    Raises:
        BrokenContract: With every broken clause, each with the field or the name it is about.
        ValueError: If there are fewer than two histories to keep apart.
    """
    lanes = dice.history.shape[0]
    if lanes < 2:
        raise ValueError(f"there are {lanes} histories, but it takes two to touch; give two lanes")
    state, params, view = (_widened(x, lanes) for x in (state, params, view))

    def run(params: Params, view: View, state: State, dice: Dice) -> State:
        return mechanism(axes, params, view, state, moment, dice)

    program = jax.jit(run)
    after = program(params, view, state, dice)
    broken = [
        *_drawn_twice(run, params, view, state, dice),
        *_undeclared(mechanism, state, after),
        *_reshaped(state, after),
        *_impossible(after),
        *_touching(program, params, view, state, dice, after),
    ]
    if broken:
        raise BrokenContract(f"{mechanism.name} " + f"\n{mechanism.name} ".join(broken))
    return after


def fields_of(state: State) -> Iterator[tuple[str, list[Array]]]:
    """Name and arrays of each field of a state, nested ones under the name of the field."""
    for field in dataclasses.fields(state):
        yield field.name, jax.tree.leaves(getattr(state, field.name))


def impossible_values(state: State) -> list[str]:
    """What in a state cannot be: numbers that are not finite, less than nothing, more than all."""
    return list(_impossible(state))


def _drawn_twice(
    run: Callable[..., State], params: Params, view: View, state: State, dice: Dice
) -> Iterator[str]:
    names: list[str] = []
    counted = dataclasses.replace(dice, notice=lambda name, shape: names.append(name))
    jax.eval_shape(lambda p, v, s: run(p, v, s, counted), params, view, state)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"draws {name!r} {names.count(name)} times; draw each array under its own name"


def _undeclared(mechanism: Mechanism, before: State, after: State) -> Iterator[str]:
    for (name, old), (_, new) in zip(fields_of(before), fields_of(after), strict=True):
        if name not in mechanism.writes and not all(map(_same, old, new)):
            yield f"changes {name}, which it does not declare among its writes"


def _reshaped(before: State, after: State) -> Iterator[str]:
    for (name, old), (_, new) in zip(fields_of(before), fields_of(after), strict=True):
        for one, other in zip(old, new, strict=True):
            if one.shape != other.shape or one.dtype != other.dtype:
                was, now = f"{one.dtype}{one.shape}", f"{other.dtype}{other.shape}"
                yield f"turns {name} from {was} into {now}; a scan needs the same before and after"


def _impossible(state: State) -> Iterator[str]:
    for name, arrays in fields_of(state):
        values = [np.asarray(x) for x in arrays]
        if not all(np.isfinite(x).all() for x in values):
            yield f"leaves {name} with a value that is not finite"
        elif name in NEVER_NEGATIVE and any((x < 0).any() for x in values):
            yield f"leaves {name} below zero, at {min(x.min() for x in values if x.size):g}"
        elif name in SHARES and any(((x < 0) | (x > 1 + _ROUNDING)).any() for x in values):
            yield f"leaves {name}, a share, outside 0 to 1"


def _touching(
    program: Callable[..., State],
    params: Params,
    view: View,
    state: State,
    dice: Dice,
    after: State,
) -> Iterator[str]:
    """Spoil one history altogether: the others must keep every bit."""
    lane = dice.history.shape[0] // 2
    spoilt = [_spoilt(x, lane) for x in (params, view, state)]
    other = dataclasses.replace(dice, history=dice.history.at[lane].add(np.uint32(2**20)))
    kept = np.delete(np.arange(dice.history.shape[0]), lane)
    again = program(*spoilt, other)
    for (name, one), (_, two) in zip(fields_of(after), fields_of(again), strict=True):
        if not all(_same(x[..., kept], y[..., kept]) for x, y in zip(one, two, strict=True)):
            yield f"lets histories touch: spoiling one changes {name} in another"


def _spoilt(tree: Any, lane: int) -> Any:
    return jax.tree.map(lambda x: x.at[..., lane].set(jnp.nan), tree)


def _widened(tree: Any, lanes: int) -> Any:
    """Give every array all its histories, so that one of them can be spoilt."""
    return jax.tree.map(lambda x: jnp.broadcast_to(x, (*x.shape[:-1], lanes)), tree)


def _same(one: Array, other: Array) -> bool:
    return np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True)
