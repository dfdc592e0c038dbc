import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hokushin.query.statistics import (
    JointTable,
    Proportion,
    apportion,
    joint_table,
    mean_and_error,
    posterior_spread,
    probability_leads,
    quantile_dots,
    rank,
    wilson,
)


def test_the_error_of_a_mean_is_its_spread_over_the_root_of_n():
    estimate = mean_and_error(np.array([1.0, 2.0, 3.0, 4.0]))
    assert estimate.value == 2.5
    assert estimate.mc_error == pytest.approx(np.sqrt(5 / 3) / 2)  # sample variance 5/3, n = 4
    with pytest.raises(ValueError, match="at least two"):
        mean_and_error(np.array([1.0]))


def test_wilson_interval_matches_a_published_example():
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    for hits, n, low, high in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)]:
        interval = wilson(hits, n)
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)
    assert wilson(0, 20).low == 0.0
    assert round(wilson(0, 20).high, 4) == 0.1611
    assert round(wilson(1, 29).low, 4) == 0.0061


def test_a_one_sided_bound_is_the_two_sided_one_at_twice_the_risk():
    share = Proportion(30, 100)
    assert share.lower_bound(0.95) == share.interval(0.90).low
    assert share.upper_bound(0.99) == pytest.approx(share.interval(0.98).high)
    with pytest.raises(ValueError, match=r"0\.5 to 1"):
        share.lower_bound(0.2)


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_counts_that_are_no_share_are_refused(hits, n):
    with pytest.raises(ValueError, match="is not a share"):
        Proportion(hits, n)


def test_a_joint_table_counts_who_stays_and_who_flips():
    before = np.array([True, True, False, False, False])
    after = np.array([True, False, True, True, False])
    table = joint_table(before, after)
    assert table == JointTable(both=1, only_before=1, only_after=2, neither=1)
    assert (table.before.value, table.after.value) == (0.4, 0.6)
    differences = np.array([0, -1, 1, 1, 0])
    expected = mean_and_error(differences)
    assert table.difference.value == pytest.approx(expected.value)
    assert table.difference.mc_error == pytest.approx(expected.mc_error)


def test_a_change_that_flips_nobody_still_has_an_interval():
    table = JointTable(both=10, only_before=0, only_after=0, neither=90)
    assert table.difference.mc_error == 0.0
    interval = table.difference_interval()
    assert interval.low < 0 < interval.high
    assert interval.high < 3 / 100


@pytest.mark.statistical
def test_the_interval_of_a_difference_covers_it_as_often_as_it_says():
    random = np.random.default_rng(5)
    cells = random.multinomial(60, [0.1, 0.05, 0.15, 0.7], size=4000)
    covered = 0
    for both, lost, gained, neither in cells:
        interval = JointTable(int(both), int(lost), int(gained), int(neither)).difference_interval()
        covered += interval.low <= 0.1 <= interval.high
    standard_error = np.sqrt(0.95 * 0.05 / 4000)
    assert covered / 4000 > 0.95 - 5 * standard_error


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=8).filter(any), st.integers(0, 500))
def test_seats_add_up_and_stay_within_one_of_their_quota(weights, seats):
    given_seats = apportion(np.array(weights), seats)
    quota = np.array([weight * seats / sum(weights) for weight in weights])
    assert given_seats.sum() == seats
    assert (np.abs(given_seats - quota) < 1 + 1e-6).all()


def test_hamiltons_rule_gives_the_left_over_seats_to_the_largest_remainders():
    # Quotas 41.6, 33.4, 25.0 of a hundred: the one seat left goes to the first.
    assert apportion(np.array([416, 334, 250])).tolist() == [42, 33, 25]
    assert apportion(np.array([1.0, 1.0, 1.0])).tolist() == [34, 33, 33]
    with pytest.raises(ValueError, match="not all of them 0"):
        apportion(np.zeros(3))
    with pytest.raises(ValueError, match="from 0 up"):
        apportion(np.array([1, -1]))


def test_a_joint_table_is_shown_as_a_hundred_histories():
    shown = JointTable(both=700, only_before=1, only_after=90, neither=9209).in_hundred()
    assert shown == JointTable(both=7, only_before=0, only_after=1, neither=92)
    assert shown.n == 100


