"""Fighting: how fronts move, what they cost, and what happens along a border at peace."""

from dataclasses import replace

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.axes import NEVER
from hokushin.model.look import INFANTRY
from hokushin.model.mechanisms.fighting import fight_fronts
from tests.model.small import MONTH, small_world
from tests.model.small_numbers import number

JANUARY, JULY, OCTOBER = 0, 18, 27
STEP = 1.0 / 3.0
MANY = 4096
FIVE = 5.0  # standard errors


def driving(step=JULY, changes=None, **state):
    """Green's driven front against blue, under way for a month and without luck."""
    state = {"war": {"far": 1.0}, "war_months": {"far": 1.0}, "campaign": 0.0, **state}
    return small_world(changes).at(step).having(**state)


def fighting(step=JULY, changes=None, **state):
    """Red's war on blue, which red began a month ago."""
    begun = {
        "war": {"border": 1.0},
        "war_months": {"border": 1.0},
        "begun": {("border", 0): 1.0},
        "campaign": 0.0,
    }
    return small_world(changes).at(step).having(**{**begun, **state})


def advanced(world, front="far"):
    return world.run(fight_fronts).get("position", front) - world.get("position", front)


# A driven front: 60 km a month in the season, half of that while the mud lasts


def test_a_driven_front_rides_at_its_speed_in_season():
    assert advanced(driving()) == pytest.approx(20.0)  # a third of a month
    assert advanced(driving(6, MONTH)) == pytest.approx(60.0)


def test_a_driven_front_stands_still_out_of_season():
    assert advanced(driving(JANUARY)) == 0.0


def test_a_halt_slows_a_driven_front_for_as_long_as_it_lasts():
    assert advanced(driving(OCTOBER)) == pytest.approx(10.0)
    assert advanced(driving(OCTOBER + 3)) == pytest.approx(20.0)


RETREAT = {"fronts.far.driven.halts.mud.factor": number(-0.5)}


def test_a_halt_with_a_negative_factor_drives_a_driven_front_back():
    """Thirty km a month while it lasts, and no farther than the other side's own goal."""
    assert advanced(driving(OCTOBER, RETREAT, position=50.0)) == pytest.approx(-10.0)
    assert advanced(driving(OCTOBER + 3, RETREAT, position=50.0)) == pytest.approx(20.0)
    assert advanced(driving(OCTOBER, RETREAT, position=-195.0)) == pytest.approx(-5.0)


def test_a_region_is_lost_again_where_a_driven_front_falls_back_behind_it():
    plain = {"title": "Plain", "owner": "blue", "anchors": [[0.0, 0.0]], "climate": "hills"}
    gains = [{"region": "plain", "by": "a", "at": number(80, "km")}]
    changes = {**RETREAT, "regions.plain": plain, "fronts.far.gains": gains}
    there = {"position": {"far": 85.0}, "taken": {"plain": 1.0}}
    assert driving(JULY, changes, **there).run(fight_fronts).get("taken", "plain") == 1.0
    assert driving(OCTOBER, changes, **there).run(fight_fronts).get("taken", "plain") == 0.0


def test_luck_speeds_a_driven_front_by_its_own_spread():
    assert advanced(driving(campaign=1.0)) == pytest.approx(20.0 * np.exp(0.2), rel=1e-5)


def test_a_front_stops_at_its_goal():
    assert advanced(driving(position={"far": 195.0})) == pytest.approx(5.0)


def test_onlookers_average_the_speed_of_a_front_over_a_month():
    world = driving().run(fight_fronts)
    assert world.get("speed", "far") == pytest.approx(60.0 * (1.0 - np.exp(-STEP)), rel=1e-5)


def test_a_front_at_peace_has_no_speed():
    assert driving(war=0.0, speed={"far": 50.0}).run(fight_fronts).get("speed", "far") == 0.0


# Regions behind a front: the hills fall 80 km behind the border


