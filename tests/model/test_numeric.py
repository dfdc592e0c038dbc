"""Arithmetic that stays finite."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit, log_expit

from hokushin.model.numeric import (
    LOG_ZERO,
    chance_of_any,
    log1mexp,
    log_sigmoid,
    log_softmax,
    log_sum_exp,
    logistic,
    safe_log,
    smooth_minimum,
)

EXTREMES = jnp.array([-1e4, -200.0, -20.0, -1.0, 0.0, 1.0, 20.0, 200.0, 1e4])


def finite_slopes(function, x):
    return np.isfinite(jax.vmap(jax.grad(function))(x)).all()


def test_logistic_is_right_in_both_tails_and_has_finite_slopes():
    np.testing.assert_allclose(logistic(EXTREMES), expit(np.array(EXTREMES)), rtol=1e-6, atol=1e-38)
    assert finite_slopes(logistic, EXTREMES)
    assert jax.grad(logistic)(0.0) == pytest.approx(0.25)


def test_log_sigmoid_is_right_in_both_tails_and_has_finite_slopes():
    np.testing.assert_allclose(log_sigmoid(EXTREMES), log_expit(np.array(EXTREMES)), rtol=2e-6)
    assert finite_slopes(log_sigmoid, EXTREMES)
    assert jax.grad(log_sigmoid)(0.0) == pytest.approx(0.5)


def test_the_other_probability_in_logarithms():
    log_p = jnp.log(jnp.array([0.25, 0.5, 0.75, 0.999]))
    expected = np.log([0.75, 0.5, 0.25, 0.001])
    np.testing.assert_allclose(log1mexp(log_p), expected, rtol=1e-4)


def test_the_other_probability_of_certainty_is_finite_and_negligible():
    certain = jnp.array([0.0, -1e-20, LOG_ZERO])
    assert np.exp(log1mexp(certain)[:2]).max() <= 1.01e-12
    assert log1mexp(certain)[2] == 0.0
    assert finite_slopes(log1mexp, certain)


def test_the_chance_of_any_event_is_accurate_for_few_and_for_many():
    expected = np.array([0.0, 1e-7, 1e-3, 9.9e-3, 1.01e-2, 0.5, 20.0, 1e4])
    exact = -np.expm1(-expected)
    np.testing.assert_allclose(chance_of_any(jnp.asarray(expected, jnp.float32)), exact, rtol=1e-5)
    slopes = jax.vmap(jax.grad(chance_of_any))(jnp.asarray(expected, jnp.float32))
    np.testing.assert_allclose(slopes, np.exp(-expected), atol=1e-5)


def test_logarithm_of_nothing_is_finite():
    assert safe_log(jnp.array(0.0)) == pytest.approx(np.log(1e-30), rel=1e-6)
    assert safe_log(jnp.array(8.0), 2.0) == pytest.approx(np.log(10.0), rel=1e-6)
    assert np.isfinite(jax.grad(safe_log)(0.0))


def test_log_sum_exp_neither_overflows_nor_loses_masked_terms():
    x = jnp.array([[1e4, 0.0], [1e4, LOG_ZERO], [LOG_ZERO, LOG_ZERO]])
    np.testing.assert_allclose(log_sum_exp(x), [1e4 + np.log(2.0), 0.0], rtol=1e-7)
    slopes = jax.grad(lambda y: log_sum_exp(y).sum())(x)
    np.testing.assert_allclose(slopes, [[0.5, 1.0], [0.5, 0.0], [0.0, 0.0]])


def test_log_softmax_adds_to_one_along_its_axis():
    x = jnp.array([[[1.0, -3.0]], [[4.0, 2.0]], [[0.5, 60.0]]])
    np.testing.assert_allclose(jnp.exp(log_softmax(x, axis=0)).sum(0), 1.0, rtol=1e-6)
    np.testing.assert_allclose(log_softmax(x, axis=0), jax.nn.log_softmax(x, axis=0), rtol=1e-6)


def test_smooth_minimum_of_equal_needs_is_their_value():
    np.testing.assert_allclose(smooth_minimum(jnp.full((3, 2), 0.4)), 0.4, rtol=1e-5)


def test_smooth_minimum_lies_between_the_minimum_and_a_little_above_it(key):
    needs = jax.random.uniform(key, (3, 500))
    least = needs.min(0)
    value = smooth_minimum(needs)
    assert (value >= least * (1 - 1e-5) - 1e-6).all()
    assert (value <= 3**0.25 * least * (1 + 1e-5) + 1e-6).all()


def test_smooth_minimum_without_one_need_is_almost_nothing_and_has_finite_slopes():
    needs = jnp.array([0.0, 1.0, 0.7])
    assert 0.0 <= smooth_minimum(needs) < 1e-6
    slopes = jax.grad(smooth_minimum)(needs)
    assert np.isfinite(slopes).all()
    assert slopes[0] > 1.0  # the missing need is what counts
    np.testing.assert_allclose(slopes[1:], 0.0, atol=1e-12)
