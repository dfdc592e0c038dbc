"""The rival kernels: the compromise and the probabilistic Condorcet election."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.choice import propose_and_assent
from hokushin.model.kernels import KERNELS
from hokushin.model.kernels_rival import (
    condorcet,
    mean,
    pce,
    weighted_mean_position,
    weighted_median_position,
)

UTILITIES = jnp.array([[0.0, 1.2, -0.7, 2.0], [0.0, -1.0, 0.4, 0.3], [0.0, 0.1, 0.9, -2.0]])[
    :, :, None
]
WEIGHTS = jnp.array([2.0, 1.0, 1.5])[:, None]


def arguments(block=0.0, shut=()):
    """The arguments of a kernel for one matter of three factions."""
    available = jnp.ones((1, 4, 1))
    for option in shut:
        available = available.at[:, option].set(0.0)
    blocks = jnp.full((3, 1), block)
    return UTILITIES, WEIGHTS, blocks, jnp.zeros((3, 1)), available, 1.0, np.ones((1, 3), "f4")


def stationary(rate):
    """Stationary distribution by linear algebra; rate[i, j] is from j to i."""
    generator = rate - np.diag(np.diag(rate))
    generator = generator - np.diag(generator.sum(0))
    system = np.vstack([generator, np.ones(len(rate))])
    return np.linalg.lstsq(system, np.r_[np.zeros(len(rate)), 1.0], rcond=None)[0]


def test_compromise_is_propose_and_assent_without_blocks():
    np.testing.assert_allclose(
        mean(*arguments(block=0.9)).probability,
        propose_and_assent(*arguments(block=0.0)).probability,
        atol=1e-6,
    )


def test_one_actor_with_logit_votes_and_uniform_challenges_is_a_softmax():
    utility = jnp.array([0.0, 1.3, -0.4, 2.1, 0.6])
    election = condorcet(
        jnp.ones((1, 1)), utility[None, :, None], "logit", "linear", "markov_uniform", 1.7
    )
    expected = jax.nn.softmax(1.7 * utility)
    np.testing.assert_allclose(np.exp(election.log_probability[:, 0]), expected, atol=1e-6)


def test_chances_of_a_pair_add_to_one_and_are_even_against_oneself():
    for victory in ("linear", "square", "quartic", "octic"):
        p = condorcet(WEIGHTS, UTILITIES, "cubic", victory).pairwise[:, :, 0]
        np.testing.assert_allclose(p + p.T, 1.0, atol=1e-6)
        np.testing.assert_allclose(np.diag(p), 0.5)


def test_victory_raises_the_odds_of_a_pair_to_a_power():
    def odds(victory):
        p = condorcet(WEIGHTS, UTILITIES, "proportional", victory).pairwise[1, 2, 0]
        return float(p / (1 - p))

    for victory, power in (("square", 2), ("quartic", 4), ("octic", 8)):
        assert odds(victory) == pytest.approx(odds("linear") ** power, rel=1e-4)


def test_votes_are_counted_by_the_rule():
    difference = np.array(UTILITIES[:, 3, 0] - UTILITIES[:, 1, 0])  # 0.8, 1.3, -2.1
    weights = np.array(WEIGHTS[:, 0])
    for voting, votes in (
        ("proportional", np.maximum(difference, 0)),
        ("cubic", np.maximum(difference, 0) ** 3),
        ("proportional_cubic", (np.maximum(difference, 0) + np.maximum(difference, 0) ** 3) / 2),
        ("binary", difference > 0),
        ("logit", 1 / (1 + np.exp(-difference))),
    ):
        coalition = condorcet(WEIGHTS, UTILITIES, voting).coalition[3, 1, 0]
        assert coalition == pytest.approx(weights @ votes, rel=1e-5)


def test_conditional_model_multiplies_the_chances_of_all_duels():
    election = condorcet(WEIGHTS, UTILITIES)
    product = np.prod(election.pairwise[:, :, 0], axis=1)
    np.testing.assert_allclose(
        np.exp(election.log_probability[:, 0]), product / product.sum(), rtol=1e-5
    )


def test_uniform_challenges_end_in_the_stationary_distribution():
    election = condorcet(WEIGHTS, UTILITIES, model="markov_uniform")
    expected = stationary(np.array(election.pairwise[:, :, 0], float))
    np.testing.assert_allclose(np.exp(election.log_probability[:, 0]), expected, atol=1e-6)


def test_challenges_by_incentive_end_in_the_stationary_distribution():
    election = condorcet(WEIGHTS, UTILITIES, model="markov_incentive")
    beats = np.array(election.pairwise[:, :, 0], float)
    incentive = np.array(election.coalition[:, :, 0], float) * beats
    challenge = incentive / incentive.sum(0)
    np.testing.assert_allclose(
        np.exp(election.log_probability[:, 0]), stationary(challenge * beats), atol=1e-6
    )


@pytest.mark.parametrize("model", ["conditional", "markov_uniform", "markov_incentive"])
def test_an_option_that_is_not_available_is_as_if_it_were_not_there(model):
    decision = pce(*arguments(shut=[2]), model=model)
    kept = [0, 1, 3]
    election = condorcet(WEIGHTS, UTILITIES[:, kept], model=model)
    np.testing.assert_allclose(
        decision.probability[0, kept, 0], np.exp(election.log_probability[:, 0]), atol=1e-6
    )
    assert decision.probability[0, 2, 0] == 0.0


@pytest.mark.parametrize("model", ["conditional", "markov_uniform", "markov_incentive"])
def test_a_unanimous_council_gets_what_it_wants_with_finite_slopes(model):
    utilities = jnp.arange(7.0)[None, :, None] * jnp.ones((3, 1, 1))

    def log_likelihood(utilities, weights):
        return condorcet(weights, utilities, model=model).log_probability.sum()

    election = condorcet(WEIGHTS, utilities, model=model)
    assert np.exp(election.log_probability[-1, 0]) > 0.999
    assert np.isfinite(election.log_probability).all()
    for slope in jax.grad(log_likelihood, argnums=(0, 1))(utilities, WEIGHTS):
        assert np.isfinite(slope).all()


def test_a_condorcet_winner_leads_under_binary_votes():
    # 2 against 1 and 1.5: the second option beats each other one in a weighted majority.
    utilities = jnp.array([[0.0, 1.0, -1.0], [0.0, 1.0, 3.0], [2.0, 1.0, -1.0]])[:, :, None]
    election = condorcet(WEIGHTS, utilities, "binary", "octic")
    assert election.log_probability[:, 0].argmax() == 1


def test_weighted_mean_and_median_of_positions():
    weights = jnp.array([1.0, 1.0, 3.0])[:, None]
    positions = jnp.array([0.0, 10.0, 4.0])[:, None]
    assert weighted_mean_position(weights, positions)[0] == pytest.approx(22 / 5)
    assert weighted_median_position(weights, positions)[0] == 4.0


def test_a_tie_for_the_median_is_split():
    positions = jnp.array([2.0, 8.0])[:, None]
    assert weighted_median_position(jnp.ones((2, 1)), positions)[0] == 5.0


def test_all_kernels_stand_behind_one_interface():
    for kernel in KERNELS.values():
        decision = kernel(*arguments(block=0.3))
        assert decision.probability.shape == (1, 4, 1)
        assert decision.probability.sum() == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("rule", "given"), [("voting", "prop"), ("victory", "cubic"), ("model", "markov")]
)
def test_an_unknown_rule_is_refused_with_those_there_are(as_shipped, rule, given):
    with pytest.raises(ValueError, match=f"{rule}='{given}' is not known; give one of"):
        condorcet(WEIGHTS, UTILITIES, **{rule: given})


def test_each_actor_needs_a_weight(as_shipped):
    with pytest.raises(ValueError, match="2 weights for the utilities of 3 actors"):
        condorcet(WEIGHTS[:2], UTILITIES)
