"""This world beside a world like it, on the tiny scenario."""

import numpy as np
import pytest

from hokushin.answer import given
from hokushin.answer.given import given_record
from hokushin.answer.study import Study


@pytest.fixture(scope="module")
def study(tiny_world):
    return Study(tiny_world, *tiny_world.question(), 1, None)


@pytest.fixture(scope="module")
def this_world(study):
    return given_record(study, happened=False, n=1024, rows=512)


def test_without_a_change_the_same_dice_lead_to_the_record_again(this_world):
    assert this_world.follows == 1.0
    assert this_world.histories == 512


def test_every_choice_of_the_record_is_conditioned_on(study, this_world):
    steps = study.simulator.stop - study.simulator.first_free
    matters = len(study.world.model.axes.matters)
    assert 0 < this_world.choices <= steps * matters
    assert set(this_world.weighed_by) <= set(study.world.model.axes.matters)
    assert this_world.effective <= this_world.forced == 1024


def test_a_change_lets_some_histories_leave_the_record(this_world):
    assert this_world.without["skirmish_lost"].value > 0
    assert all(share.mc_error < 0.05 for share in this_world.without.values())


def test_the_same_seed_gives_the_same_world(study, this_world):
    assert given_record(study, happened=False, n=1024, rows=512) == this_world


def test_too_few_histories_say_nothing(study, monkeypatch):
    monkeypatch.setattr(given, "FEWEST_HISTORIES", 600)
    said = given_record(study, happened=False, n=1024, rows=512)
    assert said.without == {}


def test_a_record_that_contradicts_what_is_asked_leaves_no_history(study):
    said = given_record(study, happened=True, n=512, rows=256)
    assert said.histories < 200
    assert said.without == {}


def test_rerunning_needs_dice_for_every_choice(study):
    from hokushin.query.rerun import Rerun

    again = Rerun.of(study.simulator)
    with pytest.raises(ValueError, match=r"choice has shape \(1, 2, 3, 4\)"):
        again.outcomes_given(np.arange(4, dtype=np.uint32), np.zeros((1, 2, 3, 4), np.float32))
