"""The chance of an event from chances of choices, on histories made by hand."""

import numpy as np
import pytest

from hokushin.query.sensitivity.risk import (
    Watched,
    follow_through,
    groups_left_out,
    jackknife_error,
    log_odds,
    probability,
    share,
    watched,
)

ALL = np.ones(3)


def drawn(chance, seed=1, leads=1.0):
    """Draw passings from chances over (step, row, history), and events that follow them."""
    random = np.random.default_rng(seed)
    taken = random.random(chance.shape) < chance
    seen = watched(
        chance.reshape(len(chance), -1),
        taken.reshape(len(chance), -1),
        taken.any(0).reshape(-1),
        chance.shape[1:],
    )
    follows = seen.happened & (random.random(seen.happened.shape) < leads)
    return Watched(seen.chance, seen.passed, follows)


def test_equal_chances_give_the_life_table_by_hand():
    chance = np.full((3, 4), 0.5)
    passed = np.zeros((3, 4), bool)
    passed[0, :2], passed[1, 2] = True, True
    seen = Watched(chance, passed, passed.any(0))

    assert probability(seen, ALL) == pytest.approx(1 - 0.5**3)


def test_only_histories_that_have_not_passed_count_for_the_hazard():
    chance = np.array([[0.5, 0.5], [0.9, 0.1]])
    passed = np.array([[True, False], [False, False]])
    seen = Watched(chance, passed, np.array([True, False]))

    assert probability(seen, np.ones(2)) == pytest.approx(0.5 + 0.5 * 0.1)


def test_only_the_first_passing_counts():
    taken = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])

    seen = watched(taken, taken, np.array([True, True]), (2,))

    np.testing.assert_array_equal(seen.passed, [[False, True], [True, False], [False, False]])


@pytest.mark.statistical
def test_agrees_with_counting_within_five_standard_errors():
    random = np.random.default_rng(7)
    chance = random.beta(0.3, 6.0, size=(8, 1, 40_000))
    seen = drawn(chance, leads=0.7)
    counted = seen.happened.mean()
    error = np.sqrt(counted * (1 - counted) / seen.happened.size)

    found = probability(seen, follow_through(seen))

    assert abs(found[0] - counted) < 5 * np.sqrt(2) * error


@pytest.mark.statistical
def test_many_small_rows_average_to_the_truth():
    chance = np.full((6, 4000, 64), 0.003)
    seen = drawn(chance, leads=0.5)
    large = follow_through(seen)

    found = probability(seen, large)

    truth = 0.5 * (1 - (1 - 0.003) ** 6)
    error = found.std() / np.sqrt(found.size)
    # Correcting what follows a gate in rows with one passing or none costs a few in a hundred.
    assert abs(found.mean() - truth) < 5 * error + 0.05 * truth
    assert found.std() < seen.happened.mean(-1).std() / 2
    assert (found > 0).all()


def test_rows_without_events_keep_the_share_that_follows_elsewhere():
    seen = Watched(np.full((2, 5), 0.1), np.zeros((2, 5), bool), np.zeros(5, bool))

    assert probability(seen, np.full(2, 0.5)) == pytest.approx(0.5 * (1 - 0.9**2))


def test_weights_count_a_history_as_often_as_they_say():
    random = np.random.default_rng(3)
    chance = random.random((4, 5)) / 4
    passed = np.zeros((4, 5), bool)
    seen = Watched(chance, passed, np.zeros(5, bool))
    twice = [0, 0, 1, 2, 3, 4]
    repeated = Watched(chance[:, twice], passed[:, twice], np.zeros(6, bool))

    by_weight = probability(seen, np.ones(4), np.array([2.0, 1, 1, 1, 1]))

    assert by_weight == pytest.approx(float(probability(repeated, np.ones(4))))


def test_follow_through_of_steps_that_saw_no_passing_is_that_of_all():
    passed = np.array([[True, True, False, False], [False] * 4, [False, False, True, True]])
    happened = np.array([True, True, False, True])
    seen = Watched(np.zeros((3, 4)), passed, happened)

    share_of = follow_through(seen)

    assert share_of[1] == pytest.approx(0.75)
    assert share_of[0] == pytest.approx((2 + 1.5) / 4)
    assert share_of[2] == pytest.approx((1 + 1.5) / 4)


def test_half_a_history_is_added_to_either_side():
    assert share(np.zeros(9, bool)) == pytest.approx(0.05)
    assert share(np.ones(9, bool)) == pytest.approx(0.95)


def test_log_odds_undo_the_logistic_function():
    x = np.array([-9.0, 0.0, 3.0])

    np.testing.assert_allclose(log_odds(1 / (1 + np.exp(-x))), x, rtol=1e-9)


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(1).normal(size=64)
    left_out = groups_left_out(64, 64) @ values / 63

    assert jackknife_error(left_out) == pytest.approx(values.std(ddof=1) / 8)
