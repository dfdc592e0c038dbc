"""Step: one turn of the world, in the order that `ORDER` lists."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.axes import Axes
from hokushin.model.look import look
from hokushin.model.mechanism import Mechanism
from hokushin.model.mechanisms.choosing import (
    Choices,
    blamed,
    conditions,
    decide_matters,
    drift_dispositions,
    overrule,
    remind,
    tell_news,
)
from hokushin.model.mechanisms.dealings import age_dealings
from hokushin.model.mechanisms.effects import apply_effects, respond
from hokushin.model.mechanisms.fighting import fight_fronts
from hokushin.model.mechanisms.forces import build_up, move_formations
from hokushin.model.mechanisms.learning import learn
from hokushin.model.mechanisms.outcomes import watch
from hokushin.model.mechanisms.supply import consolidate, draw_down, follow_restrictions
from hokushin.model.params import Params
from hokushin.model.products import gather
from hokushin.model.randomness import Dice
from hokushin.model.state import Moment, State
from hokushin.model.view import View
from hokushin.model.weighing import book

ORDER: tuple[Mechanism, ...] = (
    draw_down,
    follow_restrictions,
    consolidate,
    build_up,
    move_formations,
    fight_fronts,
    learn,
    age_dealings,
)
"""Mechanisms between looking and choosing on one side, effects and outcomes on the other."""

DRAWS = (
    "intelligence",
    "disposition.start",
    "disposition.drift",
    "disposition.fresh",
    "choice",
    "blocked",
    "responses",
    "fighting",
    "fighting.size",
    "fighting.campaign",
    "fighting.costs",
)
"""Every name under which a step or the start draws."""


class Report(eqx.Module):
    """What a step leaves for the log: what was decided and by whom it was stopped."""

    taken: Float[Array, "matter option history"]
    blocked_option: Float[Array, "matter history"]
    """Option that was put forward and blocked, 0 if none was."""
    blocked_by: Float[Array, "matter history"]
    """Pair that blocked it, -1 if none did."""
    probability: Float[Array, "matter option history"]
    """Chance of each option once tabled."""
    step_log_probability: Float[Array, "matter option history"]
    available: Float[Array, "matter option history"]
    agenda: Float[Array, "matter option history"]
    assent: Float[Array, "matter option history"]
    rate: Float[Array, "matter history"]
    gain: Float[Array, "pair option history"]
    """Of each faction, disposition and cost of change included."""
    book: dict[str, Float[Array, "pair option history"]]
    """The weighted considerations that the gains are made of."""
    view: View
    state: State


def advance(
    axes: Axes,
    params: Params,
    state: State,
    moment: Moment,
    dice: Dice,
    rewrites: Float[Array, "rewrite history"],
    kernel: str = "assent",
    report: bool = False,
    decides: bool = True,
) -> tuple[State, Report | None]:
    """Advance every history by one step.

    With `decides` false nobody deliberates and what the record forces is done: the cheap step of a
    documented past. A report of such a step says what factions would have made of it, and leaves no
    trace in the state. Options, masks and considerations use the state at the step's start; their
    effects come last, so that a treaty signed in a step cannot mask its own signature.
    """
    if not (decides or report):
        return _advance_forced(axes, params, state, moment, dice, rewrites), None
    if decides:
        state = drift_dispositions(axes, params, state, dice)
    view = look(axes, params, state, moment, dice.wall)
    choices: Choices = decide_matters(axes, params, view, state, moment, dice, rewrites, kernel)
    responses = respond(axes, params, conditions(state, moment), dice)
    after = state
    for run in ORDER:
        after = run(axes, params, view, after, moment, dice)
    if decides:
        after = tell_news(axes, params, after, moment, choices)
    else:
        after = remind(axes, params, after, moment)
    after = apply_effects(axes, params, after, choices.taken, responses)
    after = watch(axes, after, choices.taken, moment)
    if not report:
        return after, None
    blocked_option, blocked_by = blamed(axes, params, choices, dice)
    return after, Report(
        taken=choices.taken,
        blocked_option=blocked_option,
        blocked_by=blocked_by,
        probability=choices.decision.probability,
        step_log_probability=choices.log_probability,
        available=choices.available,
        agenda=choices.decision.agenda,
        assent=choices.decision.assent,
        rate=choices.rate,
        gain=choices.gain,
        book=book(axes, params, view, state, choices.found),
        view=view,
        state=state,
    )


def _advance_forced(
    axes: Axes,
    params: Params,
    state: State,
    moment: Moment,
    dice: Dice,
    rewrites: Float[Array, "rewrite history"],
) -> State:
    """One step of a past in which every choice is that of the record."""
    view = look(axes, params, state, moment, dice.wall)
    idle = jnp.zeros((len(axes.matters), axes.n_options, dice.history.shape[0]))
    taken = overrule(axes, idle, moment, rewrites)
    responses = respond(axes, params, conditions(state, moment), dice)
    for run in ORDER:
        state = run(axes, params, view, state, moment, dice)
    state = remind(axes, params, state, moment)
    state = apply_effects(axes, params, state, taken, responses)
    return watch(axes, state, taken, moment)


def rewritten(
    params: Params,
    maps: list[np.ndarray | None],
    change: Float[Array, "rewrite history"],
) -> Params:
    """Params with the numbers that rewrites set: `x + (x* - x) a` where a rewrite writes x.

    `maps` lists, in the order of the leaves of `Params`, None or the rewrites that write each
    entry, (layer, entry) with -1 for none; `change` is `(x* - x) a`, rewrite by rewrite.
    """
    leaves, tree = jax.tree.flatten(params)
    moved = []
    for leaf, layers in zip(leaves, maps, strict=True):
        if layers is None:
            moved.append(leaf)
            continue
        shift = sum(gather(change, layer) for layer in layers)
        moved.append(leaf + jnp.reshape(shift, (*leaf.shape[:-1], change.shape[-1])))
    return jax.tree.unflatten(tree, moved)
