"""Propose and assent: how the factions of a government take up an option, or do not.

All matters are decided at once. A *pair* is one faction with one matter; the constant table
`matter_of_pair` says which pairs weigh which matter, so a single council is the special case of a
one-row table. Option 0 of every matter is to carry on.
"""

import functools
import math
import operator
from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.numeric import LOG_ZERO, log1mexp, log_sum_exp
from hokushin.model.products import (
    fence,
    first_minimum,
    maximum_slices,
    rows,
    settle,
    slices,
    spread,
    sum_members,
    sum_slices,
)

_CERTAINTY = 1e-12
"""How near to one a chance to pass, or to be blocked, may come, so that logarithms are finite."""

_FACTORS = 3
"""Chances to pass that are multiplied before a logarithm is taken: (10^-12)^3 is still a number."""

_LONGEST_WAIT = 80.0
"""Largest logarithm of a waiting time in a race: what is not available waits, but not for ever."""


class Decision(eqx.Module):
    """Chances in one tabling of each matter. Every array has the axes (matter, option, history)."""

    agenda: Float[Array, "matter option #history"]
    """Chance that the option is the one put forward."""
    assent: Float[Array, "matter option #history"]
    """Chance that nobody blocks it, once put forward; one for carrying on."""
    probability: Float[Array, "matter option #history"]
    """Chance that it is taken; for option 0, that nothing is."""
    log_probability: Float[Array, "matter option #history"]
    """Its logarithm, finite everywhere; about -1e30 for an option that is not available."""


def propose_and_assent(
    gain: Float[Array, "pair option #history"],
    influence: Float[Array, "pair #history"],
    block: Float[Array, "pair #history"],
    deference: Float[Array, "pair #history"],
    available: Float[Array, "matter option #history"],
    sharpness: Array | float,
    matter_of_pair: np.ndarray,
    anticipation: float = 0.0,
    holders: np.ndarray | None = None,
    exists: np.ndarray | None = None,
) -> Decision:
    r"""Weigh the factions' gains into an agenda, and let those with a right to block pass on it.

    With gains $g_{fo}$ over carrying on, shares of influence $\omega_f$, rights (and will) to block
    $\nu_f$, deference $\delta_f$ and sharpness $\lambda$,
    $$q_o \propto \mathrm{mask}_o\, e^{\lambda \sum_f \omega_f g_{fo}}, \quad
      a_{fo} = \sigma(\lambda (g_{fo} + \delta_f)), \quad
      A_o = \prod_f \bigl(1 - \nu_f (1 - a_{fo})\bigr), \; A_0 = 1,$$
    $$P_o = q_o A_o \; (o \ne 0), \qquad P_0 = q_0 + \sum_{o \ne 0} q_o (1 - A_o).$$
    What is blocked returns to carrying on. With `anticipation` $\alpha \in [0, 1]$ those who set
    the agenda foresee the blocks: $\alpha \log A_o$ is added inside the softmax.

    It holds for options that are rivals within their matter; near-duplicates steal mass from their
    neighbours, so there should be one option for each grand course. Limits, all tested: one faction
    without blocks is a softmax; quadratic losses, no blocks and $\lambda \to \infty$ give the
    weighted mean position; `majority_gain` gives the weighted majority; $\nu = 1$ and
    $\lambda \to \infty$ keep inside the winset of the status quo; all influence in one hand is a
    dictator.

    Args:
        gain: Utility over carrying on, costs of change taken off. Option 0 is the origin: what
            stands there is not read.
        influence: Not negative, of any scale; divided by its sum within each matter, not all 0.
        block: Between 0 and 1.
        available: 1 or 0; option 0 of each matter must be available.
        sharpness: A number, or one for each history.
        matter_of_pair: Ones and zeros, shape (matter, pair), known when the step is compiled.
        anticipation: A plain number, known when the step is compiled.
        holders: Positions of the pairs that can have a right to block, if most have none; `block`
            is not read elsewhere.
        exists: Ones and zeros, shape (matter, option), known when the step is compiled: where it is
            zero an option is never available, and nothing is computed for it.

    In single precision the probabilities are right to $10^{-6}$, in absolute terms.
    """
    _check_shapes(gain, available, matter_of_pair)
    changes = _changes(gain.shape[1])
    pull = sum_members(matter_of_pair, gain, influence[:, None])
    total = sum_members(matter_of_pair, influence)
    utility = pull / total[:, None] * changes
    if holders is None:
        holders = np.arange(gain.shape[0])
    assent, log_assent = _assents(
        gain, block, deference, sharpness, matter_of_pair, holders, exists
    )
    score = sharpness * utility + (1.0 - available) * LOG_ZERO
    if anticipation:
        score = score + anticipation * log_assent
    shifted = score - fence(maximum_slices(score, axis=1))[:, None]
    share = jnp.exp(shifted)
    total = fence(sum_slices(share, axis=1))[:, None]
    return _put_together(share / total, shifted - jnp.log(total), assent, log_assent)


