"""Scores are compared over months, and a verdict needs an interval on one side of zero."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.infer.score.compare import FEWEST_MONTHS, RESAMPLES, compare, mean_and_se


def months(n: int, each: int = 1) -> list[date]:
    return [date(1900 + i // 12, i % 12 + 1, 1) for i in range(n) for _ in range(each)]


def test_mean_and_difference_are_those_of_the_cases():
    ours, theirs = np.array([-1.0, -2.0, -3.0]), np.array([-2.0, -2.0, -2.0])
    made = compare(ours, theirs, months(3))
    assert made.score == -2.0
    assert made.difference == 0.0


def test_a_rule_that_is_worse_in_every_month_is_beaten():
    gap = np.linspace(0.5, 1.5, 24)
    better = compare(gap, np.zeros(24), months(24))
    worse = compare(np.zeros(24), gap, months(24))
    assert better.verdict == "better"
    assert worse.verdict == "worse"
    assert better.difference == -worse.difference == pytest.approx(1.0)


def test_lower_is_better_turns_the_verdict_round():
    gap = np.linspace(0.5, 1.5, 24)
    assert compare(gap, np.zeros(24), months(24), higher_is_better=False).verdict == "worse"


def test_differences_that_go_both_ways_cannot_be_told():
    gap = np.tile([1.0, -1.0], 12)
    assert compare(gap, np.zeros(24), months(24)).verdict == "cannot tell"


def test_few_months_cannot_be_told_however_clear_they_look():
    n = FEWEST_MONTHS - 1
    assert compare(np.ones(n), np.zeros(n), months(n)).verdict == "cannot tell"
    assert compare(np.ones(n + 1), np.zeros(n + 1), months(n + 1)).verdict == "better"


@pytest.mark.statistical
def test_standard_error_of_independent_months_is_that_of_a_mean():
    """The 4,000 resamples leave the spread a relative standard error of one in root 8,000."""
    n = 400
    values = np.random.default_rng(3).standard_normal(n)
    _, se = mean_and_se(values, months(n))
    expected = values.std() / np.sqrt(n)
    assert abs(se - expected) < 5 * expected / np.sqrt(2 * RESAMPLES)


def test_cases_of_one_month_count_as_one_block():
    """Ten copies of every case in the same month say no more than one copy does."""
    values = np.random.default_rng(4).standard_normal(30)
    _, alone = mean_and_se(values, months(30))
    _, copied = mean_and_se(np.repeat(values, 10), months(30, each=10))
    assert copied == pytest.approx(alone)


def test_cases_and_days_must_be_as_many():
    with pytest.raises(ValueError, match="3 scores of ours, 2 of theirs and 3 days"):
        compare(np.zeros(3), np.zeros(2), months(3))
