"""Months of matters, with and without a change, and the chances that rules gave to them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.engine.run import Documented
from hokushin.infer.score.timing import cells_of, score_timing
from hokushin.infer.score.walk import Walk
from hokushin.model.build import Model, build
from hokushin.scenario.load import load

RED = frozenset({"red"})
BOTH = frozenset({"red", "blue"})


@pytest.fixture(scope="module")
def model() -> Model:
    return build(load("tiny").scenario)


def a_change(model: Model, matter: str, day: date) -> Documented:
    return Documented(day, model.sets.matters.index(matter), 1)


def a_walk(model: Model, chance: float) -> Walk:
    n, m = model.sets.calendar.n_steps, len(model.sets.matters)
    o = model.axes.n_options
    quiet = np.full((n, m, 3), np.log(1 - chance))
    return Walk(np.zeros((n, m, o)), np.zeros((n, m, o)), np.zeros((n, m, o)), {}, quiet)


def test_every_month_of_the_span_is_a_cell_of_every_matter_of_the_powers(model):
    span = date(1900, 3, 5), date(1900, 6, 20)
    own = (a_change(model, "red.border", date(1900, 5, 2)),)
    cells = cells_of(model, own, (), RED, *span)
    n_red = sum(name.startswith("red.") for name in model.sets.matters)
    assert len(cells) == 4 * n_red
    assert [(cell.day.month, cell.changed) for cell in cells if cell.changed] == [(5, True)]
    assert len(cells_of(model, own, (), BOTH, *span)) == 4 * len(model.sets.matters)


def test_a_month_whose_change_the_record_tells_is_no_held_back_fact(model):
    span = date(1900, 3, 1), date(1900, 4, 30)
    known = (a_change(model, "red.border", date(1900, 3, 9)),)
    border = model.sets.matters.index("red.border")
    left = [cell for cell in cells_of(model, (), known, RED, *span) if cell.matter == border]
    both = [cell for cell in cells_of(model, known, known, RED, *span) if cell.matter == border]
    assert [(cell.day.month, cell.changed) for cell in left] == [(4, False)]
    assert [(cell.day.month, cell.changed) for cell in both] == [(3, True), (4, False)]


def test_months_score_the_log_of_the_chance_of_what_they_brought(model):
    span = date(1900, 3, 1), date(1900, 4, 30)
    own = (a_change(model, "red.border", date(1900, 3, 9)),)
    cells = cells_of(model, own, (), RED, *span)
    made = score_timing(model, cells, a_walk(model, 0.2), ())
    assert made is not None
    quiet = len(cells) - 1
    expected = (np.log(0.2) + quiet * np.log(0.8)) / len(cells)
    assert (made.n, made.changes) == (len(cells), 1)
    assert made.log_score == pytest.approx(expected)


def test_a_base_rate_counts_the_matter_before_each_month(model):
    """Two months before March, one of them with a change: (1 + 1/2) / (2 + 1)."""
    known = (a_change(model, "red.border", date(1900, 2, 3)),)
    border = model.sets.matters.index("red.border")
    span = date(1900, 3, 1), date(1900, 3, 31)
    cells = [c for c in cells_of(model, (), known, RED, *span) if c.matter == border]
    made = score_timing(model, cells, a_walk(model, 0.5), known)
    assert made is not None
    assert made.baselines["base_rate"].score == pytest.approx(np.log(0.5))
    assert made.baselines["base_rate"].difference == pytest.approx(0.0, abs=1e-6)


def test_a_walk_of_the_priors_is_compared_where_there_is_one(model):
    cells = cells_of(model, (), (), RED, date(1900, 3, 1), date(1900, 9, 30))
    made = score_timing(model, cells, a_walk(model, 0.2), (), a_walk(model, 0.5))
    assert made is not None
    assert made.baselines["prior"].difference == pytest.approx(np.log(0.8) - np.log(0.5))
    assert made.baselines["prior"].verdict == "better"


def test_no_months_have_no_score(model):
    assert score_timing(model, (), a_walk(model, 0.5), ()) is None
