import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

from hokushin.answer.document import Why
from hokushin.answer.effort import choose_effort
from hokushin.answer.text import render
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


def test_this_world_is_conditioned_on_every_choice_of_the_record(tiny_why):
    given = tiny_why.given
    assert given.choices > 0
    assert given.forced == tiny_why.histories
    assert 200 <= given.effective <= given.forced
    assert set(given.without) == {"skirmish_lost", "oil_for_sale"}
    assert all(0 <= share.value <= 1 for share in given.without.values())


def test_the_same_hundred_stand_before_and_after_all_causes_are_removed(tiny_why):
    joint = tiny_why.joint
    assert joint.without == ("skirmish_lost", "oil_for_sale")
    assert joint.before + joint.after + joint.both + joint.neither == 100
    # each of two cells may have been rounded the other way
    assert abs(joint.before + joint.both - 100 * tiny_why.probability.value) < 2
    assert joint.after > joint.before


def test_the_same_call_gives_the_same_answer(small, tiny_why):
    again = why("tiny", effort=small, given_record=True)
    assert json.dumps(again.as_dict()) == json.dumps(tiny_why.as_dict())


def test_another_seed_gives_another_answer_within_counting_error(small, tiny_why):
    other = why("tiny", effort=small, seed=2)
    error = np.hypot(other.probability.mc_error, tiny_why.probability.mc_error)
    assert other.dots != tiny_why.dots
    assert abs(other.probability.value - tiny_why.probability.value) < 5 * error


@pytest.fixture(scope="module")
def tiny_full(small, tmp_path_factory):
    """A full answer of little effort, its parts kept in a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("full")))
        return why("tiny", effort=replace(small, table=512), full=True)


@pytest.mark.slow
def test_a_full_answer_has_all_that_takes_long_and_meets_the_schema(tiny_full):
    schema = json.loads((files("hokushin.answer") / "why.schema.json").read_text("utf-8"))
    document = json.loads(json.dumps(tiny_full.as_dict(), allow_nan=False))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["size"] == "full"
    assert set(document["kernels"]) == {"assent", "pce", "mean"}
    assert document["months"]
    for cause in document["causes"]:
        assert cause["share_direct"] == cause["share"]
        assert {"share_alternative", "share_total", "total", "total_from", "responsibility"} <= set(
            cause
        )


@pytest.mark.slow
def test_the_table_and_random_orders_agree_on_shares(tiny_full):
    table = tiny_full.table
    assert (table.combinations, table.histories) == (4, 512)
    assert table.apart < 5
    total = sum(group.share for group in table.groups)
    assert total == pytest.approx(table.with_all - table.with_none)
    assert table.largest_set == 4


@pytest.mark.slow
def test_total_effects_are_those_of_histories_free_from_the_cause_on(tiny_full):
    for cause in tiny_full.causes:
        assert cause.total_from <= tiny_full.outcome.branch
        assert abs(cause.total) <= 1
        assert cause.total_error < 0.1


@pytest.mark.slow
def test_the_text_of_a_full_answer_says_that_it_is_one(tiny_full):
    text = " ".join(render(tiny_full).split())
    assert "EVERY COMBINATION OF TWO GROUPS" in text
    assert "512 histories under each of 4 combinations" in text
    assert "full, 1 024 histories" in text
    assert max(map(len, render(tiny_full).split("\n"))) <= 80


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
        ({"basis": "posterior"}, "nothing has been fitted for tiny"),
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
