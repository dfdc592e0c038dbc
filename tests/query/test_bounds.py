import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hokushin.query.bounds import (
    Observed,
    causal_bounds,
    causal_bounds_with_record,
    causal_shares,
)
from hokushin.query.statistics import Interval

chances = st.floats(0.0, 1.0)


def runs(both, only_with, only_without, neither):
    with_cause = np.repeat([True, True, False, False], [both, only_with, only_without, neither])
    without = np.repeat([True, False, True, False], [both, only_with, only_without, neither])
    return with_cause, without


def test_necessity_and_sufficiency_are_shares_of_the_histories_they_condition_on():
    shares = causal_shares(*runs(both=300, only_with=100, only_without=50, neither=550))
    assert shares.necessity.count == 400
    assert shares.necessity.share.value == 100 / 400
    assert shares.sufficiency.count == 650
    assert shares.sufficiency.share.value == 100 / 650
    assert shares.both.share.value == 100 / 1000
    assert shares.alone is None
    assert shares.necessity.share.interval().low < 0.25 < shares.necessity.share.interval().high


def test_under_two_hundred_histories_no_share_is_given_but_their_number_is():
    shares = causal_shares(*runs(both=150, only_with=49, only_without=0, neither=801))
    assert shares.necessity.count == 199
    assert shares.necessity.share is None
    assert shares.sufficiency.share is not None


def test_a_cause_alone_is_judged_where_no_cause_brings_the_outcome():
    with_cause, without = runs(10, 10, 10, 10)
    alone, none = runs(both=100, only_with=60, only_without=0, neither=240)
    padded = np.zeros(400, bool)
    shares = causal_shares(padded, padded, alone, none)
    assert shares.alone.count == 300
    assert shares.alone.share.value == 60 / 300
    with pytest.raises(ValueError, match="two more runs"):
        causal_shares(with_cause, without, alone=without)
    with pytest.raises(ValueError, match="the same histories"):
        causal_shares(with_cause, without[:-1])


@given(st.lists(chances, min_size=4, max_size=4).filter(lambda cells: sum(cells) > 0.01))
def test_every_coupling_lies_within_the_bounds_of_its_margins(cells):
    both, only_with, only_without, _ = np.array(cells) / sum(cells)
    p1, p0 = min(1.0, both + only_with), min(1.0, both + only_without)
    bounds = causal_bounds(p1, p0)
    tiny = 1e-9
    assert bounds.both.low - tiny <= only_with <= bounds.both.high + tiny
    if p1 > 1e-6:
        assert bounds.necessity.low - 1e-3 <= only_with / p1 <= bounds.necessity.high + 1e-3
    if 1 - p0 > 1e-6:
        assert bounds.sufficiency.low - 1e-3 <= only_with / (1 - p0)
        assert only_with / (1 - p0) <= bounds.sufficiency.high + 1e-3


def test_bounds_of_an_exogenous_cause_by_hand():
    bounds = causal_bounds(0.6, 0.2)
    assert bounds.both == Interval(pytest.approx(0.4), 0.6)
    assert bounds.necessity == Interval(pytest.approx(2 / 3), pytest.approx(1.0))
    assert bounds.sufficiency == Interval(pytest.approx(0.5), pytest.approx(0.75))
    assert causal_bounds(0.0, 0.3).necessity is None
    assert causal_bounds(0.3, 1.0).sufficiency is None


@given(chances, chances, chances)
def test_an_unconfounded_record_adds_nothing(p1, p0, share_with):
    record = Observed(
        share_with * p1, share_with * (1 - p1), (1 - share_with) * p0, (1 - share_with) * (1 - p0)
    )
    plain, informed = causal_bounds(p1, p0), causal_bounds_with_record(p1, p0, record)
    assert informed.both.low == pytest.approx(plain.both.low, abs=1e-9)
    assert informed.both.high == pytest.approx(plain.both.high, abs=1e-9)
    if record.cause_and_outcome > 1e-3:
        assert informed.necessity.low == pytest.approx(plain.necessity.low, abs=1e-6)
        assert informed.necessity.high == pytest.approx(plain.necessity.high, abs=1e-6)
    if record.neither > 1e-3:
        assert informed.sufficiency.low == pytest.approx(plain.sufficiency.low, abs=1e-6)
        assert informed.sufficiency.high == pytest.approx(plain.sufficiency.high, abs=1e-6)


def test_bounds_with_a_record_are_the_extremes_of_a_linear_program():
    # Unknowns: P(x or x', outcome with, outcome without), eight response types (Tian & Pearl).
    from scipy.optimize import linprog

    p1, p0, record = 0.45, 0.30, Observed(0.25, 0.15, 0.20, 0.40)
    types = [(x, y1, y0) for x in (1, 0) for y1 in (1, 0) for y0 in (1, 0)]
    constraints = [
        ([1.0] * 8, 1.0),
        ([y1 for _, y1, _ in types], p1),
        ([y0 for _, _, y0 in types], p0),
        ([x * y1 for x, y1, _ in types], record.cause_and_outcome),
        ([(1 - x) * y0 for x, _, y0 in types], record.outcome_only),
        ([x for x, _, _ in types], record.cause_and_outcome + record.cause_only),
    ]
    matrix, right = zip(*constraints, strict=True)
    bounds = causal_bounds_with_record(p1, p0, record)
    for interval, goal, given_probability in (
        (bounds.both, lambda x, y1, y0: y1 * (1 - y0), 1.0),
        (bounds.necessity, lambda x, y1, y0: x * y1 * (1 - y0), record.cause_and_outcome),
        (bounds.sufficiency, lambda x, y1, y0: (1 - x) * y1 * (1 - y0), record.neither),
    ):
        cost = np.array([goal(*one) for one in types], float)
        low = linprog(cost, A_eq=matrix, b_eq=right).fun / given_probability
        high = -linprog(-cost, A_eq=matrix, b_eq=right).fun / given_probability
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-9)


def test_contradictory_or_impossible_probabilities_are_refused():
    record = Observed(0.4, 0.1, 0.1, 0.4)
    with pytest.raises(ValueError, match="contradicts the record"):
        causal_bounds_with_record(0.3, 0.3, record)
    with pytest.raises(ValueError, match="not a probability"):
        causal_bounds(1.2, 0.1)
    with pytest.raises(ValueError, match="sum to 1"):
        Observed(0.5, 0.5, 0.5, 0.0)
    assert causal_bounds_with_record(0.5, 0.5, Observed(0.0, 0.0, 0.5, 0.5)).necessity is None
