"""Weights of evidence and the tests of process tracing, on numbers that can be done in the head."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.infer.theories.facts import (
    DOUBLY_DECISIVE,
    HOOP,
    SMOKING_GUN,
    STRAW,
    facts_of,
    kind_of,
    rivals,
    weight_of,
)
from hokushin.infer.theories.held import by_month, held_out


def test_ten_to_one_is_ten_decibans():
    assert weight_of(np.log(0.5), np.log(0.05)) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("chance", "other", "kind"),
    [
        (0.995, 0.90, HOOP),  # its absence: .005 against .10, thirteen decibans; its presence: .4
        (0.50, 0.02, SMOKING_GUN),  # fourteen decibans, but half a chance of not being there
        (0.99, 0.05, DOUBLY_DECISIVE),
        (0.60, 0.30, STRAW),
        (0.92, 0.80, STRAW),  # likely, but its absence costs no more than four
    ],
)
def test_a_fact_is_the_test_that_its_chances_make_it(chance, other, kind):
    weight = weight_of(np.log(chance), np.log(other))
    assert kind_of(chance, other, weight) == kind


def test_rivals_count_by_what_they_have_forecast():
    """After one fact with chances .9 and .1 the first rival counts nine times as much."""
    log_p = np.log([[0.9, 0.5], [0.1, 0.2]])
    first, second = np.exp(rivals(log_p))
    assert first == pytest.approx(0.5)
    assert second == pytest.approx(0.9 * 0.5 + 0.1 * 0.2)


def test_facts_cover_the_record_once_and_end_at_cuts(tiny_likelihood):
    cut = 3
    facts = facts_of(tiny_likelihood, (cut,))
    shape = tiny_likelihood.path.chosen[:, 0].shape
    covered = sum(fact.stretch.cells(*shape) for fact in facts)
    assert np.array_equal(covered, np.ones(shape))
    assert not any(fact.stretch.first < cut <= fact.stretch.last for fact in facts)
    ends = [fact.stretch.last for fact in facts]
    assert ends == sorted(ends)


def test_what_the_record_took_is_a_fact_by_itself(tiny_likelihood):
    taken = tiny_likelihood.path.chosen.sum(axis=1) > 0
    facts = [fact for fact in facts_of(tiny_likelihood, ()) if fact.option]
    assert {(f.stretch.matter, f.stretch.first) for f in facts} == set(
        map(tuple, np.argwhere(taken).tolist())
    )
    assert all(fact.stretch.first == fact.stretch.last for fact in facts)


def test_months_are_summed_from_the_cut_on():
    days = [date(1900, 1, 1), date(1900, 1, 11), date(1900, 2, 1), date(1900, 2, 11)]
    sums, months = by_month(np.array([1.0, 2.0, 4.0, 8.0]), days, 1)
    assert months == [date(1900, 1, 1), date(1900, 2, 1)]
    assert sums.tolist() == [2.0, 12.0]


def test_a_forecast_that_is_better_every_month_is_called_better():
    days = [date(1900, month, 1) for month in range(1, 13)]
    theirs = -np.linspace(1.0, 2.0, 12)
    found = held_out([theirs + 0.3], [theirs], days, 2, days[2])
    assert (found.months, found.verdict, found.mc_error) == (10, "better", 0.0)
    assert found.difference == pytest.approx(3.0)


def test_what_particles_cannot_tell_is_the_same_or_untold():
    days = [date(1900, month, 1) for month in range(1, 13)]
    theirs = -np.linspace(1.0, 2.0, 12)
    assert held_out([theirs + 0.001], [theirs], days, 2, days[2]).verdict == "the same"
    seeds = [theirs + 0.3, theirs - 0.2]  # three nats one way, two the other
    found = held_out(seeds, [theirs, theirs], days, 2, days[2])
    assert found.mc_error == pytest.approx(2.5)
    assert found.verdict == "cannot tell"
