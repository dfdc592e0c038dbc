"""Evidence that a number is negligible or zero, from draws whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from hokushin.infer.theories.facts import DECIBANS
from hokushin.infer.theories.fitted import at_zero, negligible


def spread(mean, sd, n=20_000):
    """Draws of a normal law, evenly spread over its quantiles."""
    return mean + sd * norm.ppf((np.arange(n) + 0.5) / n)


def test_a_posterior_like_the_prior_says_nothing():
    assert negligible(spread(0.0, 1.0))[0] == pytest.approx(0.0, abs=0.01)
    assert at_zero(spread(0.0, 1.0), -0.6)[0] == pytest.approx(0.0, abs=0.2)


def test_odds_of_the_lowest_tenth_are_held_against_one_to_nine():
    """Draws of which a half lie in the lowest tenth: odds of one, nine times those before."""
    below, above = np.full(5000, -2.0), np.full(5000, 0.0)
    told, error = negligible(np.concatenate([below, above]))
    assert told == pytest.approx(10 * np.log10(9), abs=0.01)
    assert error == pytest.approx(DECIBANS * np.sqrt(2 / 5000), rel=0.01)


def test_density_at_zero_is_savage_and_dickeys():
    exact = DECIBANS * (norm.logpdf(-0.6, 0.5, 0.5) - norm.logpdf(-0.6))
    assert at_zero(spread(0.5, 0.5), -0.6)[0] == pytest.approx(exact, abs=0.5)


def test_a_density_that_no_draw_comes_near_is_that_of_half_a_draw():
    told, error = at_zero(spread(4.0, 0.5, 500), -0.6)
    assert told == pytest.approx(
        DECIBANS * (np.log(0.5 / (500 * 0.5)) - norm.logpdf(-0.6)), abs=0.1
    )
    assert error == pytest.approx(0.0)


def test_a_number_that_never_comes_near_is_still_given_a_finite_weight():
    told, _ = negligible(np.full(512, 2.0))
    assert -40.0 < told < -15.0
