import pytest

from hokushin.answer.switches import (
    DEFERENCES,
    RIGHTS,
    Switch,
    asked_switches,
    reading_switches,
    robustness_switches,
    with_switches,
)
from hokushin.scenario.load import load
from hokushin.scenario.schema import Rewrite


@pytest.fixture(scope="module")
def scenario():
    return load("tiny").scenario


def test_a_rival_reading_that_the_model_can_read_has_a_switch(scenario):
    readings = reading_switches(scenario, {"engagements.skirmish.loss_share"})
    assert list(readings) == ["k1"]
    assert readings["k1"].rewrites[0].set == "engagements.skirmish.loss_share"


def test_a_rival_reading_of_a_number_that_is_not_read_has_none(scenario):
    assert reading_switches(scenario, set()) == {}


def test_switches_come_after_the_causes_of_the_scenario(scenario):
    extended = with_switches(scenario, robustness_switches())
    n = len(scenario.causes)
    assert list(extended.causes)[:n] == list(scenario.causes)
    assert len(extended.causes) == n + len(RIGHTS) + len(DEFERENCES) + 2
    assert extended.causes["right_50"].rewrites[0].to.value == 0.5


def test_a_switch_may_not_take_the_name_of_a_cause(scenario):
    taken = Switch(next(iter(scenario.causes)), "again", ())
    with pytest.raises(ValueError, match="rename the cause"):
        with_switches(scenario, [taken])


def test_every_change_that_is_asked_for_has_a_switch_of_its_own():
    order = Rewrite(force="red.border.attack", since="1900-08-01")
    names = [s.name for s in asked_switches([("first", [order]), ("second", [order])])]
    assert names == ["asked_1", "asked_2"]
