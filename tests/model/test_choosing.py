"""Choosing: what is on the table, what brings it there, who decides, what a record overrules."""

import functools
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.axes import NEVER
from hokushin.model.mechanisms.choosing import (
    availability,
    blamed,
    decide_matters,
    drift_dispositions,
    influences,
    judgement,
    overrule,
    tabling_rate,
    tell_news,
)
from hokushin.model.mechanisms.effects import apply_effects
from tests.model.small import MONTH, one_by_one, small_world, taken_by
from tests.model.small_minds import CONSIDERATIONS
from tests.model.small_numbers import number

MANY = 20_000
FIVE = 5.0  # standard errors
JUNE_1 = 15
ORDER = "poor_hills.alternative_rewrites.0"
"""A rewrite that orders red to prepare, unless a test has it forbid something."""
UNMOVED = {f"weights.considerations.{name}": 0 for name in CONSIDERATIONS} | {
    "factions.red.army.doctrine": {},
    "weights.choice.disposition_sd": 0,
}
"""Nobody sees anything in any option but the cost of change."""


def decided(world, kernel="assent"):
    """What a step brings; compiled as a whole where there are many histories."""

    def decide(params, view, state, moment, dice):
        rewrites = world.rewriting()
        return decide_matters(world.axes, params, view, state, moment, dice, rewrites, kernel)

    many = world.dice.history.shape[0] > 2
    run = jax.jit(decide) if many else functools.partial(one_by_one, decide)
    return run(world.params, world.view, world.state, world.moment, world.dice)


def chances(world, matter, **options):
    """Chance of each option of a matter once it is tabled."""
    found = np.asarray(decided(world, **options).decision.probability)
    m = world.axes.position("matters", matter)
    return dict(zip(world.axes.options[m], found[m, :, 0].tolist(), strict=True))


def softmax(*x):
    e = np.exp(np.array(x))
    return (e / e.sum()).tolist()


def on_the_table(world, matter, *rewrites):
    found = availability(world.axes, world.state, world.moment, world.rewriting(*rewrites))
    m = world.axes.position("matters", matter)
    names = world.axes.options[m]
    return [name for i, name in enumerate(names) if float(np.asarray(found)[m, i, 0]) > 0]


# What is on the table


def test_an_option_whose_needs_fail_is_not_on_the_table():
    assert on_the_table(small_world(), "red.war") == ["carry_on", "prepare", "attack"]
    june = small_world().at(JUNE_1)
    assert on_the_table(june, "red.war") == ["carry_on", "prepare", "attack", "occupy"]
    fighting = june.having(war={"border": 1.0}, taken={"isles": 1.0})
    assert on_the_table(fighting, "red.war") == ["carry_on", "prepare"]
    assert on_the_table(fighting, "red.border") == ["carry_on", "clash", "disown"]


def test_a_treaty_in_force_cannot_be_signed_again():
    assert "sign" in on_the_table(small_world(), "red.treaty")
    assert on_the_table(small_world().having(deal=1.0), "red.treaty") == ["carry_on", "denounce"]


def test_an_embargo_of_a_twentieth_is_no_embargo_yet():
    assert "limit" in on_the_table(small_world().having(cut={"oil_ban": 0.04}), "blue.trade")
    assert "limit" not in on_the_table(small_world().having(cut={"oil_ban": 0.06}), "blue.trade")


def test_a_matter_is_not_open_before_its_day():
    later = {"matters.red.treaty.open_since": "1900-06-01"}
    world = small_world(later)
    assert on_the_table(world, "red.treaty") == ["carry_on"]
    rate = tabling_rate(world.axes, world.params, world.state.news, world.moment)
    assert float(rate[world.axes.position("matters", "red.treaty"), 0]) == 0.0
    assert "sign" in on_the_table(world.at(JUNE_1), "red.treaty")


def test_an_option_that_is_forbidden_by_a_rewrite_is_not_on_the_table():
    world = small_world({"causes.poor_hills.alternative_rewrites.0": {"forbid": "red.war.attack"}})
    assert on_the_table(world, "red.war", ORDER) == ["carry_on", "prepare"]


def test_an_option_whose_needs_fail_is_never_taken():
    world = small_world({"matters.red.war.rate": 1000}).having(war={"border": 1.0}).many(MANY)
    taken = np.asarray(decided(world).taken)[world.place("stands", "red.war", "attack")]
    assert not taken.any()


# How it is decided


def test_one_faction_is_a_softmax_over_gains_less_the_cost_of_change():
    """Blue's crown is alone: limiting, banning and signing all cost .5 and promise nothing."""
    found = chances(small_world(UNMOVED), "blue.trade")
    assert list(found.values()) == pytest.approx(softmax(0, -0.5, -0.5, -0.5), abs=1e-5)