def decide(
    log_agenda: Float[Array, "matter option #history"],
    log_assent: Float[Array, "matter option #history"],
) -> Decision:
    """Put an agenda and the assents to it together: what is not passed returns to carrying on."""
    return _put_together(jnp.exp(log_agenda), log_agenda, jnp.exp(log_assent), log_assent)


def _put_together(agenda: Array, log_agenda: Array, assent: Array, log_assent: Array) -> Decision:
    """Chances both as they are and as logarithms, so that neither is made from the other."""
    changes = _changes(agenda.shape[1])
    passed = agenda * assent
    returned = agenda * jnp.where(changes > 0, 1.0 - assent + _CERTAINTY, 1.0)
    carry_on = fence(sum_slices(returned, axis=1))[:, None]
    return Decision(
        agenda=agenda,
        assent=assent,
        probability=jnp.where(changes > 0, passed, carry_on),
        log_probability=jnp.where(changes > 0, log_agenda + log_assent, jnp.log(carry_on)),
    )


def mix_routes(
    decisions: Sequence[Decision], shares: Float[Array, "route matter #history"]
) -> Decision:
    r"""The decision when a matter may go by several routes, $P = \sum_r \rho_r P^{(r)}$.

    A field army that presents its government with a fact is a second route, with few gates. The
    shares $\rho_r$ must add to one over the routes. The agenda is mixed alike, and the assent is
    the chance that a proposal passes whichever way it came.
    """
    if len(decisions) != shares.shape[0]:
        raise ValueError(
            f"mix_routes: {len(decisions)} decisions but shares for {shares.shape[0]} routes; "
            "give one row of shares for each decision"
        )
    log_shares = jnp.log(shares + _CERTAINTY)
    each = list(zip(slices(log_shares), decisions, strict=True))
    log_probability = log_sum_exp(jnp.stack([s[:, None] + d.log_probability for s, d in each]))
    agenda = sum(jnp.exp(s)[:, None] * d.agenda for s, d in each)
    passed = sum(jnp.exp(s)[:, None] * d.agenda * d.assent for s, d in each)
    return Decision(
        agenda=jnp.asarray(agenda),
        assent=jnp.asarray(passed / jnp.maximum(agenda, 1e-30)),
        probability=jnp.exp(log_probability),
        log_probability=log_probability,
    )


def majority_gain(gain: Array, scale: Array | float, steepness: Array | float) -> Array:
    r"""Gains as votes, $s \tanh(\eta g)$: with $\eta$ large only the side that one takes counts.

    Given to `propose_and_assent` without blocks and with a sharpness large against $1/s$, the
    option with the larger share of influence behind it is taken (weighted majority).
    """
    return scale * jnp.tanh(steepness * gain)


def step_log_probability(
    decision: Decision, rate: Float[Array, "matter #history"], step_length: Array | float
) -> Float[Array, "matter option #history"]:
    r"""Log-probabilities of what one step brings, when a matter is tabled at a given rate.

    $S = e^{-r\Delta(1-P_0)}$ is the chance that nothing is taken in a step of length $\Delta$;
    $\log P_{step}(0) = \log S$ and $P_{step}(o) = (1-S)\,P_o/(1-P_0)$. While the decision
    stays the same, two steps of half the length give the same chances as one. A rate of zero gives
    every option a chance below $10^{-30}$. For a dated conference use the decision itself.
    """
    log_taken = decision.log_probability
    changes = _changes(log_taken.shape[1])
    tablings = jnp.clip(rate * step_length, 1e-30, 1e30)
    expected = tablings * jnp.exp(log_sum_exp(jnp.where(changes > 0, log_taken, LOG_ZERO), axis=1))
    log_each = jnp.log(tablings) + _log_mean_survival(expected)
    return jnp.where(changes > 0, log_each[:, None] + log_taken, -expected[:, None])


