"""Sensitivity indices on functions whose indices are known."""

import numpy as np
import pytest
from scipy.special import ndtri

from hokushin.query.sensitivity.given import given_data
from hokushin.query.sensitivity.morris import morris
from hokushin.query.sensitivity.sobol import sobol

THREE = ("first", "second", "third")


def ishigami(u):
    """Ishigami and Homma (1990) with a = 7, b = 0.1, from shares of the range -pi to pi."""
    x = np.pi * (2.0 * u - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_the_ishigami_function_gets_its_published_indices():
    found = sobol(ishigami, THREE, n=2048, seed=1)

    assert [s.name for s in found] == list(THREE)
    assert [s.alone for s in found] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert [s.total for s in found] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)
    for share in found:
        assert 0.0 < share.total_error < 0.05


def test_an_output_that_never_moves_has_no_shares():
    shares = sobol(lambda u: np.full(len(u), 2.0), THREE, n=8)

    assert all(share.total == share.alone == 0.0 for share in shares)


def test_linear_effects_are_their_slopes():
    slopes = np.array([3.0, -2.0, 0.0])

    found = morris(lambda u: u @ slopes, THREE, trajectories=5, seed=3)

    assert [e.name for e in found] == list(THREE)
    assert [e.mean for e in found] == pytest.approx(slopes.tolist())
    assert [e.mean_size for e in found] == pytest.approx(np.abs(slopes).tolist())
    assert [e.spread for e in found] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_numbers_that_act_only_together_have_spread_effects():
    found = {e.name: e for e in morris(lambda u: (u[:, 0] - 0.5) * (u[:, 1] - 0.5), THREE, 30)}

    assert found["first"].mean_size > 2 * abs(found["first"].mean)
    assert found["first"].spread > 0.2
    assert found["third"].mean_size == 0.0


def test_dependence_is_found_in_correlated_draws_and_hardly_beyond():
    random = np.random.default_rng(5)
    z = random.normal(size=(1000, 12))
    z[:, 1] = 0.8 * z[:, 0] + 0.6 * z[:, 1]

    found = given_data(z, 3.0 * z[:, 0] + 0.3 * random.normal(size=1000), list("abcdefghijkl"))

    assert [n.name for n in found.numbers[:2]] == ["a", "b"]
    assert found.numbers[0].correlation > 0.95
    assert found.numbers[0].index > 1.2 * found.numbers[1].index > 2 * found.floor
    assert len(found.above_floor) <= 4


def test_dependence_does_not_change_where_the_output_is_stretched():
    random = np.random.default_rng(6)
    z = random.normal(size=(300, 3))
    y = z[:, 0] + 0.5 * z[:, 1]

    plain, stretched = (given_data(z, x, list("abc"), seed=2) for x in (y, np.exp(4 * y)))

    assert plain.numbers == stretched.numbers
    assert plain.numbers[0].name == "a"


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: sobol(ishigami, THREE, n=100), "powers of two"),
        (lambda: sobol(ishigami, (), n=8), "no number"),
        (lambda: morris(ishigami, ("x", "x", "y"), 4), "named twice"),
        (lambda: morris(ishigami, THREE, 1), "at least 2"),
        (lambda: morris(lambda u: u[:, 0] * np.nan, THREE, 4), "not finite"),
        (lambda: given_data(np.zeros((9, 1)), np.zeros(9), ["x"]), "too few"),
        (lambda: given_data(np.zeros((9, 1)), np.zeros(8), ["x"]), "8 outputs"),
    ],
)
def test_calls_that_cannot_be_met_say_what_is_needed(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()


def test_rows_reach_the_function_as_shares():
    seen = []

    def noted(u):
        seen.append(u)
        return ndtri(0.05 + 0.9 * u).sum(1)

    sobol(noted, THREE, n=16)
    morris(noted, THREE, trajectories=3)

    assert all((rows >= 0).all() and (rows <= 1).all() for rows in seen)
    assert [len(rows) for rows in seen] == [16 * 5, 3 * 4]
