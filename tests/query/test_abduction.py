import numpy as np
import pytest

from hokushin.query.abduction import (
    LARGEST_DIE,
    abduct,
    clustered_error,
    effective_size,
    informative,
    resample,
)
from hokushin.query.coupling import gumbel_joint

N = 40_000
P, Q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.5, 0.3])


def raced(dice, chances):
    """Option whose time is least, history by history, in the arithmetic of the engine."""
    return (-np.log(dice) / np.asarray(chances, np.float32)[:, None]).argmin(axis=0)


def one_hot(option, n=3):
    return (np.arange(n) == option)[:, None]


def dice_given(option, n=N, chances=P):
    logs = np.log(chances)[:, None].repeat(n, axis=1)
    return abduct(logs, one_hot(option, len(chances)), np.random.default_rng(option))


@pytest.mark.parametrize("option", range(3))
def test_the_same_race_has_the_winner_it_had(option):
    assert (raced(dice_given(option), P) == option).all()


@pytest.mark.statistical
@pytest.mark.parametrize("option", range(3))
def test_another_race_has_the_winners_of_the_gumbel_coupling(option):
    found = np.bincount(raced(dice_given(option), Q), minlength=3) / N
    expected = gumbel_joint(P, Q)[option] / P[option]
    error = np.sqrt(expected * (1 - expected) / N)
    assert (np.abs(found - expected) <= 5 * error + 1e-12).all()


@pytest.mark.statistical
def test_over_winners_as_likely_as_they_are_the_dice_are_uniform():
    dice = np.concatenate([dice_given(k, int(N * P[k])) for k in range(3)], axis=1)
    n = dice.shape[1]
    for own in dice:
        assert own.mean() == pytest.approx(0.5, abs=5 * np.sqrt(1 / 12 / n))
        assert (own < 0.1).mean() == pytest.approx(0.1, abs=5 * np.sqrt(0.09 / n))
    correlation = np.corrcoef(dice)[np.triu_indices(3, 1)]
    assert (np.abs(correlation) < 5 / np.sqrt(n)).all()


def test_a_winner_that_was_all_but_impossible_still_wins_and_a_ban_still_holds():
    dice = dice_given(1, 1000, np.array([1.0, 1e-30]))
    assert dice.max() <= np.float32(LARGEST_DIE)
    assert dice.dtype == np.float32
    banned = np.array([1.0, np.exp(-80.0)])
    assert (raced(dice, banned) == 0).all()


def test_a_race_without_a_single_winner_is_refused():
    with pytest.raises(ValueError, match="one winner"):
        abduct(np.zeros((3, 2)), np.array([[True], [True], [False]]), np.random.default_rng(0))


def test_equal_weights_are_worth_every_history_and_one_weight_is_worth_one():
    assert effective_size(np.full(7, -300.0)) == pytest.approx(7.0)
    assert effective_size(np.array([0.0, -1e30, -1e30])) == pytest.approx(1.0)


def test_a_part_that_would_leave_too_few_is_passed_over_and_later_ones_are_not():
    telling = np.zeros(1000)
    telling[1:] = -50.0
    mild = np.where(np.arange(1000) % 2, 0.0, -50.0)
    taken, weight = informative(np.stack([telling, mild]), 200)
    assert list(taken) == [1]
    assert effective_size(weight) == pytest.approx(500.0)


def test_histories_are_drawn_as_often_as_their_weight_says():
    drawn = resample(np.log([0.5, 0.25, 0.125, 0.125]), 800, np.random.default_rng(1))
    assert np.abs(np.bincount(drawn) - [400, 200, 100, 100]).max() <= 1
    assert (np.diff(drawn) >= 0).all()


def test_rows_of_one_history_count_as_one():
    values = np.array([True, False] * 50)
    alone = clustered_error(values, np.arange(100))
    assert alone == pytest.approx(np.sqrt(0.25 / 99))
    doubled = clustered_error(np.repeat(values, 4), np.repeat(np.arange(100), 4))
    assert doubled == pytest.approx(alone)
    with pytest.raises(ValueError, match="single history"):
        clustered_error(values, np.zeros(100, int))
