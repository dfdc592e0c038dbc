"""Looking: seasons, strengths, stocks and fears, from numbers that can be worked out by hand."""

import numpy as np
import pytest

from hokushin.model.axes import NEVER
from hokushin.model.look import fear_of_cut, power_forces
from tests.model.small import MONTH, small_world
from tests.model.small_numbers import number

MARCH_1 = 6
JULY_11 = 19
DECEMBER_1 = 33
INFANTRY, ARMOUR, AIR, NAVAL = range(4)


def value(array, *place):
    return float(np.asarray(array)[place][0])


# Seasons: the index is 1 from March to November and 0 in winter


@pytest.mark.parametrize(
    ("step", "months"), [(MARCH_1, 9.0), (JULY_11, 5.0 - 10 / 30.4375), (DECEMBER_1, 0.0)]
)
def test_a_season_lasts_until_the_first_of_december(step, months):
    view = small_world().at(step).view
    assert value(view.season_left, 0) == pytest.approx(months, abs=1e-4)


def test_a_season_that_never_closes_counts_twelve_months():
    mild = {f"climate.hills.{month}.index": 1.0 for month in range(1, 13)}
    assert value(small_world(mild).view.season_left, 0) == pytest.approx(12.0, abs=1e-4)


def test_the_season_now_is_that_of_the_month():
    assert value(small_world().at(DECEMBER_1).view.season, 0) == 0.0
    assert value(small_world().at(JULY_11).view.season, 0) == 1.0


# Strength at a front


def test_a_line_that_can_feed_more_than_stands_there_feeds_all():
    assert value(small_world().view.at_front, 0, 0) == pytest.approx(10.0, rel=1e-3)


def test_a_line_that_can_feed_as_many_as_stand_feeds_five_in_six():
    world = small_world({"fronts.border.a.supply": 10})
    assert value(world.view.at_front, 0, 0) == pytest.approx(10.0 / 2**0.25, rel=1e-3)


def test_a_line_that_can_feed_few_feeds_no_more_however_many_stand():
    world = small_world({"fronts.border.a.supply": 2}).having(force={("red_border", 0): 50.0})
    assert value(world.view.at_front, 0, 0) == pytest.approx(2.0, rel=1e-3)


def test_a_pool_without_divisions_fights_with_its_fleet_at_ten_kilotons_a_division():
    fleet = {"pools.green_army.forces.infantry": None}
    at_sea = small_world(fleet).view
    assert value(at_sea.at_front, 1, 0) == pytest.approx(5.0, rel=1e-3)  # 50 kt
    ashore = small_world().view
    assert value(ashore.at_front, 1, 0) == pytest.approx(5.0, rel=1e-3)  # 5 divisions


def test_equal_forces_have_a_ratio_of_one():
    assert value(small_world().view.log_ratio, 0) == pytest.approx(0.0, abs=1e-6)


def test_ninety_tanks_against_none_count_ten_to_one():
    world = small_world().having(force={("red_border", ARMOUR): 90.0})
    assert value(world.view.log_armour, 0) == pytest.approx(np.log(10.0), rel=1e-5)


def test_superiority_in_the_air_is_bounded():
    world = small_world().having(force={("blue_army", AIR): 1.0e5})
    assert value(world.view.air, 0) == pytest.approx(-1.0, abs=1e-5)
    assert value(world.view.air, 1) == 0.0


# Stocks and what they let do


def test_what_is_not_met_holds_the_army_back_but_not_its_neighbour():
    """A stock of 1 kt is 3 kt a month over a dekad; with 2 produced it meets 5 of 10."""
    view = small_world().having(stock=1.0, cut={"oil_ban": 1.0}).view
    assert value(view.fulfilment, 0) == pytest.approx(0.5)
    assert value(view.readiness, 0, INFANTRY) == pytest.approx(0.5, abs=1e-4)
    assert value(view.readiness, 0, AIR) == 1.0  # needs no oil here
    assert value(view.readiness, 1, INFANTRY) == 1.0


def test_an_army_without_oil_is_as_good_as_absent():
    view = small_world({"accounts.red_oil.output": 0}).having(stock=0.0, cut=1.0).view
    assert value(view.at_front, 0, 0) < 0.01


