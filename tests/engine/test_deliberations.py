"""What bodies deliberate on is read from a run without changing it."""

from datetime import date

import numpy as np
import pytest

from hokushin.engine.run import Setting, Simulator
from hokushin.model.build import build
from hokushin.scenario.load import load

IDS = np.arange(300, dtype=np.uint32)
BRANCH = date(1900, 7, 1)


@pytest.fixture(scope="module")
def simulator():
    return Simulator(build(load("tiny").scenario), Setting(seed=3, branch=BRANCH))


def rates(report):
    """Chance of carrying on in every matter, and what was taken."""
    return report.step_log_probability[:, 0], report.taken[:, 0]


def test_the_same_histories_run_with_a_report_and_without(simulator):
    plain = simulator.outcomes(IDS)

    outcomes, (log_chance, taken) = simulator.deliberations(rates, IDS)

    np.testing.assert_array_equal(outcomes.first, plain.first)
    steps = simulator.stop - simulator.first_seen
    assert log_chance.shape == taken.shape == (steps, len(simulator.model.axes.matters), 300)
    assert (log_chance <= 0).all()


def test_a_documented_past_leaves_no_report(simulator):
    assert 0 < simulator.first_seen < simulator.first_free


def test_rows_can_bring_their_own_numbers(simulator):
    own = simulator.normals(IDS)

    by_draw, seen = simulator.deliberations(rates, IDS)
    by_number, given = simulator.deliberations(rates, IDS, normals=own)
    _, medians = simulator.deliberations(rates, IDS, normals=np.zeros_like(own))

    np.testing.assert_array_equal(by_number.first, by_draw.first)
    np.testing.assert_allclose(given[0], seen[0], atol=1e-5)
    assert np.abs(medians[0] - seen[0]).max() > 0.01


def test_numbers_of_another_shape_are_refused(simulator):
    with pytest.raises(ValueError, match="a row for each number, a column for each history"):
        simulator.deliberations(rates, IDS, normals=np.zeros((3, 300)))
