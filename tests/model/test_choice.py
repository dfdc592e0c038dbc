"""Propose and assent: its limits, its invariances, and who blocked."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hokushin.model.choice import (
    blocked_attempts,
    blockers,
    majority_gain,
    mix_routes,
    propose_and_assent,
    step_log_probability,
)
from hokushin.model.kernels import KERNELS
from tests.model.councils import chances, council

OPTIONS = 5


def softmax(x):
    e = np.exp(np.array(x) - np.max(x))
    return e / e.sum()


# Limits


def test_one_faction_without_blocks_is_a_softmax():
    gain = [[0.0, 1.3, -0.4, 2.1, 0.6]]
    np.testing.assert_allclose(
        chances(council(gain, sharpness=1.7)), softmax(1.7 * np.array(gain[0])), atol=1e-6
    )


def test_many_like_minded_factions_are_one():
    gain = [0.0, 1.3, -0.4, 2.1]
    alone = chances(council([gain]))
    np.testing.assert_allclose(chances(council([gain] * 4, influence=[3, 1, 1, 0.2])), alone, 1e-5)


@given(
    positions=st.lists(st.floats(0, 10), min_size=4, max_size=4),
    weights=st.lists(st.floats(0.2, 2.0), min_size=4, max_size=4),
)
@settings(max_examples=40)
def test_quadratic_losses_and_sharp_judgement_give_the_weighted_mean(positions, weights):
    grid = np.linspace(0.0, 10.0, 21)
    mean = np.average(positions, weights=weights)
    to_mean = np.sort((grid - mean) ** 2)
    assume(to_mean[1] - to_mean[0] > 0.02)  # no two options as good as each other
    loss = -((grid[None] - np.array(positions)[:, None]) ** 2)
    decision = council(loss - loss[:, :1], influence=weights, sharpness=2000.0)
    best = grid[chances(decision).argmax()]
    assert best == grid[((grid - mean) ** 2).argmin()]


def test_votes_instead_of_gains_give_the_weighted_majority():
    # Two of five in influence want it dearly, three mildly do not.
    gain = np.array([[0.0, 50.0], [0.0, -0.1], [0.0, -0.1]])
    votes = majority_gain(jnp.asarray(gain, jnp.float32), 1.0, 1e4)
    assert chances(council(gain, influence=[2, 1, 2], sharpness=100.0))[1] > 0.999
    assert chances(council(votes, influence=[2, 1, 2], sharpness=100.0))[1] < 1e-6
    assert chances(council(votes, influence=[4, 1, 2], sharpness=100.0))[1] > 0.999


def test_nothing_passes_against_a_certain_veto():
    gain = [[0.0, 40.0, 3.0], [0.0, -40.0, 3.0]]
    decision = council(gain, influence=[10, 1], block=[0, 1])
    assert decision.agenda[0, 1, 0] > 0.99
    assert decision.assent[0, 1, 0] < 1e-11
    assert chances(decision)[1] < 1e-11
    assert chances(decision)[0] == pytest.approx(1.0, abs=1e-6)


def test_all_influence_in_one_hand_is_a_dictator():
    gain = [[0.0, 1.0, 2.0], [0.0, -9.0, -9.0], [0.0, 5.0, -5.0]]
    np.testing.assert_allclose(
        chances(council(gain, influence=[1, 0, 0])), softmax(gain[0]), atol=1e-6
    )


@given(st.lists(st.lists(st.integers(-4, 4), min_size=4, max_size=4), min_size=3, max_size=3))
@settings(max_examples=60)
def test_sharp_vetoes_keep_inside_the_winset_of_the_status_quo(gains):
    gains = np.concatenate([np.zeros((len(gains), 1)), np.array(gains)], axis=1)
    p = chances(council(gains, block=1.0, sharpness=200.0))
    winset = (gains >= 0).all(axis=0)  # options that no veto player loses by
    assert p[~winset].sum() < 1e-6
    better = (gains > 0).all(axis=0)
    if better.any() and gains.sum(0).max() == gains[:, better].sum(0).max():
        assert p[0] < 0.51  # something that all want, and that leads the agenda, is not left


# What blocks do


def test_rights_to_block_do_not_move_the_agenda_unless_foreseen():
    gain = [[0.0, 2.0, 1.0], [0.0, -2.0, 1.0]]
    free, bound = council(gain), council(gain, block=[0, 0.9])
    np.testing.assert_allclose(free.agenda, bound.agenda, atol=1e-7)
    foreseen = council(gain, block=[0, 0.9], anticipation=1.0)
    assert foreseen.agenda[0, 1, 0] < bound.agenda[0, 1, 0]
    assert chances(foreseen)[2] > chances(bound)[2]


def test_what_is_blocked_returns_to_carrying_on():
    gain = [[0.0, 1.0], [0.0, -1.0]]
    decision = council(gain, block=[0.0, 0.5], deference=[0.0, 2.0])
    agenda = 0.5  # the gains cancel
    assent = 1.0 - 0.5 * (1.0 - 1.0 / (1.0 + np.exp(-1.0)))  # g + deference = 1
    np.testing.assert_allclose(chances(decision), [1.0 - agenda * assent, agenda * assent], 1e-6)


def test_an_indifferent_holder_of_a_veto_assents_with_his_deference():
    decision = council([[0.0, 0.0]], block=1.0, deference=2.0)
    assert decision.assent[0, 1, 0] == pytest.approx(0.8808, abs=1e-4)


def test_an_option_that_is_not_available_is_never_taken():
    decision = council([[0.0, 9.0, 1.0]], available=[1, 0, 1])
    assert chances(decision)[1] == 0.0
    np.testing.assert_allclose(chances(decision)[[0, 2]], softmax([0.0, 1.0]), atol=1e-6)
    assert decision.log_probability[0, 1, 0] < -1e29


def test_nothing_need_be_computed_for_options_that_are_not_there():
    gains = [[0.0, 1.0, -1.0, 9.0], [0.0, -0.5, 2.0, 9.0]]
    whole = council(gains, block=0.7, available=[1, 1, 1, 0])
    part = council(gains, block=0.7, available=[1, 1, 1, 0], exists=np.array([[1, 1, 1, 0]]))
    np.testing.assert_allclose(part.probability, whole.probability, atol=1e-7)


def test_what_stands_at_option_zero_is_not_read():
    with_origin = council([[0.0, 1.0], [0.0, -0.5]], block=[0, 0.5])
    without = council([[7.0, 1.0], [-3.0, -0.5]], block=[0, 0.5])
    np.testing.assert_array_equal(with_origin.probability, without.probability)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_chances_add_to_one_and_agree_with_their_logarithms(seed):
    rng = np.random.default_rng(seed)
    decision = council(rng.normal(0, 3, (3, OPTIONS)), rng.uniform(0.1, 1, 3), rng.uniform(0, 1, 3))
    np.testing.assert_allclose(chances(decision).sum(), 1.0, atol=2e-6)
    np.testing.assert_allclose(np.exp(decision.log_probability), decision.probability, rtol=1e-6)


def matters_together(seed, n_matters=3, histories=4):
    """Arguments for several matters with unequal numbers of factions."""
    rng = np.random.default_rng(seed)
    owner = np.array([0, 2, 1, 0, 2, 0])
    table = (owner[None] == np.arange(n_matters)[:, None]).astype(np.float32)

    def draw(*shape, low=-2.0, high=2.0):
        return jnp.asarray(rng.uniform(low, high, shape), jnp.float32)

    n_pairs = len(owner)
    return table, (
        draw(n_pairs, OPTIONS, histories),
        draw(n_pairs, histories, low=0.1),
        draw(n_pairs, 1, low=0.0, high=1.0),
        draw(n_pairs, histories),
        jnp.ones((n_matters, OPTIONS, 1)),
    )


@pytest.mark.parametrize("kernel", KERNELS)
def test_matters_decided_together_are_decided_as_each_alone(kernel):
    table, (gain, influence, block, deference, available) = matters_together(7)
    together = KERNELS[kernel](gain, influence, block, deference, available, 1.3, table)
    for matter, row in enumerate(table):
        of = np.flatnonzero(row)
        alone = KERNELS[kernel](
            gain[of],
            influence[of],
            block[of],
            deference[of],
            available[:1],
            1.3,
            np.ones((1, len(of)), np.float32),
        )
        np.testing.assert_allclose(together.probability[matter], alone.probability[0], atol=2e-6)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1.0, 100.0])
def test_logarithms_and_gradients_are_finite_at_the_extremes(kernel, size):
    table, (gain, influence, block, deference, available) = matters_together(8)
    block = jnp.round(block)  # rights that are certain or absent
    shut = available.at[:, 3].set(0.0)
    weight = jnp.cos(jnp.arange(OPTIONS, dtype=jnp.float32))[None, :, None] * shut

    def log_likelihood(gain, influence, block, deference, sharpness):
        decision = KERNELS[kernel](gain, influence, block, deference, shut, sharpness, table)
        step = step_log_probability(decision, jnp.full((3, 1), 0.2), 1.0)
        return (weight * (step + decision.log_probability)).sum()

    arguments = (gain * size, influence, block, deference * 0.0, 1.0)
    assert np.isfinite(log_likelihood(*arguments))
    for slope in jax.grad(log_likelihood, argnums=(0, 1, 2, 3, 4))(*arguments):
        assert np.isfinite(slope).all()


def test_single_precision_costs_less_than_a_millionth_of_probability():
    table, single = matters_together(9, histories=500)
    with jax.enable_x64(True):
        double = [jnp.asarray(np.array(x, np.float64)) for x in single]
        exact = np.array(propose_and_assent(*double, 2.0, table.astype(float)).probability)
    rounded = np.array(propose_and_assent(*single, 2.0, table).probability)
    assert exact.dtype == np.float64
    assert np.abs(rounded - exact).max() < 1e-6


def test_the_slope_at_indifference_is_that_of_the_formula():
    """At g + deference = 0 the branches of the assent meet; neither may lose its slope."""

    def log_assent(gain):
        return jnp.log(council([[0.0, 1.0]], block=0.8, deference=gain).assent[0, 1, 0])

    at = -1.0  # deference that cancels the gain
    a, nu = 0.5, 0.8
    assert jax.grad(log_assent)(at) == pytest.approx(nu * a * (1 - a) / (1 - nu * (1 - a)), 1e-4)


# Routes


def test_routes_mix_in_proportion_and_stay_one_decision():
    government = council([[0.0, 1.0], [0.0, -3.0]], block=[0, 1])
    army = council([[0.0, 1.0], [0.0, -3.0]], influence=[1, 0])
    shares = jnp.array([[[0.9]], [[0.1]]])
    mixed = mix_routes([government, army], shares)
    expected = 0.9 * chances(government) + 0.1 * chances(army)
    np.testing.assert_allclose(chances(mixed), expected, atol=1e-6)
    np.testing.assert_allclose(
        mixed.agenda[0, 1] * mixed.assent[0, 1], mixed.probability[0, 1], atol=1e-6
    )


def test_a_route_without_a_share_does_not_matter():
    government = council([[0.0, 1.0]])
    army = council([[0.0, 9.0]])
    mixed = mix_routes([government, army], jnp.array([[[1.0]], [[0.0]]]))
    np.testing.assert_allclose(mixed.log_probability, government.log_probability, atol=1e-6)


# Who blocked


def test_who_blocked_follows_from_the_rights_and_the_refusals():
    gain = jnp.array([[0.0, 2.0], [0.0, -1.0], [0.0, 0.0]])[:, :, None]
    block = jnp.array([0.0, 0.9, 0.5])[:, None]
    zero = jnp.zeros((3, 1))
    share = blockers(gain, block, zero, 1.0, np.ones((1, 3), np.float32))[:, :, 0]
    refuses = 1.0 / (1.0 + np.exp(np.array([2.0, -1.0, 0.0])))
    stops = np.array([0.0, 0.9, 0.5]) * refuses
    np.testing.assert_allclose(share[:, 1], stops / (1.0 - np.prod(1.0 - stops)), rtol=1e-4)
    np.testing.assert_array_equal(share[:, 0], 0.0)


def test_a_lone_holder_of_a_veto_is_the_blocker():
    gain = jnp.array([[0.0, 2.0], [0.0, -1.0]])[:, :, None]
    block, zero = jnp.array([[0.0], [0.7]]), jnp.zeros((2, 1))
    share = blockers(gain, block, zero, 1.0, np.ones((1, 2), np.float32))[:, 1, 0]
    np.testing.assert_allclose(share, [0.0, 1.0], atol=1e-5)


def test_blocked_attempts_are_tablings_times_the_chance_to_be_stopped():
    decision = council([[0.0, 1.0], [0.0, -1.0]], block=[0, 1])
    attempts = blocked_attempts(decision, jnp.full((1, 1), 3.0), 0.5)[0, :, 0]
    stopped = decision.agenda[0, 1, 0] * (1.0 - decision.assent[0, 1, 0])
    np.testing.assert_allclose(attempts, [0.0, 1.5 * stopped], rtol=1e-6)


# Errors


def test_a_table_of_other_pairs_is_refused(as_shipped):
    table, (gain, *rest) = matters_together(1)
    with pytest.raises(ValueError, match="6 columns"):
        propose_and_assent(gain[:5], *rest, 1.0, table)


def test_a_matter_that_nobody_weighs_is_refused(as_shipped):
    table, arguments = matters_together(1)
    with pytest.raises(ValueError, match="no pair weighs"):
        propose_and_assent(*arguments, 1.0, np.vstack([table, np.zeros((1, 6), np.float32)]))


def test_options_must_match_between_gains_and_availability(as_shipped):
    table, (*rest, available) = matters_together(1)
    with pytest.raises(ValueError, match="available covers"):
        propose_and_assent(*rest, available[:, :4], 1.0, table)


def test_each_route_needs_its_share(as_shipped):
    with pytest.raises(ValueError, match="one row of shares"):
        mix_routes([council([[0.0, 1.0]])], jnp.ones((2, 1, 1)) / 2)