@pytest.mark.parametrize(("position", "held"), [(150.0, 1.0), (10.0, 0.0)])
def test_a_region_is_held_while_the_front_stands_beyond_it(position, held):
    world = fighting(position={"border": position}, taken={"hills": 1.0 - held})
    assert world.run(fight_fronts).get("taken", "hills") == held


def test_what_was_won_is_kept_in_peace():
    world = fighting(war=0.0, position={"border": 10.0}, taken={"hills": 1.0})
    assert world.run(fight_fronts).get("taken", "hills") == 1.0


def test_a_region_that_no_front_decides_is_left_alone():
    assert fighting(taken={"isles": 1.0}).run(fight_fronts).get("taken", "isles") == 1.0


# Losses


def test_days_without_contact_cost_nothing_and_gain_nothing():
    world = fighting(changes={"fronts.border.contact": 0})
    after = world.run(fight_fronts)
    np.testing.assert_array_equal(after.state.force, world.state.force)
    assert after.get("position", "border") == 0.0
    assert float(after.state.clash.weight[0, 0]) == 0.0


def test_both_sides_of_a_battle_lose_men_and_nobody_else_does():
    world = fighting()
    lost = np.asarray(world.state.force - world.run(fight_fronts).state.force)[:, 0, 0]
    by_pool = dict(zip(world.axes.pools, lost, strict=True))
    assert by_pool["red_border"] > 0.0
    assert by_pool["blue_army"] > 0.0
    assert by_pool["red_home"] == by_pool["blue_far"] == by_pool["green_army"] == 0.0


def test_those_whom_a_line_cannot_feed_are_not_in_the_battle():
    """A fifth of the force is engaged, so a fifth of the share lost in battle is lost."""
    world = fighting(changes={"fronts.border.a.supply": 2})
    after = world.run(fight_fronts)
    share = float(after.state.clash.loss[0, 0, 0])
    assert after.get("force", "red_border", 0) == pytest.approx(
        10.0 * (1.0 - 0.2 * share), rel=1e-4
    )


def test_a_clash_at_peace_costs_what_an_engagement_of_its_size_does_and_moves_no_front():
    world = fighting(war=0.0, pending={("border", 0): 1.0})
    after = world.run(fight_fronts)
    assert float(after.state.clash.weight[0, 0]) == 1.0
    left = np.asarray(after.state.force / world.state.force)[..., INFANTRY, 0]
    share = dict(zip(world.axes.pools, left, strict=True))
    loss = np.asarray(after.state.clash.loss)[0, :, 0]
    fed = np.minimum(1.0, np.asarray(world.view.at_front)[0, :, 0] / 10.0)  # of ten on either side
    assert share["red_border"] == pytest.approx(1.0 - fed[0] * loss[0], rel=1e-5)
    assert share["blue_army"] == pytest.approx(1.0 - fed[1] * loss[1], rel=1e-5)
    assert 0.0 < loss[0] < 0.5
    assert share["red_home"] == share["blue_far"] == 1.0
    assert after.get("position", "border") == 0.0


def test_a_quiet_border_costs_nothing():
    world = fighting(war=0.0, changes={"fronts.border.incidents": number(0, "1/month")})
    after = world.run(fight_fronts)
    np.testing.assert_array_equal(after.state.force, world.state.force)


def test_who_ordered_a_clash_is_remembered_as_its_attacker():
    by_red = clashing(pending={("border", 0): 1.0}).run(fight_fronts)
    by_blue = clashing(pending={("border", 1): 1.0}).run(fight_fronts)
    assert np.asarray(by_red.state.clash.initiative)[0].mean() > 0.99
    assert np.asarray(by_blue.state.clash.initiative)[0].mean() < -0.99


def test_a_side_whose_attacks_succeed_is_not_bled_for_its_luck():
    """Winning and exchange are two latents: the same luck must not decide both."""
    even = fighting().many(MANY)
    without = eqx.tree_at(
        lambda p: p.battle.outcome.campaign_sd, even.params, jnp.zeros((MANY,), jnp.float32)
    )
    even = replace(even, params=without)  # the luck of outcomes then changes no outcome
    lucky = even.having(campaign=2.0)
    np.testing.assert_allclose(
        lucky.run(fight_fronts).state.clash.loss, even.run(fight_fronts).state.clash.loss
    )