def step_probability(
    decision: Decision, rate: Float[Array, "matter #history"], step_length: Array | float
) -> Float[Array, "matter option #history"]:
    """Give the chances whose logarithms are those of `step_log_probability`.

    Where no logarithm is asked for, none is taken: a step takes two thirds of the time.
    """
    passed = decision.probability
    changes = _changes(passed.shape[1])
    tablings = rate * step_length
    expected = fence(tablings * sum_slices(passed[:, 1:], axis=1))
    each = fence(tablings * _mean_survival(expected))
    nothing = fence(jnp.exp(-expected))
    return jnp.where(changes > 0, each[:, None] * passed, nothing[:, None])


def choose(
    log_probability: Float[Array, "matter option #history"],
    uniform: Float[Array, "matter option #history"],
) -> Float[Array, "matter option #history"]:
    r"""Draw one option of each matter, as ones and zeros.

    A race: the option with the least $-\log(u_o)\,e^{-\log P_o}$ wins. It is the Gumbel-max draw
    with noise $-\log(-\log u)$, for one logarithm less, and as stable: raising the probability of
    one option never moves a history between two others. Uniforms lie strictly between 0 and 1.
    """
    return race(jnp.exp(jnp.maximum(log_probability, -_LONGEST_WAIT)), uniform)


def race(
    probability: Float[Array, "matter option #history"],
    uniform: Float[Array, "matter option #history"],
) -> Float[Array, "matter option #history"]:
    """Draw as `choose` does, from the chances themselves."""
    time = -jnp.log(uniform) / jnp.maximum(probability, math.exp(-_LONGEST_WAIT))
    return first_minimum(time, axis=1)


def blockers(
    gain: Float[Array, "pair option #history"],
    block: Float[Array, "pair #history"],
    deference: Float[Array, "pair #history"],
    sharpness: Array | float,
    matter_of_pair: np.ndarray,
) -> Float[Array, "pair option #history"]:
    r"""Chance that each pair was among those who blocked, given that the option was blocked.

    Pairs pass or block independently, so it is $\nu_f(1-a_{fo})/(1-A_o)$; several may have blocked
    at once, so the chances of a matter add to more than one. Zero for carrying on.
    """
    _check_shapes(gain, None, matter_of_pair)
    changes = _changes(gain.shape[1])
    log_pass = _log_pass(gain, block, deference, sharpness) * changes
    log_stopped = log1mexp(spread(matter_of_pair, log_pass))
    log_share = log1mexp(log_pass) - spread(matter_of_pair.T, log_stopped)
    return jnp.exp(jnp.minimum(log_share, 0.0)) * changes * _has_block(block)


def blocked_attempts(
    decision: Decision, rate: Float[Array, "matter #history"], step_length: Array | float
) -> Float[Array, "matter option #history"]:
    r"""Expected number of times each option is put forward and blocked in a step without change.

    Tablings that change nothing are a Poisson process of their own, so it is
    $r \Delta\, q_o (1 - A_o)$ whatever else is known of the step. Zero for carrying on.
    """
    stopped = decision.agenda * (1.0 - decision.assent)
    return (rate * step_length)[:, None] * stopped * _changes(decision.agenda.shape[1])


