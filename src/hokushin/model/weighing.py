"""Weighing: what each faction gains by each option, term by term.

An option's terms are known when the model is built, so its gain is written out as a sum over
them: one row for each faction of the power, each term read where it lies. Nothing is gathered or
scattered at run time, and the same terms, kept apart, explain the decision afterwards.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model import considerations as value_of
from hokushin.model.axes import Act, Axes, Term
from hokushin.model.considerations import CONSIDERATIONS, Beliefs
from hokushin.model.numeric import logistic
from hokushin.model.params import Params
from hokushin.model.products import fence, settle
from hokushin.model.randomness import Dice
from hokushin.model.state import Moment, State
from hokushin.model.view import View


class Values(eqx.Module):
    """Values of all considerations, by what they are about, before any weight."""

    ripeness: Float[Array, "front history"]
    window: Float[Array, "front history"]
    burden: Float[Array, "power history"]
    exposure: Float[Array, "exposure history"]
    faith: Float[Array, "deal history"]
    ask: Float[Array, "ask history"]
    trust: Float[Array, "trust history"]
    strain: Float[Array, "front side history"]
    success: Float[Array, "memory history"]
    own: Float[Array, "memory history"]
    """Divisions that the memory's holder has at the common front."""
    threat: Float[Array, "memory history"]
    dread: Float[Array, "memory history"]
    deterrence: Float[Array, "memory history"]
    criterion: Float[Array, "conditional history"]
    doctrine: Float[Array, "doctrine history"]


