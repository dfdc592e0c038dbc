"""From what a theory says of causes to what it says of numbers: silence is not denial."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hokushin.infer.likelihood import WEIGHED
from hokushin.infer.theories.rows import rows_of
from hokushin.infer.theories.stances import (
    CLOSED,
    COMMON,
    OPEN,
    SILENT,
    every_switch,
    numbers_that_weigh,
    sayings_of,
    stances_of,
    taken_out,
    telling_of,
)
from hokushin.scenario.load import load

DREAD, RELIEF = "weights.considerations.dread", "weights.considerations.relief"


@pytest.fixture(scope="module")
def rows(tiny_likelihood):
    return rows_of(tiny_likelihood, ("red.border",))


def test_a_group_speaks_for_its_causes(tiny):
    said = stances_of(tiny.scenario, tiny.scenario.theories["memory"])
    assert said == {"skirmish_lost": "asserted", "oil_for_sale": "unmentioned"}


def test_silence_is_open_in_one_reading_and_closed_in_the_other(tiny):
    assert sayings_of(tiny.scenario, "memory", OPEN).denied() == ()
    assert sayings_of(tiny.scenario, "memory", CLOSED).denied() == (RELIEF,)


def test_denial_is_denial_in_both(tiny):
    for reading in (OPEN, CLOSED):
        sayings = sayings_of(tiny.scenario, "trade", reading)
        assert sayings.denied() == (DREAD,)
        assert sayings.switches == ((RELIEF,),)


def test_the_two_measures_say_nothing_and_deny_everything(tiny):
    assert sayings_of(tiny.scenario, COMMON, OPEN).denied() == ()
    assert set(sayings_of(tiny.scenario, SILENT, CLOSED).denied()) == {DREAD, RELIEF}


def test_a_shared_number_takes_the_strongest_stance():
    """Khalkhin Gol is asserted and Siberia is not mentioned; both speak through dread."""
    scenario = load("second-front").scenario
    sayings = sayings_of(scenario, "khalkhin_gol_lesson", CLOSED)
    assert sayings.stance[DREAD] == "asserted"
    assert RELIEF in sayings.denied()


def test_denied_numbers_are_zero_and_switched_ones_may_be(tiny, rows):
    weighing = numbers_that_weigh(rows.likelihood.path.model, (DREAD, RELIEF), WEIGHED)
    telling = telling_of(sayings_of(tiny.scenario, "trade", OPEN), rows, weighing, 2, 1.0)
    names = list(rows.likelihood.path.model.priors.names)
    assert telling.kept[names.index(DREAD)] == 0.0
    assert telling.kept.sum() == len(names) - 1
    assert telling.active.tolist() == [1.0, 0.0]
    assert telling.switched[0, names.index(RELIEF)] == 1.0


def test_too_many_switches_are_refused(tiny, rows):
    weighing = numbers_that_weigh(rows.likelihood.path.model, (DREAD, RELIEF), WEIGHED)
    with pytest.raises(ValueError, match="2 switches were said, but there is room for 1"):
        telling_of(every_switch(tiny.scenario), rows, weighing, 1, 1.0)


def test_an_asserted_leaning_keeps_to_its_side_of_zero(rows):
    """Of a number that reaches both sides; the staff of the tiny scenario leans to an attack."""
    from hokushin.infer.theories.stances import Sayings

    path = "factions.red.staff.doctrine.border.attack"
    sayings = Sayings("made", OPEN, {path: "asserted"})
    telling = telling_of(sayings, rows, (path,), 1, 1.0)
    (own,) = np.flatnonzero(telling.sign)
    assert rows.likelihood.names[own] == path
    priors = rows.likelihood.path.model.priors
    position = list(priors.names).index(path)
    assert telling.zero[own] == pytest.approx(-priors.location[position] / priors.scale[position])


def test_numbers_that_make_the_world_are_taken_out_of_it(rows):
    from hokushin.infer.theories.stances import Sayings

    path = "weights.learning.material_gain"
    sayings = Sayings("made", CLOSED, {path: "denied", DREAD: "denied"})
    assert taken_out(sayings, rows.likelihood.path.model, frozenset({DREAD})) == (path,)
    unmentioned = replace(sayings, silenced=frozenset({path}))
    assert taken_out(unmentioned, rows.likelihood.path.model, frozenset({DREAD})) == ()


def test_unknown_theories_and_readings_are_refused(tiny):
    with pytest.raises(ValueError, match="no theory is called 'luck'; there are memory, trade"):
        sayings_of(tiny.scenario, "luck", OPEN)
    with pytest.raises(ValueError, match="reading is 'ajar'"):
        sayings_of(tiny.scenario, "memory", "ajar")
