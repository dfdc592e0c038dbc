"""Effects: what each verb does to the world, one act at a time and several at once."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.axes import NEVER
from hokushin.model.mechanisms.choosing import conditions
from hokushin.model.mechanisms.dealings import age_dealings
from hokushin.model.mechanisms.effects import apply_effects, respond
from hokushin.model.mechanisms.fighting import fight_fronts
from tests.model.small import MONTH, small_world, taken_by
from tests.model.small_numbers import number

MANY = 4096
FIVE = 5.0  # standard errors
NO_RESPONSE = jnp.zeros((1, 2))


def act(world, *choices, responses=NO_RESPONSE):
    """The world after some options have been taken in one step."""
    taken = taken_by(world, *choices)
    state = apply_effects(world.axes, world.params, world.state, taken, responses)
    return replace(world, state=state)


# Fronts


def test_an_attack_opens_the_front_and_its_side_is_said_to_have_begun():
    world = act(small_world().having(war_months={"border": 9.0}), ("red.war", "attack"))
    assert world.get("war", "border") == 1.0
    assert world.get("begun", "border", 0) == 1.0
    assert world.get("begun", "border", 1) == 0.0
    assert world.get("war_months", "border") == 0.0
    assert world.get("war", "far") == 0.0


def test_a_war_under_way_is_not_begun_again():
    world = small_world().having(
        war={"border": 1.0}, begun={("border", 1): 1.0}, war_months={"border": 5.0}
    )
    after = act(world, ("red.war", "attack"))
    assert after.get("begun", "border", 1) == 1.0
    assert after.get("begun", "border", 0) == 0.0
    assert after.get("war_months", "border") == 5.0


def test_closing_a_front_ends_the_war_and_forgets_who_began_it():
    world = small_world().having(
        war={"border": 1.0}, begun={("border", 0): 1.0}, across={("border", 0): 8.0}
    )
    after = act(world, ("red.border", "disown"))
    assert after.get("war", "border") == 0.0
    assert after.get("begun", "border", 0) == 0.0
    assert after.get("across", "border", 0) == 0.0


def test_a_field_armys_own_act_starts_a_clock_that_a_governments_decision_does_not():
    struck = act(small_world(), ("red.border", "strike"))
    assert struck.get("war", "border") == 1.0
    assert struck.get("field_act", "border", 0) == 0.0
    decided = act(small_world(), ("red.war", "attack"))
    assert decided.get("field_act", "border", 0) == NEVER


def test_a_field_act_that_is_disowned_is_no_act_any_more():
    struck = act(small_world(), ("red.border", "strike"))
    assert act(struck, ("red.border", "disown")).get("field_act", "border", 0) == NEVER


def test_a_war_that_is_barred_by_fiat_does_not_open_for_a_moment():
    world = act(small_world({"fronts.border.peace": 1}), ("red.war", "attack"))
    assert world.get("war", "border") == 0.0
    assert world.get("begun", "border", 0) == 0.0


def test_an_ordered_clash_waits_for_the_next_step_and_makes_the_border_readier():
    world = act(small_world(), ("red.border", "clash"))
    assert world.get("pending", "border", 0) == 1.0
    assert world.get("pending", "border", 1) == 0.0
    assert world.get("assertive", "border") == 0.5
    assert world.get("war", "border") == 0.0
    assert world.run(fight_fronts).get("pending", "border", 0) == 0.0


def test_a_border_grows_no_readier_than_twentyfold():
    world = small_world().having(assertive=2.8)
    assert act(world, ("red.border", "clash")).get("assertive", "border") == 3.0


# Regions, forces, trade


def test_an_occupation_takes_a_region_that_has_yet_to_recover():
    world = act(small_world(), ("red.war", "occupy"))
    assert world.get("taken", "isles") == 1.0
    assert world.get("recovered", "isles") == 0.0
    assert world.get("taken", "hills") == 0.0


def test_a_call_up_adds_to_what_was_called_up_before():
    world = small_world().having(posture={"red_border": 1.5})
    assert act(world, ("red.war", "prepare")).get("posture", "red_border") == 5.5


def test_an_order_that_stands_calls_nobody_twice():
    prepared = act(small_world(), ("red.war", "prepare"))
    again = act(prepared, ("red.war", "prepare"))
    assert again.get("posture", "red_border") == prepared.get("posture", "red_border") == 4.0
    occupied = act(again, ("red.war", "occupy"))  # another course in between
    assert act(occupied, ("red.war", "prepare")).get("posture", "red_border") == 8.0


@pytest.mark.parametrize(("before", "called", "after"), [(8.0, 4, 10.0), (-9.0, -4, -10.0)])
def test_a_call_up_stops_at_all_that_the_power_has_and_at_nothing(before, called, after):
    """Red has twenty divisions, and ten of them stand at the border in the long run."""
    deploy = {"deploy": {"pool": "red_border", "divisions": number(called, "division")}}
    changes = {"matters.red.war.options.prepare.effects": [deploy]}
    world = small_world(changes).having(posture={"red_border": before})
    assert act(world, ("red.war", "prepare")).get("posture", "red_border") == after


def test_a_restriction_moves_to_its_step_whatever_stood_before():
    limited = act(small_world(), ("blue.trade", "limit"))
    assert limited.get("cut", "oil_ban") == 0.5
    assert act(limited, ("blue.trade", "ban")).get("cut", "oil_ban") == 1.0


def test_a_restriction_can_be_relaxed():
    world = small_world().having(cut={"oil_ban": 1.0})
    assert act(world, ("blue.trade", "limit")).get("cut", "oil_ban") == 0.5


def test_carrying_on_changes_nothing():
    called = {"red_border": 2.0}
    world = small_world().having(cut={"oil_ban": 0.5}, posture=called, trust=0.3, ask=0.7)
    after = act(world)
    for field in ("cut", "posture", "trust", "ask", "war", "deal", "stands", "review", "intent"):
        np.testing.assert_array_equal(getattr(after.state, field), getattr(world.state, field))


# Treaties


def test_a_treaty_binds_once_both_have_said_yes():
    one = act(small_world(), ("red.treaty", "sign"))
    assert one.get("consent", "pact.red") == 3.0
    assert one.get("deal", "pact") == 0.0
    both = act(one, ("blue.trade", "sign"))
    assert both.get("deal", "pact") == 1.0
    assert both.get("consent", "pact.red") == both.get("consent", "pact.blue") == 0.0


def test_both_may_say_yes_in_one_step():
    world = act(small_world(), ("red.treaty", "sign"), ("blue.trade", "sign"))
    assert world.get("deal", "pact") == 1.0
    assert world.get("deal_years", "pact") == 0.0


@pytest.mark.parametrize(("waited", "signed"), [(2, 1.0), (4, 0.0)])
def test_a_yes_waits_for_the_other_three_months_and_then_runs_out(waited, signed):
    world = act(small_world(MONTH), ("red.treaty", "sign"))
    for _ in range(waited):
        world = world.run(age_dealings)
    assert act(world, ("blue.trade", "sign")).get("deal", "pact") == signed


@pytest.mark.parametrize("step", ["dekad", "week", "month"])
def test_a_yes_waits_as_long_whatever_the_length_of_a_step(step):
    """It stands until the last step that begins within three months of it."""
    world = act(small_world({"scenario.step": step}), ("red.treaty", "sign"))
    standing = 0
    while world.get("consent", "pact.red") > 0:
        world, standing = world.run(age_dealings), standing + 1
    months = standing * world.axes.months_per_step
    assert 3.0 - 1e-3 <= months < 3.0 + world.axes.months_per_step - 1e-3


def test_a_treaty_barred_by_fiat_never_comes_into_force():
    world = small_world({"deals.pact.barred": 1})
    after = act(world, ("red.treaty", "sign"), ("blue.trade", "sign"))
    assert after.get("deal", "pact") == 0.0
    again = act(after.run(age_dealings), ("blue.trade", "sign"))
    assert again.get("deal", "pact") == 0.0


WATCHED = {
    f"trust.{of}.{towards}": {
        "of": of,
        "towards": towards,
        "level": number(0.4),
        "prejudice": number(0),
    }
    for of, towards in (("green", "red"), ("green", "blue"))
}


def test_who_ends_a_treaty_loses_half_of_its_partners_trust_and_less_of_all_who_watch():
    world = small_world(WATCHED).having(deal=1.0)
    after = act(world, ("red.treaty", "denounce"))
    assert after.get("deal", "pact") == 0.0
    assert after.get("trust", "blue.red") == pytest.approx(0.2)
    assert after.get("trust", "green.red") == pytest.approx(0.3)  # a quarter


def test_a_breach_costs_nobody_else_any_trust():
    world = small_world(WATCHED).having(deal=1.0)
    after = act(world, ("red.treaty", "denounce"))
    for held in ("red.blue", "red.green", "green.blue"):
        assert after.get("trust", held) == pytest.approx(0.4)


def test_ending_what_was_never_signed_costs_nothing():
    assert act(small_world(), ("red.treaty", "denounce")).get("trust", "blue.red") == pytest.approx(
        0.4
    )


def test_a_breach_does_not_reconcile_those_who_distrust_each_other():
    world = small_world().having(deal=1.0, trust=-0.4)
    assert act(world, ("red.treaty", "denounce")).get("trust", "blue.red") == pytest.approx(-0.4)


def test_a_treaty_that_is_renewed_is_young_again():
    old = small_world().having(deal=0.0, deal_years=4.0)
    signed = act(old, ("red.treaty", "sign"), ("blue.trade", "sign"))
    assert signed.get("deal_years", "pact") == 0.0


# Minds and agendas


def test_acts_change_what_others_think_of_whoever_does_them():
    world = act(small_world(), ("blue.trade", "ban"))
    assert world.get("trust", "red.blue") == pytest.approx(0.2)
    assert world.get("trust", "blue.red") == pytest.approx(0.4)
    seen = act(small_world(), ("red.treaty", "denounce"))
    assert seen.get("intent", "blue.crown.red") == pytest.approx(-1.0)
    assert seen.get("intent", "red.army.blue") == pytest.approx(-2.0)


def test_an_option_can_set_a_day_on_which_its_matter_comes_back():
    world = act(small_world(), ("red.war", "prepare"))
    assert world.get("review", "red.war") == 3.0
    assert world.get("review", "red.treaty") == NEVER


def test_what_was_last_taken_stands_until_something_else_is():
    prepared = act(small_world(), ("red.war", "prepare"))
    assert prepared.get("stands", "red.war", "prepare") == 1.0
    assert prepared.get("stands", "red.war", "carry_on") == 0.0
    assert act(prepared).get("stands", "red.war", "prepare") == 1.0
    attacked = act(prepared, ("red.war", "attack"))
    assert attacked.get("stands", "red.war", "prepare") == 0.0
    assert attacked.get("stands", "red.war", "attack") == 1.0


def test_a_record_of_two_options_in_one_step_does_both():
    world = act(small_world(), ("red.war", "prepare"), ("red.war", "attack"))
    assert world.get("posture", "red_border") == 4.0
    assert world.get("war", "border") == 1.0
    assert world.get("stands", "red.war", "prepare") == 1.0
    assert world.get("stands", "red.war", "attack") == 1.0


# Powers without factions


def answers(world):
    holds = conditions(world.state, world.moment)
    return np.asarray(respond(world.axes, world.params, holds, world.dice))[0]


def test_a_power_without_factions_does_not_answer_before_its_needs_are_met():
    assert not answers(small_world().many(MANY)).any()


@pytest.mark.statistical
def test_a_power_without_factions_answers_at_its_rate():
    found = answers(small_world().having(war={"far": 1.0}).many(MANY))
    expected = 1.0 - np.exp(-0.5 / 3.0)
    assert abs(found.mean() - expected) < FIVE * np.sqrt(expected * (1.0 - expected) / MANY)


def test_an_answer_has_effects_like_any_option():
    world = act(small_world(), responses=jnp.ones((1, 2)))
    assert world.get("ask", "green_help") == 1.0


def test_a_scenario_may_have_no_responses():
    world = small_world({"responses": {}})
    holds = conditions(world.state, world.moment)
    assert respond(world.axes, world.params, holds, world.dice).shape == (0, 2)
    after = act(world, ("red.war", "attack"), responses=jnp.zeros((0, 2)))
    assert after.get("war", "border") == 1.0


def test_an_ask_that_stands_is_not_weakened_by_asking_again():
    world = small_world({"responses.green.ask.rate": number(1, "1/month")}).having(ask=1.0)
    assert act(world, responses=jnp.ones((1, 2))).get("ask", "green_help") == 1.0
