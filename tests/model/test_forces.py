"""Forces: what industry adds and what a railway carries.

The rail moves 10 x .4 x 30.4375 / 60.875 = 2 divisions a month. Red has ten divisions at home and
ten at the border, which is what its posture wants.
"""

import numpy as np
import pytest

from hokushin.model.mechanisms.forces import build_up, move_formations, wanted_divisions
from tests.model.small import MONTH, small_world
from tests.model.small_numbers import number

INFANTRY, ARMOUR, AIR, NAVAL = range(4)
COAST = {
    "pools.red_coast": {
        "title": "Red at the coast",
        "power": "red",
        "route": "rail",
        "forces": {"infantry": number(10, "division")},
        "share": number(1),
    }
}


def divisions(world, *pools):
    return [world.get("force", pool, INFANTRY) for pool in pools]


def moved(world, months=1):
    for _ in range(months):
        world = world.run(move_formations)
    return world


# Movement


def test_the_railway_moves_capacity_times_usable_over_trains_a_division():
    world = small_world(MONTH).having(posture={"red_border": 4.0})
    assert divisions(moved(world, 1), "red_home", "red_border") == pytest.approx([8.0, 12.0])
    assert divisions(moved(world, 2), "red_home", "red_border") == pytest.approx([6.0, 14.0])
    assert divisions(moved(world, 5), "red_home", "red_border") == pytest.approx([6.0, 14.0])


def test_the_railway_binds_on_the_way_back_too():
    world = small_world(MONTH).having(posture={"red_border": -5.0})
    assert divisions(moved(world, 1), "red_home", "red_border") == pytest.approx([12.0, 8.0])
    assert divisions(moved(world, 3), "red_home", "red_border") == pytest.approx([15.0, 5.0])


def test_a_dekad_moves_a_third_of_what_a_month_does():
    world = small_world().having(posture={"red_border": 4.0})
    assert divisions(moved(world, 3), "red_border") == pytest.approx([12.0], abs=1e-5)


def test_a_hub_gives_no_more_than_it_has():
    world = small_world(MONTH).having(
        force={("red_home", INFANTRY): 1.0}, posture={"red_border": 20.0}
    )
    assert divisions(moved(world), "red_home", "red_border") == pytest.approx([0.0, 11.0])


def test_tanks_and_aircraft_travel_with_the_divisions_and_ships_stay():
    world = small_world(MONTH).having(
        force={("red_home", AIR): 50.0, ("red_home", NAVAL): 30.0}, posture={"red_border": 4.0}
    )
    there = moved(world)
    assert there.get("force", "red_border", ARMOUR) == pytest.approx(20.0)  # a fifth of 100
    assert there.get("force", "red_border", AIR) == pytest.approx(10.0)
    assert there.get("force", "red_home", NAVAL) == 30.0


def test_a_pool_that_no_route_reaches_keeps_what_it_has():
    world = small_world(MONTH).having(posture={"blue_far": 5.0})
    assert divisions(moved(world), "blue_far") == [5.0]


def test_two_pools_on_one_railway_share_its_trains():
    """They want ten divisions each and get two a month between them."""
    world = small_world({**MONTH, **COAST}).having(
        force={("red_home", INFANTRY): 30.0, ("red_border", 0): 0.0, ("red_coast", 0): 0.0}
    )
    there = moved(world)
    assert divisions(there, "red_home", "red_border", "red_coast") == pytest.approx([28.0, 1, 1])


def test_trains_out_do_not_hold_up_trains_back():
    world = small_world({**MONTH, **COAST}).having(posture={"red_border": 9.0, "red_coast": -9.0})
    assert divisions(moved(world), "red_border", "red_coast") == pytest.approx([12.0, 8.0])


