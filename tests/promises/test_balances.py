"""What is burnt was there, what leaves arrives, and nothing is less than none.

Sixty-four histories of two years, with numbers from their priors: most of them come to war.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.mechanisms.forces import DAYS_PER_MONTH, move_formations
from hokushin.model.randomness import Dice
from hokushin.testing.contract import impossible_values

INFANTRY = 0


def before_and_after(told, field):
    """A field of the state at the start of every step, and of the step after."""
    now = getattr(told.report.state, field)
    return now, np.concatenate([now[1:], getattr(told.last, field)[None]])


def test_the_sample_is_worth_looking_at(told):
    assert 0.2 < told.report.state.war[:, 0].mean() < 0.8
    stocks = told.report.state.stock
    assert (stocks == 0.0).any()
    assert (stocks[-1] > stocks[0]).any()


def test_stocks_and_forces_are_never_negative_and_nothing_is_ever_infinite(told):
    assert impossible_values(told.report.state) == []
    assert impossible_values(told.last) == []


def test_a_stock_changes_by_income_less_demand_wherever_it_does_not_run_empty(told):
    stock, later = before_and_after(told, "stock")
    view, months = told.report.view, told.model.axes.months_per_step
    due = stock + months * (view.income - view.demand)
    np.testing.assert_allclose(later, np.maximum(due, 0.0), atol=1e-4, rtol=1e-6)
    assert (due < 0).any()


def test_no_more_is_burnt_than_there_is(told):
    """Where demand exceeds stock and income, what was met is all there was."""
    stock, later = before_and_after(told, "stock")
    view, months = told.report.view, told.model.axes.months_per_step
    met = months * view.fulfilment * view.demand
    np.testing.assert_allclose(
        later,
        stock + months * view.income - np.minimum(met, stock + months * view.income),
        atol=1e-4,
    )


def produced(told):
    """Divisions that red's industry adds in each step, by hand."""
    state, view, axes = told.report.state, told.report.view, told.model.axes
    forces = told.params.forces
    red = axes.powers.index("red")
    divisions = state.force[:, axes.pool_power == red, INFANTRY].sum(1)
    at_war = state.war[:, axes.fronts.index("border")]
    factor = 1.0 + (forces.war_factor[red] - 1.0) * at_war
    room = np.maximum(0.0, 1.0 - divisions / forces.ceiling[red, INFANTRY])
    ready = view.readiness[:, red, INFANTRY]
    return axes.months_per_step * forces.output[red, INFANTRY] * factor * room * ready


def test_divisions_are_what_was_there_and_what_was_made_less_what_was_lost(told):
    """To the last division where nothing was fought; no more than that in war and in clashes."""
    axes = told.model.axes
    red = axes.pool_power == axes.powers.index("red")
    now, later = (x[:, red, INFANTRY].sum(1) for x in before_and_after(told, "force"))
    change = later - now - produced(told)
    border = axes.fronts.index("border")
    weight = np.concatenate([told.report.state.clash.weight[1:], told.last.clash.weight[None]])
    fought = weight[:, border] > 0.0
    np.testing.assert_allclose(change[~fought], 0.0, atol=1e-4)
    assert (change[fought] <= 1e-4).all()
    peace = told.report.state.war[:, border] < 0.5
    assert (change[fought & peace] < -1e-3).any()
    assert (change[fought & ~peace] < -1e-3).any()


def moved(told):
    """Forces of every step after formations have moved, and nothing else has happened."""

    lanes = told.report.state.force.shape[-1]
    moment = jax.tree.map(lambda x: jnp.asarray(x[0]), told.model.moments)
    history = jnp.arange(lanes, dtype=jnp.uint32)
    dice = Dice(jnp.uint32(1), history, jnp.int32(0), jnp.float32(1.0))
    params = jax.tree.map(jnp.asarray, told.params)

    @jax.jit
    @jax.vmap
    def move(view, state):
        return move_formations(told.model.axes, params, view, state, moment, dice).force

    return np.asarray(move(told.report.view, told.report.state))


def test_what_leaves_one_pool_arrives_in_another(told):
    """Every branch of every power, in every step of every history, whoever is at war."""
    axes, before, after = told.model.axes, told.report.state.force, moved(told)
    by_power = np.array([axes.pool_power == p for p in range(len(axes.powers))], np.float32)
    was, now = (np.einsum("qp,tpbh->tqbh", by_power, x) for x in (before, after))
    np.testing.assert_allclose(now, was, atol=1e-4, rtol=1e-5)
    assert np.abs(after - before).max() > 0.1


def test_a_railway_is_never_overfilled(told):
    """Whatever is wanted, no more divisions travel in a step than its trains carry."""
    axes, forces = told.model.axes, told.params.forces
    border = axes.pools.index("red_border")
    flow = np.abs(moved(told) - told.report.state.force)[:, border, INFANTRY]
    trains = forces.capacity * forces.usable * DAYS_PER_MONTH / forces.per_division
    most = axes.months_per_step * trains[0]
    assert (flow <= most + 1e-4).all()
    assert np.isclose(flow, most, atol=1e-3).mean() > 0.05  # and it does bind


def test_chances_add_to_one_in_every_matter_of_every_step(told):
    np.testing.assert_allclose(told.report.probability.sum(2), 1.0, atol=1e-4)
    np.testing.assert_allclose(np.exp(told.report.step_log_probability).sum(2), 1.0, atol=1e-4)


def test_one_option_is_taken_in_every_matter_of_every_step(told):
    np.testing.assert_array_equal(told.report.taken.sum(2), 1.0)


def test_nothing_is_taken_that_was_not_on_the_table(told):
    assert (told.report.taken <= told.report.available).all()


@pytest.mark.statistical
def test_choices_follow_their_chances_over_all_steps_and_histories(told):
    """Generator and likelihood agree along whole histories, not only in one step."""
    chance = np.exp(told.report.step_log_probability.astype(np.float64))
    difference = (told.report.taken - chance).sum((0, 3))
    error = np.sqrt((chance * (1.0 - chance)).sum((0, 3)))
    assert (np.abs(difference) <= 5.0 * error + 1e-6).all()
