"""Outcomes: the first step at which what a question asks for has happened."""

from dataclasses import replace

import pytest

from hokushin.model.axes import NEVER
from hokushin.model.mechanisms.outcomes import watch
from tests.model.small import small_world, taken_by


def noted(world, step=5, choices=()):
    """The world after a step has been watched."""
    here = world.at(step)
    state = watch(here.axes, here.state, taken_by(here, *choices), here.moment)
    return replace(here, state=state)


def invading(changes=None, **state):
    """A decision of red's to attack, a dekad old, with six divisions across."""
    return small_world(changes).having(
        **{
            "war": {"border": 1.0},
            "begun": {("border", 0): 1.0},
            "war_months": {"border": 1.0 / 3.0},
            "across": {("border", 0): 6.0},
            **state,
        }
    )


def test_nothing_happens_in_a_quiet_step():
    world = noted(small_world())
    assert [world.get("first", event) for event in world.axes.events] == [NEVER] * 5


def test_a_war_is_noted_at_its_first_step_only():
    once = noted(small_world().having(war={"border": 1.0}), 5)
    assert once.get("first", "war") == 5.0
    assert noted(once, 9).get("first", "war") == 5.0


def test_what_has_happened_is_not_undone_by_peace():
    once = noted(small_world().having(war={"border": 1.0}), 5)
    assert noted(once.having(war=0.0), 9).get("first", "war") == 5.0


def test_a_choice_and_a_treaty_are_noted():
    world = noted(small_world().having(deal=1.0), 7, [("red.war", "prepare")])
    assert world.get("first", "prepared") == 7.0
    assert world.get("first", "pact") == 7.0


# Invasion: begun by red, at least five divisions across within a month, an act of the field army
# only once it has gone a month without being disowned


def test_a_decided_attack_in_force_is_an_invasion():
    assert noted(invading()).get("first", "attack") == 5.0


@pytest.mark.parametrize(
    "state",
    [
        {"across": {("border", 0): 4.0}},
        {"begun": {("border", 1): 1.0}},
        {"war": 0.0},
        {"war_months": {"border": 2.0}},
    ],
    ids=["too few across", "begun by the other side", "no war", "too late in force"],
)
def test_what_is_not_an_invasion_is_not_noted(state):
    assert noted(invading(**state)).get("first", "attack") == NEVER


def test_a_field_armys_attack_counts_once_nobody_has_disowned_it_for_a_month():
    young = {"field_act": {("border", 0): 2.0 / 3.0}, "war_months": {"border": 2.0 / 3.0}}
    assert noted(invading(**young)).get("first", "attack") == NEVER
    ripe = {"field_act": {("border", 0): 1.0}, "war_months": {"border": 1.0}}
    assert noted(invading(**ripe)).get("first", "attack") == 5.0


def test_all_of_several_events_must_hold_in_the_same_step():
    assert noted(invading()).get("first", "both") == NEVER
    assert noted(invading(deal=1.0)).get("first", "both") == 5.0


def test_an_event_may_be_put_together_from_one_that_is_written_after_it():
    events = {
        "both": {"title": "Both", "all_of": ["war", "pact"]},
        "war": {"title": "War", "war": "border"},
        "pact": {"title": "Pact", "signed": "pact"},
    }
    world = small_world({"events": events}).having(war={"border": 1.0}, deal=1.0)
    assert noted(world).get("first", "both") == 5.0


def test_an_event_may_be_put_together_from_one_that_is_itself_put_together():
    three = {"title": "An attack in a pact, prepared", "all_of": ["both", "prepared"]}
    world = invading(changes={"events.three": three}, deal=1.0)
    assert noted(world).get("first", "three") == NEVER
    assert noted(world, 5, [("red.war", "prepare")]).get("first", "three") == 5.0