def test_a_war_costs_more_to_begin_than_another_change():
    unblocked = {**UNMOVED, "matters.red.war.block": []}
    found = chances(small_world(unblocked).at(JUNE_1), "red.war")
    assert list(found.values()) == pytest.approx(softmax(0, -0.5, -1.0, -0.5), abs=1e-5)


def test_what_is_not_available_gives_its_chances_to_the_rest():
    found = chances(small_world(UNMOVED).having(deal=1.0), "blue.trade")
    expected = [*softmax(0, -0.5, -0.5), 0.0]
    assert list(found.values()) == pytest.approx(expected, abs=1e-5)


def wanting(army, treasury, **more):
    """The army and the treasury see this much in an attack, and in nothing else."""
    wishes = {
        "factions.red.army.doctrine": {"war.attack": number(army)},
        "factions.red.treasury.doctrine": {"war.attack": number(treasury)},
    }
    free = {"weights.choice.inertia_act": 0, "weights.choice.inertia_war": 0}
    return small_world({**UNMOVED, **free, **wishes, **more})


def test_without_blocks_factions_meet_at_their_weighted_mean():
    world = wanting(3, -1, **{"matters.red.war.block": [], "factions.red.army.influence": 3})
    assert chances(world, "red.war")["attack"] == pytest.approx(
        softmax(0, 0, (3 * 3 - 1) / 4)[2], abs=1e-5
    )


def test_with_sharp_judgement_the_compromise_is_certain():
    sharp = {"matters.red.war.block": [], "weights.choice.sharpness": 50}
    assert chances(wanting(3, -1, **sharp), "red.war")["attack"] == pytest.approx(1.0, abs=1e-5)
    assert chances(wanting(1, -3, **sharp), "red.war")["attack"] == pytest.approx(0.0, abs=1e-5)


def test_a_certain_right_to_block_keeps_inside_the_winset_of_the_status_quo():
    veto = {
        "weights.choice.right": 1,
        "weights.choice.deference": 0,
        "weights.choice.sharpness": 50,
    }
    assert chances(wanting(3, -1, **veto), "red.war")["attack"] == pytest.approx(0.0, abs=1e-5)
    assert chances(wanting(3, 1, **veto), "red.war")["attack"] == pytest.approx(1.0, abs=1e-5)


def test_a_veto_is_worth_what_the_one_who_holds_it_makes_of_it():
    """P = q A with q the agenda and A = 1 - .9 (1 - sigma(g + 2))."""
    world = wanting(3, -3)
    agenda = 1.0 / 3.0  # the two cancel out, and all three options are alike
    assent = 1.0 - 0.9 * (1.0 - 1.0 / (1.0 + np.exp(-(-3.0 + 2.0))))
    assert chances(world, "red.war")["attack"] == pytest.approx(agenda * assent, abs=1e-5)


def test_only_a_documented_right_blocks():
    """The treasury holds no right over the border, so what it thinks of a strike is its weight."""
    world = wanting(0, 0, **{"factions.red.treasury.doctrine": {"border.disown": number(-9)}})
    world = world.having(war={"border": 1.0})
    expected = softmax(0, 0, -4.5)  # carry on, clash, disown; the strike is not available
    government = chances(
        replace(world, params=world.with_params("choice", route_share=0.0).params), "red.border"
    )
    assert government["disown"] == pytest.approx(expected[2], abs=1e-5)


def test_all_influence_in_one_hand_is_a_dictator():
    alone = {"matters.red.war.block": [], "factions.red.treasury.influence": 1e-9}
    assert chances(wanting(2, -50, **alone), "red.war")["attack"] == pytest.approx(
        softmax(0, 0, 2)[2], abs=1e-5
    )


def test_the_rival_that_knows_no_veto_lets_the_blocked_option_pass():
    world = wanting(3, -3, **{"weights.choice.right": 1, "weights.choice.deference": 0})
    assert (
        chances(world, "red.war", kernel="mean")["attack"]
        > 3 * (chances(world, "red.war")["attack"])
    )


def test_a_field_army_goes_its_own_way_with_its_share_of_tablings():
    """Its own route weighs the army alone, offers the strike alone, and nobody blocks it."""
    strikes = {"factions.red.army.doctrine": {"border.strike": number(2)}}
    free = {"weights.choice.inertia_act": 0, "weights.choice.inertia_war": 0}
    found = chances(small_world({**UNMOVED, **free, **strikes}), "red.border")
    government = softmax(0, 0, 1)  # carry on, clash, strike: the treasury sees nothing in it
    field = softmax(0, 2)  # carry on, strike
    assert found["strike"] == pytest.approx((government[2] + field[1]) / 2.0, abs=1e-5)
    assert found["clash"] == pytest.approx(government[1] / 2.0, abs=1e-5)


