"""The likelihood of the record is the engine's own rule, laid out for a gradient."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.engine.documented import documented_path
from hokushin.engine.run import Setting, Simulator
from hokushin.infer.council import council_of, decide_cells, pull
from hokushin.infer.features import no_dice
from hokushin.infer.likelihood import Latent, RecordLikelihood, weighing_numbers
from hokushin.infer.record_path import RecordPath, walk_record
from hokushin.model import weighing
from hokushin.model.build import build
from hokushin.model.mechanisms.choosing import deliberate
from hokushin.model.params import Params
from hokushin.scenario.load import load
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema import Scenario


def somewhere(likelihood: RecordLikelihood, seed: int = 3) -> Latent:
    """A latent that is not the medians."""
    draw = np.random.default_rng(seed).standard_normal
    return jax.tree.map(lambda x: jnp.asarray(draw(x.shape), jnp.float32), likelihood.start())


def wide(likelihood: RecordLikelihood, numbers: jax.Array) -> Params:
    """Numbers with one lane for each step."""
    n = likelihood.path.n_steps
    params = likelihood.params(numbers)
    return jax.tree.map(lambda x: jnp.broadcast_to(x, (*x.shape[:-1], n)), params)


def engine_gains(likelihood: RecordLikelihood, numbers: jax.Array) -> np.ndarray:
    path, axes = likelihood.path, likelihood.path.model.axes
    params, (state, view) = wide(likelihood, numbers), path.world(likelihood.world)
    dice = no_dice(path.n_steps)
    found = weighing.values(axes, params, view, state, path.moment, dice)
    return np.asarray(weighing.gains(axes, params, view, state, found, dice))


def check_against_the_engine(likelihood: RecordLikelihood) -> None:
    """Gains and decisions at random numbers and judgement are those of the engine."""
    path, axes, features = likelihood.path, likelihood.path.model.axes, likelihood.features
    latent = somewhere(likelihood)
    params = likelihood.params(latent.numbers)
    gain, told = engine_gains(likelihood, latent.numbers), features.gains(params.choice)
    for matter, members in enumerate(features.pair):
        for member in np.flatnonzero(members >= 0):
            for act in np.flatnonzero(features.exists[matter]):
                np.testing.assert_allclose(
                    told[matter, act, member], gain[members[member], act + 1], atol=1e-5
                )
    felt = np.random.default_rng(5).standard_normal((len(axes.pairs), path.n_steps))
    felt = jnp.asarray(felt, jnp.float32)
    acts = (axes.option_exists * (np.arange(axes.n_options) > 0))[..., None]
    theirs = deliberate(
        axes,
        wide(likelihood, latent.numbers),
        gain + felt[:, None] * acts[axes.pair_matter],
        jnp.asarray(likelihood.available),
    )
    council = council_of(axes, params, features)
    ours = decide_cells(council, told, felt, pull(council, told), likelihood.available)
    np.testing.assert_allclose(ours.probability, theirs.probability, atol=2e-6)
    np.testing.assert_allclose(ours.agenda, theirs.agenda, atol=2e-6)


def test_gains_and_decisions_are_those_of_the_engine(tiny_likelihood):
    check_against_the_engine(tiny_likelihood)


@pytest.mark.slow
def test_gains_and_decisions_are_those_of_the_engine_in_the_flagship():
    loaded = load("second-front")
    model = build(loaded.scenario)
    path = walk_record(model, loaded.record, date(1941, 9, 1), np.zeros(1, np.uint32))
    likelihood = RecordLikelihood(path, weighing_numbers(model))
    check_against_the_engine(likelihood)
    slope = jax.jit(jax.grad(likelihood.log_density))(somewhere(likelihood))
    assert all(bool(jnp.isfinite(x).all()) for x in slope)


def with_true_sight(scenario: Scenario) -> Scenario:
    """The scenario with next to no spread in what anybody sees of another's forces."""

    def clear(number: Quantity) -> Quantity:
        update = {"value": 1e-6, "low": None, "high": None, "constant": "for a test"}
        return number.model_copy(update=update)

    seen = {
        name: one.model_copy(update={"spread": clear(one.spread)})
        for name, one in scenario.observations.items()
    }
    return scenario.model_copy(update={"observations": seen})


