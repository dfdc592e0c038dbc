"""Two rival accounts of how factions decide, to see which answers depend on the first one.

`pce` is the probabilistic Condorcet election of Wise and Bankes, as run by KTAB; `mean` is the
compromise (Van den Bos 1991, Achen 2006), the benchmark of the empirical literature. Neither knows
a right to block. Both have the signature of `choice.propose_and_assent`, and `kernels.KERNELS`
names all three.
"""

from typing import Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.choice import Decision
from hokushin.model.numeric import LOG_ZERO, log_sigmoid, log_softmax, log_sum_exp, logistic
from hokushin.model.products import fence, minimum_slices, slices, spread, sum_slices

Voting = Literal["proportional", "cubic", "proportional_cubic", "binary", "logit"]
Victory = Literal["linear", "square", "quartic", "octic"]
Model = Literal["conditional", "markov_uniform", "markov_incentive"]

_VOTINGS = ("proportional", "cubic", "proportional_cubic", "binary", "logit")
_MODELS = ("conditional", "markov_uniform", "markov_incentive")
_EXPONENTS = {"linear": 1.0, "square": 2.0, "quartic": 4.0, "octic": 8.0}

_LEAST_COALITION = 1e-8
"""Strength of a coalition that nobody joins, as in KTAB: no election is certain."""

_INDIFFERENCE = 1e-8
"""Difference of utility below which a binary vote is divided, as in KTAB."""


class Election(eqx.Module):
    """A probabilistic Condorcet election. `i` and `j` are options: chances of i against j."""

    coalition: Float[Array, "*matter i j #history"]
    """Votes cast for i when it stands against j."""
    pairwise: Float[Array, "*matter i j #history"]
    """Chance that i beats j; a half on the diagonal."""
    log_probability: Float[Array, "*matter option #history"]
    """Logarithm of the chance that the option is the outcome."""


def condorcet(
    weights: Float[Array, "actor #history"],
    utilities: Float[Array, "actor option #history"],
    voting: Voting = "proportional",
    victory: Victory = "linear",
    model: Model = "conditional",
    sharpness: Array | float = 1.0,
) -> Election:
    r"""Hold one election between all options, as KTAB does.

    The coalition for i against j is $C_{ij} = \epsilon + \sum_k w_k\,\rho(u_{ki} - u_{kj})^+$ with
    the response $\rho(d)$ of the voting rule: $d$ (proportional), $d^3$ (cubic), their mean
    (proportional_cubic), or all for the better one (binary). Under `logit` votes divide as
    $w_k\,\sigma(\lambda d)$, the only rule that reads the sharpness $\lambda$. With the exponent
    $n$ = 1, 2, 4, 8 of the rule of victory, $P_{ij} = C_{ij}^n / (C_{ij}^n + C_{ji}^n)$. Then

    * conditional: $p_i \propto \prod_j P_{ij}$, the chance to beat all given that one does;
    * markov_uniform: the stationary distribution when a favourite is challenged by each option
      alike and loses to i with chance $P_{ij}$;
    * markov_incentive: the same, challenges in proportion to $C_{ij} P_{ij}$.

    With one actor, logit votes and linear victory, markov_uniform is the softmax of
    $\lambda u$ exactly (Bradley-Terry). Except under `logit` the result does not depend on the
    scale of the utilities, and a single actor gets what he prefers almost surely.

    Computed in logarithms throughout, stationary distributions by elimination without subtraction
    (Grassmann, Taksar and Heyman): exact, finite, and with finite gradients.
    """
    n_actors, n_options = utilities.shape[0], utilities.shape[1]
    if weights.shape[0] != n_actors:
        raise ValueError(
            f"condorcet: {weights.shape[0]} weights for the utilities of {n_actors} actors; "
            "give one weight for each actor"
        )
    whole = np.ones((1, n_actors), np.float32)
    available = jnp.ones((1, n_options, 1), utilities.dtype)
    election = _elect(utilities, weights, available, whole, voting, victory, model, sharpness)
    return Election(election.coalition[0], election.pairwise[0], election.log_probability[0])


