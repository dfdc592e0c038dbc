"""How far a probability differs from draw to draw, read from counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from hokushin.query.chance_spread import chance_spread

DRAWS, PER_DRAW = 128, 64


def counted(middle: float, spread: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Histories of draws whose log-odds are normal."""
    random = np.random.default_rng(seed)
    chance = expit(middle + spread * random.standard_normal(DRAWS))
    draw = np.repeat(np.arange(DRAWS), PER_DRAW)
    return random.random(draw.size) < chance[draw], draw


@pytest.mark.statistical
@pytest.mark.parametrize(("middle", "spread"), [(-1.0, 1.0), (0.5, 2.0)])
def test_quantiles_are_those_that_histories_were_drawn_from(middle, spread):
    """Log-odds of the ends within five standard errors of a normal quantile of 128 draws."""
    low, high = np.quantile(chance_spread(*counted(middle, spread)), [0.05, 0.95])
    error = spread * np.sqrt((1 + 1.645**2 / 2) / DRAWS) + 1 / np.sqrt(0.05 * 0.95 * 64 * DRAWS)
    for end, z in ((low, -1.645), (high, 1.645)):
        assert abs(np.log(end / (1 - end)) - (middle + z * spread)) < 5 * error


def test_draws_of_a_rare_event_are_not_impossible_for_want_of_one():
    """Two in a thousand, and nine draws in ten show none: the upper end is not nought."""
    happened, draw = counted(-8.7, 2.4)
    means = happened.reshape(DRAWS, PER_DRAW).mean(1)
    assert np.quantile(means, 0.85) == 0.0
    assert 0.002 < np.quantile(chance_spread(happened, draw), 0.95) < 0.03


def test_draws_that_do_not_differ_have_one_chance():
    happened = np.tile(np.arange(PER_DRAW) < 16, DRAWS)
    quantiles = chance_spread(happened, np.repeat(np.arange(DRAWS), PER_DRAW))
    # Half the .054 by which the count of 64 histories would be off itself.
    assert np.quantile(quantiles, [0.05, 0.95]) == pytest.approx(0.25, abs=0.035)


def test_what_never_happened_may_still_happen_a_little():
    quantiles = chance_spread(np.zeros(1_000), np.arange(1_000) % 10)
    assert 0.0 < np.quantile(quantiles, 0.95) < 0.01
    always = chance_spread(np.ones(1_000), np.arange(1_000) % 10)
    assert always == pytest.approx(1.0 - quantiles[::-1])


def test_one_event_leaves_the_spread_wide():
    """A thousand histories with one event: draws may be alike in that, or one of them be likely."""
    happened = np.arange(1_024) == 17
    low, high = np.quantile(chance_spread(happened, np.arange(1_024) // 8), [0.05, 0.95])
    assert low < 0.0005
    assert high > 0.002


def test_shares_are_not_events():
    with pytest.raises(ValueError, match="other values than 0 and 1"):
        chance_spread(np.full(4, 0.5), np.arange(4))


def test_one_draw_says_nothing_of_others():
    with pytest.raises(ValueError, match="need two"):
        chance_spread(np.array([0.0, 1.0]), np.zeros(2, int))
