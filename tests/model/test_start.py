"""The first day: what a history begins with."""

import jax
import numpy as np
import pytest

from hokushin.model.axes import NEVER
from hokushin.model.start import start
from tests.model.small import small_world
from tests.model.small_numbers import spread_out

MANY = 4096
FIVE = 5.0  # standard errors
SIGNED = {"deals.pact.in_force_since": "1898-01-01"}


def begun(world):
    return start(world.axes, world.params, world.dice)


def test_stocks_and_forces_are_those_of_the_scenario():
    world = small_world()
    assert world.get("stock", "red_oil") == 60.0
    assert world.get("force", "red_home", 0) == 10.0
    assert world.get("force", "red_home", 1) == 100.0
    assert world.get("force", "green_army", 3) == 50.0
    assert world.get("posture", "red_border") == 0.0


def test_peace_reigns_where_no_war_is_under_way():
    world = small_world({"fronts.far.open_since": "1899-06-01"})
    assert world.get("war", "border") == 0.0
    assert world.get("war", "far") == 1.0
    assert world.get("begun", "far", 0) == 1.0
    assert world.get("begun", "far", 1) == 0.0


def test_a_war_that_opens_later_is_not_open_yet():
    assert small_world({"fronts.far.open_since": "1900-07-05"}).get("war", "far") == 0.0


def test_a_treaty_in_force_has_its_age():
    assert small_world(SIGNED).get("deal", "pact") == 1.0
    assert small_world(SIGNED).get("deal_years", "pact") == pytest.approx(2.0, abs=0.01)
    assert small_world().get("deal", "pact") == 0.0


def test_the_status_quo_stands_in_every_matter_and_nothing_is_due():
    world = small_world()
    stands = np.asarray(world.state.stands)[..., 0]
    assert stands.tolist() == [[1.0, 0.0, 0.0, 0.0]] * 4
    assert (np.asarray(world.state.review) == NEVER).all()
    assert not np.asarray(world.state.news).any()
    assert (np.asarray(world.state.first) == NEVER).all()


def test_nobody_has_looked_at_anything_yet():
    assert (np.asarray(small_world().state.utility) == NEVER).all()


def test_every_array_has_a_place_for_every_history():
    world = small_world().many(5)
    for leaf in jax.tree.leaves(begun(world)):
        assert leaf.shape[-1] == 5


@pytest.mark.statistical
def test_dispositions_begin_where_they_will_stay_spread():
    found = np.asarray(begun(small_world().many(MANY)).disposition)
    assert abs(found.mean()) < FIVE / np.sqrt(found.size)
    assert abs(found.var() - 1.0) < FIVE * np.sqrt(2.0 / found.size)


@pytest.mark.statistical
def test_estimates_differ_by_their_bias_and_spread():
    seen = {
        "observations.red_sees.bias": spread_out(-0.1, 0, 0.1, kind="normal"),
        "observations.red_sees.spread": 0.3,
    }
    world = small_world(seen).many(MANY).with_params("fronts", observe_bias=-0.2)
    found = np.asarray(begun(world).estimate_error)
    assert abs(found.mean() + 0.2) < FIVE * 0.3 / np.sqrt(MANY)
    assert abs(found.std() - 0.3) < FIVE * 0.3 / np.sqrt(2.0 * MANY)
