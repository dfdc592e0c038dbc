"""The draws that ship: whose they are, that they are good, and that they agree with a first fit."""

import jax
import numpy as np
import pytest

from hokushin.infer.battles.draws import ATTRIBUTION, shipped
from hokushin.infer.battles.engagement import battle_draws, moments
from hokushin.infer.battles.fit import fit_battles
from hokushin.infer.battles.table import read_battles
from hokushin.model.battle_coefficients import coefficient_names
from hokushin.model.battle_fit import CORRELATIONS, ESTIMATES

FIRST_FIT = {
    "outcome.constant.1900-18": (-0.38, 0.31),
    "outcome.constant.1919-53": (-0.44, 0.33),
    "outcome.force.1919-53": (0.73, 0.24),
    "outcome.armour": (0.22, 0.14),
    "outcome.air": (0.58, 0.25),
    "outcome.surprise": (0.85, 0.19),
    "outcome.fortified": (-0.47, 0.27),
    "outcome.prepared": (0.18, 0.27),
    "outcome.winter": (0.02, 0.31),
    "outcome.band": (0.28, 0.05),
    "loss_attacker.duration": (0.65, 0.07),
    "loss_attacker.win": (-0.20, 0.12),
    "loss_attacker.air": (-0.35, 0.11),
    "loss_attacker.constant.1900-18": (-2.53, 0.19),
    "loss_attacker.constant.1919-53": (-3.40, 0.20),
    "loss_defender.duration": (0.81, 0.09),
    "loss_defender.win": (0.65, 0.13),
    "loss_defender.constant.1919-53": (-4.11, 0.25),
    "loss_defender.correlation": (0.34, 0.07),
    "advance.gain_win": (3.2, 0.55),
    "advance.win": (0.97, 0.15),
    "advance.rugged": (-0.52, 0.17),
    "advance.works": (-0.56, 0.15),
    "advance.size": (0.40, 0.06),
    "advance.duration": (-0.45, 0.10),
}
"""Posterior means and spreads of an independent fit to the same battles, with other priors."""


@pytest.mark.parametrize("which", ["all", "1900-53"])
def test_draws_passed_their_gates_and_say_whose_they_are(which):
    posterior = shipped(which)
    assert not posterior.gates.failures
    assert posterior.about["attribution"] == ATTRIBUTION
    assert len(posterior.about["data_sha256"]) == len(posterior.about["code_sha256"]) == 64
    assert np.isfinite(posterior.values).all()
    assert len(posterior) >= 500


@pytest.mark.parametrize("name", FIRST_FIT)
def test_the_fit_agrees_with_an_independent_one(name):
    """Same battles, same equations, other priors and codings: within its own spread and a half."""
    mean, sd = FIRST_FIT[name]
    drawn = shipped("1900-53").column(name)
    assert abs(drawn.mean() - mean) < 1.5 * sd
    assert 0.6 < drawn.std() / sd < 1.6


def test_what_the_model_states_is_what_the_draws_hold():
    """Means and spreads to a thousandth, correlations to a hundredth."""
    early, late, names = moments("1900-18"), moments("1919-45"), coefficient_names()
    assert set(ESTIMATES) == set(names)
    for i, name in enumerate(names):
        held = (early.mean[i], early.sd[i], late.mean[i], late.sd[i])
        assert ESTIMATES[name] == pytest.approx(held, abs=5.1e-4), name
    assert sorted(name for block in CORRELATIONS for name in block) == sorted(names)
    for block, rows in CORRELATIONS.items():
        at = [names.index(name) for name in block]
        for i, row in enumerate(rows, start=1):
            held = late.correlation[at[i], at[:i]]
            assert row == pytest.approx(100.0 * held, abs=0.51)


def test_joint_draws_keep_their_correlations(key):
    """Of the constant and of what is added to it: five standard errors of 4000 draws, .08."""
    drawn = battle_draws(4000, key)
    assert set(drawn) == set(coefficient_names())
    exact = moments()
    names = coefficient_names()
    pairs = [("loss_defender.constant", "loss_defender.duration"), ("advance.gain", "advance.win")]
    for one, other in pairs:
        found = np.corrcoef(np.asarray(drawn[one]), np.asarray(drawn[other]))[0, 1]
        expected = exact.correlation[names.index(one), names.index(other)]
        assert found == pytest.approx(expected, abs=0.08)
    assert exact.correlation[names.index(pairs[0][0]), names.index(pairs[0][1])] < -0.1


def test_joint_draws_have_the_moments_that_the_model_states(key):
    """Means within five standard errors of 4000 draws."""
    drawn, exact = battle_draws(4000, key), moments()
    for i, name in enumerate(coefficient_names()):
        error = 5.0 * exact.sd[i] / np.sqrt(4000.0)
        assert float(drawn[name].mean()) == pytest.approx(exact.mean[i], abs=error + 1e-4), name
        assert float(drawn[name].std()) == pytest.approx(exact.sd[i], rel=0.15), name


def test_half_of_the_effect_of_surprise_is_taken_for_hindsight(key):
    whole = shipped("1900-53").column("outcome.surprise")
    halved = np.asarray(battle_draws(4000, key)["outcome.surprise"])
    assert halved.mean() == pytest.approx(0.5 * whole.mean(), abs=0.02)
    assert 0.15 < halved.std() < 0.25


def test_draws_differ_by_key_and_repeat_for_the_same(key):
    one, again = battle_draws(50, key), battle_draws(50, key)
    other = battle_draws(50, jax.random.fold_in(key, 1))
    assert np.array_equal(one["outcome.force"], again["outcome.force"])
    assert not np.array_equal(one["outcome.force"], other["outcome.force"])


@pytest.mark.slow
@pytest.mark.statistical
def test_a_short_fit_of_the_record_comes_to_what_ships(train):
    """Two short chains of outcomes alone; Monte Carlo error is a fifth of a spread at most."""
    from hokushin.infer.battles.model import Variant

    battles = read_battles(train).battles
    battles = battles.take((battles.year >= 1900) & (battles.year <= 1953))
    again = fit_battles(battles, 200, 200, 2, 400, 3, Variant(losses=False))
    ours = shipped("1900-53")
    for name in ("outcome.force.1919-53", "outcome.air", "outcome.surprise", "outcome.fortified"):
        drawn = ours.column(name)
        assert again.column(name).mean() == pytest.approx(drawn.mean(), abs=0.5 * drawn.std())
