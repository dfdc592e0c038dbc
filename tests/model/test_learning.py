"""Learning: what is left of a battle, by whom it was fought and how long ago.

In the old war, eight years before the first day, red attacked on equal terms and lost: two fifths
of a formation, a tenth of that to the cold, against twice the material that had been expected.
"""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model import beliefs
from hokushin.model.mechanisms.learning import learn
from hokushin.model.state import Clash
from tests.model.small import MONTH, small_world

ARMY, TREASURY, CROWN = "red.army.blue", "red.treasury.blue", "blue.crown.red"
INSIDE = {"engagements.old.ended": "1900-05-15"}
MAY_15 = 13
NO_WAR_BEFORE = {"engagements": {}, "causes": {}}
LISTENS = "weights.learning.other_service"


def all_of(world, memory):
    fields = ("skill_mean", "skill_variance", "material", "dread", "cold", "intent")
    return {field: world.get(field, memory) for field in fields}


def clashed(world, **fields):
    """The world after a battle at the border with these particulars."""
    values = {"weight": 1.0, "outcome": 0.0, "log_odds": 0.0, "loss": 0.0, "harshness": 0.0}
    values["initiative"] = 1.0  # red attacked
    values.update(fields)
    old, new = world.state.clash, {}
    for name, value in values.items():
        array = np.zeros(getattr(old, name).shape, np.float32)
        array[0] = np.asarray(value)[..., None]  # of both sides, or of each
        new[name] = jnp.asarray(array)
    return replace(world, state=replace(world.state, clash=Clash(**new)))


# What is remembered on the first day


def test_half_of_the_dread_is_left_after_its_half_life():
    world = small_world()
    years = float(world.axes.engagement_before[0])
    assert years == pytest.approx(8.0, abs=0.01)
    half = 2.0 ** (-years / 8.0)
    assert world.get("dread", ARMY) == pytest.approx(0.4 * 0.9 * half, rel=1e-5)
    assert world.get("cold", ARMY) == pytest.approx(0.4 * 0.1 * half, rel=1e-5)


def test_another_services_battle_counts_by_half():
    world = small_world()
    for field in ("dread", "cold", "material"):
        assert world.get(field, TREASURY) == pytest.approx(world.get(field, ARMY) / 2.0, rel=1e-5)


def test_material_met_beyond_expectation_is_remembered_by_the_gain():
    """Half of log 2, and after eight years two half-lives have passed."""
    kept = 2.0 ** (-float(small_world().axes.engagement_before[0]) / 4.0)
    expected = 0.5 * np.log(2.0) * kept
    assert small_world().get("material", ARMY) == pytest.approx(expected, rel=1e-5)


def test_a_lost_attack_lowers_skill_by_the_rule_that_adjudicates():
    world = small_world()
    outcome = world.params.battle.outcome
    mean, variance = beliefs.skill_update(
        0.0,
        0.49,
        -1.0,
        outcome.constant,  # an even attack; red attacked
        outcome.band,
        nuisance_variance=outcome.campaign_sd**2,
    )
    years = float(world.axes.engagement_before[0])
    mean, variance = beliefs.drift(mean, variance, 0.0, 0.49, 8.0, years)
    assert world.get("skill_mean", ARMY) == pytest.approx(float(mean[0]), rel=1e-4)
    assert world.get("skill_variance", ARMY) == pytest.approx(float(variance[0]), rel=1e-4)
    assert float(mean[0]) < 0.0


def test_who_was_not_there_remembers_nothing():
    assert all_of(small_world(), CROWN) == {
        "skill_mean": 0.0,
        "skill_variance": pytest.approx(0.49),
        "material": 0.0,
        "dread": 0.0,
        "cold": 0.0,
        "intent": -2.0,
    }


def test_of_two_battles_the_worse_is_dreaded_and_the_order_is_that_of_their_dates():
    """The older war cost three quarters; both fade from their own day."""
    entry = small_world().model.scenario.engagements["old"].model_dump(exclude_none=True)
    older = {**entry, "ended": "1884-01-01", "loss_share": entry["loss_share"] | {"value": 0.75}}
    listed_last = small_world({"engagements.older": older})
    years = listed_last.axes.engagement_before
    assert years[1] > years[0]
    expected = max(0.4 * 2.0 ** (-years[0] / 8.0), 0.75 * 2.0 ** (-years[1] / 8.0)) * 0.9
    assert listed_last.get("dread", ARMY) == pytest.approx(expected, rel=1e-5)


