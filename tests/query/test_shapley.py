import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hokushin.query.evaluator import ByGroup, as_histories
from hokushin.query.shapley import (
    arrival,
    coalition_members,
    owen_exact,
    power_index,
    shapley_exact,
    shapley_shares,
    shapley_shubik,
)
from hokushin.query.statistics import posterior_spread

numbers = st.floats(-5, 5)


@st.composite
def games(draw, most=5):
    n = draw(st.integers(1, most))
    return np.array(draw(st.lists(numbers, min_size=1 << n, max_size=1 << n)))


def players(values):
    return len(values).bit_length() - 1


def by_orders(values, groups):
    """Shapley or Owen values from every order of arrival that keeps groups together."""
    n = players(values)
    total, count = np.zeros(n), 0
    for order in itertools.permutations(range(n)):
        blocks = [group for group, _ in itertools.groupby(groups[player] for player in order)]
        if len(blocks) > len(set(groups)):
            continue
        count += 1
        coalition = 0
        for player in order:
            total[player] += values[coalition | 1 << player] - values[coalition]
            coalition |= 1 << player
    return total / count


@given(games())
def test_shares_sum_to_what_there_is_to_share(values):
    assert shapley_exact(values).sum() == pytest.approx(values[-1] - values[0], abs=1e-9)


@given(games(), st.lists(st.sampled_from("abc"), min_size=5, max_size=5))
@settings(max_examples=30)
def test_the_weights_are_those_of_all_orders_of_arrival(values, groups):
    n = players(values)
    assert shapley_exact(values) == pytest.approx(by_orders(values, range(n)), abs=1e-9)
    assert owen_exact(values, groups[:n]) == pytest.approx(by_orders(values, groups[:n]), abs=1e-9)


@given(games())
def test_one_group_or_groups_of_one_give_shapley_values(values):
    n = players(values)
    assert owen_exact(values, ["g"] * n) == pytest.approx(shapley_exact(values), abs=1e-9)
    assert owen_exact(values, [str(i) for i in range(n)]) == pytest.approx(shapley_exact(values))


@given(games(most=4), st.lists(st.sampled_from("abc"), min_size=4, max_size=4))
def test_a_group_gets_what_it_would_get_as_one_player(values, groups):
    n = players(values)
    names = list(dict.fromkeys(groups[:n]))
    members = [[groups[i] == name for i in range(n)] for name in names]
    quotient = coalition_members(len(names)) @ np.array(members)
    of_groups = shapley_exact(values[quotient @ (1 << np.arange(n))])
    owen = owen_exact(values, groups[:n])
    for member, share in zip(members, of_groups, strict=True):
        assert owen[member].sum() == pytest.approx(share, abs=1e-9)


@given(games(most=4), numbers)
def test_a_player_that_only_adds_its_own_gets_just_that(values, own):
    extended = np.concatenate([values, values + own])
    shares = shapley_exact(extended)
    assert shares[-1] == pytest.approx(own, abs=1e-9)
    assert shares[:-1] == pytest.approx(shapley_exact(values), abs=1e-9)


@given(st.integers(2, 6), st.data())
def test_players_who_count_alike_share_alike(n, data):
    by_size = np.array(data.draw(st.lists(numbers, min_size=n + 1, max_size=n + 1)))
    shares = shapley_exact(by_size[coalition_members(n).sum(axis=1)])
    assert shares == pytest.approx(np.full(n, (by_size[-1] - by_size[0]) / n), abs=1e-9)


def test_unanimity_shares_equally_among_those_it_needs():
    needed = coalition_members(4)[:, [0, 2]].all(axis=1)
    assert shapley_exact(needed) == pytest.approx([0.5, 0, 0.5, 0])


def test_one_right_glove_is_worth_more_than_two_left_ones():
    left, second_left, right = coalition_members(3).T
    assert shapley_exact((left | second_left) & right) == pytest.approx([1 / 6, 1 / 6, 4 / 6])


def test_a_majority_of_five_shares_equally():
    assert power_index(lambda members: members.sum(axis=1) >= 3, 5) == pytest.approx([0.2] * 5)
    assert shapley_shubik([1] * 5, 3) == pytest.approx([0.2] * 5)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=7).filter(any), st.data())
