"""Outcomes: the first step at which each event that a question can ask for has happened."""

from __future__ import annotations

import functools
from dataclasses import replace

import jax.numpy as jnp
from jaxtyping import Array, Float

from hokushin.model.axes import Axes, EventRule
from hokushin.model.state import Moment, State

_HALF_STEP = 0.5


def watch(axes: Axes, state: State, taken: Array, moment: Moment) -> State:
    """Note the step at which each event first holds, from the state a step leaves behind."""
    width = state.first.shape[-1]
    holds = [
        jnp.broadcast_to(_holds(axes, rule, state, taken), (width,)) for rule in axes.events_of
    ]
    if not holds:
        return state
    step = moment.step.astype(jnp.float32)
    first = jnp.where(jnp.stack(holds) > 0.5, jnp.minimum(state.first, step), state.first)
    return replace(state, first=first)


def _holds(axes: Axes, rule: EventRule, state: State, taken: Array) -> Float[Array, " history"]:
    """1 where the event holds in the state that this step left, 0 elsewhere."""
    match rule.verb:
        case "invasion":
            return _invasion(rule, state, axes.months_per_step)
        case "war":
            return state.war[rule.index[0]]
        case "chosen":
            return taken[rule.index[0], rule.index[1]]
        case "signed":
            return state.deal[rule.index[0]]
        case "all_of":
            parts = [_holds(axes, axes.events_of[i], state, taken) for i in rule.index]
            return functools.reduce(jnp.multiply, parts)
    raise ValueError(f"no event verb {rule.verb!r}")


def _invasion(rule: EventRule, state: State, months_per_step: float) -> Float[Array, " history"]:
    """Opened by one side, by decision or an act not disowned in time, with enough divisions.

    The divisions must be across within the given months of the opening. For an act of a field
    army the clock of disowning runs first, so it counts only once that has passed.
    """
    front, side = rule.index
    divisions, within, disowned = rule.numbers
    begun = state.war[front] * state.begun[front, side]
    by_decision = state.field_act[front, side] > 1e5
    own_act = state.field_act[front, side]
    settled = by_decision | (own_act >= disowned)
    slack = jnp.where(by_decision, within, jnp.maximum(within, disowned) + months_per_step)
    soon = state.war_months[front] <= slack + _HALF_STEP * months_per_step
    enough = state.across[front, side] >= divisions
    return jnp.where((begun > 0.5) & settled & soon & enough, 1.0, 0.0)