@pytest.mark.statistical
def test_the_generator_brings_what_the_likelihood_says(tiny):
    """Frequencies of a free step, from minds that looked on for three, within five errors.

    In a world where everybody sees alike: elsewhere each history has its own error of intelligence,
    and a path has that of its world.
    """
    tiny_model = build(with_true_sight(tiny.scenario))
    free, n = 3, 8192
    calendar = tiny_model.sets.calendar
    branch, end = calendar.start_of(free), calendar.start_of(free + 1)
    documented = documented_path(tiny_model, tiny.record)
    setting = Setting(branch=branch, horizon=end, spread=0.0)
    simulator = Simulator(tiny_model, setting, documented)
    taken = simulator.reports(lambda report: report.taken, np.arange(n, dtype=np.uint32))[free]
    path = walk_record(tiny_model, tiny.record, end, np.zeros(1, np.uint32), spread=0.0)
    likelihood = RecordLikelihood(path, weighing_numbers(tiny_model), knot=1, nodes=64)
    chances = jax.jit(lambda latent: jnp.exp(likelihood.chances(latent)[0][..., free]))
    start = likelihood.start()
    draw = np.random.default_rng(0).standard_normal
    told = np.stack(
        [
            np.asarray(chances(start._replace(dispositions=jnp.asarray(draw(shape), jnp.float32))))
            for shape in [start.dispositions.shape] * 256
        ]
    )
    expected, error = told.mean(0), told.std(0) / 16.0
    seen = taken.mean(-1)
    error = np.sqrt(error**2 + expected * (1.0 - expected) / n)
    exists = tiny_model.axes.option_exists > 0
    assert seen[exists][1:].max() > 0.005, "nothing happens, so nothing is tested"
    assert (np.abs(seen - expected)[exists] < 5.0 * error[exists] + 1e-6).all()


def test_a_slope_is_what_differences_say(tiny_likelihood):
    at = somewhere(tiny_likelihood)
    slope = jax.jit(jax.grad(tiny_likelihood.log_density))(at)
    value = jax.jit(tiny_likelihood.log_density)
    for i in (0, 5, 11):
        step = jnp.zeros_like(at.numbers).at[i].set(0.01)
        up = value(at._replace(numbers=at.numbers + step))
        down = value(at._replace(numbers=at.numbers - step))
        assert float(slope.numbers[i]) == pytest.approx(float(up - down) / 0.02, abs=0.02)


def test_steps_in_which_nothing_was_done_count(tiny_likelihood):
    parts = tiny_likelihood.parts(tiny_likelihood.start())
    quiet = tiny_likelihood.path.chosen.sum(1) == 0
    can_act = tiny_likelihood.available[:, 1:].any(1)
    assert (quiet & can_act).sum() > 10
    assert (np.asarray(parts.timing)[quiet & can_act] < 0).all()
    assert (np.asarray(parts.timing)[quiet & ~can_act] == 0).all()
    assert (np.asarray(parts.direction)[quiet] == 0).all()
    assert (np.asarray(parts.direction)[~quiet] < 0).all()


def test_a_record_that_took_the_other_course_is_less_likely(tiny_likelihood):
    """Where blue signs after all: weights against signing must cost likelihood."""
    value = jax.jit(tiny_likelihood.__call__)
    start = tiny_likelihood.start()
    costly = tiny_likelihood.names.index("weights.choice.inertia_act")
    dear = start._replace(numbers=start.numbers.at[costly].set(4.0))
    assert float(value(dear)) < float(value(start))


