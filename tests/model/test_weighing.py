"""Weights: how considerations add up to the gain of a faction by an option."""

import jax.numpy as jnp
import numpy as np
import pytest

from tests.model.july import ARMY, NOVEMBER_11, TREASURY, july, pages, weighed, worth
from tests.model.small_numbers import number


def test_an_option_of_less_intensity_engages_its_considerations_in_part():
    world = july()
    full = worth("threat", world)
    assert worth("threat", world, option="red.war.prepare") == pytest.approx(0.4 * full, rel=1e-5)


def test_a_consideration_that_an_option_relieves_counts_the_other_way():
    pact = [{"what": "threat", "of": "border", "sign": -1}]
    world = july({"matters.red.treaty.options.sign.considers": pact})
    assert worth("threat", world, option="red.treaty.sign") == pytest.approx(
        -worth("threat", world)
    )


@pytest.mark.parametrize(
    "what", ["relief", "spoils", "prospect", "burden", "faith", "dread", "window"]
)
def test_a_faction_that_a_source_sets_apart_weighs_by_its_own_factor(what):
    state = {"war": {"border": 1.0}, "deal": 1.0, "dread": 0.3}
    plain = july(step=NOVEMBER_11, **state)
    own = july({"factions.red.army.weights": {what: number(3)}}, step=NOVEMBER_11, **state)
    assert worth(what, own) == pytest.approx(3.0 * worth(what, plain), rel=1e-4)
    assert worth(what, own) != 0.0
    assert worth(what, own, TREASURY) == pytest.approx(worth(what, plain, TREASURY), rel=1e-5)


def test_a_faction_of_its_own_mind_keeps_it_where_nothing_is_fought_for():
    own = july({"factions.red.army.weights": {"relief": number(3)}})
    free = "red.war.occupy"
    assert worth("relief", own, option=free) == pytest.approx(
        3.0 * worth("relief", own, TREASURY, free), rel=1e-5
    )


@pytest.mark.parametrize("what", ["relief", "prospect", "threat", "dread", "spoils", "criterion"])
def test_who_gives_a_consideration_no_weight_is_untouched_by_it(what):
    state = {"dread": 0.3}
    world = july({f"weights.considerations.{what}": 0}, **state)
    assert worth(what, world) == 0.0


def test_the_gain_is_the_sum_of_its_pages_less_the_cost_of_change():
    world = july(war={"far": 1.0}, position={"far": 100.0}, ask=0.8, dread=0.3)
    gains, book = weighed(world)
    total = sum(np.asarray(page) for page in book.values())
    costs = {"red.war.attack": 1.0, "red.war.prepare": 0.5, "blue.trade.ban": 0.5}
    for option, cost in costs.items():
        matter, name = option.rsplit(".", 1)
        place = world.place("stands", matter, name)[1]
        for j, pair in enumerate(world.axes.pairs):
            if pair.endswith(f":{matter}"):
                assert gains[j, place, 0] == pytest.approx(total[j, place, 0] - cost, abs=1e-5)
    assert not gains[:, 0].any()  # carrying on is the origin


def test_all_values_lie_within_about_one():
    world = july(
        war=1.0, position=500.0, ask=1.0, dread=1.0, stock=0.0, cut=1.0, deal=1.0, intent=9.0
    )
    for what, page in pages(world).items():
        assert np.abs(np.asarray(page)).max() <= (2.0 if what in ("prospect", "dread") else 1.01)


# Names and places


def test_factions_may_stand_in_any_order_in_the_file():
    """Blue's crown between red's two factions: nobody's gains change."""
    plain = july()
    entries = plain.model.scenario.model_dump(exclude_none=True)["factions"]
    order = ("red.army", "blue.crown", "red.treasury")
    mixed = july({"factions": {name: entries[name] for name in order}}, dread={ARMY + ".blue": 0.3})
    plain = plain.having(dread={ARMY + ".blue": 0.3})
    for what in ("dread", "doctrine", "criterion", "prospect", "threat"):
        for faction in (ARMY, TREASURY):
            assert worth(what, mixed, faction) == pytest.approx(worth(what, plain, faction))


def test_a_world_without_stated_conditions_or_memories_can_be_weighed():
    considers = [{"what": "window", "of": "border"}, {"what": "burden"}]
    world = july({"conditionals": {}, "matters.red.war.options.attack.considers": considers})
    book = pages(world)
    assert "criterion" not in book
    assert jnp.isfinite(book["window"]).all()
