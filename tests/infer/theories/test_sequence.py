"""A posterior led through facts one by one, against a case in which all is known in closed form."""

from __future__ import annotations

from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.infer.likelihood import Parts
from hokushin.infer.theories.rows import Telling
from hokushin.infer.theories.sequence import SequenceEffort, Sequencer, Stretch

SEEN = np.array([0.8, 1.4, -0.2, 0.9, 2.1, 1.0, 0.4, 1.3])
"""What one number, standard normal before, was seen as; each with an error of spread one."""
EFFORT = SequenceEffort(particles=1500, moves=2, leaps=6)
SEEDS = range(1, 7)


class OneNumber:
    """Rows of one matter: each step shows the number, or nothing but noise if its switch is off."""

    matters = ("red.border",)
    likelihood = SimpleNamespace(path=SimpleNamespace(n_steps=len(SEEN)))

    def start(self, n_switches):
        return {
            "numbers": np.zeros(1), "dispositions": np.zeros((1, 1)), "recording": np.zeros(1),
            "switch": np.ones(n_switches),
        }  # fmt: skip

    def parts(self, x, telling, world):
        on = 1.0 - (1.0 - x["switch"][0]) * telling.active[0]
        log_p = -0.5 * jnp.square(SEEN - on * x["numbers"][0]) - 0.5 * jnp.log(2 * jnp.pi)
        nothing = jnp.zeros((1, len(SEEN)))
        return Parts(log_p[None], nothing, nothing)

    def statements(self, x, telling, world):
        return x["numbers"][0] * 0.0 - 1.0


def telling(active: float) -> Telling:
    one = np.ones(1)
    return Telling(one, np.ones((1, 1)), active * one, 0.0 * one, 0.0 * one, np.asarray(1.0))


def exact() -> np.ndarray:
    """Log-probability of each thing seen, given those before: the normal of a Kalman filter."""
    mean, variance, found = 0.0, 1.0, []
    for y in SEEN:
        spread = variance + 1.0
        found.append(-0.5 * (y - mean) ** 2 / spread - 0.5 * np.log(2 * np.pi * spread))
        gain = variance / spread
        mean, variance = mean + gain * (y - mean), (1.0 - gain) * variance
    return np.array(found)


@pytest.fixture(scope="module")
def sequencer():
    return Sequencer(OneNumber(), 1, EFFORT)  # pyright: ignore[reportArgumentType]


@pytest.fixture(scope="module")
def passes(sequencer):
    every = [Stretch(0, i, i) for i in range(len(SEEN))]
    return [sequencer.run(telling(0.0), (), every, (4,), seed) for seed in SEEDS]


def mean_and_error(values) -> tuple[np.ndarray, np.ndarray]:
    values = np.asarray(values)
    return values.mean(0), values.std(0, ddof=1) / np.sqrt(len(values))


@pytest.mark.statistical
def test_each_fact_is_given_what_the_facts_before_it_allow(passes):
    mean, error = mean_and_error([told.stretch for told in passes])
    assert np.all(np.abs(mean - exact()) < 5 * error + 0.002)


@pytest.mark.statistical
def test_the_evidence_is_the_sum_of_the_forecasts(passes):
    mean, error = mean_and_error([told.log_evidence for told in passes])
    assert abs(mean - exact().sum()) < 5 * error
    assert error < 0.05


@pytest.mark.statistical
def test_what_is_held_out_is_forecast_from_the_cut_alone(passes):
    """The fourth fact leaves mean and variance of the number; each later one is forecast by it."""
    variance = 1.0 / 5.0
    mean = variance * SEEN[:4].sum()
    log_p = -0.5 * (SEEN - mean) ** 2 / (1 + variance) - 0.5 * np.log(2 * np.pi * (1 + variance))
    found, error = mean_and_error([told.held_out[0] for told in passes])
    assert np.all(found[:4] == 0.0)
    assert np.all(np.abs(found[4:] - log_p[4:]) < 5 * error[4:] + 0.002)


@pytest.mark.statistical
def test_a_switch_ends_with_the_odds_of_its_evidence(sequencer):
    every = [Stretch(0, i, i) for i in range(len(SEEN))]
    on, off = exact().sum(), float(np.sum(-0.5 * SEEN**2 - 0.5 * np.log(2 * np.pi)))
    told = [sequencer.run(telling(1.0), (), every, (), seed) for seed in SEEDS]
    share = 1.0 / (1.0 + np.exp(off - on))
    found, error = mean_and_error([each.switches[0] for each in told])
    assert abs(found - share) < 5 * error
    evidence, of_evidence = mean_and_error([each.log_evidence for each in told])
    assert abs(evidence - (np.logaddexp(on, off) - np.log(2))) < 5 * of_evidence


def test_what_was_stated_is_reported_apart(passes):
    assert passes[0].statements == pytest.approx(-1.0)


def test_the_same_seed_gives_the_same_forecasts(sequencer, passes):
    every = [Stretch(0, i, i) for i in range(len(SEEN))]
    again = sequencer.run(telling(0.0), (), every, (4,), 1)
    assert np.array_equal(again.stretch, passes[0].stretch)


def test_stretches_that_overlap_are_refused(sequencer):
    with pytest.raises(ValueError, match="stretches overlap"):
        sequencer.run(telling(0.0), (), [Stretch(0, 0, 3), Stretch(0, 3, 5)], (), 1)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"particles": 4}, "4 particles were asked for"),
        ({"kept_share": 0.0}, "kept_share is 0.0"),
        ({"leaps": 0}, "leaps is 0"),
    ],
)
def test_effort_that_gives_no_posterior_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        SequenceEffort(**wrong)