def test_a_condition_that_was_stated_speaks_for_its_weight(tiny_likelihood):
    weight = tiny_likelihood.names.index("weights.considerations.criterion")
    said = jax.jit(lambda latent: jnp.sum(tiny_likelihood.statements(latent)))
    start = tiny_likelihood.start()
    slope = jax.grad(lambda latent: said(latent))(start).numbers[weight]
    assert float(slope) > 0
    silent = replace(tiny_likelihood, statement_weight=0.0)
    assert float(jnp.sum(silent.statements(start))) == 0.0


def test_what_shapes_the_world_cannot_be_learnt_from_choices(tiny_path: RecordPath):
    stock = tiny_path.model.position("accounts.red_oil.stock")
    with pytest.raises(ValueError, match=r"accounts\.red_oil\.stock shapes the world"):
        RecordLikelihood(tiny_path, np.array([stock]))


def test_fresh_judgement_needs_pairs_of_nodes(tiny_path: RecordPath):
    with pytest.raises(ValueError, match="even number"):
        RecordLikelihood(tiny_path, weighing_numbers(tiny_path.model), nodes=3)


def test_each_year_has_its_own_chance_that_nothing_new_was_written_down(tiny_likelihood):
    """More rows of one year are expected where its editors wrote more; the other year stays."""
    first, _ = tiny_likelihood.years
    start = tiny_likelihood.start()
    freely = start._replace(recording=start.recording.at[0].set(3.0))
    rows, more = (np.asarray(tiny_likelihood.parts(x).rows) for x in (start, freely))
    of_first = tiny_likelihood.path.year == first
    np.testing.assert_array_equal(rows[:, ~of_first], more[:, ~of_first])
    without_row = of_first & (tiny_likelihood.path.kept.sum(0) == 0)
    assert (more[:, without_row] <= rows[:, without_row]).all()
    assert more[:, without_row].sum() < rows[:, without_row].sum()


def test_a_day_that_is_not_known_sums_over_its_window(tiny_likelihood):
    """Of a window of two steps: one of them brought something, and the other nothing."""
    path = tiny_likelihood.path
    signed = next(e for e in path.episodes if e.option > 0)
    vague = replace(signed, window=1)
    others = tuple(e for e in path.episodes if e is not signed)
    wide_window = replace(tiny_likelihood, path=replace(path, episodes=(*others, vague)))
    start = tiny_likelihood.start()
    log_step, *_ = tiny_likelihood.chances(start)
    m, t = signed.matter, signed.step
    nothing = np.exp(np.asarray(log_step)[m, 0, t - 1 : t + 1])
    expected = np.log((1 - nothing[0]) * nothing[1] + nothing[0] * (1 - nothing[1]))
    timing = np.asarray(wide_window.parts(start).timing)[m, t - 1 : t + 1].sum()
    assert timing == pytest.approx(expected, abs=1e-5)
    exact = np.asarray(tiny_likelihood.parts(start).timing)[m, t - 1 : t + 1].sum()
    assert timing > exact


def test_where_nobody_can_block_every_course_passes(tiny_likelihood):
    """The rule is then a softmax of the government's utility: assent is certain."""
    axes = tiny_likelihood.path.model.axes
    free = replace(axes, pair_block=np.zeros_like(axes.pair_block))
    params = tiny_likelihood.params(tiny_likelihood.start().numbers)
    features = tiny_likelihood.features
    council = council_of(free, params, features)
    assert council.holder.shape == (0, 2)
    gain = features.gains(params.choice)
    felt = jnp.zeros((len(axes.pairs), tiny_likelihood.path.n_steps))
    utility = pull(council, gain)
    decision = decide_cells(council, gain, felt, utility, tiny_likelihood.available)
    np.testing.assert_allclose(np.asarray(decision.probability).sum(1), 1.0, atol=1e-5)
    barred = council_of(axes, params, features)
    with_rights = decide_cells(barred, gain, felt, utility, tiny_likelihood.available)
    assert (decision.probability[:, 0] <= with_rights.probability[:, 0] + 1e-6).all()
