"""Propose and assent: how the factions of a government take up an option, or do not.

All matters are decided at once. A *pair* is one faction with one matter; the constant table
`matter_of_pair` says which pairs weigh which matter, so a single council is the special case of a
one-row table. Option 0 of every matter is to carry on.
"""

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.numeric import LOG_ZERO, log1mexp, log_softmax, log_sum_exp
from hokushin.model.products import fence, first_minimum, slices, spread, sum_slices

_CERTAINTY = 1e-12
"""How near to one a chance to pass, or to be blocked, may come, so that logarithms are finite."""

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

    In single precision the probabilities are right to $10^{-6}$, in absolute terms.
    """
    _check_shapes(gain, available, matter_of_pair)
    changes = _changes(gain.shape[1])
    pull = spread(matter_of_pair, influence[:, None] * gain)
    total = spread(matter_of_pair, influence)
    utility = fence(pull / total[:, None]) * changes
    if holders is None:
        holders = np.arange(gain.shape[0])
    log_pass = _log_pass(gain[holders], block[holders], deference[holders], sharpness)
    log_assent = fence(spread(matter_of_pair[:, holders], log_pass) * changes)
    score = sharpness * utility + (1.0 - available) * LOG_ZERO
    if anticipation:
        score = score + anticipation * log_assent
    log_agenda = fence(log_softmax(score, axis=1))
    return decide(log_agenda, log_assent)


def decide(
    log_agenda: Float[Array, "matter option #history"],
    log_assent: Float[Array, "matter option #history"],
) -> Decision:
    """Put an agenda and the assents to it together: what is not passed returns to carrying on."""
    changes = _changes(log_agenda.shape[1])
    agenda, assent = fence(jnp.exp(log_agenda)), jnp.exp(log_assent)
    returned = agenda * jnp.where(changes > 0, 1.0 - assent + _CERTAINTY, 1.0)
    log_carry_on = jnp.log(sum_slices(fence(returned), axis=1))[:, None]
    log_probability = fence(jnp.where(changes > 0, log_agenda + log_assent, log_carry_on))
    return Decision(
        agenda=agenda,
        assent=assent,
        probability=jnp.exp(log_probability),
        log_probability=log_probability,
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


def choose(
    log_probability: Float[Array, "matter option #history"],
    uniform: Float[Array, "matter option #history"],
) -> Float[Array, "matter option #history"]:
    r"""Draw one option of each matter, as ones and zeros.

    A race: the option with the least $-\log(u_o)\,e^{-\log P_o}$ wins. It is the Gumbel-max draw
    with noise $-\log(-\log u)$, for one logarithm less, and as stable: raising the probability of
    one option never moves a history between two others. Uniforms lie strictly between 0 and 1.
    """
    time = -jnp.log(uniform) * jnp.exp(jnp.minimum(-log_probability, _LONGEST_WAIT))
    return first_minimum(fence(time), axis=1)


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


def _log_pass(gain: Array, block: Array, deference: Array, sharpness: Array | float) -> Array:
    r"""$\log(1 - \nu\,\sigma(-x))$ with $x = \lambda(g + \delta)$: the pair lets the option pass.

    Written as the logarithm of one ratio that is small only if the chance is, for either sign.
    """
    x = sharpness * (gain + deference[:, None])
    will_pass = (1.0 - block + _CERTAINTY * block)[:, None]
    small = jnp.exp(jnp.where(x >= 0, -x, x))
    kept = jnp.where(x >= 0, 1.0 + will_pass * small, small + will_pass)
    return jnp.log(kept / (1.0 + small))


def _log_mean_survival(x: Array) -> Array:
    r"""$\log\frac{1-e^{-x}}{x}$ for $x \ge 0$, smooth through zero."""
    small = x < 1e-2
    far = jnp.where(small, 1.0, x)
    series = -x / 2.0 + jnp.square(x) / 24.0
    return jnp.where(small, series, jnp.log(-jnp.expm1(-far)) - jnp.log(far))


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
