"""What a step brings: tablings in its time, and the dice by which one option is taken."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.choice import choose, race, step_log_probability, step_probability
from tests.model.councils import chances, council

# Time


@pytest.mark.parametrize("rate", [0.05, 0.7, 20.0])
@pytest.mark.parametrize("parts", [2, 3])
def test_chances_do_not_depend_on_the_length_of_the_step(rate, parts):
    decision = council([[0.0, 1.0, -1.0], [0.0, -2.0, 0.5]], block=[0, 0.8])
    rates = jnp.full((1, 1), rate)
    whole = np.exp(step_log_probability(decision, rates, 1.0))[0, :, 0]
    part = np.exp(step_log_probability(decision, rates, 1.0 / parts))[0, :, 0]
    nothing_yet = part[0] ** np.arange(parts)
    in_parts = np.array([part[0] ** parts, *(part[1:, None] * nothing_yet).sum(1)])
    np.testing.assert_allclose(in_parts, whole, atol=1e-5)


def test_a_step_adds_to_one_from_rare_to_certain_tablings():
    decision = council([[0.0, 1.0, -1.0]])
    for rate in (0.0, 1e-8, 1.0, 1e8, jnp.inf):
        log_p = step_log_probability(decision, jnp.full((1, 1), rate), 1.0)
        assert np.isfinite(log_p).all()
        assert np.exp(log_p).sum() == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("rate", [0.0, 1e-4, 0.7, 20.0])
def test_chances_of_a_step_are_those_whose_logarithms_are_given(rate):
    decision = council([[0.0, 1.0, -2.0], [0.0, 0.5, 4.0]], block=0.5)
    rates = jnp.full((1, 1), rate)
    logs = step_log_probability(decision, rates, 0.5)
    np.testing.assert_allclose(step_probability(decision, rates, 0.5), jnp.exp(logs), atol=1e-6)


def test_a_matter_tabled_without_end_takes_an_option_in_proportion_to_its_chance():
    decision = council([[0.0, 1.0, -1.0]])
    step = np.exp(step_log_probability(decision, jnp.full((1, 1), jnp.inf), 1.0))[0, :, 0]
    p = chances(decision)
    np.testing.assert_allclose(step, [0.0, p[1] / p[1:].sum(), p[2] / p[1:].sum()], atol=1e-5)


def test_a_step_is_right_when_carrying_on_is_all_but_certain():
    decision = council([[0.0, -60.0]])  # chance e^-60, far under single precision next to one
    log_p = step_log_probability(decision, jnp.full((1, 1), 0.5), 2.0)
    assert log_p[0, 1, 0] == pytest.approx(-60.0, abs=1e-4)
    assert log_p[0, 0, 0] == pytest.approx(0.0, abs=1e-6)


# Dice


@pytest.mark.statistical
def test_a_race_draws_each_option_with_its_probability(key):
    n = 200_000
    p = np.array([0.5, 0.3, 0.15, 0.05])
    log_p = jnp.log(jnp.asarray(p, jnp.float32))[None, :, None]
    uniform = jax.random.uniform(key, (1, 4, n), minval=1e-7)
    drawn = choose(jnp.broadcast_to(log_p, uniform.shape), uniform)
    frequency = np.array(drawn).mean(axis=2)[0]
    assert (np.abs(frequency - p) < 5 * np.sqrt(p * (1 - p) / n)).all()


def test_a_race_of_chances_is_the_race_of_their_logarithms(key):
    log_probability = jnp.log(jax.random.dirichlet(key, jnp.ones(5), (200,))).T[None]
    uniform = jax.random.uniform(jax.random.key(7), log_probability.shape, minval=1e-6)
    np.testing.assert_array_equal(
        race(jnp.exp(log_probability), uniform), choose(log_probability, uniform)
    )


def test_exactly_one_option_is_drawn_also_when_two_tie():
    log_p = jnp.log(jnp.array([0.25, 0.25, 0.5]))[None, :, None]
    uniform = jnp.array([0.5, 0.5, 0.01])[None, :, None]
    np.testing.assert_array_equal(choose(log_p, uniform)[0, :, 0], [1.0, 0.0, 0.0])


def test_an_option_that_is_not_available_is_not_drawn_even_by_the_luckiest_number():
    log_p = council([[0.0, 5.0]], available=[1, 0]).log_probability
    unlucky, lucky = 1e-7, 1.0 - 2.0**-24
    drawn = choose(log_p, jnp.array([unlucky, lucky])[None, :, None])
    np.testing.assert_array_equal(drawn[0, :, 0], [1.0, 0.0])


def test_raising_one_option_moves_no_history_between_two_others(key):
    uniform = jax.random.uniform(key, (1, 3, 20_000), minval=1e-7)

    def draw(p):
        log_p = jnp.log(jnp.asarray(p, jnp.float32))[None, :, None]
        return np.array(choose(jnp.broadcast_to(log_p, uniform.shape), uniform)).argmax(1)[0]

    before, after = draw([0.5, 0.3, 0.2]), draw([0.2, 0.5, 0.3])
    assert not ((before == 1) & (after != 1)).any()  # its probability rose by most
    stays_at_0 = ((before == 0) & (after == 0)).mean()
    assert stays_at_0 == pytest.approx(0.2, abs=5 * np.sqrt(0.2 * 0.8 / 20_000))