def _assents(
    gain: Array,
    block: Array,
    deference: Array,
    sharpness: Array | float,
    matter_of_pair: np.ndarray,
    holders: np.ndarray,
    exists: np.ndarray | None,
) -> tuple[Array, Array]:
    """Chance that no holder blocks, option by option, and its logarithm; one for carrying on."""
    n_options, rest = gain.shape[1], gain.shape[2:]
    rights = np.isin(np.arange(gain.shape[0]), holders)
    chances, logs = [], []
    for m, of_matter in enumerate(matter_of_pair):
        pairs = np.flatnonzero(of_matter)
        last = n_options if exists is None else int(np.flatnonzero(exists[m])[-1]) + 1
        own = dict(zip(pairs, rows(gain[:, 1:last], pairs), strict=True))
        ratios = [
            _pass_ratio(own[i][None], block[i][None], deference[i][None], sharpness)
            for i in pairs[rights[pairs]]
        ]
        chance, log_chance = jnp.ones((last - 1, *rest)), jnp.zeros((last - 1, *rest))
        for first in range(0, len(ratios), _FACTORS):
            tops, bottoms = zip(*ratios[first : first + _FACTORS], strict=True)
            ratio = functools.reduce(operator.mul, tops) / functools.reduce(operator.mul, bottoms)
            chance, log_chance = chance * ratio[0], log_chance + jnp.log(ratio[0])
        around = [(1, n_options - last)] + [(0, 0)] * len(rest)
        chances.append(jnp.pad(chance, around, constant_values=1.0))
        logs.append(jnp.pad(log_chance, around))
    return settle(jnp.stack(chances)), settle(jnp.stack(logs))


def _log_pass(gain: Array, block: Array, deference: Array, sharpness: Array | float) -> Array:
    r"""Log chance that a pair lets it pass, $\log(1 - \nu\,\sigma(-\lambda(g + \delta)))$."""
    kept, whole = _pass_ratio(gain, block, deference, sharpness)
    return jnp.log(kept / whole)


def _pass_ratio(
    gain: Array, block: Array, deference: Array, sharpness: Array | float
) -> tuple[Array, Array]:
    r"""$1 - \nu\,\sigma(-x)$ with $x = \lambda(g + \delta)$: two numbers of which it is the ratio.

    The first is small only if the chance is, for either sign; the second is between one and two.
    """
    x = sharpness * (gain + deference[:, None])
    will_pass = (1.0 - block + _CERTAINTY * block)[:, None]
    small = jnp.exp(jnp.where(x >= 0, -x, x))
    kept = jnp.where(x >= 0, 1.0 + will_pass * small, small + will_pass)
    return kept, 1.0 + small


def _log_mean_survival(x: Array) -> Array:
    r"""$\log\frac{1-e^{-x}}{x}$ for $x \ge 0$, smooth through zero."""
    small = x < 1e-2
    far = jnp.where(small, 1.0, x)
    series = -x / 2.0 + jnp.square(x) / 24.0
    return jnp.where(small, series, jnp.log(-jnp.expm1(-far)) - jnp.log(far))


def _mean_survival(x: Array) -> Array:
    r"""$\frac{1-e^{-x}}{x}$ for $x \ge 0$, smooth through zero."""
    small = x < 1e-2
    far = jnp.where(small, 1.0, x)
    series = 1.0 - x / 2.0 + jnp.square(x) / 6.0
    return jnp.where(small, series, (1.0 - jnp.exp(-far)) / far)


def _changes(n_options: int) -> np.ndarray:
    """One for every option but carrying on, over (option, history)."""
    return (np.arange(n_options) > 0).astype(np.float32)[:, None]


def _has_block(block: Array) -> Array:
    return jnp.where(block > 0, 1.0, 0.0)[:, None]


def _check_shapes(gain: Array, available: Array | None, matter_of_pair: np.ndarray) -> None:
    n_matters, n_pairs = matter_of_pair.shape
    if not matter_of_pair.any(axis=1).all():
        raise ValueError("matter_of_pair has a matter that no pair weighs; give it a faction")
    if gain.shape[0] != n_pairs:
        raise ValueError(
            f"gain has {gain.shape[0]} pairs but matter_of_pair {n_pairs} columns; "
            "both list the same pairs in the same order"
        )
    if available is not None and available.shape[:2] != (n_matters, gain.shape[1]):
        raise ValueError(
            f"available covers {available.shape[:2]} (matter, option) but the gains and "
            f"matter_of_pair make it {(n_matters, gain.shape[1])}"
        )