def pce(
    gain: Float[Array, "pair option #history"],
    influence: Float[Array, "pair #history"],
    block: Float[Array, "pair #history"],
    deference: Float[Array, "pair #history"],
    available: Float[Array, "matter option #history"],
    sharpness: Array | float,
    matter_of_pair: np.ndarray,
    voting: Voting = "proportional",
    victory: Victory = "linear",
    model: Model = "conditional",
    holders: np.ndarray | None = None,
    exists: np.ndarray | None = None,
) -> Decision:
    """Decide each matter by a probabilistic Condorcet election (see `condorcet`).

    Rights to block and deference are not read: in this account power is weight in a vote. Nor is
    sharpness, but under `logit` votes.
    """
    del block, deference, holders, exists
    election = _elect(
        gain * _changes(gain),
        influence,
        available,
        matter_of_pair,
        voting,
        victory,
        model,
        sharpness,
    )
    return _unvetoed(election.log_probability)


def mean(
    gain: Float[Array, "pair option #history"],
    influence: Float[Array, "pair #history"],
    block: Float[Array, "pair #history"],
    deference: Float[Array, "pair #history"],
    available: Float[Array, "matter option #history"],
    sharpness: Array | float,
    matter_of_pair: np.ndarray,
    holders: np.ndarray | None = None,
    exists: np.ndarray | None = None,
) -> Decision:
    r"""Decide each matter by compromise: a softmax of the influence-weighted mean gain.

    $P_o \propto \mathrm{mask}_o\, e^{\lambda \sum_f \omega_f g_{fo}}$. Rights to block and
    deference are not read.
    """
    del block, deference, holders, exists
    pull = spread(matter_of_pair, influence[:, None] * gain) * _changes(gain)
    utility = pull / spread(matter_of_pair, influence)[:, None]
    return _unvetoed(log_softmax(sharpness * utility + (1.0 - available) * LOG_ZERO, axis=1))


def weighted_mean_position(
    weights: Float[Array, "actor #history"], positions: Float[Array, "actor #history"]
) -> Float[Array, " #history"]:
    r"""The compromise on a line, $\sum_k w_k x_k / \sum_k w_k$, with $w$ influence x salience."""
    return sum_slices(weights * positions) / sum_slices(weights)


def weighted_median_position(
    weights: Float[Array, "actor #history"], positions: Float[Array, "actor #history"]
) -> Float[Array, " #history"]:
    r"""The position that no other beats in a weighted majority vote, on a line.

    The position $x_j$ with the least $\sum_k w_k |x_k - x_j|$; where several positions tie, their
    mean.
    """
    distance = jnp.abs(positions[:, None] - positions[None])
    cost = fence(sum_slices(weights[:, None] * distance))
    best = jnp.where(cost <= minimum_slices(cost), 1.0, 0.0)
    return sum_slices(best * positions) / sum_slices(best)


def _elect(
    utilities: Float[Array, "pair option #history"],
    weights: Float[Array, "pair #history"],
    available: Float[Array, "matter option #history"],
    matter_of_pair: np.ndarray,
    voting: Voting,
    victory: Victory,
    model: Model,
    sharpness: Array | float,
) -> Election:
    """Hold one election in each matter, among the options available there."""
    _check_rules(voting, victory, model)
    difference = utilities[:, :, None] - utilities[:, None]
    votes = weights[:, None, None] * _support(difference, voting, sharpness)
    coalition = spread(matter_of_pair, votes)
    log_coalition = jnp.log(coalition + _LEAST_COALITION)
    advantage = log_coalition - jnp.swapaxes(log_coalition, 1, 2)
    log_beats = log_sigmoid(_EXPONENTS[victory] * advantage)
    shut = (1.0 - available) * LOG_ZERO
    if model == "conditional":
        log_probability = sum_slices(available[:, None] * log_beats, axis=2) + shut
    else:
        log_rate = log_beats
        if model == "markov_incentive":
            log_rate = log_rate + _log_challenge(log_coalition + log_beats, shut)
        log_probability = _log_stationary(_only_available(log_rate, available))
    return Election(coalition, jnp.exp(log_beats), log_softmax(log_probability, axis=1))


