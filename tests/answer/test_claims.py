import pytest

from hokushin.answer.claims import (
    AGAINST,
    AS_CLAIMED,
    CANNOT_TELL,
    EVALUATED,
    NO_SWITCH,
    NOT_PLACED,
    STORED,
    claims,
    question_for,
    verdict,
)
from hokushin.answer.document import Evaluated
from hokushin.scenario.load import load


@pytest.fixture(scope="module")
def answer():
    return claims("tiny", histories=1024)


def test_every_claim_of_the_scenario_is_answered(answer):
    assert [claim.claim for claim in answer.claims] == ["T1", "T2", "T3"]
    assert sum(answer.counts().values()) == 3


def test_the_lost_skirmish_made_red_shy_as_claimed(answer):
    claim = answer.claims[0]
    assert claim.effect.event == "attack"
    assert claim.effect.without_cause > claim.effect.with_cause
    assert claim.verdict == AS_CLAIMED


def test_a_fact_is_stored_with_what_the_record_says(answer):
    fact = answer.claims[2]
    assert fact.verdict == STORED
    assert fact.effect is None
    assert "Ten against six" in fact.record_says


def test_text_is_at_most_eighty_columns_wide_and_counts_the_verdicts(answer):
    text = str(answer)
    assert max(map(len, text.split("\n"))) <= 80
    assert "Verdicts of the model:" in text


@pytest.fixture(scope="module")
def a_claim():
    first = load("tiny").claims[0]

    def make(**changes):
        return first.model_copy(update=changes)

    return make


def effect(difference, mc_error=0.01):
    return Evaluated("attack", 0.2, 0.2 + difference, difference, mc_error)


@pytest.mark.parametrize(
    ("changes", "measured", "placed", "expected"),
    [
        ({"kind": "fact", "sign": 0}, None, False, STORED),
        ({"cause": None}, None, False, NO_SWITCH),
        ({}, effect(0.0, 0.0), False, NOT_PLACED),
        ({"sign": 0, "kind": "counterfactual"}, effect(0.1), True, EVALUATED),
        ({"sign": -1}, effect(0.1), True, AS_CLAIMED),
        ({"sign": 1}, effect(0.1), True, AGAINST),
        ({"sign": 1}, effect(-0.1), True, AS_CLAIMED),
        ({"sign": 1}, effect(0.015), True, CANNOT_TELL),
        ({"sign": 1}, effect(0.0, 0.0), True, CANNOT_TELL),
    ],
)
def test_verdicts_set_the_effect_of_presence_beside_the_claimed_sign(
    a_claim, changes, measured, placed, expected
):
    assert verdict(a_claim(**changes), measured, placed) == expected


def test_a_claim_is_measured_by_the_question_that_asks_for_its_event(tiny_world):
    assert question_for(tiny_world, "attack") == "attack"
    assert question_for(tiny_world, "truce") == "truce"
    assert question_for(tiny_world, "war") == "attack"
