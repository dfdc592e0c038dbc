"""Priors put 90 % of belief where a source's interval says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hokushin.scenario.prior import Prior, default_kind, fitted_prior
from hokushin.scenario.problems import Mistake
from hokushin.scenario.units import UnitError, parse_unit


@pytest.mark.parametrize(
    ("kind", "value", "low", "high", "unit"),
    [
        ("lognormal", 20.0, 10.0, 40.0, "kt"),
        ("logitnormal", 0.5, 0.1, 0.9, "probability"),
        ("logitnormal", 20.0, 100 / 17, 50.0, "percent"),  # odds 1/16, 1/4, 1
        ("normal", -1.0, -3.0, 1.0, "1"),
    ],
)
def test_a_value_in_the_middle_gives_the_interval_back(kind, value, low, high, unit):
    prior = fitted_prior(kind, value, low, high, unit, widened=False)
    assert prior.quantile([0.05, 0.5, 0.95]) == pytest.approx([low, value, high], rel=1e-12)


@settings(max_examples=200)
@given(
    st.sampled_from(["lognormal", "logitnormal", "normal"]),
    st.tuples(*[st.floats(0.001, 0.999)] * 3).map(sorted),
)
def test_the_value_is_the_median_and_the_interval_as_wide_as_stated(kind, numbers):
    low, value, high = numbers
    if high - low < 1e-6:
        return
    prior = fitted_prior(kind, value, low, high, "share", widened=False)
    low_5, median, high_95 = prior.quantile([0.05, 0.5, 0.95])
    scale = {
        "lognormal": np.log,
        "normal": np.asarray,
        "logitnormal": lambda x: np.log(x / (1 - x)),
    }
    transformed = scale[kind]
    assert median == pytest.approx(value, rel=1e-9)
    width = transformed(high) - transformed(low)
    assert transformed(high_95) - transformed(low_5) == pytest.approx(width, rel=1e-9)


def test_a_recalled_interval_is_twice_as_wide_in_log():
    read = fitted_prior("lognormal", 20, 10, 40, "kt", widened=False)
    recalled = fitted_prior("lognormal", 20, 10, 40, "kt", widened=True)
    assert recalled.widened
    assert not read.widened
    assert recalled.quantile([0.05, 0.95]) == pytest.approx([5, 80])


def test_a_recalled_interval_of_a_signed_number_is_twice_as_wide():
    recalled = fitted_prior("normal", 0, -1, 1, "1", widened=True)
    assert recalled.quantile([0.05, 0.95]) == pytest.approx([-2, 2])


def test_a_recalled_fraction_is_twice_as_wide_in_log_odds():
    recalled = fitted_prior("logitnormal", 0.5, 0.25, 0.75, "share", widened=True)  # odds 1/3, 3
    assert recalled.quantile([0.05, 0.95]) == pytest.approx([0.1, 0.9])  # odds 1/9, 9


def test_an_end_at_the_edge_leaves_the_spread_to_the_other_end():
    positive = fitted_prior("lognormal", 20, 0, 40, "kt", widened=False)
    assert positive.quantile([0.05, 0.95]) == pytest.approx([10, 40])
    fraction = fitted_prior("logitnormal", 0.5, 0.1, 1, "share", widened=False)
    assert fraction.quantile([0.05, 0.95]) == pytest.approx([0.1, 0.9])


@pytest.mark.parametrize(
    ("kind", "value", "low", "high", "unit"),
    [
        ("lognormal", 0, 0, 5, "kt"),
        ("lognormal", 1, -1, 5, "kt"),
        ("lognormal", 5, 0, 5, "kt"),
        ("logitnormal", 0, 0, 0.5, "share"),
        ("logitnormal", 1, 0.5, 1, "share"),
        ("logitnormal", 0.5, 0, 1, "share"),
        ("logitnormal", 0.5, 0.2, 1.2, "share"),
        ("logitnormal", 50, 20, 120, "percent"),
        ("logitnormal", 0.5, 0.2, 0.7, "1"),
    ],
)
def test_numbers_that_a_kind_cannot_hold_are_refused(kind, value, low, high, unit):
    with pytest.raises(Mistake):
        fitted_prior(kind, value, low, high, unit, widened=False)


@pytest.mark.parametrize(
    ("value", "low", "unit", "kind"),
    [
        (3, 1, "kt", "lognormal"),
        (3, 0, "kt", "lognormal"),
        (0.3, 0.1, "1", "lognormal"),
        (0.3, 0.1, "share", "logitnormal"),
        (30, 10, "percent", "logitnormal"),
        (0.3, 0.1, "probability", "logitnormal"),
        (0.3, 0.1, "probability/year", "lognormal"),
        (3, -1, "kt", "normal"),
        (3, 1, "degC", "normal"),
    ],
)
def test_the_kind_follows_from_the_number_and_its_unit(value, low, unit, kind):
    assert default_kind(value, low, unit) == kind


@pytest.mark.parametrize(
    ("kind", "numbers", "unit", "other", "factor"),
    [
        ("lognormal", (20, 10, 40), "Mbbl/month", "kt/year", 12 * 1_000 / 7.33),
        ("normal", (0, -5, 5), "months", "days", 30.4375),
        ("logitnormal", (0.2, 0.1, 0.4), "share", "percent", 100),
        ("logitnormal", (20, 10, 40), "percent", "share", 0.01),
    ],
)
def test_another_unit_is_the_same_belief(kind, numbers, unit, other, factor):
    prior = fitted_prior(kind, *numbers, unit, widened=False)
    moved = prior.in_unit(other)
    p = np.linspace(0.01, 0.99, 9)
    assert moved.unit == parse_unit(other)
    np.testing.assert_allclose(moved.quantile(p), factor * prior.quantile(p), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        moved.in_unit(unit).quantile(p), prior.quantile(p), rtol=1e-9, atol=1e-12
    )


def test_a_unit_of_the_wrong_kind_is_refused():
    with pytest.raises(UnitError, match="but the model needs"):
        fitted_prior("lognormal", 20, 10, 40, "kt", widened=False).in_unit("kt/month")


def test_a_constant_is_its_value_exactly():
    prior = Prior("constant", 0.1, 0.0, parse_unit("share"))
    assert prior.quantile([0.0, 0.3, 1.0]).tolist() == [0.1, 0.1, 0.1]
    assert prior.sample_from_normal(np.full((2, 3), 7.0)).tolist() == [[0.1] * 3] * 2
    assert prior.in_unit("percent").quantile(0.5) == pytest.approx(10)


def test_draws_keep_the_shape_and_order_of_their_normals():
    prior = fitted_prior("logitnormal", 0.2, 0.1, 0.4, "share", widened=False)
    z = np.linspace(-3, 3, 12).reshape(3, 4)
    draws = prior.sample_from_normal(z)
    assert draws.shape == z.shape
    assert np.all(np.diff(draws.ravel()) > 0)
    assert prior.sample_from_normal(0.0) == pytest.approx(0.2)


def test_extreme_normals_stay_inside_what_is_possible():
    prior = fitted_prior("logitnormal", 0.2, 0.1, 0.4, "share", widened=False)
    assert prior.sample_from_normal([-1e6, 1e6]).tolist() == [0.0, 1.0]


def test_quantiles_need_shares():
    prior = Prior("normal", 0.0, 1.0, parse_unit("1"))
    for p in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="from 0 to 1"):
            prior.quantile(p)


@pytest.mark.statistical
def test_draws_from_standard_normals_have_the_stated_quantiles():
    prior = fitted_prior("lognormal", 20, 10, 40, "kt", widened=False)
    n = 20_000
    draws = prior.sample_from_normal(np.random.default_rng(7).standard_normal(n))
    for bound, share in ((10, 0.05), (20, 0.5), (40, 0.95)):
        standard_error = math.sqrt(share * (1 - share) / n)
        assert abs(np.mean(draws < bound) - share) < 5 * standard_error