def test_battles_of_one_campaign_share_what_they_cost():
    """Without the chance of single battles, a certain victor loses as many in each."""
    sure = {"fronts.border.effectiveness": 50, "fronts.border.b.fortified": 0}
    world = fighting(changes=sure, pending={("border", 0): 1.0}).many(256)
    zero = jnp.zeros((256,), jnp.float32)
    battle = world.params.battle
    battle = eqx.tree_at(lambda b: b.duration.spread, battle, zero)
    battle = eqx.tree_at(lambda b: b.loss_attacker.spread, battle, zero)
    world = replace(world, params=replace(world.params, battle=battle))
    first, later = (
        replace(world, dice=replace(world.dice, step=jnp.int32(step))).run(fight_fronts)
        for step in (JULY, JULY + 3)
    )
    one, other = (np.asarray(w.state.clash.loss)[0, 0] for w in (first, later))
    np.testing.assert_allclose(one, other, rtol=1e-6)
    spread = np.log(-np.log1p(-one)).std()  # of the log hazard
    assert spread == pytest.approx(0.49, abs=FIVE * 0.49 / np.sqrt(2.0 * 256))


# Who stands across


def test_an_invader_stands_across_within_two_dekads():
    world = fighting(across=0.0)
    standing = float(world.view.at_front[0, 0, 0])
    after = world.run(fight_fronts)
    assert after.get("across", "border", 0) == pytest.approx(2.0 / 3.0 * standing, rel=1e-5)
    assert after.get("across", "border", 1) == 0.0  # blue began nothing
    again = after.run(fight_fronts)
    assert again.get("across", "border", 0) == pytest.approx(
        float(after.view.at_front[0, 0, 0]), rel=1e-5
    )


# Wars by the calendar and wars by fiat

OPENS = {"fronts.far.open_since": "1900-07-05"}


def test_a_front_opens_on_its_day_and_its_first_side_is_said_to_have_begun():
    world = small_world(OPENS).at(JULY - 1)
    assert world.run(fight_fronts).get("war", "far") == 0.0
    opened = world.at(JULY).run(fight_fronts)
    assert opened.get("war", "far") == 1.0
    assert opened.get("begun", "far", 0) == 1.0
    assert opened.get("begun", "far", 1) == 0.0
    assert opened.get("war_months", "far") == pytest.approx(STEP)  # a dekad has been fought


def test_a_war_that_the_calendar_opens_keeps_the_luck_it_began_with():
    opened = small_world(OPENS).at(JULY).run(fight_fronts)
    later = opened.at(JULY + 1).run(fight_fronts)
    assert later.get("campaign", "far") == opened.get("campaign", "far") != 0.0


def test_a_war_that_was_under_way_on_the_first_day_keeps_its_luck():
    first = small_world({"fronts.far.open_since": "1899-01-01"}).run(fight_fronts)
    assert first.get("war", "far") == 1.0
    later = first.at(1).run(fight_fronts)
    assert later.get("campaign", "far") == first.get("campaign", "far") != 0.0


def test_a_war_that_is_barred_by_fiat_ends_and_none_opens():
    barred = {"fronts.border.peace": 1, "fronts.far.peace": 1, **OPENS}
    world = fighting(changes=barred).run(fight_fronts)
    assert world.get("war", "border") == world.get("war", "far") == 0.0
    assert world.get("begun", "border", 0) == world.get("begun", "far", 0) == 0.0


def test_months_of_war_are_counted_and_begin_anew_after_peace():
    after = fighting().run(fight_fronts)
    assert after.get("war_months", "border") == pytest.approx(1.0 + STEP)
    assert after.having(war=0.0).run(fight_fronts).get("war_months", "border") == 0.0


