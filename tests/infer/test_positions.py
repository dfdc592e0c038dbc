"""Positions of bodies: a few choices each, only of days after their documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.infer.positions import read_positions

END = date(1900, 12, 1)
COURSES = (
    {"power": "red", "course": "march", "matter": "border", "options": "attack"},
    {"power": "red", "course": "settle", "matter": "border", "options": "sign"},
    {"power": "red", "course": "wait"},
)


def row(**changed: str) -> dict[str, str]:
    """The staff favours marching, by a paper of 1 April."""
    written = {
        "id": "X1",
        "power": "red",
        "key": "staff",
        "options": "march|settle|wait",
        "share_1": "0.7",
        "share_2": "0.1",
        "share_3": "0.2",
        "k": "2",
        "end": "1900-06-30",
        "doc_last": "1900-04-01",
        "independent_of": "R-1900-06",
    }
    return {name: text for name, text in (written | changed).items() if text}


@pytest.fixture
def read(tiny, tiny_model):
    def of(*rows: dict[str, str]):
        record = replace(tiny.record, tables={"positions": rows, "courses": COURSES})
        return read_positions(tiny_model, record, END)

    return of


def test_a_row_speaks_from_the_day_after_its_last_document(read, tiny_model):
    (found,) = read(row()).rows
    day = tiny_model.sets.calendar.index
    assert (found.first, found.last) == (day(date(1900, 4, 2)), day(date(1900, 6, 30)) + 1)
    assert found.shares == pytest.approx((0.7, 0.1, 0.2))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"doc_last": ""}, "no dated document"),
        ({"independent_of": ""}, "no scored decision follows"),
        ({"doc_last": "1900-06-30"}, "holds no day"),
        ({"options": "march|mediate|wait"}, "no option of staff for mediate"),
    ],
)
def test_a_row_that_would_restate_or_cannot_be_said_is_listed(read, changed, reason):
    found = read(row(**changed))
    assert found.rows == ()
    ((name, why),) = found.unused
    assert name == "X1"
    assert reason in why


def test_a_row_counts_as_three_choices_at_most(read):
    (found,) = read(row(k="12")).rows
    assert found.weight == 3.0


def test_a_course_that_the_model_lacks_may_have_no_share(read):
    (found,) = read(row(options="march|mediate|wait", share_1="0.8", share_2="0")).rows
    assert found.shares == pytest.approx((0.8, 0.2))


def test_likelihood_is_the_shared_logarithm_of_the_softmax_of_courses(read, tiny_likelihood):
    """By hand, from the gains of the engine's own rule, one step at a time."""
    positions, latent = read(row()), tiny_likelihood.start()
    (found,) = positions.rows
    choice = tiny_likelihood.params(latent.numbers).choice
    gain = np.asarray(choice.sharpness[0] * tiny_likelihood.features.gains(choice))
    told = []
    for step in range(found.first, found.last):
        values = []
        for course in found.courses:
            cells = [
                gain[m, a, i, step] if tiny_likelihood.available[m, a + 1, step] else -30.0
                for m, a, i in course
            ]
            values.append(max(cells, default=0.0))
        chances = np.exp(values) / np.exp(values).sum()
        told.append(float(np.dot(found.shares, np.log(chances))))
    ours = float(positions.log_likelihood(tiny_likelihood, latent))
    assert ours == pytest.approx(2.0 * np.mean(told), rel=1e-4)


def test_favouring_a_course_speaks_for_what_recommends_it(read, tiny_likelihood):
    """A body that would march finds more relief in it, or minds its losses less."""
    positions = read(row(share_1="0.98", share_2="0.01", share_3="0.01"))
    start = tiny_likelihood.start()
    slope = jax.grad(lambda x: positions.log_likelihood(tiny_likelihood, x))(start).numbers
    assert float(slope[tiny_likelihood.names.index("weights.considerations.relief")]) > 0
    assert float(slope[tiny_likelihood.names.index("weights.considerations.dread")]) < 0
    assert bool(jnp.isfinite(slope).all())