def test_counting_votes_agrees_with_listing_coalitions(weights, data):
    quota = data.draw(st.integers(1, sum(weights)))
    listed = power_index(lambda members: members @ np.array(weights) >= quota, len(weights))
    assert shapley_shubik(weights, quota) == pytest.approx(listed)


def test_a_body_too_large_to_list_is_still_counted():
    # With one vote each, whatever the quota, thirty voters share alike.
    assert shapley_shubik([1] * 30, 17) == pytest.approx([1 / 30] * 30)
    with pytest.raises(ValueError, match=r"2\*\*30 coalitions"):
        power_index(lambda members: members.any(axis=1), 30)


@pytest.mark.parametrize(
    ("weights", "quota", "complaint"),
    [([1, 2], 4, "between 1 and all 3"), ([1, 2], 0, "between 1"), ([0.5], 1, "whole numbers")],
)
def test_votes_that_cannot_be_counted_are_refused(weights, quota, complaint):
    with pytest.raises(ValueError, match=complaint):
        shapley_shubik(weights, quota)


def test_games_without_a_value_for_every_coalition_are_refused():
    with pytest.raises(ValueError, match=r"2\*\*n coalitions"):
        shapley_exact(np.zeros(6))
    with pytest.raises(ValueError, match="3 have groups"):
        owen_exact(np.zeros(4), ["a", "b", "c"])


@given(st.integers(0, 2**32), st.lists(st.integers(0, 3), min_size=1, max_size=8))
@settings(max_examples=30)
def test_groups_arrive_together_and_a_history_keeps_its_order_in_any_batch(seed, groups):
    group_of = np.unique(groups, return_inverse=True)[1]
    histories = as_histories(np.array([5, 3000, 0, 1023, 1024]))
    places = arrival(histories, seed, group_of)
    for row in places:
        assert sorted(row) == list(range(len(groups)))
        arriving = [group for group, _ in itertools.groupby(group_of[np.argsort(row)])]
        assert len(arriving) == len(set(groups))
    assert np.array_equal(arrival(histories[::-1], seed, group_of), places[::-1])
    assert np.array_equal(arrival(histories[2:3], seed, group_of), places[2:3])


@pytest.mark.statistical
def test_every_order_is_equally_likely():
    places = arrival(as_histories(range(24_000)), 1, np.arange(4))
    _, counts = np.unique(places, axis=0, return_counts=True)
    assert counts.size == 24
    assert (np.abs(counts - 1000) < 5 * np.sqrt(1000)).all()


@pytest.mark.statistical
@pytest.mark.parametrize("shared", [True, False])
def test_permutations_estimate_owen_values_within_their_error(council, world, shared):
    council = world(council.causes, council.chance, council.groups, shared=shared)
    shares = shapley_shares(council, range(20_000), seed=4)
    exact = owen_exact(council.exact(), council.groups)
    rounding = 1e-12  # the cause that does nothing has no error at all
    assert (np.abs(shares.value - exact) <= 5 * shares.mc_error + rounding).all()
    group_exact = np.array([exact[:2].sum(), exact[2:].sum()])
    assert (np.abs(shares.group_value - group_exact) <= 5 * shares.group_mc_error).all()
    assert abs(shares.v_all.value - 0.6) < 5 * shares.v_all.mc_error
    assert shares.of("pact").value == shares.value[0]
    assert shares.n_runs == council.rows == 20_000 * 2 * 4


@pytest.mark.statistical
def test_the_error_of_a_share_is_the_spread_of_repetitions(council):
    values = np.array(
        [shapley_shares(council, range(k * 100, k * 100 + 100), seed=0).value for k in range(300)]
    )
    claimed = shapley_shares(council, range(30_000), seed=0).mc_error * np.sqrt(300)
    # The relative error of a standard deviation from 300 values is 1/sqrt(600).
    assert values.std(axis=0, ddof=1) == pytest.approx(claimed, rel=5 / np.sqrt(600))


