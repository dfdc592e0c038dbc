"""Bands against simulation and against what can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hokushin.infer.calibration.bands import counts_below, leaves, simultaneous_band


def test_counts_are_of_ranks_strictly_below_each_bound():
    band = simultaneous_band(4, 3, 0.9)
    assert band.bound.tolist() == [1, 2, 3]
    assert counts_below(np.array([0, 1, 1, 3]), band).tolist() == [1, 3, 3]
    assert band.expected.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.statistical
@pytest.mark.parametrize("chance", [0.9, 0.99])
def test_uniform_ranks_stay_inside_as_often_as_asked(chance):
    n, draws, tries = 100, 99, 4000
    band = simultaneous_band(n, draws, chance)
    ranks = np.random.default_rng(4).integers(draws + 1, size=(n, tries))
    inside = 1.0 - leaves(ranks, band).mean()
    error = np.sqrt(chance * (1.0 - chance) / tries)
    # Counts are whole, so the narrowest band that holds enough may hold a little more.
    assert chance - 5 * error < inside < chance + 5 * error + 0.5 * (1.0 - chance)


def test_one_bound_is_a_binomial_interval():
    # Ranks 0 or 1: of ten, between 1 and 9 are zeros with the chance 1 - 2/1024.
    band = simultaneous_band(10, 1, 0.99)
    assert (band.low.tolist(), band.high.tolist()) == ([1], [9])


def test_ranks_that_crowd_in_the_middle_leave_the_band():
    ranks = np.repeat(np.arange(30, 70), 5)
    assert leaves(ranks, simultaneous_band(len(ranks), 99, 0.99))


def test_ranks_that_lean_to_one_side_leave_the_band():
    ranks = np.sort(np.random.default_rng(1).integers(100, size=(200, 2)), axis=1)[:, 0]
    assert leaves(ranks, simultaneous_band(200, 99, 0.99))


@pytest.mark.parametrize(("n", "largest", "chance"), [(0, 9, 0.9), (5, 0, 0.9), (5, 9, 1.0)])
def test_what_says_nothing_is_refused(n, largest, chance):
    with pytest.raises(ValueError, match=r"say nothing|must lie between"):
        simultaneous_band(n, largest, chance)