def test_what_leaves_one_pool_arrives_in_another():
    world = small_world({**MONTH, **COAST}).having(
        posture={"red_border": 3.7, "red_coast": -2.9}, force={("red_border", AIR): 13.0}
    )
    before = np.asarray(world.state.force).sum(0)
    np.testing.assert_allclose(np.asarray(moved(world, 4).state.force).sum(0), before, rtol=1e-6)


def test_posture_wants_its_share_of_all_divisions_and_what_was_called_up():
    world = small_world().having(posture={"red_border": 4.0, "blue_far": -50.0})
    wanted = np.asarray(wanted_divisions(world.axes, world.params, world.state))[:, 0]
    by_pool = dict(zip(world.axes.pools, wanted, strict=True))
    assert by_pool["red_border"] == pytest.approx(14.0)
    assert by_pool["blue_army"] == pytest.approx(10.0)  # two thirds of fifteen
    assert by_pool["blue_far"] == 0.0


def test_two_pools_that_want_more_than_there_is_get_less_in_proportion():
    """Of thirty divisions ten stand in each pool; forty and ten are wanted away from home."""
    world = small_world(COAST).having(posture={"red_border": 30.0})
    wanted = np.asarray(wanted_divisions(world.axes, world.params, world.state))[:, 0]
    by_pool = dict(zip(world.axes.pools, wanted, strict=True))
    assert by_pool["red_border"] == pytest.approx(24.0)
    assert by_pool["red_coast"] == pytest.approx(6.0)


# Production: .3 divisions a month at full readiness, to a ceiling of 40


def grown(world):
    return divisions(world.run(build_up), "red_home")[0] - 10.0


def test_industry_adds_its_output_as_far_as_there_is_room():
    assert grown(small_world(MONTH)) == pytest.approx(0.15, abs=1e-5)  # .3 x (1 - 20/40)


def test_a_dekad_adds_a_third_of_a_month():
    assert grown(small_world()) == pytest.approx(0.05, abs=1e-5)


def test_war_anywhere_multiplies_output():
    world = small_world(MONTH).having(war={"border": 1.0})
    assert grown(world) == pytest.approx(0.30, abs=1e-5)


def test_a_war_of_others_does_not():
    assert grown(small_world(MONTH).having(war={"far": 1.0})) == pytest.approx(0.15, abs=1e-5)


def test_twice_the_budget_share_gives_twice_the_output():
    world = small_world(MONTH).with_params("forces", budget=1.0)  # the reference is .5
    assert grown(world) == pytest.approx(0.30, abs=1e-5)


def test_nothing_grows_beyond_the_ceiling():
    world = small_world(MONTH).having(force={("red_border", INFANTRY): 35.0})
    assert grown(world) == 0.0


def test_nothing_grows_without_what_it_needs():
    world = small_world({**MONTH, "accounts.red_oil.output": 0}).having(stock=0.0, cut=1.0)
    assert grown(world) < 1e-5


def test_a_power_without_industry_does_not_grow():
    assert divisions(small_world(MONTH).run(build_up), "blue_army") == [10.0]


def test_new_ships_join_the_fleets_that_a_power_has():
    """Fleets do not travel by rail: four kilotons a month go three to one, as the fleets stand."""
    yards = {
        "industry.red.output.naval": number(4, "kt_warship/month"),
        "pools.red_home.forces.naval": number(300, "kt_warship"),
        "pools.red_border.forces.naval": number(100, "kt_warship"),
    }
    world = small_world({**MONTH, **yards}).run(build_up)
    assert world.get("force", "red_home", NAVAL) == pytest.approx(303.0, abs=2e-3)
    assert world.get("force", "red_border", NAVAL) == pytest.approx(101.0, abs=2e-3)


def test_the_first_ships_of_a_power_are_built_at_its_hub():
    yards = {"industry.red.output.naval": number(4, "kt_warship/month")}
    world = small_world({**MONTH, **yards}).run(build_up)
    assert world.get("force", "red_home", NAVAL) == pytest.approx(4.0, abs=1e-3)
    assert world.get("force", "red_border", NAVAL) == 0.0
