"""Lanes: copies whose arrays may stand on other axes than the engine's."""

import jax.numpy as jnp
import pytest

from hokushin.infer.lanes import changed
from hokushin.model.state import Clash

CLASH = Clash(
    weight=jnp.zeros((2, 3)),
    outcome=jnp.zeros((2, 3)),
    log_odds=jnp.zeros((2, 3)),
    loss=jnp.zeros((2, 2, 3)),
    harshness=jnp.zeros((2, 3)),
    initiative=jnp.zeros((2, 3)),
)


def test_a_copy_may_hold_arrays_of_other_axes_and_leaves_the_original_alone():
    by_world = changed(CLASH, weight=jnp.ones((5, 2, 3)))
    assert by_world.weight.shape == (5, 2, 3)
    assert by_world.outcome is CLASH.outcome
    assert CLASH.weight.shape == (2, 3)


def test_a_field_that_a_module_does_not_have_is_refused_with_those_that_it_has():
    with pytest.raises(ValueError, match="Clash has no wieght; its fields are weight, outcome"):
        changed(CLASH, wieght=jnp.ones((2, 3)))