def test_a_greater_defeat_hides_an_earlier_one_but_not_what_the_cold_did():
    """A winter war eighteen years back is still felt after a summer's defeat, as cold alone."""
    entry = small_world().model.scenario.engagements["old"].model_dump(exclude_none=True)
    winter = {**entry, "ended": "1882-01-01"}
    winter = {**winter, "cold_share": entry["cold_share"] | {"value": 0.5}}
    summer = {"engagements.old.loss_share": 0.8, "engagements.old.cold_share": 0}
    both, alone = small_world({**summer, "engagements.winter": winter}), small_world(summer)
    assert both.get("dread", ARMY) == alone.get("dread", ARMY) > 0.3
    kept = 2.0 ** (-float(both.axes.engagement_before[1]) / 8.0)
    assert both.get("cold", ARMY) == pytest.approx(0.4 * 0.5 * kept, rel=1e-5)
    assert alone.get("cold", ARMY) == 0.0


# What a step changes


def test_memories_fade_with_their_half_lives():
    world = small_world(MONTH)
    before = all_of(world, ARMY)
    for _ in range(12):
        world = world.run(learn)
    after = all_of(world, ARMY)
    assert after["dread"] / before["dread"] == pytest.approx(2.0 ** (-1.0 / 8.0), rel=1e-5)
    assert after["material"] / before["material"] == pytest.approx(2.0 ** (-1.0 / 4.0), rel=1e-5)
    assert after["skill_mean"] / before["skill_mean"] == pytest.approx(2.0 ** (-1 / 8), rel=1e-5)


def test_suspicion_returns_half_the_way_in_a_year():
    world = small_world(MONTH).having(intent=0.0)
    for _ in range(12):
        world = world.run(learn)
    assert world.get("intent", CROWN) == pytest.approx(-1.0, rel=1e-5)


def test_a_step_without_a_battle_teaches_nothing():
    fresh = small_world(NO_WAR_BEFORE)
    world = clashed(fresh, weight=0.0, outcome=-1.0, loss=0.9, harshness=1.0).run(learn)
    for memory in (ARMY, CROWN):
        now, then = all_of(world, memory), all_of(fresh, memory)
        assert now == pytest.approx(then, abs=1e-6)


def test_a_battle_lost_by_red_was_won_by_blue():
    world = clashed(small_world(NO_WAR_BEFORE), outcome=-1.0).run(learn)
    red, blue = world.get("skill_mean", ARMY), world.get("skill_mean", CROWN)
    assert red < 0.0 < blue
    assert red == pytest.approx(-blue, rel=1e-5)


def test_odds_that_explain_a_defeat_leave_less_to_learn():
    fresh = small_world(NO_WAR_BEFORE)
    even = clashed(fresh, outcome=-1.0, log_odds=0.0).run(learn).get("skill_mean", ARMY)
    hopeless = clashed(fresh, outcome=-1.0, log_odds=-3.0).run(learn).get("skill_mean", ARMY)
    assert even < hopeless < 0.0
    blue = clashed(fresh, outcome=-1.0, log_odds=-3.0).run(learn).get("skill_mean", CROWN)
    assert 0.0 < blue < -even  # it had every advantage


def test_losses_are_dreaded_by_the_side_that_bore_them_less_what_the_cold_did():
    world = clashed(small_world(NO_WAR_BEFORE), loss=np.array([0.3, 0.1]), harshness=0.25).run(
        learn
    )
    assert world.get("dread", ARMY) == pytest.approx(0.3 * 0.75)
    assert world.get("cold", ARMY) == pytest.approx(0.3 * 0.25)
    assert world.get("dread", TREASURY) == pytest.approx(0.5 * 0.3 * 0.75)
    assert world.get("dread", CROWN) == pytest.approx(0.1 * 0.75)


