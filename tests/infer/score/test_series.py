"""Numbers against draws: coverage, ranked probability scores, and what baselines say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.infer.score.measured import Known, MeasuredRow
from hokushin.infer.score.series import (
    SeriesRow,
    crps,
    measurement_error,
    persistence,
    score_row,
    summarise_series,
    trend,
)

DAY = date(1905, 1, 1)


def a_row(value: float = 10.0, **more) -> MeasuredRow:
    return MeasuredRow("S1", DAY, "stock.coal", value, **more)


def growing(variable: str, rate: float, years: int = 4) -> list[Known]:
    return [
        Known(variable, date(1900 + i, 1, 1), float(np.exp(rate * i))) for i in range(years + 1)
    ]


def test_the_score_of_a_sure_forecast_is_its_relative_error():
    assert crps(np.full(7, 12.0), 10.0) == pytest.approx(0.2)


def test_the_score_of_two_draws_about_the_value():
    """E|X - y| = 1, E|X - X'| = 1 (half of all pairs are apart by two): 1 - 1/2, over 10."""
    assert crps(np.array([9.0, 11.0]), 10.0) == pytest.approx(0.05)


@pytest.mark.statistical
def test_the_score_of_normal_draws_is_the_published_one():
    r"""At the centre of N(0, 1) it is $2\phi(0) - 1/\sqrt{\pi}$ = .2337 (Gneiting and Raftery)."""
    draws = 1.0 + np.random.default_rng(1).standard_normal(20_000)
    expected = 2.0 / np.sqrt(2.0 * np.pi) - 1.0 / np.sqrt(np.pi)
    # A draw moves the score by at most about its distance: standard error under 1 / sqrt(n).
    assert abs(crps(draws, 1.0) - expected) < 5.0 / np.sqrt(20_000)


def test_a_number_in_the_middle_of_its_draws_is_inside_and_one_beyond_them_is_not():
    draws = np.linspace(5.0, 15.0, 101)
    middle, beyond = score_row(a_row(10.0), draws, (), 1), score_row(a_row(20.0), draws, (), 1)
    assert (middle.inside_half, middle.inside_nine_tenths) == (True, True)
    assert (beyond.inside_half, beyond.inside_nine_tenths) == (False, False)
    assert (middle.low, middle.median, middle.high) == pytest.approx((5.5, 10.0, 14.5))


@pytest.mark.statistical
def test_a_range_is_nine_tenths_of_the_error_of_a_measurement_and_doubles_if_recalled():
    n = 40_000
    exact = measurement_error(a_row(), n, 1)
    read = np.log(measurement_error(a_row(low=8.0, high=12.5), n, 1))
    recalled = np.log(measurement_error(a_row(low=8.0, high=12.5, recalled=True), n, 1))
    inside = np.mean(np.abs(read) < np.log(12.5 / 8.0) / 2)
    assert np.all(exact == 1.0)
    assert abs(inside - 0.9) < 5 * np.sqrt(0.09 / n)
    assert recalled == pytest.approx(2.0 * read)


def test_baselines_say_nothing_before_they_have_been_wrong_often_enough():
    known = growing("stock.coal", 0.1, years=2)
    assert persistence(known, "stock.coal", DAY) is None
    assert persistence(growing("stock.iron", 0.1, 9), "stock.coal", DAY) is None


def test_persistence_is_centred_on_the_last_measurement_and_widens_with_time():
    """Every year's error is a tenth, so after one year the spread is a tenth, after four two."""
    known = growing("stock.coal", 0.1) + growing("stock.iron", 0.1)
    one, four = (persistence(known, "stock.coal", date(1904 + n, 1, 1)) for n in (1, 4))
    assert one is not None
    assert four is not None
    assert np.median(np.log(one)) == pytest.approx(0.4)
    assert np.std(np.log(one)) == pytest.approx(0.1, rel=0.02)
    assert np.std(np.log(four)) == pytest.approx(0.2, rel=0.02)


def test_a_trend_carries_steady_growth_on():
    known = growing("stock.coal", 0.1) + growing("stock.iron", 0.1)
    ahead = trend(known, "stock.coal", date(1906, 1, 1))
    assert ahead is not None
    assert np.log(ahead) == pytest.approx(0.6, abs=1e-3)


def test_baselines_see_nothing_of_the_day_or_after():
    known = growing("stock.coal", 0.1) + growing("stock.iron", 0.1)
    later = [Known("stock.coal", DAY, 99.0), Known("stock.iron", date(1909, 1, 1), 99.0)]
    before, with_later = (persistence(k, "stock.coal", DAY) for k in (known, known + later))
    assert np.array_equal(np.asarray(before), np.asarray(with_later))


def test_two_measurements_of_a_day_count_as_their_geometric_mean():
    known = growing("stock.coal", 0.1) + growing("stock.iron", 0.1)
    twice = [*known, Known("stock.coal", date(1904, 1, 1), float(np.exp(0.6)))]
    ahead = persistence(twice, "stock.coal", DAY)
    assert ahead is not None
    assert np.median(np.log(ahead)) == pytest.approx(0.5)


def test_a_summary_counts_what_was_not_predicted_and_compares_where_it_can():
    known = growing("stock.coal", 0.1) + growing("stock.iron", 0.1)
    draws = np.full(50, np.exp(0.5))
    good = score_row(a_row(float(np.exp(0.5))), draws, known, 1)
    alone = score_row(MeasuredRow("S2", DAY, "stock.tin", 2.0), np.full(50, 3.0), known, 1)
    other = SeriesRow("S3", None, status="not representable", reason="a ratio")
    made = summarise_series([other], [good, alone])
    assert (made.n, made.representable) == (3, 2)
    assert made.coverage90 == 0.5
    assert made.crps == pytest.approx(0.25)
    assert made.compared == {"persistence": 1, "trend": 1}
    assert made.baselines["persistence"].difference < 0.0


def test_nothing_predicted_has_counts_and_no_nulls():
    assert summarise_series([], []).as_dict() == {"n": 0, "representable": 0, "baselines": {}}