def test_dots_are_the_middles_of_equally_likely_slices():
    assert quantile_dots(np.linspace(0, 1, 1001), 4).tolist() == [0.125, 0.375, 0.625, 0.875]
    with pytest.raises(ValueError, match="at least one"):
        quantile_dots(np.ones(3), 0)


@pytest.mark.statistical
def test_doubt_about_the_numbers_is_freed_of_counting_error():
    # Draws have p ~ Uniform(.3, .5), variance .2**2/12; 40 histories each count .24/40 on top.
    random = np.random.default_rng(11)
    n_draws, per_draw = 4000, 40
    p = random.uniform(0.3, 0.5, n_draws)
    draw = np.repeat(np.arange(n_draws), per_draw)
    outcome = random.random(draw.size) < p[draw]
    spread = posterior_spread(outcome, draw)
    expected_within = np.mean(p * (1 - p)) / per_draw
    assert spread.counting[0] == pytest.approx(expected_within, rel=0.02)
    error = spread.between[0] * np.sqrt(2 / (n_draws - 1))
    assert abs(spread.epistemic[0] - 0.2**2 / 12) < 5 * error
    assert spread.samples.var(ddof=1) == pytest.approx(spread.epistemic[0])
    assert spread.mean[0] == pytest.approx(outcome.mean())
    # The 90% interval of p is .31 to .49; that of the raw means is half as wide again.
    low, high = spread.quantile(0.05)[0], spread.quantile(0.95)[0]
    raw_low, raw_high = np.quantile(outcome.reshape(n_draws, per_draw).mean(axis=1), [0.05, 0.95])
    assert (low, high) == pytest.approx((0.31, 0.49), abs=0.01)
    assert raw_high - raw_low > 1.5 * (high - low)


def test_spread_is_unbiased_also_with_unequal_draws_by_hand():
    values = np.array([0.0, 2.0, 5.0, 7.0, 9.0])
    spread = posterior_spread(values, np.array([3, 3, 8, 8, 8]))
    # Means 1 and 7: between 18. s2/h: 2/2 and 4/3, mean 7/6.
    assert spread.between[0] == 18
    assert spread.counting[0] == pytest.approx(7 / 6)
    assert spread.epistemic[0] == pytest.approx(18 - 7 / 6)
    assert spread.mean[0] == 4


def test_spread_that_luck_explains_collapses_to_the_mean():
    values = np.array([0.0, 2.0, 2.0, 0.0])
    spread = posterior_spread(values, np.array([0, 0, 1, 1]))
    assert spread.epistemic[0] == 0.0
    assert spread.samples.tolist() == [[1.0], [1.0]]


def test_spread_needs_two_draws_of_two_histories():
    with pytest.raises(ValueError, match="two draws of two histories"):
        posterior_spread(np.ones(4), np.array([0, 0, 0, 1]))
    with pytest.raises(ValueError, match="one draw per history"):
        posterior_spread(np.ones(4), np.array([0, 0, 1]))


def test_leading_counts_draws_and_halves_ties():
    samples = np.array([[1.0, 0.0], [2.0, 3.0], [5.0, 5.0], [4.0, 1.0]])
    leads = probability_leads(samples)
    assert leads[0, 1] == 2.5 / 4
    assert leads[1, 0] == 1.5 / 4
    assert leads[0, 0] == 0.5


def test_causes_are_ranked_only_where_the_draws_agree():
    draws = np.linspace(-1, 1, 201)
    zigzag = np.where(np.arange(201) % 2, 1.0, -1.0)
    samples = np.stack(
        [
            0.1 * draws,  # touches 0
            10 + draws,  # leads
            9.9 + zigzag,  # cannot be told from the leader
            5 + draws,  # certainly behind the leader
            -3 + 0.5 * draws,  # pushes the other way
        ],
        axis=1,
    )
    ranking = rank(samples)
    assert ranking.above == ((1, 2), (3,))
    assert ranking.below == ((4,),)
    assert ranking.unclear == (0,)