def test_who_was_attacked_at_peace_suspects_the_attacker():
    fresh = small_world(NO_WAR_BEFORE)
    world = clashed(fresh, weight=0.5).run(learn)
    assert world.get("intent", CROWN) == pytest.approx(-2.0 + 0.5 * 0.6)
    assert world.get("intent", ARMY) == pytest.approx(-2.0)
    struck_by_blue = clashed(fresh, initiative=-1.0).run(learn)
    assert struck_by_blue.get("intent", ARMY) == pytest.approx(-2.0 + 0.6)
    assert struck_by_blue.get("intent", CROWN) == pytest.approx(-2.0)


def test_in_open_war_an_attack_says_nothing_new_of_intent():
    at_war = clashed(small_world(NO_WAR_BEFORE)).having(war={"border": 1.0})
    assert at_war.run(learn).get("intent", CROWN) == pytest.approx(-2.0)


@pytest.mark.parametrize(("attacker", "more"), [("enemy", 0.6), ("holder", 0.0)])
def test_a_recorded_attack_by_the_enemy_is_remembered_as_intent(attacker, more):
    world = small_world({**INSIDE, "engagements.old.attacker": attacker}).at(MAY_15, recorded=1.0)
    assert world.run(learn).get("intent", ARMY) == pytest.approx(-2.0 + more)


def test_a_small_loss_does_not_lighten_a_great_one():
    world = clashed(small_world(MONTH), loss=0.01).run(learn)
    faded = small_world(MONTH).run(learn)
    assert world.get("dread", ARMY) == faded.get("dread", ARMY) > 0.1


def test_meeting_more_than_was_estimated_raises_belief_in_their_material():
    """Intelligence saw half of them: half of log 2 is believed at once."""
    fresh = small_world(NO_WAR_BEFORE).having(estimate_error=-float(np.log(2.0)))
    world = clashed(fresh).run(learn)
    assert world.get("material", ARMY) == pytest.approx(0.5 * np.log(2.0), rel=1e-5)


# What others' battles teach who watches them


def watched(world, front, **fields):
    """The world after a battle on another's front, won by green's attack unless said otherwise."""
    k, clash, new = world.axes.position("fronts", front), world.state.clash, {}
    values = {"weight": 1.0, "outcome": 1.0, "loss": np.array([0.2, 0.0])[:, None], **fields}
    for name, value in values.items():
        new[name] = getattr(clash, name).at[k].set(value)
    return replace(world, state=replace(world.state, clash=replace(clash, **new)))


FOUGHT_OUT = {"fronts.far.driven": None, **NO_WAR_BEFORE}
"""Green's war with blue is decided by its battles, so that watching it tells of skill."""


def test_a_foreigners_battle_counts_by_the_square_of_another_services():
    """Half for another service, a quarter for another power: green's dead are not red's."""
    world = watched(small_world(NO_WAR_BEFORE), "far", harshness=0.25).run(learn)
    assert world.get("dread", ARMY) == pytest.approx(0.25 * 0.2 * 0.75)
    assert world.get("cold", ARMY) == pytest.approx(0.25 * 0.2 * 0.25)
    none = watched(small_world({**NO_WAR_BEFORE, LISTENS: 0}), "far").run(learn)
    assert none.get("dread", ARMY) == none.get("cold", ARMY) == 0.0


def test_to_watch_an_enemy_beaten_raises_ones_hope_less_than_to_beat_it():
    fresh = small_world(FOUGHT_OUT)
    seen = watched(fresh, "far").run(learn).get("skill_mean", ARMY)
    done = clashed(fresh, outcome=1.0).run(learn).get("skill_mean", ARMY)
    assert 0.0 < seen < done
    beaten_off = watched(fresh, "far", outcome=-1.0).run(learn).get("skill_mean", ARMY)
    assert beaten_off == pytest.approx(-seen, rel=1e-5)


def test_a_driven_front_tells_its_watchers_nothing_of_skill():
    world = watched(small_world(NO_WAR_BEFORE), "far").run(learn)
    assert world.get("skill_mean", ARMY) == 0.0
    assert world.get("skill_variance", ARMY) == pytest.approx(0.49)


