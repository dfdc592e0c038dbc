"""Considerations: what each is worth to whom, on numbers that can be worked out by hand."""

import numpy as np
import pytest

from tests.model.july import ARMY, NOVEMBER_11, TREASURY, URGENCY, july, logistic, success, worth
from tests.model.small_numbers import number


def test_relief_is_urgency_times_what_would_be_won_times_the_chance_of_winning_it():
    """The hills yield 5 against a demand of 10."""
    world = july()
    expected = URGENCY * (1.0 - np.exp(-0.5)) * success(world)
    assert worth("relief", world) == pytest.approx(expected, rel=1e-4)


def test_relief_without_a_fight_needs_no_luck():
    """The isles yield 10 against a demand of 10."""
    expected = URGENCY * (1.0 - np.exp(-1.0))
    assert worth("relief", july(), option="red.war.occupy") == pytest.approx(expected, rel=1e-4)


def test_land_without_the_resource_is_no_relief():
    world = july({"regions.isles.yields": {}})
    assert worth("relief", world, option="red.war.occupy") == 0.0


def test_a_need_that_is_felt_twice_as_much_counts_twice():
    twice = worth("relief", july({"accounts.red_oil.need": 2}), option="red.war.occupy")
    assert twice == pytest.approx(2.0 * worth("relief", july(), option="red.war.occupy"), rel=1e-5)


def test_prospect_is_what_is_won_less_what_is_staked():
    world = july()
    p = success(world)
    assert worth("prospect", world) == pytest.approx(p - 1.5 * (1.0 - p), rel=1e-4)


def test_divisions_that_an_option_calls_to_the_front_count_for_its_prospect():
    """The railway brings four of the ten within the campaign, two in its mean, to the ten there."""
    called = [
        {"open_front": "border"},
        {"deploy": {"pool": "red_border", "divisions": number(10, "division")}},
    ]
    world = july({"matters.red.war.options.attack.effects": called})
    p = success(world)
    slope = float(world.params.battle.outcome.force[0])
    p = logistic(np.log(p / (1.0 - p)) + slope * np.log(1.2))
    assert worth("prospect", world) == pytest.approx(p - 1.5 * (1.0 - p), rel=1e-3)


def test_a_stated_condition_counts_by_its_distance_and_only_for_those_who_stated_it():
    """They would march if blue's army fell to 8 divisions, in steps of 2; it has ten."""
    assert worth("criterion", july()) == pytest.approx(-np.tanh(1.0), rel=1e-4)
    assert worth("criterion", july(), TREASURY) == 0.0
    met = july(force={("blue_army", 0): 6.0})
    assert worth("criterion", met) == pytest.approx(np.tanh(1.0), rel=1e-4)


def test_a_condition_binds_from_the_day_on_which_it_was_stated():
    assert worth("criterion", july(step=14)) == 0.0  # the last dekad of May
    assert worth("criterion", july(step=15)) != 0.0


def test_a_conjunction_is_nearly_its_worst_clause():
    """Met by .76 and missed by .76: the soft minimum lies at -.60, far under the mean of 0."""
    clauses = [
        {
            "variable": "believed.red_sees.infantry",
            "threshold": number(8, "division"),
            "scale": number(2, "division"),
            "direction": direction,
        }
        for direction in ("below", "above")
    ]
    x = np.tanh(1.0)
    expected = -np.log((np.exp(4 * x) + np.exp(-4 * x)) / 2.0) / 4.0
    world = july({"conditionals.half.clauses": clauses})
    assert worth("criterion", world) == pytest.approx(expected, rel=1e-4)
    assert expected < -0.5


def test_a_condition_of_several_bodies_counts_for_each():
    world = july({"conditionals.half.factions": [ARMY, TREASURY]})
    assert worth("criterion", world, TREASURY) == pytest.approx(worth("criterion", world))


VARIABLES = {
    "ratio.border": ("1", 1.0),
    "war.border": ("1", 0.0),
    "deal.pact": ("1", 1.0),
    "taken.hills": ("1", 1.0),
    "stands.red.war.prepare": ("1", 1.0),
    "ask.green_help": ("1", 0.8),
    "cut.oil_ban": ("1", 0.5),
    "fortune.far": ("probability", logistic(-1.2)),
    "progress.far": ("1", 0.5),
    "runway.red_oil": ("month", 15.0),
    "season.border": ("month", 5.0 - 10.0 / 30.4375),
    "year": ("year", 1900.54),
    "intent.blue": ("probability", logistic(-2.0)),
}


@pytest.mark.parametrize(("variable", "known"), VARIABLES.items(), ids=list(VARIABLES))
def test_a_condition_can_be_about_anything_that_a_body_watches(variable, known):
    """The threshold is where the variable stands, less its scale: met by tanh 1."""
    unit, now = known
    clause = {
        "variable": variable,
        "threshold": number(now - 1.0, unit),
        "scale": number(1.0, unit),
        "direction": "above",
    }
    world = july(
        {"conditionals.half.clauses": [clause]},
        war={"far": 1.0},
        position={"far": 100.0},
        speed={"far": 20.0},
        deal=1.0,
        taken={"hills": 1.0},
        stands={("red.war", "prepare"): 1.0},
        ask=0.8,
        cut={"oil_ban": 0.5},
    )
    assert worth("criterion", world) == pytest.approx(np.tanh(1.0), abs=3e-3)


