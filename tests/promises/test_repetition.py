"""A history is itself whoever runs beside it, and a switch throws nobody else's dice."""

import datetime
from dataclasses import replace

import jax
import numpy as np
import pytest

from hokushin.engine.run import Setting, Simulator
from hokushin.model import step
from hokushin.model.mechanisms.fighting import fight_fronts
from hokushin.query.engine import EngineEvaluator
from hokushin.query.evaluator import check_common_random_numbers
from hokushin.query.shapley import shapley_shares
from tests.model.small import small_model, small_world
from tests.promises.conftest import SPREAD

HORIZON = datetime.date(1901, 1, 1)
EVERYTHING, NOTHING = np.array([True, True]), np.array([False, False])


@pytest.fixture(scope="module")
def simulator():
    """Runs of the small world for a year, free from the first day."""
    return Simulator(small_model(SPREAD), Setting(seed=3, horizon=HORIZON))


@pytest.fixture(scope="module")
def series(simulator):
    """The whole state of three hundred histories after every step, in their order."""
    return simulator.series(lambda state: state, np.arange(300), name="all")


def same(one, other):
    return all(
        np.array_equal(x, y) for x, y in zip(*map(jax.tree.leaves, (one, other)), strict=True)
    )


def only(series, lanes):
    return jax.tree.map(lambda x: x[..., lanes], series)


# The same history


def test_a_history_alone_is_what_it_is_among_others(simulator, series):
    alone = simulator.series(lambda state: state, np.array([257]), name="all")
    assert same(alone, only(series, [257]))


def test_the_order_of_histories_does_not_matter(simulator, series):
    backwards = np.arange(300)[::-1]
    assert same(
        simulator.series(lambda state: state, backwards, name="all"), only(series, backwards)
    )


def test_a_history_is_the_same_beside_strangers_and_beside_itself(simulator, series):
    beside = np.array([9000, 12, 12, 4_000_000_000, 12], np.uint32)
    found = simulator.series(lambda state: state, beside, name="all")
    for place in (1, 2, 4):
        assert same(only(found, [place]), only(series, [12]))
    assert not same(only(found, [0]), only(series, [12]))


def test_a_history_that_is_told_is_the_one_that_was_counted(simulator, series):
    """Telling records more and is another program, but the same events happen."""
    outcomes = simulator.outcomes(np.arange(300))
    for history in (7, 123):
        story = simulator.trace(history)
        now, before = story.state, only(series, history)  # a step starts where the last one ended
        np.testing.assert_array_equal(now.stands[1:], before.stands[:-1])
        np.testing.assert_allclose(now.stock[1:], before.stock[:-1], rtol=1e-5, atol=1e-4)
        chosen = story.taken[:, simulator.model.axes.matters.index("red.war"), 1]  # prepare
        first = np.flatnonzero(chosen)[0] if chosen.any() else 1e6
        assert outcomes.step("prepared")[history] == first


# Switches


def test_without_a_cause_the_dice_of_everything_else_are_the_same(simulator, series):
    """Dispositions are drawn at every step and never read the world: they keep every bit."""
    without = simulator.series(lambda state: state, np.arange(300), present=NOTHING, name="all")
    np.testing.assert_array_equal(without.disposition, series.disposition)
    np.testing.assert_array_equal(without.estimate_error, series.estimate_error)
    assert not same(without, series)  # though the world is another


def test_without_a_cause_a_war_that_the_calendar_opens_has_the_same_luck(simulator, series):
    without = simulator.series(lambda state: state, np.arange(300), present=NOTHING, name="all")
    far = simulator.model.axes.fronts.index("far")
    assert series.war[-1, far].all()
    np.testing.assert_array_equal(without.campaign[:, far], series.campaign[:, far])


def test_a_cause_leaves_the_past_before_its_day_alone(simulator, series):
    """The hills are poor from the first of June on: step 15."""
    rich = np.array([True, False])
    without = simulator.series(lambda state: state, np.arange(300), present=rich, name="all")
    early, late = (jax.tree.map(lambda x, s=s: x[s], (without, series)) for s in (slice(15), -1))
    assert same(*early)
    assert not same(*late)


def test_a_mechanism_that_is_left_out_takes_its_own_dice_along_and_no_others(monkeypatch):
    """A draw is a function of its name: under the same names, the others throw the same."""
    world = small_world()
    everything = set(thrown(world))
    monkeypatch.setattr(step, "ORDER", tuple(m for m in step.ORDER if m is not fight_fronts))
    without = set(thrown(world))
    own = {"fighting", "fighting.size", "fighting.campaign", "fighting.costs"}
    assert {name for name, _ in everything - without} == own
    assert without < everything


def thrown(world):
    """Names and shapes under which a step draws, in order."""
    names = []
    dice = replace(world.dice, notice=lambda name, shape: names.append((name, shape)))
    jax.eval_shape(
        lambda state: step.advance(
            world.axes, world.params, state, world.moment, dice, world.rewriting()
        ),
        world.state,
    )
    return names


# Shares


@pytest.fixture(scope="module")
def evaluator(simulator):
    return EngineEvaluator(simulator, "war")


def test_an_outcome_depends_on_its_switches_and_its_history_alone(evaluator):
    check_common_random_numbers(evaluator, range(200))


def test_shares_add_to_what_all_causes_make_of_the_outcome(evaluator):
    shares = shapley_shares(evaluator, range(2048), seed=1)
    total = shares.v_all.value - shares.v_none.value
    assert shares.value.sum() == pytest.approx(total, abs=1e-9)
    assert shares.group_value.sum() == pytest.approx(total, abs=1e-9)
    assert total != 0.0
