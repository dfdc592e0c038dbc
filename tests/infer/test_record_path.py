"""The documented past, walked once with its steps as lanes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.engine.documented import documented_path
from hokushin.engine.run import Setting, Simulator
from hokushin.infer.record_path import RecordPath, find_episodes, walk_record


def test_lanes_are_the_states_that_a_forced_run_passes_through(tiny, tiny_model, tiny_path):
    path = documented_path(tiny_model, tiny.record)
    simulator = Simulator(tiny_model, Setting(branch=tiny_path.end, horizon=tiny_path.end), path)
    ids = np.arange(2, dtype=np.uint32)
    after = simulator.series(lambda state: (state.stock, state.trust), ids, name="stock and trust")
    for told, lanes in zip(after, (tiny_path.state.stock, tiny_path.state.trust), strict=True):
        # A step's end is the next one's beginning: lane t + 1 is what step t left.
        np.testing.assert_array_equal(
            np.moveaxis(np.asarray(told)[: tiny_path.n_steps - 1], (0, -1), (-1, 0)),
            np.asarray(lanes)[..., 1:],
        )


def test_what_was_chosen_stands_in_its_step(tiny_model, tiny_path: RecordPath):
    told = {
        (tiny_model.sets.matters[m], tiny_model.sets.options[m][o], t)
        for m, o, t in np.argwhere(tiny_path.chosen > 0)
    }
    day = tiny_model.sets.calendar.index
    assert told == {
        ("blue.trade", "sign", day(date(1900, 5, 4))),
        ("red.border", "sign", day(date(1900, 6, 20))),
    }


def test_a_scored_decision_to_carry_on_is_counted_and_not_chosen(tiny_model, tiny_path):
    matter = tiny_model.sets.matters.index("red.border")
    step = tiny_model.sets.calendar.index(date(1900, 3, 12))
    assert tiny_path.kept[matter, step] == 1.0
    assert tiny_path.kept.sum() == 1.0
    assert tiny_path.chosen[matter, :, step].sum() == 0.0


def test_rows_from_the_end_on_are_unused_and_say_so(tiny, tiny_model):
    episodes, unused = find_episodes(tiny_model, tiny.record, date(1900, 6, 1))
    assert [episode.id for episode in episodes] == ["D2", "D3"]
    assert [id_ for id_, _ in unused] == ["D4"]
    assert "1900-06-20 lies outside" in unused[0][1]


def test_an_end_outside_the_calendar_is_refused(tiny, tiny_model):
    with pytest.raises(ValueError, match="must end after"):
        walk_record(tiny_model, tiny.record, date(1890, 1, 1), np.zeros(1, np.uint32))