def test_the_budget_of_its_branch_gives_a_faction_influence():
    """Four times the share, to the power one half."""
    world = small_world().with_params("forces", budget=2.0)  # the reference is .5
    found = np.asarray(influences(world.axes, world.params))[:, 0]
    assert found.tolist() == pytest.approx([2.0, 1.0, 1.0])


# Judgement that lasts


def test_a_judgement_half_forgotten_in_three_months():
    world = small_world().having(disposition=1.0).many(MANY)
    for step in range(9):
        here = world.at(step)
        state = drift_dispositions(here.axes, here.params, here.state, here.dice)
        world = replace(here, state=state)
    found = np.asarray(world.state.disposition)
    variance = 1.0 - 0.25
    error = np.sqrt(variance / found.size)
    assert abs(found.mean() - 0.5) < FIVE * error
    assert abs(found.var() - variance) < FIVE * variance * np.sqrt(2.0 / found.size)


def test_the_part_of_a_judgement_that_persists_is_its_share_of_the_variance():
    world = small_world().many(MANY)
    kept = dict(zip(("a", "b"), (world.having(disposition=x) for x in (2.0, -2.0)), strict=True))
    up, down = (np.asarray(judgement(w.axes, w.params, w.state, w.dice)) for w in kept.values())
    np.testing.assert_allclose(up - down, 0.7 * np.sqrt(0.5) * 4.0, rtol=1e-4)
    assert abs(up.std() - 0.7 * np.sqrt(0.5)) < FIVE * 0.7 * np.sqrt(0.5 / (2.0 * up.size))


# News


def rate(world, matter):
    found = tabling_rate(world.axes, world.params, world.state.news, world.moment)
    return float(np.asarray(found)[world.axes.position("matters", matter), 0])


def told(world):
    """The world after a step's news has been told, nothing else having happened."""
    choices = decided(world)
    state = tell_news(world.axes, world.params, world.state, world.moment, choices)
    return replace(world, state=state)


def test_the_most_striking_news_multiplies_the_rate_of_tabling():
    assert rate(small_world(), "red.war") == pytest.approx(0.3)
    assert rate(small_world().having(news=1.0), "red.war") == pytest.approx(1.5)
    assert rate(small_world().having(news=0.5), "red.war") == pytest.approx(0.9)


def test_to_look_at_the_world_for_the_first_time_is_no_news():
    """Whether a history looks from its first day on or only later."""
    for step in (0, 20):
        world = told(small_world().at(step))
        assert not np.asarray(world.state.news).any()


def test_news_fades_by_half_in_its_half_life():
    world = told(small_world()).having(news=1.0)  # looked once
    for step in range(1, 4):
        world = told(world.at(step))
    assert world.get("news", "blue.trade") == pytest.approx(0.5, rel=1e-5)


def test_a_consideration_that_moves_is_news_for_the_matters_it_bears_on():
    """Blue feels threatened: of its options' gains, the largest moves by so much."""
    before = told(small_world())
    moved = before.having(force={("red_border", 0): 40.0})
    change = np.abs(np.asarray(decided(moved).utility - before.state.utility))
    after = told(moved)
    for m, matter in enumerate(before.axes.matters):
        seen = 1.0 - np.exp(-change[m, :, 0].max())
        assert float(decided(moved).news[m, 0]) == pytest.approx(seen, rel=1e-4)
        # A third of a month passes before the next step, and news halves in a month.
        assert after.get("news", matter) == pytest.approx(seen * 2.0 ** (-1.0 / 3.0), rel=1e-4)
    assert after.get("news", "blue.trade") > 0.1


def test_a_new_holder_of_an_office_is_news():
    world = told(small_world())
    after = told(replace(world, moment=replace(world.moment, holder_news=jnp.ones((4, 1)))))
    assert (np.asarray(after.state.news) == 1.0).all()


@pytest.mark.parametrize(("changes", "steps"), [({}, 9), (MONTH, 3)], ids=["dekad", "month"])
def test_a_review_brings_a_matter_back_on_its_day(changes, steps):
    """Taken in one step, due three months later: by then the matter is news."""
    world = told(small_world({**UNMOVED, **changes}))
    taken = taken_by(world, ("red.war", "prepare"))
    none = jnp.zeros((1, 2))
    state = apply_effects(world.axes, world.params, world.state, taken, none)
    world = replace(world, state=state)
    for step in range(1, steps):
        assert world.get("news", "red.war") < 0.5
        world = told(world.at(step))
    assert world.get("news", "red.war") == 1.0  # what the next step, the ninth, starts with
    assert world.get("review", "red.war") > NEVER / 2.0  # and it does not fall due again
    after = told(world.at(steps))
    assert after.get("news", "red.war") < 1.0