def test_the_clock_of_a_field_armys_act_runs_until_somebody_stops_it():
    world = fighting(field_act={("border", 0): 0.0}).run(fight_fronts)
    assert world.get("field_act", "border", 0) == pytest.approx(STEP)
    assert world.get("field_act", "border", 1) == NEVER


# Clashes along a border at peace: one in two months


def weights(world):
    return np.asarray(world.run(fight_fronts).state.clash.weight)[0]


def clashing(**state):
    return small_world().at(JULY).having(**state).many(MANY)


@pytest.mark.statistical
@pytest.mark.parametrize("factor", [1.0, 3.0])
def test_clashes_come_at_their_rate_times_how_readily_the_border_clashes(factor):
    world = clashing(assertive={"border": float(np.log(factor))})
    expected = 1.0 - np.exp(-0.5 * factor * STEP)
    error = np.sqrt(expected * (1.0 - expected) / MANY)
    assert abs((weights(world) > 0).mean() - expected) < FIVE * error


@pytest.mark.statistical
def test_clashes_grow_with_the_forces_that_face_each_other():
    """Four times as many on one side: twice the geometric mean."""
    world = clashing(force={("red_border", 0): 40.0})
    expected = 1.0 - np.exp(-1.0 * STEP * np.sqrt(40.1 / 10.1 / 4.0))
    error = np.sqrt(expected * (1.0 - expected) / MANY)
    assert abs((weights(world) > 0).mean() - expected) < FIVE * error


@pytest.mark.statistical
def test_most_clashes_are_small():
    """Size is a uniform cubed: a quarter of a battle on average, an eighth in the median."""
    found = weights(clashing(assertive={"border": 3.0}))
    found = found[found > 0]
    error = np.sqrt((1.0 / 7.0 - 1.0 / 16.0) / len(found))
    assert abs(found.mean() - 0.25) < FIVE * error
    assert abs((found < 0.125).mean() - 0.5) < FIVE * 0.5 / np.sqrt(len(found))


def test_a_front_that_is_no_border_has_no_clashes():
    world = clashing(assertive=3.0)
    assert not np.asarray(world.run(fight_fronts).state.clash.weight)[1].any()


def test_a_clash_that_was_ordered_is_fought_at_full_size_and_once():
    world = clashing(pending={("border", 1): 1.0})
    after = world.run(fight_fronts)
    assert (np.asarray(after.state.clash.weight)[0] == 1.0).all()
    assert not np.asarray(after.state.pending).any()


def test_while_the_record_is_followed_its_own_clashes_are_fought_and_no_others():
    world = clashing(pending={("border", 0): 1.0}, assertive=3.0).at(JULY, recorded=1.0)
    assert not weights(world).any()


# Who attacks, and with what chance


@pytest.mark.statistical
def test_at_even_strength_the_one_who_began_is_as_likely_to_win_as_the_fit_says():
    """He attacks with the chance of the initiative, and wins as attacker or as defender."""
    world = fighting(changes={"fronts.border.b.fortified": 0}).many(MANY)
    after = world.run(fight_fronts)
    won = (np.asarray(after.state.clash.outcome)[0] > 0).mean()
    attacks = 1.0 / (1.0 + np.exp(-2.0))
    c = world.params.battle.outcome
    constant, band = float(c.constant[0]), float(c.band[0])
    as_attacker = 1.0 / (1.0 + np.exp(-(constant - band)))
    as_defender = 1.0 / (1.0 + np.exp(-(-constant - band)))
    expected = attacks * as_attacker + (1.0 - attacks) * as_defender
    assert abs(won - expected) < FIVE * np.sqrt(expected * (1.0 - expected) / MANY)


def test_the_odds_that_others_learn_from_leave_skill_out():
    """Whoever reads the outcome must not be told how good the two sides are."""
    skilled = fighting(changes={"fronts.border.effectiveness": 3})
    plain = fighting()
    np.testing.assert_array_equal(
        skilled.run(fight_fronts).state.clash.log_odds, plain.run(fight_fronts).state.clash.log_odds
    )
