"""Scenarios run as they are, the barest too, and one that goes wrong is told so."""

from dataclasses import replace

import pytest

from hokushin.model import step
from hokushin.model.mechanisms import supply
from hokushin.scenario.schema import Scenario
from hokushin.testing import BrokenContract, check_scenario_runs
from tests.model.small_numbers import number
from tests.model.small_scenario import scenario

BARE = {
    "factions": {"red.king": {"title": "King", "influence": number(1)}},
    "powers": {"red": {"title": "Red", "kind": "deciding"}},
    "matters": {
        "red.peace": {
            "title": "Peace",
            "status_quo": "war",
            "rate": number(0.2, "1/month"),
            "block_source": "nobody",
            "options": {"carry_on": {"title": "Fight on"}, "settle": {"title": "Settle"}},
        }
    },
    "events": {"settled": {"title": "Settled", "chosen": "red.peace.settle"}},
    "questions.attack.event": "settled",
}
BARE |= {
    section: {}
    for section in Scenario.model_fields
    if section not in (*BARE, "scenario", "weights", "questions", "events", "contradictions")
}


def test_the_invented_case_that_is_shipped_to_be_copied_runs():
    happened = check_scenario_runs("tiny")
    assert happened
    assert all(0.0 <= share <= 1.0 for share in happened.values())


def test_a_scenario_may_be_one_power_with_one_question():
    """Nothing else in the world: no front, no army, no oil, no neighbour."""
    happened = check_scenario_runs(scenario(BARE))
    assert 0.2 < happened["settled"] < 1.0  # tabled five times in two years


def test_a_power_may_want_oil_without_having_an_enemy():
    plain = scenario().model_dump(exclude_none=True, by_alias=True)
    account = {**plain["accounts"]["red_oil"], "imports": {}, "war_demand": {}, "force_demand": {}}
    seize = {
        "title": "Seize the isles",
        "considers": [{"what": "relief"}, {"what": "spoils"}, {"what": "burden"}],
        "effects": [{"occupy": "isles"}],
        "wins": ["isles"],
    }
    wants_oil = {
        **BARE,
        "resources": plain["resources"],
        "climate": plain["climate"],
        "accounts": {"red_oil": account},
        "regions": {"isles": {**plain["regions"]["isles"], "owner": "red"}},
        "matters.red.peace.options.seize": seize,
        "events": {"seized": {"title": "Seized", "chosen": "red.peace.seize"}},
        "questions.attack.event": "seized",
    }
    assert 0.2 < check_scenario_runs(scenario(wants_oil))["seized"] < 1.0


def test_a_scenario_that_goes_wrong_says_where(monkeypatch):
    def overdraw(axes, params, view, state, moment, dice):
        return replace(state, stock=state.stock - 1000.0)

    broken = replace(supply.draw_down, run=overdraw)
    monkeypatch.setattr(step, "ORDER", (broken, *step.ORDER[1:]))
    with pytest.raises(BrokenContract, match="leaves stock below zero"):
        check_scenario_runs(scenario(), histories=4)
