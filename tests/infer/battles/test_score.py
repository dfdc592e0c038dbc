"""The arithmetic of scores, on numbers that can be checked by hand."""

import dataclasses
import hashlib

import numpy as np
import pytest

from hokushin.infer.battles.folds import fold_of
from hokushin.infer.battles.predict import Predictions
from hokushin.infer.battles.score import bootstrap, log_losses, score
from tests.infer.battles.made import made_table, read_text


@pytest.fixture
def battles(tmp_path):
    return read_text(made_table(300), tmp_path).battles


def predictions_of(battles, attacker, ratio=None):
    attacker = np.broadcast_to(attacker, len(battles)).astype(float)
    rest = 1.0 - attacker
    return Predictions(battles.id, 0.8 * rest, 0.2 * rest, attacker, ratio)


def base_rates(battles):
    return np.array([np.mean(battles.outcome == x) for x in (-1.0, 0.0, 1.0)])


def test_the_loss_of_a_forecast_is_minus_the_log_of_what_came_about():
    losses = log_losses(np.array([0.8, 0.8]), np.array([True, False]))
    assert losses == pytest.approx([-np.log(0.8), -np.log(0.2)])


def test_the_base_rate_reduces_nothing(battles):
    rates = base_rates(battles)
    guess = Predictions(
        battles.id, *(np.full(len(battles), rates[i]) for i in (0, 1, 2)), log_casualty_ratio=None
    )
    result = score(battles, guess, rates)
    entropy = -(rates[2] * np.log(rates[2]) + (1 - rates[2]) * np.log(1 - rates[2]))
    assert result.base_log_loss == pytest.approx(entropy)
    assert result.reduction.value == pytest.approx(0.0, abs=1e-12)
    assert result.reduction.low == pytest.approx(0.0, abs=1e-12)
    assert result.reduction_three.value == pytest.approx(0.0, abs=1e-12)
    assert result.coverage is None


def test_reduction_is_one_less_the_ratio_of_losses(battles):
    won = battles.outcome > 0
    result = score(battles, predictions_of(battles, np.where(won, 0.9, 0.1)), base_rates(battles))
    assert result.log_loss == pytest.approx(-np.log(0.9))
    assert result.reduction.value == pytest.approx(1.0 + np.log(0.9) / result.base_log_loss)
    assert result.accuracy == 1.0
    assert result.brier == pytest.approx(0.01)


def test_battles_without_an_outcome_or_entered_twice_do_not_count(battles):
    half = np.arange(len(battles)) % 2 == 0
    partly = dataclasses.replace(battles, scored=half)
    assert score(partly, predictions_of(partly, 0.5), base_rates(battles)).n == half.sum()
    none = dataclasses.replace(battles, scored=np.zeros(len(battles), bool))
    with pytest.raises(ValueError, match="no battle has a known outcome"):
        score(none, predictions_of(none, 0.5), base_rates(battles))


def test_coverage_counts_the_ratios_inside(battles):
    ratio = battles.log_casualty_ratio
    reach = np.where(np.arange(len(battles)) % 4 == 0, -0.1, 0.1)[:, None]
    interval = ratio[:, None] + reach * np.array([-1.0, 0.0, 1.0])
    result = score(battles, predictions_of(battles, 0.5, interval), base_rates(battles))
    assert result.coverage.value == pytest.approx(0.75)
    assert result.ratio_error == pytest.approx(0.0, abs=1e-12)
    assert result.n_ratios == len(battles)


@pytest.mark.statistical
def test_the_interval_of_a_mean_is_as_wide_as_its_clusters_differ():
    """Clusters of ten equal values: the interval is that of the cluster means, not of the values.

    The standard error of the spread of 4000 resamples is about 1.1 %; five are allowed.
    """
    means = np.random.default_rng(3).normal(size=200)
    cluster, values = np.repeat(np.arange(200), 10), np.repeat(means, 10)
    found = bootstrap(np.divide, cluster, 1, values, np.ones_like(values))
    width = 2 * 1.96 * means.std() / np.sqrt(200)
    assert found.value == pytest.approx(means.mean())
    # A 95 % interval's ends are order statistics, about twice as noisy as the spread itself.
    assert found.high - found.low == pytest.approx(width, rel=2 * 5 * 0.011)


def test_folds_are_the_digest_of_the_cluster_modulo_five():
    for cluster in ("434", "585", "1"):
        digest = hashlib.sha256(cluster.encode()).digest()
        # 256 is 1 modulo 5, so the remainder is that of the sum of the bytes.
        assert fold_of(cluster) == sum(digest) % 5
