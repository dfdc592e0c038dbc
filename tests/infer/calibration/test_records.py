"""Records that the engine made, and the likelihood that is to be theirs."""

from __future__ import annotations

from datetime import date

import jax
import numpy as np
import pytest

from hokushin.infer.calibration.records import Scope, likelihood_at, log_likelihood, simulate
from hokushin.infer.likelihood import Latent
from hokushin.scenario.load import load

PERSISTENT = "weights.choice.disposition_persistent"
DREAD, SPREAD = "weights.considerations.dread", "weights.choice.disposition_sd"


@pytest.fixture(scope="module")
def simulated():
    """Twelve records of two histories each, without a fresh part of judgement."""
    return simulate(load("tiny"), 12, histories=2, seed=1, fixed={PERSISTENT: 20.0})


@pytest.fixture(scope="module")
def records(simulated):
    return simulated.records()


@pytest.fixture(scope="module")
def told(simulated, records):
    """What the likelihood says at the truth: logarithms of chances, of carrying on, rates, parts
    and dispositions, axes (simulation, history, ...)."""
    truth = simulated.truth.latent()

    def of_history(record, numbers, dispositions, recording):
        likelihood = likelihood_at(simulated.template, record)
        latent = Latent(numbers, dispositions, recording)
        total = likelihood.parts(latent).total().sum()
        return *likelihood.chances(latent), total, likelihood.held(latent)

    by_history = jax.vmap(of_history, in_axes=(0, None, 0, None))
    found = jax.jit(jax.vmap(by_history))(records, *truth)
    return jax.tree.map(np.asarray, found)


def apart(simulated, x):
    """Lanes of an engine's array as (simulation, history, ..., step)."""
    return np.moveaxis(x.reshape(*x.shape[:-1], *simulated.shape), (-3, -2), (0, 1))


def test_likelihood_gives_each_step_the_chances_that_the_engine_drew_from(simulated, told):
    log_step, _, rate, *_ = told
    engine = np.exp(apart(simulated, simulated.log_chances))
    assert np.exp(log_step) == pytest.approx(engine, abs=1e-5)
    assert rate == pytest.approx(apart(simulated, simulated.rates), rel=1e-4)


def test_likelihood_of_a_record_is_the_sum_over_its_histories(simulated, records, told):
    first = jax.tree.map(lambda x: x[0], (records, simulated.truth.latent()))
    whole = float(log_likelihood(simulated.template, *first))
    assert whole == pytest.approx(told[3][0].sum(), rel=1e-4)


def test_at_most_one_option_of_a_matter_is_taken_in_a_step(records):
    assert set(np.unique(records.chosen.sum(axis=3))) == {0.0, 1.0}
    assert not records.chosen[:, :, :, 0].any()


def test_what_was_taken_was_open(records):
    assert np.all(records.available >= records.chosen)


def test_dispositions_are_put_together_from_their_innovations(simulated, told):
    state, _ = simulated.path.world(0)
    assert told[4] == pytest.approx(apart(simulated, np.asarray(state.disposition)), abs=1e-4)


@pytest.mark.statistical
def test_rows_that_nothing_was_changed_come_at_their_rate(simulated, records, told):
    """Poisson of the recording chance times tablings that end in carrying on."""
    _, log_carry, rate, *_ = told
    written = 1.0 / (1.0 + np.exp(-simulated.truth.recording))
    template = simulated.template
    tablings = (rate * np.exp(log_carry)).sum(axis=(1, 2))
    expected = (written[:, np.searchsorted(template.years, template.path.year)] * tablings).sum()
    assert abs(records.kept.sum() - expected) < 5 * np.sqrt(expected)


@pytest.fixture(scope="module")
def reduced():
    """Ten months, two numbers, and dispositions of one matter held for three months each."""
    scope = Scope(date(1900, 11, 1), (DREAD, SPREAD), ("blue.trade",), knot=3, nodes=8)
    return simulate(load("tiny"), 6, seed=1, scope=scope)


def test_scope_cuts_window_numbers_and_nodes(reduced):
    assert reduced.template.names == (DREAD, SPREAD)
    assert reduced.truth.numbers.shape == (6, 2)
    assert reduced.shape == (6, 1, 10)
    assert reduced.template.nodes == 8
    inferred = np.flatnonzero(reduced.inferred)
    assert [reduced.template.path.model.axes.pairs[i] for i in inferred] == [
        "blue.council:blue.trade"
    ]


def test_scope_leaves_other_numbers_at_their_medians(simulated, reduced):
    """Before there is any news, matters are tabled at rates that are numbers of their own."""
    drawn, at_medians = (apart(x, x.rates)[..., 0] for x in (simulated, reduced))
    assert np.ptp(drawn, axis=0).min() > 0.01
    assert at_medians == pytest.approx(np.broadcast_to(at_medians[:1], at_medians.shape), rel=1e-6)


def test_knots_lie_on_the_dispositions_of_the_engine(reduced):
    held = jax.jit(jax.vmap(reduced.template.held))
    truth = reduced.truth.latent()
    told = np.asarray(held(truth._replace(dispositions=truth.dispositions[:, 0])))
    state, _ = reduced.path.world(0)
    felt = apart(reduced, np.asarray(state.disposition))[:, 0]
    assert told[..., ::3] == pytest.approx(felt[..., ::3], abs=1e-4)
    assert np.abs(told - felt).max() > 0.1  # in between the engine goes on


def test_some_simulations_have_the_records_that_they_have_among_all(simulated, records):
    some = simulated.some(3, 7)
    jax.tree.map(
        lambda part, whole: np.testing.assert_array_equal(part, whole[3:7]), some.records(), records
    )
    assert np.array_equal(some.truth.numbers, simulated.truth.numbers[3:7])


def test_scope_of_a_matter_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match=r"no matter red\.trade; there are red\.border"):
        simulate(load("tiny"), 1, scope=Scope(matters=("red.trade",)))
