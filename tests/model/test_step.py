"""A step: what comes before what, what a documented past does, and what a rewrite changes."""

import functools
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.randomness import check_names
from hokushin.model.start import start
from hokushin.model.step import DRAWS, advance, rewritten
from tests.model.small import one_by_one, small_world, taken_by

JUNE_1 = 15


def advanced(world, *choices, decides=True, report=False):
    """One step in which the record says what is done, if it says anything."""
    moment = world.moment
    if choices or not decides:
        free = jnp.zeros((len(world.axes.matters), 2))
        moment = replace(
            moment, forced=taken_by(world, *choices), free=free, recorded=jnp.float32(1.0)
        )
    state, seen = one_by_one(
        functools.partial(advance, report=report, decides=decides),
        world.axes,
        world.params,
        world.state,
        moment,
        world.dice,
        world.rewriting(),
    )
    return replace(world, state=state), seen


def same(one, other):
    return all(
        np.array_equal(x, y) for x, y in zip(*map(jax.tree.leaves, (one, other)), strict=True)
    )


def test_a_treaty_does_not_mask_its_own_signature():
    """Both sign in the step in which it comes into force: both options were on the table."""
    world, seen = advanced(
        small_world(), ("red.treaty", "sign"), ("blue.trade", "sign"), report=True
    )
    assert world.get("deal", "pact") == 1.0
    for matter in ("red.treaty", "blue.trade"):
        assert float(seen.available[world.place("stands", matter, "sign")][0]) == 1.0
        assert float(seen.taken[world.place("stands", matter, "sign")][0]) == 1.0


def test_a_war_begun_in_a_step_is_fought_from_the_next_one_on():
    world, _ = advanced(small_world().at(JUNE_1), ("red.war", "attack"))
    assert world.get("war", "border") == 1.0
    assert world.get("war_months", "border") == 0.0
    assert world.get("across", "border", 0) == 0.0
    after, _ = advanced(world.at(JUNE_1 + 1))
    assert after.get("war_months", "border") == pytest.approx(1.0 / 3.0)
    assert after.get("across", "border", 0) > 5.0


def test_a_report_shows_the_state_at_the_start_of_the_step():
    world, seen = advanced(small_world().at(JUNE_1), ("red.war", "attack"), report=True)
    assert float(seen.state.war[0, 0]) == 0.0
    assert world.get("war", "border") == 1.0


def test_chances_in_a_report_add_to_one():
    _, seen = advanced(small_world().at(JUNE_1), report=True)
    np.testing.assert_allclose(np.asarray(seen.probability).sum(1), 1.0, atol=1e-5)
    np.testing.assert_allclose(np.exp(np.asarray(seen.step_log_probability)).sum(1), 1.0, atol=1e-5)


# A documented past


def test_a_documented_past_does_what_is_on_record_and_nobody_changes_their_mind():
    world, seen = advanced(small_world(), ("red.war", "prepare"), decides=False)
    assert seen is None
    assert world.get("posture", "red_border") == 4.0
    assert world.get("review", "red.war") == 3.0
    np.testing.assert_array_equal(world.state.disposition, small_world().state.disposition)


def test_a_review_on_record_comes_nearer_while_the_record_is_followed():
    world, _ = advanced(small_world(), ("red.war", "prepare"), decides=False)
    for step in range(1, 9):
        assert world.get("news", "red.war") == 0.0
        world, _ = advanced(world.at(step), decides=False)
    assert world.get("news", "red.war") == 1.0


def test_a_past_that_is_reported_on_is_the_same_past():
    """Or one history, told step by step, would not be the one that was counted."""
    silent, told = (
        advanced(
            small_world().having(news=0.5), ("red.war", "prepare"), decides=False, report=report
        )
        for report in (False, True)
    )
    assert same(silent[0].state, told[0].state)
    assert told[1].taken.shape == (4, 4, 2)


# Dice


def test_every_name_that_draws_is_listed_and_every_name_listed_draws():
    names = []
    world = small_world()
    dice = replace(world.dice, notice=lambda name, shape: names.append(name))
    start(world.axes, world.params, dice)
    advanced(replace(world, dice=dice), report=True)
    assert sorted(names) == sorted(DRAWS)
    check_names(DRAWS)


# Rewrites


def test_a_rewrite_sets_its_number_in_the_histories_in_which_it_holds():
    world = small_world()
    model = world.model
    theta = model.from_normals(jnp.zeros((len(model.priors.names), 2)))
    change = model.rewrite_delta(theta)  # old minus new, rewrite by rewrite
    poor = world.axes.position("rewrites", "poor_hills.rewrites.0")
    only_first = jnp.zeros_like(change).at[poor, 0].set(1.0)
    maps = model.rewrite_maps(np.arange(len(world.axes.rewrites)))
    after = rewritten(world.params, maps, change * only_first)
    hills = world.axes.position("regions", "hills")
    assert np.asarray(after.supply.region_yield)[hills, 0].tolist() == [50.0, 5.0]
    isles = world.axes.position("regions", "isles")
    assert np.asarray(after.supply.region_yield)[isles, 0].tolist() == [10.0, 10.0]
    rest = replace(
        after, supply=replace(after.supply, region_yield=world.params.supply.region_yield)
    )
    assert same(rest, world.params)


def test_without_rewrites_all_numbers_are_those_of_the_world():
    world = small_world()
    maps = world.model.rewrite_maps(np.arange(len(world.axes.rewrites)))
    change = jnp.zeros((len(world.axes.rewrites), 2))
    assert same(rewritten(world.params, maps, change), world.params)
