"""Four memories: what moves them, which way, and what does not."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from hokushin.model.battle import Encounter, outcome_log_odds
from hokushin.model.battle_coefficients import BattleCoefficients
from hokushin.model.beliefs import (
    dread_update,
    drift,
    intent_update,
    kalman_update,
    material_update,
    retention,
    skill_update,
)

BAND = 0.28
WIDE = 0.7**2  # prior variance of the difference in skill


def lanes(*values):
    return jnp.array(values, jnp.float32)


# Forgetting


def test_half_of_a_memory_is_kept_after_its_half_life():
    assert retention(8.0, lanes(8.0))[0] == pytest.approx(0.5)
    assert retention(8.0, lanes(24.0))[0] == pytest.approx(0.125)


def test_forgetting_does_not_depend_on_the_length_of_the_step():
    mean, variance = lanes(-0.9), lanes(0.1)
    whole = drift(mean, variance, 0.2, 0.5, 5.0, 3.0)
    for _ in range(36):
        mean, variance = drift(mean, variance, 0.2, 0.5, 5.0, 1.0 / 12.0)
    np.testing.assert_allclose([mean, variance], whole, atol=1e-5)


def test_in_the_end_nothing_but_the_prior_is_left():
    mean, variance = drift(lanes(-3.0), lanes(0.01), 0.2, 0.5, 5.0, 500.0)
    np.testing.assert_allclose([mean[0], variance[0]], [0.2, 0.5], atol=1e-6)


# Observations


def test_a_conjugate_observation_is_weighted_by_precision():
    mean, variance = kalman_update(lanes(1.0), lanes(2.0), -2.0, 4.0)
    assert mean[0] == pytest.approx((1.0 / 2.0 - 2.0 / 4.0) / (1.0 / 2.0 + 1.0 / 4.0), abs=1e-6)
    assert variance[0] == pytest.approx(1.0 / (1.0 / 2.0 + 1.0 / 4.0), rel=1e-6)


def test_an_observation_of_no_weight_changes_nothing():
    mean, variance = kalman_update(lanes(1.0), lanes(2.0), -2.0, 4.0, 0.5, 0.0)
    np.testing.assert_array_equal([mean[0], variance[0]], [1.0, 2.0])


def test_half_the_weight_is_twice_the_noise():
    half = kalman_update(lanes(1.0), lanes(2.0), -2.0, 4.0, 0.3, 0.5)
    np.testing.assert_allclose(half, kalman_update(lanes(1.0), lanes(2.0), -2.0, 8.0, 0.3))


def test_asymmetry_strengthens_bad_news_only_and_up_to_the_news_itself():
    gain = 2.0 / (2.0 + 4.0)
    bad, bad_variance = kalman_update(lanes(0.0), lanes(2.0), -3.0, 4.0, 0.6)
    good, _ = kalman_update(lanes(0.0), lanes(2.0), 3.0, 4.0, 0.6)
    assert good[0] == pytest.approx(3.0 * gain, rel=1e-6)
    assert bad[0] == pytest.approx(-3.0 * gain * 1.6, rel=1e-6)
    joseph = (1 - 1.6 * gain) ** 2 * 2.0 + (1.6 * gain) ** 2 * 4.0
    assert bad_variance[0] == pytest.approx(joseph, rel=1e-6)
    capped, capped_variance = kalman_update(lanes(0.0), lanes(2.0), -3.0, 4.0, 50.0)
    np.testing.assert_allclose([capped[0], capped_variance[0]], [-3.0, 4.0], rtol=1e-5)


# Skill


@given(
    mean=st.floats(-4, 4, width=32),
    variance=st.floats(0.015625, 4, width=32),
    log_odds=st.floats(-8, 8, width=32),
    band=st.floats(0.015625, 1, width=32),
    weight=st.floats(0, 1, width=32),
    asymmetry=st.floats(0, 8, width=32),
    nuisance=st.floats(0, 2, width=32),
)
@settings(max_examples=200)
def test_a_loss_never_raises_the_mean_and_a_win_never_lowers_it(
    mean, variance, log_odds, band, weight, asymmetry, nuisance
):
    won, drawn, lost = (
        skill_update(
            lanes(mean), lanes(variance), result, log_odds, band, weight, asymmetry, nuisance
        )
        for result in (1.0, 0.0, -1.0)
    )
    assert lost[0][0] <= mean <= won[0][0]
    for later_mean, later_variance in (won, drawn, lost):
        assert np.isfinite(later_mean[0])
        assert 0.0 < later_variance[0] < np.inf
    assert won[1][0] <= np.float32(variance) * (1 + 1e-6)  # good news is taken as it is


@given(mean=st.floats(-4, 4, width=32), asymmetry=st.floats(0, 4, width=32))
@settings(max_examples=50)
def test_a_draw_teaches_less_than_a_win_and_less_than_a_loss(mean, asymmetry):
    won, drawn, lost = (
        skill_update(lanes(mean), lanes(WIDE), result, 0.0, BAND, 1.0, asymmetry)[0][0]
        for result in (1.0, 0.0, -1.0)
    )
    assert lost <= drawn <= won


@pytest.mark.parametrize(("variance", "tolerance"), [(0.25, 0.006), (0.5, 0.021), (1.0, 0.08)])
def test_the_mean_is_near_that_of_the_exact_posterior(variance, tolerance):
    skill = np.linspace(-12, 12, 4001)
    for mean in (-1.5, 0.0, 1.0):
        for log_odds in (-3.0, -0.5, 0.0, 2.0):
            eta = log_odds + skill
            likelihoods = {
                1.0: expit(eta - BAND),
                0.0: expit(eta + BAND) - expit(eta - BAND),
                -1.0: expit(-eta - BAND),
            }
            for result, likelihood in likelihoods.items():
                density = np.exp(-((skill - mean) ** 2) / 2 / variance) * likelihood
                exact = (density * skill).sum() / density.sum()
                m, _ = skill_update(lanes(mean), lanes(variance), result, log_odds, BAND)
                assert m[0] == pytest.approx(exact, abs=tolerance)


def known(**encounter):
    """Log odds of the attacker but for skill, at the published means."""
    return float(outcome_log_odds(BattleCoefficients(), Encounter(**encounter)))


def test_a_defeat_at_parity_lowers_belief_in_skill_by_two_or_three_tenths():
    even = known(log_ratio=0.0)
    for own_log_odds in (even, -even):  # as attacker, as defender
        mean, _ = skill_update(lanes(0.0), lanes(WIDE), -1.0, own_log_odds, BAND)
        assert -0.305 <= mean[0] <= -0.195


def test_a_defeat_that_material_explains_teaches_little_about_skill():
    """Two to one in men, four to one in armour, full surprise: about a tenth."""
    two_to_one = {"log_ratio": float(np.log(2)), "log_armour": float(np.log(4))}
    surprised = -known(**two_to_one, surprise=3.0)
    unsurprised = -known(**two_to_one)
    mean, _ = skill_update(lanes(0.0), lanes(WIDE), -1.0, surprised, BAND)
    without, _ = skill_update(lanes(0.0), lanes(WIDE), -1.0, unsurprised, BAND)
    assert mean[0] == pytest.approx(-0.10, abs=0.02)
    assert without[0] == pytest.approx(-0.19, abs=0.03)


def test_another_services_defeat_teaches_less():
    own, _ = skill_update(lanes(0.0), lanes(WIDE), -1.0, 0.0, BAND, 1.0)
    other, _ = skill_update(lanes(0.0), lanes(WIDE), -1.0, 0.0, BAND, 0.4)
    none, variance = skill_update(lanes(0.0), lanes(WIDE), -1.0, 0.0, BAND, 0.0)
    assert own[0] < other[0] < none[0] == 0.0
    assert variance[0] == pytest.approx(WIDE)


def test_luck_of_the_campaign_is_allowed_for():
    plain, _ = skill_update(lanes(0.0), lanes(WIDE), -1.0, 0.0, BAND)
    allowing, _ = skill_update(lanes(0.0), lanes(WIDE), -1.0, 0.0, BAND, nuisance_variance=0.37**2)
    assert plain[0] < allowing[0] < 0.0


def test_slopes_of_the_update_are_finite():
    def sum_of_means(mean, variance, log_odds, asymmetry):
        results = lanes(1.0, 0.0, -1.0)
        return sum(
            x.sum() for x in skill_update(mean, variance, results, log_odds, BAND, 1.0, asymmetry)
        )

    for log_odds in (-200.0, 0.0, 200.0):
        slopes = jax.grad(sum_of_means, argnums=(0, 1, 2, 3))(0.0, 0.5, log_odds, 0.0)
        assert np.isfinite(slopes).all()


# Material, dread, intent


def test_meeting_more_than_intelligence_said_raises_what_is_feared():
    met = float(np.log(2.0))
    raised = material_update(lanes(0.0), met, 0.5)
    assert raised[0] == pytest.approx(met / 2)
    assert material_update(lanes(0.0), met, 0.5, loss_asymmetry=0.4)[0] == pytest.approx(met * 0.7)
    assert material_update(lanes(0.0), -met, 0.5, loss_asymmetry=0.4)[0] == pytest.approx(-met / 2)
    assert material_update(lanes(0.0), met, 0.5, loss_asymmetry=9.0)[0] == pytest.approx(met)
    assert material_update(lanes(0.3), met, 0.5, weight=0.0)[0] == pytest.approx(0.3)


def test_dread_is_the_worst_loss_and_fades():
    dread = dread_update(lanes(0.3), 0.7, 0.9)
    assert dread[0] == pytest.approx(0.7)
    assert dread_update(dread, 0.1, 0.9)[0] == pytest.approx(0.63)
    assert dread_update(dread, 0.0, 0.9)[0] == pytest.approx(0.63)


def test_acts_move_belief_in_intent_by_their_likelihood_ratios():
    acts = lanes(1.0, 0.0, 2.0)[:, None]
    ratios = jnp.log(lanes(4.0, 9.0, 0.5))[:, None]
    believed = intent_update(lanes(0.4), -2.0, 0.5, acts, ratios)
    assert believed[0] == pytest.approx(-2.0 + 0.5 * 2.4 + float(np.log(4.0 * 0.5**2)), abs=1e-6)
    deaf = intent_update(lanes(0.4), -2.0, 1.0, acts, ratios, credulity=0.0)
    assert deaf[0] == pytest.approx(0.4)
