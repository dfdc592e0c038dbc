"""Supply: what is burnt, bought and drawn, in amounts that can be added up by hand.

Red has 60 kt of oil, makes 2 a month, buys 8 from blue and burns 10: 4 at home and .3 in each of
its 20 divisions.
"""

import numpy as np
import pytest

from hokushin.model.mechanisms.supply import consolidate, draw_down, follow_restrictions
from tests.model.small import MONTH, small_world
from tests.model.small_numbers import number


def months_until_empty(world):
    months = 0
    while world.get("stock", "red_oil") > 0:
        world, months = world.run(draw_down), months + 1
        assert months < 100
    return months


def test_full_embargo_empties_the_store_in_stock_over_deficit_months():
    world = small_world({**MONTH, "accounts.red_oil.stock": 56}).having(cut={"oil_ban": 1.0})
    assert months_until_empty(world) == 7  # 56 kt / (10 - 2) kt per month


def test_half_an_embargo_lets_half_the_trade_through():
    world = small_world({**MONTH, "accounts.red_oil.stock": 56}).having(cut={"oil_ban": 0.5})
    assert months_until_empty(world) == 14  # 56 kt / (10 - 2 - 4) kt per month


def test_a_balance_in_peace_leaves_the_stock_as_it_was():
    assert small_world().run(draw_down).get("stock", "red_oil") == pytest.approx(60.0)


def test_three_dekads_burn_as_much_as_one_month():
    ban = {"oil_ban": 1.0}
    dekads = small_world().having(cut=ban)
    for _ in range(3):
        dekads = dekads.run(draw_down)
    month = small_world(MONTH).having(cut=ban).run(draw_down)
    assert dekads.get("stock", "red_oil") == pytest.approx(52.0)  # 60 - 8
    assert month.get("stock", "red_oil") == pytest.approx(52.0)


def test_war_stops_the_trade_across_the_front_and_adds_its_own_use():
    world = small_world(MONTH).having(war={"border": 1.0}).run(draw_down)
    assert world.get("stock", "red_oil") == pytest.approx(47.0)  # 60 + 2 - (10 + 5)


def burnt_in_a_month_of_war(divisions, **changes):
    """What the border war takes of red's oil: 60 + 2 - 10 less the stock that is left."""
    stated = {**MONTH, "fronts.border.a.demand_at": number(10, "division"), **changes}
    world = small_world(stated).having(war={"border": 1.0})
    moved = 20.0 - divisions  # the rest stands at home, so that standing use is the same
    force = {("red_border", 0): divisions, ("red_home", 0): moved}
    return 52.0 - world.having(force=force).run(draw_down).get("stock", "red_oil")


def test_operations_take_what_is_stated_at_the_strength_it_is_stated_for():
    assert burnt_in_a_month_of_war(10.0) == pytest.approx(5.0, abs=1e-4)


@pytest.mark.parametrize(("divisions", "burnt"), [(5.0, 2.5), (20.0, 10.0), (0.0, 0.0)])
def test_twice_the_divisions_at_the_front_burn_twice_as_much(divisions, burnt):
    """The line feeds a hundred, so all of them fight; what the line loses is a thousandth."""
    assert burnt_in_a_month_of_war(divisions) == pytest.approx(burnt, abs=2e-2)


def test_divisions_beyond_what_the_line_feeds_fight_no_battles_and_burn_nothing():
    narrow = {"fronts.border.a.supply": number(10, "division")}
    assert burnt_in_a_month_of_war(20.0, **narrow) < 1.2 * burnt_in_a_month_of_war(10.0, **narrow)


def test_the_enemys_divisions_do_not_change_ones_own_use():
    stated = {**MONTH, "fronts.border.a.demand_at": number(10, "division")}
    world = small_world(stated).having(war={"border": 1.0}, force={("blue_army", 0): 30.0})
    assert world.run(draw_down).get("stock", "red_oil") == pytest.approx(47.0, abs=1e-4)


def test_a_war_elsewhere_costs_nothing():
    world = small_world(MONTH).having(war={"far": 1.0}).run(draw_down)
    assert world.get("stock", "red_oil") == pytest.approx(60.0)


def test_a_region_won_yields_what_has_been_recovered_of_it():
    world = small_world(MONTH).having(taken={"isles": 1.0}, recovered={"isles": 0.5})
    assert world.run(draw_down).get("stock", "red_oil") == pytest.approx(65.0)  # half of 10


def test_the_store_is_never_below_empty():
    world = small_world(MONTH).having(stock=1.0, cut=1.0).run(draw_down)
    assert world.get("stock", "red_oil") == 0.0


# Restrictions


def test_a_follower_closes_two_thirds_of_the_gap_within_its_lag():
    world = small_world().having(cut={"oil_ban": 1.0})
    for _ in range(6):  # two months, the lag
        world = world.run(follow_restrictions)
    assert world.get("cut", "other_ban") == pytest.approx(1.0 - np.exp(-1.0), abs=1e-6)


def test_the_leader_does_not_follow_its_follower():
    world = small_world().having(cut={"other_ban": 1.0}).run(follow_restrictions)
    assert world.get("cut", "oil_ban") == 0.0


def test_a_follower_lifts_what_its_leader_lifts():
    world = small_world(MONTH).having(cut={"other_ban": 1.0}).run(follow_restrictions)
    assert world.get("cut", "other_ban") == pytest.approx(np.exp(-0.5), abs=1e-6)


# Consolidation


def test_half_of_a_region_comes_back_within_its_half_life():
    world = small_world().having(taken={"isles": 1.0})
    for _ in range(18):  # six months
        world = world.run(consolidate)
    assert world.get("recovered", "isles") == pytest.approx(0.5, abs=1e-6)


def test_a_region_lost_begins_anew():
    world = small_world().having(recovered={"isles": 0.9}).run(consolidate)
    assert world.get("recovered", "isles") == 0.0