# Records and orders


def forced(world, *choices, orders=()):
    """What is taken when the record holds these choices, whatever was drawn."""
    moment = replace(world.moment, forced=taken_by(world, *choices), free=jnp.zeros((4, 2)))
    drawn = taken_by(world, ("red.treaty", "sign"))
    return np.asarray(overrule(world.axes, drawn, moment, world.rewriting(*orders)))[..., 0]


def test_a_record_of_two_options_in_one_step_takes_both():
    world = small_world()
    taken = forced(world, ("red.war", "prepare"), ("red.war", "attack"))
    m = world.axes.position("matters", "red.war")
    assert taken[m].tolist() == [0.0, 1.0, 1.0, 0.0]


def test_where_the_record_is_silent_things_are_carried_on():
    taken = forced(small_world(), ("red.war", "prepare"))
    assert taken[small_world().axes.position("matters", "red.treaty")].tolist() == [1, 0, 0, 0]


def test_an_order_overrules_the_record():
    world = small_world()
    taken = forced(world, ("red.war", "attack"), orders=[ORDER])
    assert taken[world.axes.position("matters", "red.war")].tolist() == [0, 1, 0, 0]


def test_what_is_forbidden_is_not_done_even_if_it_is_on_record():
    world = small_world({"causes.poor_hills.alternative_rewrites.0": {"forbid": "red.war.attack"}})
    taken = forced(world, ("red.war", "attack"), orders=[ORDER])
    assert taken[world.axes.position("matters", "red.war")].tolist() == [1, 0, 0, 0]


# Generator and likelihood


@pytest.mark.statistical
def test_choices_are_drawn_with_the_chances_that_a_likelihood_would_give_them():
    """One function serves both: frequencies over many histories against their chances."""
    minded = {"weights.choice.disposition_sd": 0, "matters.red.war.rate": 2}
    world = small_world(minded).at(JUNE_1).having(news=0.5).many(MANY)
    found = decided(world)
    chance = np.exp(np.asarray(found.log_probability, np.float64))[..., 0]
    np.testing.assert_allclose(chance.sum(1), 1.0, atol=1e-5)
    frequency = np.asarray(found.taken).mean(-1)
    error = np.sqrt(np.maximum(chance * (1.0 - chance), 1e-12) / MANY)
    assert (np.abs(frequency - chance) <= FIVE * error + 1e-9).all()
    assert ((chance > 0.02).sum(1) >= 2).all()  # in no matter is it a foregone conclusion


@pytest.mark.statistical
def test_with_judgement_that_varies_choices_still_follow_their_chances():
    """Each history has its own chance; the mean of the two must agree."""
    world = small_world({"matters.red.war.rate": 2}).at(JUNE_1).many(MANY)
    found = decided(world)
    chance = np.exp(np.asarray(found.log_probability, np.float64))
    difference = np.asarray(found.taken).mean(-1) - chance.mean(-1)
    error = np.sqrt((chance * (1.0 - chance)).mean(-1) / MANY)
    assert (np.abs(difference) <= FIVE * error + 1e-9).all()


# Who stopped what


@pytest.mark.statistical
def test_blocked_attempts_are_blamed_on_those_who_hold_a_right_and_as_often_as_they_come():
    world = wanting(3, -3, **{"matters.red.war.rate": 2}).many(MANY)
    found = decided(world)
    run = jax.jit(lambda params, choices, dice: blamed(world.axes, params, choices, dice))
    option, pair = (np.asarray(x) for x in run(world.params, found, world.dice))
    m = world.axes.position("matters", "red.war")
    treasury = world.axes.position("pairs", "red.treasury:red.war")
    stopped = option[m] > 0
    assert set(pair[m][stopped].tolist()) == {float(treasury)}
    assert not (option[world.axes.position("matters", "red.treaty")] > 0).any()
    quiet = np.asarray(found.taken)[m, 0] > 0
    agenda = np.asarray(found.decision.agenda, np.float64)[m, :, 0]
    assent = np.asarray(found.decision.assent, np.float64)[m, :, 0]
    attempts = 2.0 / 3.0 * (agenda * (1.0 - assent))[1:].sum()
    expected = 1.0 - np.exp(-attempts)
    assert not stopped[~quiet].any()
    error = np.sqrt(expected * (1.0 - expected) / quiet.sum())
    assert abs(stopped[quiet].mean() - expected) < FIVE * error
