"""Dealings: what time does to asks, offers, treaties and trust."""

import pytest

from hokushin.model.mechanisms.dealings import age_dealings
from tests.model.small import MONTH, small_world


def aged(world, steps):
    for _ in range(steps):
        world = world.run(age_dealings)
    return world


def test_half_of_an_ask_is_left_after_its_half_life():
    assert aged(small_world().having(ask=1.0), 6).get("ask", "green_help") == pytest.approx(0.5)


def test_a_treaty_ages_while_it_is_in_force():
    assert aged(small_world(MONTH).having(deal=1.0), 18).get("deal_years", "pact") == pytest.approx(
        1.5
    )
    assert aged(small_world(MONTH), 18).get("deal_years", "pact") == 0.0


@pytest.mark.parametrize("before", [1.0, 0.0])
def test_trust_comes_half_the_way_back_to_its_level_in_its_half_life(before):
    world = aged(small_world(MONTH).having(trust=before), 24)
    assert world.get("trust", "red.blue") == pytest.approx((before + 0.4) / 2.0)


def test_a_treaty_barred_by_fiat_is_not_in_force():
    world = small_world({"deals.pact.barred": 1}).having(deal=1.0)
    assert aged(world, 1).get("deal", "pact") == 0.0


def test_an_offer_that_nobody_took_up_lapses_and_does_not_go_below_nothing():
    world = aged(small_world(MONTH).having(consent={"pact.red": 1.5}), 2)
    assert world.get("consent", "pact.red") == 0.0