def test_however_long_one_watches_a_part_of_what_is_not_known_of_oneself_stays():
    """After a hundred battles of others three quarters of the variance are left."""
    watching, fighting = watched(small_world(FOUGHT_OUT), "far"), clashed(small_world(FOUGHT_OUT))
    for _ in range(100):
        watching, fighting = watching.run(learn), fighting.run(learn)
    left = watching.get("skill_variance", ARMY) / 0.49
    assert 0.75 < left < 0.82
    assert fighting.get("skill_variance", ARMY) / 0.49 < 0.3


def test_who_knows_the_enemy_from_battle_learns_nothing_of_skill_by_watching():
    tried = small_world(FOUGHT_OUT).having(skill_variance=0.3)
    seen, idle = watched(tried, "far").run(learn), tried.run(learn)
    assert seen.get("skill_mean", ARMY) == idle.get("skill_mean", ARMY) == 0.0
    assert seen.get("skill_variance", ARMY) == idle.get("skill_variance", ARMY)


def test_a_watcher_learns_of_material_only_where_it_had_an_estimate():
    """Red sees half of what blue has there: an eighth of log 2 is believed at once."""
    unseen = watched(small_world(NO_WAR_BEFORE), "far").having(material={ARMY: 0.4})
    idle = small_world(NO_WAR_BEFORE).having(material={ARMY: 0.4}).run(learn)
    assert unseen.run(learn).get("material", ARMY) == idle.get("material", ARMY)
    sees = small_world(NO_WAR_BEFORE).model.scenario.observations["red_sees"]
    entry = {**sees.model_dump(exclude_none=True), "pool": "blue_far"}
    fresh = small_world({**NO_WAR_BEFORE, "observations.red_sees_far": entry})
    fresh = fresh.having(estimate_error={"red_sees_far": -float(np.log(2.0))})
    world = watched(fresh, "far").run(learn)
    assert world.get("material", ARMY) == pytest.approx(0.125 * np.log(2.0), rel=1e-5)


def test_an_attack_on_somebody_else_says_nothing_of_what_is_meant_for_oneself():
    world = watched(small_world(NO_WAR_BEFORE), "far", initiative=-1.0).run(learn)
    assert world.get("intent", ARMY) == pytest.approx(-2.0)


def test_a_battle_remembered_by_another_power_counts_by_a_quarter():
    """The old war as green fought it: red has it by hearsay, and of skill while it has no own."""
    world = small_world({"engagements.old.holder": "green", "engagements.old.front": "far"})
    own = small_world()
    for field in ("dread", "cold", "material"):
        assert world.get(field, ARMY) == pytest.approx(own.get(field, ARMY) / 4.0, rel=1e-5)
    assert own.get("skill_mean", ARMY) < world.get("skill_mean", ARMY) < 0.0


# Battles of the record within the span


def test_a_battle_of_the_record_is_remembered_from_its_day_while_the_record_is_followed():
    world = small_world(INSIDE)
    assert world.get("dread", ARMY) == 0.0
    then = world.at(MAY_15, recorded=1.0).run(learn)
    assert then.get("dread", ARMY) == pytest.approx(0.4 * 0.9)
    assert world.at(MAY_15 - 1, recorded=1.0).run(learn).get("dread", ARMY) == 0.0


def test_a_history_that_is_free_by_then_does_not_remember_the_battle_of_the_record():
    world = small_world(INSIDE).at(MAY_15, recorded=0.0).run(learn)
    assert world.get("dread", ARMY) == 0.0
    assert world.get("skill_mean", ARMY) == 0.0


def test_battles_on_a_driven_front_cost_but_decide_nothing_about_skill():
    """Green's front rolls forward whoever wins: blue fears what it loses, and learns no more."""
    driven, met = ("blue.crown.green", "far"), small_world(NO_WAR_BEFORE)
    lost = met.axes.position("fronts", driven[1])
    clash = met.state.clash
    clash = replace(
        clash,
        weight=clash.weight.at[lost].set(1.0),
        outcome=clash.outcome.at[lost].set(1.0),
        loss=clash.loss.at[lost].set(0.2),
    )
    world = replace(met, state=replace(met.state, clash=clash)).run(learn)
    assert world.get("skill_mean", driven[0]) == 0.0
    assert world.get("skill_variance", driven[0]) == pytest.approx(0.49)
    assert world.get("dread", driven[0]) == pytest.approx(0.2)