def _support(difference: Array, voting: Voting, sharpness: Array | float) -> Array:
    """The part of a vote that goes to the first of two options."""
    if voting == "logit":
        return logistic(sharpness * difference)
    better = jnp.maximum(difference, 0.0)
    if voting == "binary":
        return jnp.minimum(better / _INDIFFERENCE, 1.0)
    if voting == "cubic":
        return better**3
    if voting == "proportional_cubic":
        return 0.5 * better + 0.5 * better**3
    return better


def _log_challenge(log_incentive: Array, shut: Array) -> Array:
    """Chance that i is the one who challenges j, by the incentive to do so; over (matter, i, j)."""
    n_options = log_incentive.shape[1]
    diagonal = np.eye(n_options, dtype=np.float32)[:, :, None]
    # Nobody gains by challenging himself: the least incentive stands there, as in KTAB.
    own = np.log(_LEAST_COALITION / 2.0)
    log_incentive = jnp.where(diagonal > 0, own, log_incentive) + shut[:, :, None]
    return log_incentive - log_sum_exp(log_incentive, axis=1)[:, None]


def _only_available(log_rate: Array, available: Array) -> Array:
    """Rates of replacing j by i without the options that are not available.

    Such an option is never moved to, and would be left at once for carrying on.
    """
    n_options = log_rate.shape[1]
    to_carry_on = np.where(np.arange(n_options) == 0, 0.0, LOG_ZERO).astype(np.float32)
    entered = log_rate + (1.0 - available)[:, :, None] * LOG_ZERO
    return jnp.where(available[:, None] > 0, entered, to_carry_on[:, None, None])


def _log_stationary(log_rate: Float[Array, "matter i j #history"]) -> Array:
    """Unnormalised log stationary distribution of the chain that goes from j to i at these rates.

    Options are eliminated from the last to the second, then their weights are filled in again.
    """
    rate = [slices(row, axis=1) for row in slices(log_rate, axis=1)]
    n_options = len(rate)
    visits: list[list[Array]] = [[] for _ in range(n_options)]
    for last in range(n_options - 1, 0, -1):
        leaving = _log_add([rate[i][last] for i in range(last)])
        visits[last] = [rate[last][j] - leaving for j in range(last)]
        for i in range(last):
            for j in range(last):
                if i != j:
                    through = visits[last][j] + rate[i][last]
                    rate[i][j] = jnp.logaddexp(rate[i][j], through)
    weight = [jnp.zeros_like(rate[0][0])]
    for option in range(1, n_options):
        terms = [w + v for w, v in zip(weight, visits[option], strict=True)]
        weight.append(_log_add(terms))
    return jnp.stack(weight, axis=1)


def _log_add(terms: list[Array]) -> Array:
    return log_sum_exp(jnp.stack(terms))


def _unvetoed(log_probability: Float[Array, "matter option #history"]) -> Decision:
    """A decision that nobody can block: the agenda is what passes."""
    probability = jnp.exp(log_probability)
    return Decision(
        agenda=probability,
        assent=jnp.ones_like(probability),
        probability=probability,
        log_probability=log_probability,
    )


def _changes(gain: Array) -> np.ndarray:
    """One for every option but carrying on, which is the origin whatever stands there."""
    return (np.arange(gain.shape[1]) > 0).astype(np.float32)[:, None]


def _check_rules(voting: str, victory: str, model: str) -> None:
    known = {"voting": _VOTINGS, "victory": tuple(_EXPONENTS), "model": _MODELS}
    given = {"voting": voting, "victory": victory, "model": model}
    for name, value in given.items():
        if value not in known[name]:
            raise ValueError(f"{name}={value!r} is not known; give one of {', '.join(known[name])}")
