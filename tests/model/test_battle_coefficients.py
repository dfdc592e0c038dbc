"""The coefficients of an engagement are priors: each with mean, spread, unit and meaning."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.battle import (
    Encounter,
    fight,
    outcome_log_odds,
    outcome_probabilities,
    win_probability,
)
from hokushin.model.battle_coefficients import (
    BattleCoefficients,
    coefficient_names,
    coefficients,
    law_of,
    mixing,
    published,
)

NAMES = coefficient_names()


def by_name(values, name):
    group, _, field = name.partition(".")
    return np.array(getattr(getattr(values, group), field))


def moments(name, era="1919-45"):
    """Mean and standard deviation over the standard normal, by quadrature."""
    z, weight = np.polynomial.hermite_e.hermegauss(60)
    weight = weight / weight.sum()
    # Such independent deviates as become, when mixed, those of one coefficient alone.
    alone = np.linalg.inv(mixing())[:, NAMES.index(name)]
    normals = (alone[:, None] * z).astype(np.float32)
    values = by_name(coefficients(jnp.asarray(normals), era), name).astype(float)
    mean = weight @ values
    return mean, np.sqrt(weight @ (values - mean) ** 2)


def test_every_coefficient_has_a_unit_a_meaning_and_a_spread_or_none():
    for group in dataclasses.fields(BattleCoefficients):
        for field in dataclasses.fields(getattr(BattleCoefficients(), group.name)):
            assert field.metadata["unit"]
            assert field.metadata["meaning"].endswith(".")
            assert field.metadata["sd"] >= 0.0
            assert field.default == field.metadata["value"]


@pytest.mark.parametrize("name", NAMES)
def test_draws_have_the_fitted_mean_and_spread(name):
    mean, sd = published(name)
    drawn_mean, drawn_sd = moments(name)
    # Fisher's z keeps a correlation's spread to first order only.
    tolerance = 0.01 if name.endswith("correlation") else 2e-4
    assert drawn_mean == pytest.approx(mean, abs=tolerance)
    assert drawn_sd == pytest.approx(sd, abs=max(tolerance, 2e-3 * sd))


def test_the_earlier_era_has_constants_of_its_own():
    for name in ("outcome.constant", "loss_attacker.constant", "loss_defender.constant"):
        assert moments(name, "1900-18") == pytest.approx(published(name, "1900-18"), abs=2e-4)
        assert published(name, "1900-18") != published(name)
    assert published("outcome.armour", "1900-18") == published("outcome.armour")


def test_mixing_gives_correlations_and_leaves_spreads_alone():
    correlation = mixing() @ mixing().T
    np.testing.assert_allclose(np.diag(correlation), 1.0, atol=1e-12)
    lower = correlation[np.tril_indices(len(NAMES), -1)]
    assert np.abs(lower).max() < 0.95
    by_pair = {
        (one, other): correlation[NAMES.index(one), NAMES.index(other)]
        for one, other in (
            ("loss_attacker.constant", "loss_attacker.duration"),
            ("loss_attacker.win", "loss_attacker.draw"),
            ("outcome.force", "loss_attacker.force"),
        )
    }
    assert by_pair["loss_attacker.constant", "loss_attacker.duration"] < -0.4
    assert by_pair["loss_attacker.win", "loss_attacker.draw"] > 0.2
    assert by_pair["outcome.force", "loss_attacker.force"] == 0.0


@pytest.mark.statistical
def test_coefficients_drawn_together_are_correlated_as_fitted(key):
    """Five standard errors of 20,000 draws; all of the pairs in a block at once."""
    n = 20_000
    drawn = coefficients(jax.random.normal(key, (len(NAMES), n)))
    names = [name for name in NAMES if name.startswith("outcome.") and law_of(name) == "normal"]
    at = [NAMES.index(name) for name in names]
    found = np.corrcoef(np.stack([by_name(drawn, name) for name in names]))
    expected = (mixing() @ mixing().T)[np.ix_(at, at)]
    assert np.abs(found - expected).max() < 5.0 / np.sqrt(n)


def test_without_arguments_the_coefficients_are_the_fitted_means():
    for name in NAMES:
        assert by_name(BattleCoefficients(), name) == pytest.approx(published(name)[0])


def test_spreads_are_positive_and_the_correlation_a_correlation_however_far_the_draw():
    for z in (-6.0, 6.0):
        drawn = coefficients(jnp.full((len(NAMES), 1), z))
        assert -1.0 < drawn.loss_defender.correlation < 1.0
        for name in NAMES:
            if name.endswith(("spread", "_sd", "band")):
                assert by_name(drawn, name) > 0.0


def test_each_history_fights_with_its_own_coefficients(key):
    drawn = coefficients(jax.random.normal(key, (len(NAMES), 7)))
    result = fight(
        drawn, Encounter(log_ratio=jnp.zeros((2, 1))), 0.0, jnp.zeros((6, 1, 1)), jnp.zeros((2, 1))
    )
    assert result.loss_attacker.shape == (2, 7)
    assert len(np.unique(result.loss_attacker[0])) == 7


def test_every_coefficient_moves_an_engagement():
    """None is declared and then forgotten."""
    encounter = Encounter(
        log_ratio=0.4,
        log_armour=0.3,
        air=1.0,
        surprise=1.0,
        fortified=0.2,
        prepared=0.3,
        delay=0.4,
        rugged=0.3,
        flat=0.4,
        wooded=0.5,
        winter=1.0,
        log_men=0.5,
    )
    values = jax.tree.map(jnp.asarray, BattleCoefficients())
    odds = outcome_log_odds(values, encounter)
    attacker, draw, _ = outcome_probabilities(odds, values.outcome.band)
    each = jnp.stack([attacker / 2, attacker + draw / 2, (1 + attacker + draw) / 2])
    normals, uniforms = jnp.full((6, 1), 0.5), jnp.stack([each, jnp.full(3, 0.3)])

    def summary(values):
        result = fight(values, encounter, 0.0, normals, uniforms)
        odds = outcome_log_odds(values, encounter)
        believed = win_probability(values, log_ratio=0.0, skill_mean=0.0, skill_variance=0.1)
        gain = jax.nn.sigmoid(values.advance.gain + values.advance.gain_win)
        drawn = outcome_probabilities(odds, values.outcome.band)[1]
        leaves = [*jax.tree.leaves(result), odds, drawn, believed, gain]
        return jnp.concatenate([jnp.ravel(x) for x in leaves])

    assert set(fight(values, encounter, 0.0, normals, uniforms).outcome.tolist()) == {1, 0, -1}
    slopes = jax.jacobian(summary)(values)
    for name in NAMES:
        assert np.abs(by_name(slopes, name)).max() > 0.0, name


def test_a_wrong_number_of_rows_is_refused(as_shipped):
    with pytest.raises(ValueError, match=f"3 rows of normals for {len(NAMES)} coefficients"):
        coefficients(jnp.zeros((3, 1)))


def test_an_unknown_era_or_name_is_refused(as_shipped):
    with pytest.raises(ValueError, match="1900-18"):
        coefficients(jnp.zeros((len(NAMES), 1)), "1945-90")
    with pytest.raises(ValueError, match=r"no coefficient 'outcome\.luck'"):
        published("outcome.luck")
