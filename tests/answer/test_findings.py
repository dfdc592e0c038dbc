"""Findings: headings written from numbers, and the guards under which they may stand."""

import pytest

from hokushin.answer.document import LearntNumber
from hokushin.answer.findings import findings


@pytest.fixture
def found(made_up):
    """Findings of an answer with changes."""

    def of(learnt=(), **changes):
        why = made_up(**changes)
        total = why.v_all - why.v_none
        return findings(
            why.outcome,
            why.probability,
            total,
            why.causes,
            why.enough,
            why.contradictions,
            why.recalled,
            learnt,
        )

    return of


def test_what_the_record_taught_is_counted_and_nothing_before_a_fit(found, made_up):
    n = made_up().recalled.of
    assert found()[-1].text == f"Of {n} numbers the record has taught us about 0"
    taught = [LearntNumber("weights.choice.sharpness", 0.9, 1.0)] * 2
    assert found(taught)[-1].text == f"Of {n} numbers the record has taught us about 2"


def test_a_total_too_small_to_share_out_lets_no_heading_name_a_leader(found, cause):
    sure = (cause("pact", 0.05, standing="above", rank=0),)
    assert found(causes=sure)[1].holds
    assert not found(causes=sure, v_none=0.88)[1].holds
