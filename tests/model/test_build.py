"""The bridge from a scenario to arrays: every number in its place, every date in its step."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.battle_coefficients import published
from hokushin.model.build import build
from hokushin.model.mechanisms.choosing import conditions
from hokushin.model.params import Params
from hokushin.scenario.problems import ScenarioError
from tests.model.small import moment_of, small_model, small_world
from tests.model.small_numbers import number, spread_out
from tests.model.small_scenario import scenario

MANY = 8192
FIVE = 5.0  # standard errors
JUNE_1, JULY_11 = 15, 19


def active(model, field, name, axis):
    """Steps in which something of the calendar holds."""
    place = model.axes.position(axis, name)
    return np.flatnonzero(np.asarray(getattr(model.moments, field))[:, place, 0]).tolist()


# Numbers


def test_positions_stand_where_numbers_will():
    template = small_model().template
    assert isinstance(template, Params)
    kinds = {np.asarray(leaf).dtype for leaf in jax.tree.leaves(template)}
    assert kinds == {np.dtype(np.int32)}


def test_every_position_becomes_the_number_that_the_scenario_wrote():
    world = small_world()
    model = world.model
    position = model.position("accounts.red_oil.stock")
    assert model.template.supply.stock.tolist() == [position]
    np.testing.assert_array_equal(world.params.supply.stock, [[60.0, 60.0]])


def test_a_number_that_nothing_reads_has_no_position():
    with pytest.raises(ValueError, match=r"accounts\.red_oil\.colour is not a number"):
        small_model().position("accounts.red_oil.colour")


def test_numbers_keep_the_unit_of_their_source_and_the_model_has_its_own():
    written = {
        "fronts.border.incidents": number(6, "1/year"),
        "weights.supply.horizon": number(1, "year"),
        "accounts.red_oil.stock": number(60_000, "t"),
        "weights.learning.trust_half_life": number(24, "month"),
    }
    plain, other = small_world().params, small_world(written).params
    for one, two in zip(jax.tree.leaves(plain), jax.tree.leaves(other), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-5)


def test_a_number_in_a_unit_of_another_kind_is_refused_by_its_path():
    with pytest.raises(ScenarioError, match=r"accounts\.red_oil\.stock.*kt/month"):
        build(scenario({"accounts.red_oil.stock": number(60, "kt/month")}))


def test_what_a_scenario_leaves_out_has_no_effect():
    """No budget, no ceiling, no intensity: one, without end, and in full."""
    world = small_world({"industry.red.ceiling": {}, "industry.red.budget": {}})
    red = world.axes.position("powers", "red")
    assert float(world.params.forces.ceiling[red, 0, 0]) == 1.0e6
    assert float(world.params.forces.budget[red, 0, 0]) == 1.0
    assert (
        float(world.params.choice.intensity[world.place("stands", "red.war", "attack")][0]) == 1.0
    )


# Draws


def drawn(changes, path, **options):
    model = small_model(changes)
    theta = model.draw(jnp.uint32(1), jnp.arange(MANY, dtype=jnp.uint32), **options)
    return np.asarray(theta[model.position(path)], np.float64)


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("accounts.red_oil.stock", spread_out(40, 60, 90, "kt")),
        ("fronts.border.effectiveness", spread_out(-1, 0.2, 1.4, kind="normal")),
        ("fronts.border.contact", spread_out(0.3, 0.5, 0.7, "share")),
    ],
    ids=["positive", "of either sign", "share"],
)
def test_nine_tenths_of_all_histories_draw_a_number_within_its_interval(path, written):
    found = drawn({path: written}, path)
    share = (found < written["value"]).mean()
    assert abs(share - 0.5) < FIVE * 0.5 / np.sqrt(MANY)
    inside = ((found > written["low"]) & (found < written["high"])).mean()
    assert abs(inside - 0.9) < FIVE * 0.3 / np.sqrt(MANY)


def test_a_share_stays_a_share_and_a_positive_number_positive():
    share = drawn(
        {"fronts.border.contact": spread_out(0.01, 0.5, 0.99, "share")}, "fronts.border.contact"
    )
    assert 0.0 < share.min() < share.max() < 1.0
    stock = drawn(
        {"accounts.red_oil.stock": spread_out(0.1, 60, 9000, "kt")}, "accounts.red_oil.stock"
    )
    assert stock.min() > 0.0


def test_a_number_that_is_added_leaves_the_draws_of_the_others_alone():
    path = "accounts.red_oil.stock"
    one = {path: spread_out(40, 60, 90, "kt")}
    two = {**one, "accounts.red_oil.output": spread_out(1, 2, 3, "kt/month")}
    np.testing.assert_array_equal(drawn(one, path), drawn(two, path))


def test_without_spread_every_history_has_the_median():
    path = "accounts.red_oil.stock"
    found = drawn({path: spread_out(40, 60, 90, "kt")}, path, scale=0.0)
    np.testing.assert_allclose(found, 60.0, rtol=1e-5)


def test_a_number_can_be_set_in_all_histories():
    path = "accounts.red_oil.stock"
    assert (drawn({path: spread_out(40, 60, 90, "kt")}, path, override={path: 7.0}) == 7.0).all()


def test_what_battles_taught_is_drawn_with_its_own_spread():
    found = drawn({}, "battle.outcome.force")
    mean, sd = published("outcome.force")
    assert abs(found.mean() - mean) < FIVE * sd / np.sqrt(MANY)
    assert abs(found.std() - sd) < FIVE * sd / np.sqrt(2.0 * MANY)


# The calendar


def test_a_year_has_thirty_six_dekads_and_each_knows_its_month():
    model = small_model()
    assert model.axes.n_steps == 72
    months = np.asarray(model.moments.ahead)[:, 0].argmax(1)
    assert months[:36].tolist() == sorted([*range(12)] * 3)
    part = np.asarray(model.moments.month_part)[:3]
    assert part.tolist() == pytest.approx([0.0, 10 / 30.4375, 20 / 30.4375])


def test_looking_ahead_picks_the_months_to_come():
    ahead = np.asarray(moment_of(small_model(), JULY_11).ahead)
    assert ahead.argmax(1).tolist() == [6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5]


def test_the_year_of_a_step_is_that_of_its_middle():
    year = np.asarray(small_model().moments.year)
    assert year[0] == pytest.approx(1900 + 4 / 365.25, abs=1e-3)
    assert year[36] - year[0] == pytest.approx(1.0, abs=1e-3)


def test_a_stated_condition_holds_from_its_day_on():
    steps = active(small_model(), "conditional_active", "half", "conditionals")
    assert steps == list(range(JUNE_1, 72))


def test_a_date_in_a_need_has_come_from_its_step_on():
    model = small_model()
    assert model.axes.conditions[-1] == "after.1900-06-01"
    assert np.flatnonzero(np.asarray(model.moments.after)[:, 0, 0]).tolist() == [*range(JUNE_1, 72)]


def test_an_office_changes_hands_on_its_holders_first_day_and_not_on_the_first_of_all():
    holders = [
        {"person": "One", "since": "1890-01-01", "until": "1900-07-11"},
        {"person": "Two", "since": "1900-07-11"},
    ]
    model = small_model({"factions.red.army.holders": holders})
    for matter in ("red.war", "red.treaty"):
        assert active(model, "holder_news", matter, "matters") == [JULY_11]
    assert active(model, "holder_news", "blue.trade", "matters") == []


def test_a_front_opens_on_its_day_and_one_that_was_open_before_does_not_open_again():
    later = small_model({"fronts.far.open_since": "1900-07-15"})
    assert active(later, "front_opens", "far", "fronts") == [JULY_11]
    before = small_model({"fronts.far.open_since": "1899-07-15"})
    assert active(before, "front_opens", "far", "fronts") == []
    assert before.axes.front_open_at_start.tolist() == [0.0, 1.0]


# Causes


def test_a_rewrite_holds_from_the_day_of_its_cause_and_leaves_the_past_alone():
    model = small_model()
    everywhere = active(model, "rewrite_active", "defeat.rewrites.0", "rewrites")
    assert everywhere == list(range(72))
    since = active(model, "rewrite_active", "poor_hills.rewrites.0", "rewrites")
    assert since == list(range(JUNE_1, 72))


def test_a_rewrite_that_ends_holds_through_the_step_of_its_last_day():
    """Until the tenth, the last day of a dekad: that dekad still, and not the next."""
    entry = {"set": "regions.hills.yields.oil", "to": number(50, "kt/month")}
    ends = {**entry, "since": "1900-06-01", "until": "1900-07-10"}
    model = small_model({"causes.poor_hills.rewrites": [ends]})
    steps = active(model, "rewrite_active", "poor_hills.rewrites.0", "rewrites")
    assert steps == list(range(JUNE_1, JULY_11))


def test_an_order_to_choose_is_given_once():
    steps = active(small_model(), "rewrite_active", "poor_hills.alternative_rewrites.0", "rewrites")
    assert steps == [18]  # the first dekad of July


def test_a_rewrite_of_a_number_that_nothing_reads_is_refused():
    entry = {"set": "regions.hills.colour", "to": number(1)}
    with pytest.raises(ValueError, match=r"causes\.poor_hills.*which no mechanism reads"):
        build(scenario({"causes.poor_hills.rewrites": [entry]}))


def test_a_rewrite_may_use_another_unit_than_the_number_it_sets():
    entry = {"set": "regions.hills.yields.oil", "to": number(600, "kt/year")}
    world = small_world({"causes.poor_hills.rewrites": [entry]})
    medians = world.model.from_normals(jnp.zeros((len(world.model.priors.names), 1)))
    change = world.model.rewrite_delta(medians)
    place = world.axes.position("rewrites", "poor_hills.rewrites.0")
    assert float(change[place, 0]) == pytest.approx(45.0)  # 50 a month less 5


# Places and names


def test_needs_know_what_must_hold_and_what_must_not():
    world = small_world()
    axes = world.axes
    row = axes.n_options * axes.position("matters", "red.war") + 3  # occupy
    on = [axes.conditions[i] for i in np.flatnonzero(axes.need_on[row])]
    off = [axes.conditions[i] for i in np.flatnonzero(axes.need_off[row])]
    assert on == ["after.1900-06-01"]
    assert off == ["taken.isles"]


def test_every_indicator_of_a_need_has_its_name():
    world = small_world()
    holds = conditions(
        world.having(
            deal=1.0, consent={"pact.blue": 1.0}, taken={"isles": 1.0}, ask=1.0, cut=1.0
        ).state,
        world.at(JUNE_1).moment,
    )
    found = {
        n for n, x in zip(world.axes.conditions, np.asarray(holds)[:, 0], strict=True) if x > 0
    }
    assert found == {
        "deal.pact",
        "consent.pact.blue",
        "taken.isles",
        "ask.green_help",
        "cut.oil_ban",
        "cut.other_ban",
        "after.1900-06-01",
        *(f"stands.{matter}.carry_on" for matter in world.axes.matters),
    }


def test_a_region_that_two_powers_could_win_is_refused():
    gains = [
        {"region": "hills", "by": "a", "at": number(80, "km")},
        {"region": "hills", "by": "b", "at": number(80, "km")},
    ]
    with pytest.raises(ValueError, match=r"regions\.hills can be won by red and by blue"):
        build(scenario({"fronts.border.gains": gains}))


def test_a_power_has_no_side_on_a_front_of_others():
    effects = [{"open_front": "far"}]
    with pytest.raises(ValueError, match="red has no side on the front far"):
        build(scenario({"matters.red.war.options.attack.effects": effects}))


def test_who_remembers_whom_follows_from_fronts_and_from_what_options_fear():
    axes = small_model().axes
    assert axes.memories == (
        "red.army.blue",
        "red.army.green",  # deterred by it
        "red.treasury.blue",
        "red.treasury.green",
        "blue.crown.red",
        "blue.crown.green",
    )
    fronts = [axes.fronts[k] if k >= 0 else None for k in axes.memory_front]
    assert fronts == ["border", None, "border", None, "border", "far"]
    assert axes.memory_side.tolist()[-2:] == [1, 1]
