"""What is believed of an enemy: its strength, what its railway can bring, and the chance to win."""

import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.battle import win_probability
from hokushin.model.considerations import arriving
from tests.model.july import TREASURY, july, success, worth
from tests.model.small_numbers import number


def test_a_belief_about_winning_is_the_rule_that_adjudicates_at_the_believed_ratio():
    """Blue is thought twice as strong: the ratio of men and of tanks and ten is halved."""
    world = july(estimate_error=float(np.log(2.0)))
    expected = win_probability(
        world.params.battle,
        log_ratio=-np.log(2.0),
        log_armour=-np.log(2.0),
        skill_mean=0.0,
        skill_variance=0.49,
        fortified=0.5,
    )
    assert success(world) == pytest.approx(float(expected[0]), rel=3e-3)


def test_a_memory_of_their_material_weighs_like_an_estimate_of_their_strength():
    memory = july(material={"red.army.blue": float(np.log(2.0))})
    estimate = july(estimate_error=float(np.log(2.0)))
    assert success(memory) == pytest.approx(success(estimate), rel=1e-5)
    assert success(memory, TREASURY) == pytest.approx(success(july(), TREASURY), rel=1e-5)


def test_confidence_in_ones_own_skill_raises_the_chance_and_doubt_pulls_it_to_one_half():
    sure = july(skill_mean=1.0, skill_variance=0.01)
    unsure = july(skill_mean=1.0, skill_variance=4.0)
    assert success(july()) < 0.5
    assert success(sure) > success(july())
    assert abs(success(unsure) - 0.5) < abs(success(sure) - 0.5) + 1e-6


def test_where_there_is_no_common_front_the_chance_is_even():
    assert success(july(), enemy="green") == 0.5


@pytest.mark.parametrize(
    ("called", "reach", "mean"), [(2, 4, 1.5), (4, 4, 2), (9, 4, 2), (-3, 4, 0)]
)
def test_a_line_brings_them_evenly_and_no_more_than_it_can(called, reach, mean):
    assert float(arriving(jnp.float32(called), jnp.float32(reach))) == pytest.approx(mean)
    assert float(arriving(jnp.float32(called), jnp.float32(0.0))) == 0.0


RESERVE = {
    "pools.blue_army.hub": None,
    "pools.blue_army.route": "rail",
    "pools.blue_home": {
        "title": "Blue at home",
        "power": "blue",
        "hub": True,
        "forces": {"infantry": number(20, "division")},
        "share": number(0),
    },
}


def test_success_is_judged_against_what_the_enemy_could_bring_within_a_campaign():
    """Two divisions in the mean of two months, to the ten that stand there; threat is of now."""
    world, alone = july(RESERVE), july()
    p, before = success(world), success(alone)
    slope = float(world.params.battle.outcome.force[0])
    skill = float(world.params.minds.skill_prior_sd[0]) ** 2
    scale = 1.0 / np.sqrt(1.0 + np.pi / 8.0 * skill)
    shift = np.log(p / (1.0 - p)) - np.log(before / (1.0 - before))
    # Within a twentieth: draws count half, and the line feeds the last division a little worse.
    assert shift == pytest.approx(-scale * slope * np.log(1.2), rel=0.05)
    assert worth("threat", world) == pytest.approx(worth("threat", alone), rel=1e-5)


def test_an_enemy_busy_elsewhere_spares_less_of_what_it_has():
    """Five of its seventeen divisions hold the open far front, and as much of the two at home."""
    few = {**RESERVE, "pools.blue_home.forces.infantry": 2}
    free, busy = july(few), july(few, war={"far": 1.0})
    assert success(july()) > success(busy) > success(free)


def test_no_railway_no_reinforcement():
    cut_off = {**RESERVE, "routes.rail.capacity": 0}
    assert success(july(cut_off)) == pytest.approx(success(july()), rel=1e-5)
