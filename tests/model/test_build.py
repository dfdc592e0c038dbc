"""The bridge from a scenario to arrays: every number in its place, every name at its position."""

import jax
import numpy as np
import pytest

from hokushin.model.params import Params
from tests.model.small import small_model, small_world


def test_positions_stand_where_numbers_will():
    template = small_model().template
    assert isinstance(template, Params)
    kinds = {np.asarray(leaf).dtype for leaf in jax.tree.leaves(template)}
    assert kinds == {np.dtype(np.int32)}


def test_every_position_becomes_the_number_that_the_scenario_wrote():
    world = small_world()
    model = world.model
    position = model.position("accounts.red_oil.stock")
    assert model.template.supply.stock.tolist() == [position]
    np.testing.assert_array_equal(world.params.supply.stock, [[60.0, 60.0]])


def test_a_number_that_nothing_reads_has_no_position():
    with pytest.raises(ValueError, match="accounts.red_oil.colour is not a number"):
        small_model().position("accounts.red_oil.colour")