def test_a_branch_with_two_needs_is_held_back_by_the_worse_one():
    """One half and one met in full: (mean of 16 and 1)^(-1/4) = .586."""
    food = {
        "resources.food": {"title": "Food", "unit": "kt"},
        "accounts.red_food": {
            "power": "red",
            "resource": "food",
            "stock": {"value": 100, "unit": "kt", "constant": "enough"},
            "output": {"value": 5, "unit": "kt/month", "constant": "half"},
            "civil_demand": {"value": 0, "unit": "kt/month", "constant": "none"},
            "force_demand": {
                "infantry": {"value": 0.5, "unit": "kt/(division*month)", "constant": "10 in all"}
            },
            "need": {"value": 1, "unit": "1", "constant": "alike"},
        },
    }
    view = small_world(food).having(stock={"red_oil": 60.0, "red_food": 0.0}).view
    assert value(view.fulfilment, 1) == pytest.approx(0.5)
    assert value(view.readiness, 0, INFANTRY) == pytest.approx(8.5**-0.25, rel=1e-4)


def test_stocks_last_stock_over_deficit_months():
    view = small_world().having(cut={"oil_ban": 1.0}).view
    assert value(view.runway, 0) == pytest.approx(60.0 / 8.0)


def test_stocks_without_a_deficit_last_for_ever():
    assert value(small_world().view.runway, 0) == NEVER


def test_urgency_before_any_embargo_is_the_fear_of_one():
    """k = .1, and cut off the stock would last 60/8 months against a horizon of twelve."""
    view = small_world().view
    assert value(view.urgency, 0) == pytest.approx(0.1 * np.exp(-7.5 / 12.0), rel=1e-5)


def test_urgency_under_a_full_embargo_is_that_of_the_runway():
    """Nothing is left to be cut, so both runways are 7.5 months."""
    view = small_world().having(cut={"oil_ban": 1.0}).view
    assert value(view.urgency, 0) == pytest.approx(np.exp(-7.5 / 12.0), rel=1e-5)


def test_a_partial_embargo_teaches_what_a_full_one_would_do():
    def fear(cut):
        world = small_world().having(cut={"oil_ban": cut})
        return value(fear_of_cut(world.axes, world.params, world.state), 0)

    assert fear(0.0) == pytest.approx(0.1)
    assert fear(0.5) == pytest.approx(1.0 / (1.0 + 9.0 * np.exp(-1.5)), rel=1e-5)  # odds 1:9, + 1.5
    assert fear(1.0) == pytest.approx(1.0 / (1.0 + 9.0 * np.exp(-3.0)), rel=1e-5)


def test_who_buys_nothing_fears_no_embargo():
    world = small_world({"accounts.red_oil.imports": {}})
    assert value(fear_of_cut(world.axes, world.params, world.state), 0) == 0.0


# Others


def test_a_standing_bias_doubles_what_is_seen():
    world = small_world({"observations.red_sees.bias": float(np.log(2.0))})
    assert value(world.view.estimate, 0, INFANTRY) == pytest.approx(20.0, rel=1e-5)


def test_forces_of_a_power_are_those_of_all_its_pools():
    world = small_world(MONTH)
    total = power_forces(world.axes, world.state)
    assert [value(total, p, INFANTRY) for p in range(3)] == [20.0, 15.0, 5.0]


# Men and ships


def test_a_division_of_more_men_counts_for_more():
    world = small_world({"pools.red_border.men_per_division": 30})
    assert value(world.view.log_ratio, 0) == pytest.approx(np.log(30.0 / 20.0), rel=1e-4)


def test_at_sea_tonnage_counts_and_not_the_men_in_divisions_ashore():
    """Both have 100 kt; only one of the pools says how many men its divisions have."""
    fleet = {
        "pools.green_army.forces": {"naval": number(100, "kt_warship")},
        "pools.blue_far.forces": {
            "infantry": number(5, "division"),
            "naval": number(100, "kt_warship"),
        },
        "pools.blue_far.men_per_division": number(30, "kilomen/division"),
    }
    world = small_world(fleet)
    assert value(world.view.log_ratio, 1) == pytest.approx(0.0, abs=1e-5)
    memory = world.axes.position("memories", "blue.crown.green")
    assert value(world.beliefs.log_ratio, memory) == pytest.approx(0.0, abs=1e-5)