def values(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> Values:
    """Compute every consideration once, for whatever it is about."""
    beliefs: Beliefs = value_of.believe(axes, params, view, state, dice.wall)
    trust = value_of.trust_felt(params, state)
    found = Values(
        ripeness=value_of.fortune(axes, params, state),
        window=value_of.window(params, view),
        burden=value_of.burden(axes, state),
        exposure=value_of.exposure(axes, params, state),
        faith=value_of.faith(params, state),
        ask=state.ask * trust[axes.ask_trust],
        trust=trust,
        strain=value_of.strain(axes, params, view, state),
        success=beliefs.success,
        own=beliefs.own,
        threat=beliefs.threat,
        dread=-(state.dread + state.cold),
        deterrence=-beliefs.attack * value_of.third_strength(axes, state),
        criterion=value_of.criterion(axes, params, view, state, beliefs, moment),
        doctrine=params.choice.doctrine * moment.doctrine_active,
    )
    lanes = dice.history.shape[0]
    # Each value is read by many options: store it once, whatever the compiler would rather do.
    can_pass = dice.step >= 0
    return eqx.tree_at(
        lambda v: [getattr(v, name) for name in v.__dataclass_fields__],
        found,
        [
            settle(jnp.broadcast_to(x, (*x.shape[:-1], lanes)), can_pass)
            for x in (getattr(found, name) for name in found.__dataclass_fields__)
        ],
    )


def terms(
    axes: Axes, params: Params, view: View, state: State, found: Values, act: Act
) -> list[tuple[str, Float[Array, "faction history"]]]:
    """Weighted terms of one option, one row for each faction of its power.

    Weight, the faction's own factor on it where a source claims one, the option's intensity and
    the sign all count; their sum is the faction's gain over carrying on, before the cost of change
    and before its disposition. Doctrine is written in log odds and takes no intensity.
    """
    choice = params.choice
    mine = slice(act.first_faction, act.first_faction + act.n_factions)
    rows = []
    for term in act.terms:
        name = term.what.split(".")[0]
        k = CONSIDERATIONS.index(name)
        value = _value(axes, params, view, state, found, act, term)
        if name == "doctrine":
            rows.append((name, value))
            continue
        weight = choice.weight[k] * term.sign
        if act.scaled:
            weight = weight * choice.intensity[act.matter, act.option]
        if axes.deviates[mine, k].any():
            weight = weight * choice.factor[mine, k]
        rows.append((name, jnp.atleast_2d(weight * value)))
    return rows


def gains(
    axes: Axes, params: Params, view: View, state: State, found: Values, dice: Dice
) -> Float[Array, "pair option history"]:
    """Gain of each faction by each option over carrying on, cost of change taken off."""
    choice, lanes = params.choice, dice.history.shape[0]
    nothing = jnp.zeros((1, lanes))
    by_place: dict[tuple[int, int], Array] = {}
    for act in axes.acts:
        total = nothing
        for _, value in terms(axes, params, view, state, found, act):
            total = total + value
        if act.inertia != "none":
            total = total - (choice.inertia_war if act.inertia == "war" else choice.inertia_act)
        by_place[act.matter, act.option] = fence(
            jnp.broadcast_to(total, (act.n_factions, lanes)), dice.wall
        )
    matters = []
    for m in range(len(axes.matters)):
        n = int(axes.matter_of_pair[m].sum())
        empty = jnp.zeros((n, lanes))
        columns = [by_place.get((m, o), empty) for o in range(axes.n_options)]
        matters.append(jnp.stack(columns, 1))
    return settle(jnp.concatenate(matters), dice.step >= 0)


def book(
    axes: Axes, params: Params, view: View, state: State, found: Values
) -> dict[str, Float[Array, "pair option history"]]:
    """The same terms kept apart, consideration by consideration, for the log and the report."""
    lanes = state.first.shape[-1]
    pages: dict[str, Array] = {}
    for act in axes.acts:
        pairs = slice(act.first_pair, act.first_pair + act.n_factions)
        for name, value in terms(axes, params, view, state, found, act):
            page = pages.get(name, jnp.zeros((len(axes.pairs), axes.n_options, lanes)))
            rows = jnp.broadcast_to(value, (act.n_factions, lanes))
            pages[name] = page.at[pairs, act.option].add(rows)
    return pages


def _value(
    axes: Axes,
    params: Params,
    view: View,
    state: State,
    found: Values,
    act: Act,
    term: Term,
) -> Array:
    """Value of one term: (history,) where all factions agree, else (faction, history)."""
    match term.what:
        case "ripeness" | "window":
            return getattr(found, term.what)[term.index[0]]
        case "burden":
            return found.burden[act.power]
        case "exposure" | "faith" | "ally.ask" | "ally.trust":
            source = getattr(
                found, {"ally.ask": "ask", "ally.trust": "trust"}.get(term.what, term.what)
            )
            return _added(source, term.index)
        case "strain":
            flat = found.strain.reshape(-1, found.strain.shape[-1])
            return _added(flat, term.index)
        case "commitment":
            flat = state.stands.reshape(-1, state.stands.shape[-1])
            return -_added(flat, term.index)
        case "prospect":
            success = _success(params, found, act, term)
            return success - (1.0 - success) * params.fronts.stake[term.index[0]]
        case "dread" | "threat" | "deterrence":
            return _of_enemy(getattr(found, term.what), act, term)
        case "relief" | "spoils":
            prize = (
                value_of.relief(params, view, term.yields)
                if term.what == "relief"
                else _added(params.choice.spoils, term.index)
            )
            return prize if term.enemy < 0 else prize * _success(params, found, act, term)
        case "criterion" | "doctrine":
            source = getattr(found, term.what)
            moved = jnp.zeros((act.n_factions, source.shape[-1]))
            for i, faction in term.factions:
                one = (np.arange(act.n_factions) == faction).astype(np.float32)[:, None]
                moved = moved + one * source[i]
            return moved
    raise ValueError(f"no consideration {term.what!r}")


def _success(
    params: Params, found: Values, act: Act, term: Term
) -> Float[Array, "faction history"]:
    r"""Believed chance of winning, with the divisions that the option itself calls to the front.

    $\sigma(\mathrm{logit}\,p + \beta \log\frac{N + d}{N})$ with the engagement model's own slope
    on the ratio of forces; what the line of supply can feed is not looked at again.
    """
    success = _of_enemy(found.success, act, term)
    if not term.called:
        return success
    called = _added(params.deals.effect, term.called)
    own = _of_enemy(found.own, act, term)
    more = jnp.log1p(jnp.maximum(called, 0.0) / jnp.maximum(own, 0.5))
    odds = jnp.log(success + 1e-6) - jnp.log(1.0 - success + 1e-6)
    return logistic(odds + params.battle.outcome.force * more)


def _added(source: Array, index: tuple[int, ...]) -> Array:
    """Sum of the rows at some positions; zero if there are none."""
    total = jnp.zeros_like(source[0]) if source.shape[0] else jnp.zeros(source.shape[-1])
    for i in index:
        total = total + source[i]
    return total


def _of_enemy(source: Float[Array, "memory history"], act: Act, term: Term) -> Array:
    """Rows of a power's factions about one enemy: every n-th of its memories."""
    first = act.first_memory + term.enemy
    last = act.first_memory + act.n_factions * act.n_enemies
    return source[first : last : act.n_enemies]