def test_strain_is_what_the_campaign_would_burn_of_a_stock_that_is_wanted():
    """Two months at 5 kt of 60 kt."""
    assert worth("strain", july()) == pytest.approx(-URGENCY * np.tanh(10.0 / 60.0), rel=1e-4)
    assert worth("strain", july(stock=0.0, cut=1.0)) == pytest.approx(-1.0, abs=1e-3)


def test_commitment_counts_the_courses_under_way_that_an_option_would_starve():
    assert worth("commitment", july()) == 0.0
    assert worth("commitment", july(stands={("red.treaty", "sign"): 1.0})) == -1.0


def test_ripeness_is_the_fortune_of_another_front_as_an_onlooker_sees_it():
    """A hundred km of two hundred and twenty a month for two months more: seven tenths."""
    world = july(war={"far": 1.0}, position={"far": 100.0}, speed={"far": 20.0})
    assert worth("ripeness", world) == pytest.approx(logistic((0.7 - 1.0) / 0.25), rel=1e-4)


def test_a_front_at_peace_ripens_nothing():
    assert worth("ripeness", july(position={"far": 150.0})) == 0.0


def test_a_window_is_open_while_there_is_season_enough_for_the_campaign():
    assert worth("window", july()) == 0.0
    left = 1.0 - 10.0 / 30.4375  # of November
    assert worth("window", july(step=NOVEMBER_11)) == pytest.approx(left / 2.0 - 1.0, abs=1e-3)
    assert worth("window", july(step=0)) == pytest.approx(-1.0, abs=1e-3)


def test_dread_is_what_was_lost_to_the_enemy_and_to_the_cold_by_those_who_remember():
    world = july(dread={"red.army.blue": 0.3}, cold={"red.army.blue": 0.1})
    assert worth("dread", world) == pytest.approx(-0.4)
    assert worth("dread", world, TREASURY) == 0.0


def test_burden_is_the_share_of_divisions_at_open_fronts():
    assert worth("burden", july()) == 0.0
    assert worth("burden", july(war={"border": 1.0})) == pytest.approx(-0.5)  # 10 of 20
    assert worth("burden", july(war={"far": 1.0})) == 0.0  # others' war


def test_exposure_grows_with_the_force_that_can_strike_up_to_threefold():
    for divisions, expected in [(10.0, -0.15), (20.0, -0.30), (90.0, -0.45)]:
        world = july(force={("blue_army", 0): divisions})
        assert worth("exposure", world) == pytest.approx(expected, rel=1e-4)


def test_threat_is_the_believed_ratio_and_the_believed_intent():
    assert worth("threat", july()) == pytest.approx(logistic(-2.0), rel=1e-3)
    stronger = july(force={("blue_army", 0): 20.0})
    assert worth("threat", stronger) == pytest.approx(logistic(np.log(2.0) - 2.0), rel=1e-2)
    hostile = july(intent={"red.army.blue": 1.0})
    assert worth("threat", hostile) == pytest.approx(logistic(1.0), rel=1e-3)


def test_faith_is_owed_to_a_treaty_in_force_and_half_of_it_after_five_years():
    assert worth("faith", july()) == 0.0
    assert worth("faith", july(deal=1.0)) == pytest.approx(-1.0)
    assert worth("faith", july(deal=1.0, deal_years=5.0)) == pytest.approx(-0.5)


def test_an_ask_counts_by_how_far_the_asker_is_trusted_and_silence_is_none():
    assert worth("ally", july()) == 0.0
    assert worth("ally", july(ask=0.8)) == pytest.approx(0.8 * (0.4 - 0.1))


def test_trust_in_a_power_counts_without_any_ask():
    option = {"matters.red.treaty.options.sign.considers": [{"what": "ally", "of": "blue"}]}
    world = july(option)
    assert worth("ally", world, option="red.treaty.sign") == pytest.approx(0.3)


def test_a_third_power_deters_by_its_intent_and_its_strength():
    """Five divisions and 50 kt of ships against red's twenty divisions."""
    assert worth("deterrence", july()) == pytest.approx(-logistic(-2.0) * 0.5, rel=1e-4)
    greater = july(force={("green_army", 0): 100.0})
    assert worth("deterrence", greater) == pytest.approx(-logistic(-2.0), rel=1e-4)


def test_spoils_are_won_with_the_chance_of_winning_and_occupied_for_certain():
    world = july()
    assert worth("spoils", world) == pytest.approx(0.5 * success(world), rel=1e-4)
    assert worth("spoils", world, option="red.war.occupy") == pytest.approx(0.2)


def test_doctrine_is_a_factions_own_whatever_the_state_of_the_world():
    assert worth("doctrine", july()) == pytest.approx(0.5)
    assert worth("doctrine", july(), TREASURY) == 0.0


def test_an_office_keeps_its_holders_doctrine_for_as_long_as_he_holds_it():
    holder = {"person": "General", "since": "1900-03-01", "until": "1900-07-11"}
    holders = [{**holder, "doctrine": {"war.attack": number(-2)}}]
    change = {"factions.red.army.holders": holders}
    assert worth("doctrine", july(change, step=5)) == pytest.approx(0.5)
    assert worth("doctrine", july(change, step=6)) == pytest.approx(-1.5)
    assert worth("doctrine", july(change, step=18)) == pytest.approx(-1.5)
    assert worth("doctrine", july(change)) == pytest.approx(0.5)