def test_in_every_history_shares_sum_to_its_two_outcomes(world):
    def rough(present):
        return 0.2 + 0.6 * ((present @ np.array([5, 3, 2, 7, 1])) % 4 == 1)

    five = world(tuple("abcde"), rough, shared=False)
    histories = np.array([3, 9, 5000, 12, 700_000])
    shares = shapley_shares(five, histories, seed=2, keep_histories=True)
    numbers = as_histories(histories)
    everything = five(np.ones((5, 5), bool), numbers).astype(float)
    nothing = five(np.zeros((5, 5), bool), numbers)
    assert np.array_equal(shares.by_history().sum(axis=1), everything - nothing)
    assert shares.by_history().mean(axis=0) == pytest.approx(shares.value)
    assert shares.value.sum() == pytest.approx(shares.total, abs=1e-15)
    spread = shares.by_history().std(axis=0, ddof=1) / np.sqrt(5)
    assert shares.mc_error == pytest.approx(spread)


def test_dividing_a_cause_leaves_every_other_group_exactly_as_it_was(world):
    def whole(present):
        a, b, c = present.T
        return 0.2 + 0.3 * (a & b) + 0.2 * c

    def divided(present):
        return whole(np.stack([present[:, 0] & present[:, 3], *present.T[1:3]], axis=1))

    before = world(("a", "b", "c"), whole, groups=("a", "b", "c"))
    after = world(("a", "b", "c", "a2"), divided, groups=("a", "b", "c", "a"))
    coarse = shapley_shares(before, range(2000), seed=6)
    fine = shapley_shares(after, range(2000), seed=6)
    assert np.array_equal(coarse.value[1:], fine.value[1:3])
    assert np.array_equal(coarse.mc_error[1:], fine.mc_error[1:3])
    assert np.array_equal(coarse.group_value, fine.group_value)


def test_groups_run_as_causes_get_the_same_shares(council):
    causes = shapley_shares(council, range(500), seed=3)
    groups = shapley_shares(ByGroup(council), range(500), seed=3)
    assert np.array_equal(causes.group_value, groups.value)


def test_a_cause_that_does_nothing_gets_nothing(council):
    shares = shapley_shares(council, range(300), seed=0)
    assert shares.of("rumour").value == shares.of("rumour").mc_error == 0.0


def test_batches_do_not_matter(council, monkeypatch):
    told = []
    whole = shapley_shares(council, range(300), seed=8, keep_histories=True)
    monkeypatch.setattr("hokushin.query.shapley.HISTORIES_AT_ONCE", 128)
    parts = shapley_shares(
        council, range(300), seed=8, keep_histories=True, progress=lambda *runs: told.append(runs)
    )
    assert np.array_equal(whole.by_history(), parts.by_history())
    assert np.array_equal(whole.value, parts.value)
    assert told == [(1024, 2400), (2048, 2400), (2400, 2400)]


@pytest.mark.statistical
def test_shares_spread_over_draws_of_the_parameters(world, scripted):
    # Half of fifty draws have an effect of .6, the other half none: epistemic sd .3.
    strong = world(("a",), lambda present: 0.2 + 0.6 * present[:, 0])
    weak = world(("a",), lambda present: np.full(len(present), 0.2))

    def by_draw(present, history):
        return np.where(history % 50 < 25, strong(present, history), weak(present, history))

    histories = np.arange(20_000)
    shares = shapley_shares(scripted(("a",), by_draw), histories, seed=0, keep_histories=True)
    spread = posterior_spread(shares.by_history(), histories % 50)
    assert np.sqrt(spread.epistemic[0]) == pytest.approx(0.3 * np.sqrt(50 / 49), abs=0.02)
    assert (spread.quantile(0.05)[0], spread.quantile(0.95)[0]) == pytest.approx((0, 0.6), abs=0.05)


def test_shares_of_single_histories_are_there_only_if_kept(council):
    shares = shapley_shares(council, range(10), seed=0)
    with pytest.raises(ValueError, match="keep_histories=True"):
        shares.by_history()
    with pytest.raises(ValueError, match="at least two"):
        shapley_shares(council, range(1), seed=0)
