"""The whole comparison, on the tiny scenario with few particles."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.infer.theories.bench import Plan
from hokushin.infer.theories.sequence import SequenceEffort
from hokushin.infer.theories.weigh import common_matters, weigh

CUTS = (date(1900, 3, 1), date(1900, 5, 1))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("passes")


@pytest.fixture(scope="module")
def plan():
    return Plan(CUTS, SequenceEffort(particles=64), seeds=(1, 2), scales=(2.0,), own_rows=True)


@pytest.fixture(scope="module")
def found(tiny, plan, kept):
    return weigh(tiny, plan, kept)


def test_matters_in_common_are_those_of_all_theories(tiny):
    assert common_matters(tiny) == ("red.border",)


@pytest.mark.slow
def test_a_theory_that_only_asserts_positive_weights_is_the_model_itself(found):
    memory = found.theories[0]
    assert memory.reading("open").same_as == "common, open"
    assert memory.reading("open").difference == 0.0
    assert memory.reading("open").held_out[0].verdict == "the same"
    assert memory.reading("closed").same_as == ""


@pytest.mark.slow
def test_evidence_is_what_the_facts_add_up_to(found):
    """Decibans against the only other source are differences of forecasts, fact by fact."""
    for theory in found.theories:
        assert theory.reading("closed").evidence.value < 0
        assert theory.reading("closed").evidence.runs == 3
    (memory, _) = found.theories
    assert memory.facts == ()  # no other source to be held against


@pytest.mark.slow
def test_both_readings_of_what_is_composed_are_on_its_own_rows_too(found):
    (memory, trade) = found.theories
    assert memory.own_rows == ()
    assert [r.reading for r in trade.own_rows] == ["open", "closed"]


@pytest.mark.slow
def test_passes_that_are_kept_are_not_run_again(tiny, plan, kept, found):
    before = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    again = weigh(tiny, plan, kept)
    assert {path.name: path.stat().st_mtime_ns for path in kept.iterdir()} == before
    assert again.theories == found.theories
    assert np.isfinite(again.silent.evidence.value)


@pytest.mark.slow
def test_a_cut_outside_the_record_is_refused(tiny):
    with pytest.raises(ValueError, match="1950-01-01 holds out nothing, or all"):
        weigh(tiny, Plan((date(1950, 1, 1),)))
