import json

import numpy as np
import pytest

from hokushin.answer.document import Why
from hokushin.answer.effort import choose_effort
from hokushin.answer.why import why


def test_the_answer_names_what_is_asked(tiny_why):
    assert isinstance(tiny_why, Why)
    assert tiny_why.outcome.expression == "invasion(red, blue)"
    assert tiny_why.outcome.explained == "not invasion(red, blue)"
    assert tiny_why.outcome.happened is False


def test_forcing_every_documented_choice_gives_the_record(tiny_why):
    assert tiny_why.documented.happened is False
    assert tiny_why.documented.value > 0.99
    assert tiny_why.documented.log_probability == pytest.approx(
        np.log(tiny_why.documented.value), abs=1e-12
    )
    assert tiny_why.documented.free == 1.0 - tiny_why.probability.value


def test_shares_sum_to_what_all_causes_do_together(tiny_why):
    total = sum(cause.share for cause in tiny_why.causes)
    assert total == pytest.approx(tiny_why.v_all - tiny_why.v_none, abs=1e-9)


def test_what_is_explained_and_the_event_are_complements(tiny_why):
    assert tiny_why.v_all == 1.0 - tiny_why.probability.value


def test_without_the_lost_skirmish_red_marches_more_often(tiny_why):
    cause = tiny_why.cause("skirmish_lost")
    assert cause.if_alone > tiny_why.probability.value + 5 * cause.leave_one_out_error
    assert cause.share > 5 * cause.mc_error
    assert cause.asserted_by == ("tiny-2026",)


def test_bounds_hold_the_estimates_of_necessity(tiny_why):
    for cause in tiny_why.causes:
        low, high = cause.bounds.pn
        assert low - 1e-9 <= cause.necessity.value <= high + 1e-9


def test_the_rival_reading_is_run_on_the_same_dice(tiny_why):
    moves = tiny_why.contradictions[0].moves
    # A quarter of the formation lost, where the world has half: between the world and no loss.
    assert 0 < moves.difference < tiny_why.cause("skirmish_lost").leave_one_out
    assert moves.mc_error < 0.02


def test_sets_are_listed_with_the_probability_of_what_did_not_happen(tiny_why):
    pair = next(one for one in tiny_why.enough if set(one.changes) == {"memory", "trade"})
    assert pair.level == "group"
    assert pair.probability > tiny_why.probability.value
    assert pair.low <= pair.probability <= pair.high


def test_this_world_keeps_the_histories_that_came_out_as_the_record_did(tiny_why):
    given = tiny_why.given
    assert 0 < given.histories <= tiny_why.histories * (1 - tiny_why.probability.value)
    assert all(0 <= value <= 1 for value in given.without.values())


def test_the_same_call_gives_the_same_answer(small, tiny_why):
    again = why("tiny", effort=small, given_record=True)
    assert json.dumps(again.as_dict()) == json.dumps(tiny_why.as_dict())


def test_another_seed_gives_another_answer_within_counting_error(small, tiny_why):
    other = why("tiny", effort=small, seed=2)
    error = np.hypot(other.probability.mc_error, tiny_why.probability.mc_error)
    assert other.probability.value != tiny_why.probability.value
    assert abs(other.probability.value - tiny_why.probability.value) < 5 * error


@pytest.mark.slow
def test_other_rules_stand_beside_the_headline(small):
    from hokushin.answer.further import under_other_rules
    from hokushin.answer.study import Study
    from hokushin.answer.world import prepare

    world = prepare("tiny")
    study = Study(world, *world.question(), 1, None)
    told = []
    study.progress = lambda stage, done, total: told.append(stage)
    answer = under_other_rules(study, why("tiny", effort=small))
    assert set(answer.kernels) == {"assent", "pce", "mean"}
    assert answer.kernels["assent"].value == answer.probability.value
    assert answer.kernels["mean"].value != answer.probability.value
    assert len(answer.grid) == 9
    strict, lax = (
        next(c for c in answer.grid if (c.right, c.deference) == cell)
        for cell in ((0.95, 0.0), (0.5, 4.0))
    )
    assert lax.value > strict.value
    assert told == ["other rules of decision", "rights and noise"]


def test_progress_names_every_part(small):
    stages = []
    why("tiny", effort=small, progress=lambda stage, done, total: stages.append(stage))
    assert list(dict.fromkeys(stages)) == [
        "compiling",
        "headline",
        "the documented path",
        "doubt about the numbers",
        "each cause alone",
        "shares",
        "what would be enough",
        "disagreements",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"question": "nothing"}, "there are attack, truce"),
        ({"basis": "posterior"}, "no draws fitted"),
        ({"basis": "likelihood"}, "one of prior, posterior"),
        ({"histories": 10}, "at least 4,096"),
    ],
)
def test_a_call_that_cannot_be_met_says_what_can(options, message):
    with pytest.raises(ValueError, match=message):
        why("tiny", **options)


def test_a_headline_of_the_smallest_effort_meets_its_own_quality_gate():
    effort = choose_effort(1.0, 1.0, 22, 13, 8192)
    assert 0.5 / np.sqrt(effort.headline) < 0.01
