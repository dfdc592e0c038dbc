"""One engagement: the published numbers, the right directions, the right spreads."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from hokushin.model.battle import (
    N_NORMALS,
    N_UNIFORMS,
    Encounter,
    fight,
    outcome_log_odds,
    outcome_probabilities,
    win_probability,
)
from hokushin.model.battle_coefficients import BattleCoefficients

MEANS = BattleCoefficients()
CALM = jnp.zeros((N_NORMALS, 1))
THREE_TO_ONE = math.log(3.0)


def log_odds(**encounter):
    return float(outcome_log_odds(MEANS, Encounter(**{"log_ratio": 0.0, **encounter})))


def chance(**encounter):
    """Chance that the attacker wins, at the fitted means."""
    band = MEANS.outcome.band
    return float(outcome_probabilities(jnp.array(log_odds(**encounter)), band)[0])


def fought(normals=CALM, uniforms=(0.0, 0.0), campaign=0.0, **encounter):
    """One engagement; the lowest uniforms make the attacker win and gain ground."""
    situation = Encounter(**{"log_ratio": jnp.zeros(1), **encounter})
    dice = jnp.array(uniforms, jnp.float32)[:, None]
    return fight(MEANS, situation, campaign, normals, dice)


WON, DRAWN, LOST = (0.0, 0.0), (0.5, 0.0), (1.0, 0.0)  # against an even draw in the middle


def centred(**encounter):
    """Skill that makes the odds even, so that a uniform of a half is a draw."""
    return {**encounter, "skill": -log_odds(**encounter)}


# Who wins: published numbers


def test_three_to_one_in_men_raises_the_log_odds_by_the_coefficient_times_ln_three():
    assert log_odds(log_ratio=THREE_TO_ONE) - log_odds() == pytest.approx(
        MEANS.outcome.force * THREE_TO_ONE
    )


def test_ten_to_one_in_armour_alone_is_worth_half_a_logit():
    assert log_odds(log_armour=math.log(10.0)) - log_odds() == pytest.approx(0.50, abs=0.01)


@pytest.mark.parametrize(
    ("skill", "ground", "published"),
    [
        (-0.17, {}, (0.30, 0.47)),
        (+0.17, {}, (0.38, 0.56)),
        (+0.74, {}, (0.50, 0.66)),
        (+0.74, {"fortified": 1.0, "rugged": 1.0, "winter": 1.0}, (0.38, 0.55)),
    ],
)
def test_chances_of_single_attacks_at_one_and_three_to_one(skill, ground, published):
    """Those published integrate over the joint posterior, which pulls them towards one half."""
    for log_ratio, expected in zip((0.0, THREE_TO_ONE), published, strict=True):
        at_means = chance(skill=skill, log_ratio=log_ratio, **ground)
        assert at_means == pytest.approx(expected, abs=0.04)


def test_chances_of_the_three_outcomes_are_the_ordered_logit():
    eta = jnp.array([-2.0, 0.0, 1.3])
    attacker, draw, defender = outcome_probabilities(eta, 0.28)
    np.testing.assert_allclose(attacker, expit(np.array(eta) - 0.28), rtol=1e-6)
    np.testing.assert_allclose(defender, expit(-np.array(eta) - 0.28), rtol=1e-6)
    np.testing.assert_allclose(attacker + draw + defender, 1.0, rtol=1e-6)


# Who wins: directions

unit = st.floats(0, 1, width=32)


@given(
    log_ratio=st.floats(-3, 3, width=32),
    more=st.floats(0.125, 2, width=32),
    rugged=unit,
    fortified=unit,
    skill=st.floats(-2, 2, width=32),
)
@settings(max_examples=50)
def test_more_of_anything_that_helps_helps(log_ratio, more, rugged, fortified, skill):
    base = {"log_ratio": log_ratio, "rugged": rugged, "fortified": fortified, "skill": skill}
    before = chance(**base)
    assert chance(**{**base, "log_ratio": log_ratio + more}) > before
    assert chance(**{**base, "skill": skill + more}) > before
    for gain in ("log_armour", "air", "surprise"):
        assert chance(**base, **{gain: more}) > before
    if fortified < 0.9:
        assert chance(**{**base, "fortified": 1.0}) < before


def test_winter_does_not_move_who_wins():
    assert log_odds(winter=1.0) == log_odds()
    encounters = [Encounter(log_ratio=jnp.zeros(1), winter=w) for w in (0.0, 1.0)]
    uniforms = jnp.array([[0.3], [0.0]])
    summer, winter = (fight(MEANS, e, 0.0, CALM, uniforms) for e in encounters)
    assert winter.outcome == summer.outcome
    assert winter.days > summer.days
    assert winter.advance_km != summer.advance_km


@given(
    low=st.floats(-4, 4, width=32),
    more=st.floats(0, 3, width=32),
    uniform=st.floats(0.0009765625, 0.9990234375, width=32),
)
@settings(max_examples=50)
def test_better_odds_never_turn_a_history_to_the_worse(low, more, uniform):
    outcomes = [fought(uniforms=(uniform, 0.5), skill=s).outcome[0] for s in (low, low + more)]
    assert outcomes[0] <= outcomes[1]


@pytest.mark.statistical
def test_outcomes_come_as_often_as_they_should(key):
    n = 100_000
    uniforms = jax.random.uniform(key, (N_UNIFORMS, n))
    result = fight(
        MEANS, Encounter(log_ratio=jnp.zeros(1)), 0.2, jnp.zeros((N_NORMALS, 1)), uniforms
    )
    expected = outcome_probabilities(jnp.array(log_odds() + 0.2), MEANS.outcome.band)
    for value, p in zip((1.0, 0.0, -1.0), map(float, expected), strict=True):
        frequency = float((result.outcome == value).mean())
        assert frequency == pytest.approx(p, abs=5 * math.sqrt(p * (1 - p) / n))


# Believed chances


@pytest.mark.parametrize(("variance", "tolerance"), [(0.5, 0.003), (1.0, 0.005), (60.0, 0.018)])
def test_the_chance_under_uncertainty_is_near_the_integral(variance, tolerance):
    z = np.linspace(-8, 8, 2001)
    density = np.exp(-(z**2) / 2)
    density /= density.sum()
    eta = np.linspace(-12, 12, 97)
    attacker, draw, defender = outcome_probabilities(jnp.asarray(eta, jnp.float32), 0.28, variance)
    for approximate, sign in ((attacker, 1.0), (defender, -1.0)):
        exact = expit(sign * eta[:, None] - 0.28 + math.sqrt(variance) * z) @ density
        assert np.abs(np.array(approximate) - exact).max() < tolerance
    assert (draw >= 0).all()


def believed(log_ratio, mean, variance):
    value = win_probability(
        MEANS, log_ratio=log_ratio, skill_mean=mean, skill_variance=variance, rugged=1.0
    )
    return float(value)


def test_a_true_and_certain_belief_differs_from_the_truth_only_by_the_campaigns_luck():
    true = chance(log_ratio=1.0, rugged=1.0, skill=0.4)
    eta = log_odds(log_ratio=1.0, rugged=1.0, skill=0.4)
    luck, band = MEANS.outcome.campaign_sd**2, MEANS.outcome.band
    assert believed(1.0, 0.4, 0.0) == pytest.approx(
        expit((eta - band) / math.sqrt(1 + math.pi * luck / 8)), abs=1e-6
    )
    assert believed(1.0, 0.4, 0.0) == pytest.approx(true, abs=0.02)


def test_ignorance_makes_the_strong_cautious_and_the_weak_hopeful():
    assert believed(3.0, 0.5, 2.0) < believed(3.0, 0.5, 0.1)
    assert believed(-3.0, -0.5, 2.0) > believed(-3.0, -0.5, 0.1)


def test_a_lower_opinion_of_oneself_lowers_the_chance():
    assert believed(0.5, -0.5, 0.4) < believed(0.5, 0.0, 0.4)


# What it costs


def test_days_losses_and_advance_of_a_plain_victory_are_the_formulas():
    result = fought(log_ratio=jnp.array([0.5]), air=1.0, rugged=1.0, prepared=1.0, log_men=0.7)
    d, a, b, g = MEANS.duration, MEANS.loss_attacker, MEANS.loss_defender, MEANS.advance
    log_days = d.constant + d.size * 0.7 + d.works
    attacker = a.constant + a.duration * log_days + a.force * 0.5 + a.win
    attacker += a.air + a.rugged + a.size * 0.7
    defender = b.constant + b.duration * log_days + b.force * 0.5 + b.win
    defender += b.works + b.rugged + b.size * 0.7
    rate = g.constant + g.win + g.force * 0.5 + g.rugged + g.works
    rate += g.air + g.size * 0.7 + g.duration * log_days
    assert float(result.days[0]) == pytest.approx(math.exp(log_days), rel=1e-5)
    assert float(result.loss_attacker[0]) == pytest.approx(1 - math.exp(-math.exp(attacker)), 1e-5)
    assert float(result.loss_defender[0]) == pytest.approx(1 - math.exp(-math.exp(defender)), 1e-5)
    assert float(result.advance_km[0]) == pytest.approx(math.exp(rate + log_days), rel=1e-5)


def test_works_count_once_however_they_are_described():
    one = fought(prepared=0.5, fortified=0.5, skill=9.0)
    two = fought(prepared=1.0, fortified=1.0, skill=9.0)
    assert one.days == two.days


def test_a_fight_takes_a_day_at_least():
    hurried = CALM.at[0].set(-6.0)
    assert fought(normals=hurried).days[0] == 1.0


@pytest.mark.parametrize(("uniforms", "outcome"), [(WON, 1.0), (DRAWN, 0.0), (LOST, -1.0)])
def test_low_numbers_favour_the_attacker(uniforms, outcome):
    assert fought(uniforms=uniforms, **centred()).outcome[0] == outcome


def test_a_won_attack_costs_its_side_less_and_the_other_more():
    won, lost = (fought(uniforms=u, **centred()) for u in (WON, LOST))
    assert won.loss_attacker < lost.loss_attacker
    assert won.loss_defender > lost.loss_defender


def test_the_better_side_in_exchange_loses_less_and_does_not_win_more():
    even, better = fought(), fought(exchange=1.22)
    hazards = [-np.log1p(-np.array([r.loss_attacker, r.loss_defender])) for r in (even, better)]
    ratio = (hazards[0][0] / hazards[0][1]) / (hazards[1][0] / hazards[1][1])
    assert ratio == pytest.approx(math.exp(1.22), rel=1e-4)  # 3.4
    assert better.outcome == even.outcome


def test_given_the_outcome_a_win_is_worth_two_fifths_in_the_exchange():
    """Losses per fighting day follow the linear law; a win changes their ratio by about .41."""
    won, lost = (fought(uniforms=u, **centred()) for u in (WON, LOST))
    hazards = [-np.log1p(-np.array([r.loss_attacker, r.loss_defender])) for r in (won, lost)]
    ratio = (hazards[0][0] / hazards[0][1]) / (hazards[1][0] / hazards[1][1])
    assert ratio == pytest.approx(0.41, abs=0.05)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_shares_lost_are_shares_and_ground_is_not_negative(seed):
    rng = np.random.default_rng(seed)
    result = fight(
        MEANS,
        Encounter(
            log_ratio=jnp.asarray(rng.normal(0, 2, 16), jnp.float32),
            log_men=jnp.asarray(rng.normal(0, 2, 16), jnp.float32),
            exchange=float(rng.normal()),
        ),
        0.0,
        jnp.asarray(rng.normal(0, 2, (N_NORMALS, 16)), jnp.float32),
        jnp.asarray(rng.uniform(0, 1, (N_UNIFORMS, 16)), jnp.float32),
    )
    for share in (result.loss_attacker, result.loss_defender):
        assert (share > 0).all()
        assert (share <= 1).all()
    assert (result.days >= 1).all()
    assert (result.advance_km >= 0).all()
    assert set(np.unique(result.outcome)) <= {-1.0, 0.0, 1.0}


def test_no_ground_is_gained_where_the_dice_say_so():
    assert fought(uniforms=(0.0, 0.999)).advance_km[0] == 0.0


def test_rugged_ground_and_works_nearly_halve_the_pace():
    flat = fought(skill=9.0).advance_km[0]
    assert fought(skill=9.0, rugged=1.0).advance_km[0] / flat == pytest.approx(0.59, abs=0.02)
    per_day = [
        float(r.advance_km[0] / r.days[0] ** (1.0 + MEANS.advance.duration))
        for r in (fought(skill=9.0), fought(skill=9.0, fortified=1.0))
    ]
    assert per_day[1] / per_day[0] == pytest.approx(0.57, abs=0.03)


def test_the_two_sides_spreads_are_correlated_as_fitted(key):
    n = 100_000
    expected = MEANS.loss_defender.correlation
    normals = jax.random.normal(key, (N_NORMALS, n)).at[0].set(0.0).at[4:].set(0.0)
    result = fight(MEANS, Encounter(log_ratio=jnp.zeros(1)), 0.0, normals, jnp.zeros((2, 1)))
    logs = [
        np.log(-np.log1p(-np.array(x, float))) for x in (result.loss_attacker, result.loss_defender)
    ]
    correlation = np.corrcoef(*logs)[0, 1]
    assert correlation == pytest.approx(expected, abs=5 * (1 - expected**2) / math.sqrt(n))
    for side, sample in zip((MEANS.loss_attacker, MEANS.loss_defender), logs, strict=True):
        assert np.std(sample) == pytest.approx(side.spread, rel=5 / math.sqrt(2 * n))


def test_fronts_and_histories_broadcast():
    result = fight(
        MEANS,
        Encounter(log_ratio=jnp.zeros((3, 5)), rugged=jnp.ones((3, 1)), winter=0.5),
        jnp.zeros((3, 5)),
        jnp.zeros((N_NORMALS, 3, 5)),
        jnp.full((N_UNIFORMS, 3, 5), 0.3),
    )
    assert result.outcome.shape == result.advance_km.shape == (3, 5)


def test_slopes_of_an_engagement_are_finite():
    def total(log_ratio, coefficients):
        result = fight(
            coefficients, Encounter(log_ratio=log_ratio), 0.0, CALM, jnp.full((2, 1), 0.3)
        )
        return sum(jnp.sum(x) for x in jax.tree.leaves(result))

    coefficients = jax.tree.map(jnp.asarray, MEANS)
    for log_ratio in (-9.0, 0.0, 9.0):
        slopes = jax.grad(total, argnums=(0, 1))(jnp.array([log_ratio]), coefficients)
        assert all(np.isfinite(x).all() for x in jax.tree.leaves(slopes))
