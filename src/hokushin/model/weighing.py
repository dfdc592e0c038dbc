"""Weighing: what each faction gains by each option, term by term.

An option's terms are known when the model is built, so its gain is written out as a sum over
them: one row for each faction of the power, each term read where it lies. Nothing is gathered or
scattered at run time, and the same terms, kept apart, explain the decision afterwards.
"""

from __future__ import annotations

import itertools

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model import considerations as value_of
from hokushin.model.axes import Act, Axes, Term
from hokushin.model.considerations import CONSIDERATIONS, Beliefs
from hokushin.model.numeric import logistic
from hokushin.model.params import Params
from hokushin.model.products import make_once, slices
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
    reach: Float[Array, "memory history"]
    """Divisions that its line can bring there within a campaign."""
    threat: Float[Array, "memory history"]
    dread: Float[Array, "memory history"]
    deterrence: Float[Array, "memory history"]
    criterion: Float[Array, "conditional history"]
    doctrine: Float[Array, "doctrine history"]
    prize: Float[Array, "prize history"]
    """What winning an option's aim is worth, in the order of `_prizes`."""
    success_log_odds: Float[Array, "memory history"]


def values(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> Values:
    """Compute every consideration once, for whatever it is about."""
    # Each is read by many options: store it once, whatever the compiler would rather do.
    return make_once(lambda: _values(axes, params, view, state, moment, dice), dice.step >= 0)


def _values(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> Values:
    """Every consideration, as far as it does not depend on an option."""
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
        reach=beliefs.reach,
        threat=beliefs.threat,
        dread=-(state.dread + state.cold),
        deterrence=-beliefs.attack * value_of.third_strength(axes, state),
        criterion=value_of.criterion(axes, params, view, state, beliefs, moment),
        doctrine=params.choice.doctrine * moment.doctrine_active,
        prize=_worth(axes, params, view, state),
        success_log_odds=jnp.log(beliefs.success + 1e-6) - jnp.log(1.0 - beliefs.success + 1e-6),
    )
    lanes = dice.history.shape[0]
    return jax.tree.map(lambda x: jnp.broadcast_to(x, (*x.shape[:-1], lanes)), found)


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
    axes: Axes,
    params: Params,
    view: View,
    state: State,
    found: Values,
    dice: Dice,
    judgement: Float[Array, "pair history"] | None = None,
) -> Float[Array, "pair option history"]:
    """Gain of each faction by each option over carrying on, cost of change taken off.

    With `judgement`, what each faction adds of its own to every option that is there. What all
    factions of a power agree on is added up first, once for all of them.
    """
    can_pass, lanes = dice.step >= 0, dice.history.shape[0]
    felt = jnp.zeros((len(axes.pairs), lanes)) if judgement is None else judgement

    def agree() -> list[Array]:
        return [
            jnp.concatenate([_sums(axes, params, view, state, found, act)[0] for act in acts])
            for _, acts in itertools.groupby(axes.acts, lambda act: act.matter)
        ]

    by_matter = make_once(agree, can_pass)

    def make() -> list[Array]:
        columns = [
            [jnp.zeros((n, lanes))] * axes.n_options for n in axes.matter_of_pair.sum(1).astype(int)
        ]
        agreed = [row for matter in by_matter for row in slices(matter)]
        for act, common in zip(axes.acts, agreed, strict=True):
            pairs = slice(act.first_pair, act.first_pair + act.n_factions)
            own = _sums(axes, params, view, state, found, act)[1]
            columns[act.matter][act.option] = felt[pairs] + common + own
        return [jnp.stack(of_matter, 1) for of_matter in columns]

    return jnp.concatenate(make_once(make, can_pass))


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


def _sums(
    axes: Axes, params: Params, view: View, state: State, found: Values, act: Act
) -> tuple[Float[Array, "1 history"], Float[Array, "faction history"]]:
    """What all factions of a power agree that an option is worth, and what each thinks besides."""
    choice, lanes = params.choice, state.first.shape[-1]
    common, own = jnp.zeros((1, lanes)), jnp.zeros((act.n_factions, lanes))
    for _, value in terms(axes, params, view, state, found, act):
        if value.shape[0] == 1:
            common = common + value
        else:
            own = own + value
    if act.inertia != "none":
        common = common - (choice.inertia_war if act.inertia == "war" else choice.inertia_act)
    return common, own


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
            prize = found.prize[_prizes(axes).index(_prize(term))]
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
    on the ratio of forces, and d what the line brings of them in the mean of a campaign
    (`considerations.arriving`); what it can feed is not looked at again.
    """
    if not term.called:
        return _of_enemy(found.success, act, term)
    called = _added(params.deals.effect, term.called)
    own = _of_enemy(found.own, act, term)
    there = value_of.arriving(called, _of_enemy(found.reach, act, term))
    more = jnp.log(1.0 + there / jnp.maximum(own, 0.5))
    odds = _of_enemy(found.success_log_odds, act, term)
    return logistic(odds + params.battle.outcome.force * more)


def _prizes(axes: Axes) -> list[tuple[str, tuple]]:
    """What options are taken for, each prize once."""
    terms = (term for act in axes.acts for term in act.terms)
    return list(dict.fromkeys(_prize(t) for t in terms if t.what in ("relief", "spoils")))


def _prize(term: Term) -> tuple[str, tuple]:
    """What tells one prize from another."""
    return (term.what, term.yields if term.what == "relief" else term.index)


def _worth(axes: Axes, params: Params, view: View, state: State) -> Float[Array, "prize history"]:
    """What each prize is worth to its power, all factions alike."""
    lanes = state.first.shape[-1]
    rows = [
        value_of.relief(params, view, which)
        if what == "relief"
        else _added(params.choice.spoils, which)
        for what, which in _prizes(axes)
    ]
    wide = [jnp.broadcast_to(row, (lanes,)) for row in rows]
    return jnp.stack(wide) if wide else jnp.zeros((0, lanes))


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
