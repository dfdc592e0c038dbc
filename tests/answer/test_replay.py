import numpy as np
import pytest

from hokushin.answer.ensemble import run
from hokushin.answer.replay import replay, replay_from


@pytest.fixture(scope="module")
def marching(tiny_world):
    """A history in which Red marches, and the step in which it is there in force."""
    _, asked = tiny_world.question()
    from hokushin.answer.world import first_day

    simulator = tiny_world.simulator(first_day(asked.branch), first_day(asked.horizon))
    outcomes = tiny_world.outcomes(simulator, range(64))
    history = int(np.flatnonzero(outcomes.happened("attack"))[0])
    calendar = tiny_world.model.sets.calendar
    return history, calendar.start_of(int(outcomes.step("war")[history])).isoformat()


@pytest.fixture(scope="module")
def story(tiny_world, marching):
    return replay(tiny_world.loaded, marching[0])


def test_a_story_tells_what_the_ensemble_counted(story, marching):
    wars = [one for one in story.happenings if one.kind == "war"]
    assert wars[0].date == marching[1]
    assert "begun by Red" in wars[0].text


def test_a_choice_that_the_record_lacks_is_a_departure(story, marching):
    march = next(one for one in story.happenings if one.choice == "red.border.attack")
    assert march.record == "not in the record"
    assert story.departure is not None
    assert story.departure <= march.date


def test_a_choice_says_who_was_for_it_and_who_against(story):
    march = next(one for one in story.happenings if one.choice == "red.border.attack")
    _, _, sides = march.text.partition(" (")
    assert sides.startswith(("for it: ", "against: "))
    assert "Treasury of Red" in sides
    assert "General staff of Red" in sides


def test_days_stand_in_order_and_lines_fit(story):
    days = [one.date for one in story.happenings]
    assert days == sorted(days)
    assert max(map(len, str(story).split("\n"))) <= 80


@pytest.mark.slow
def test_a_history_of_a_run_is_told_with_the_runs_changes(tmp_path, tiny_world):
    forced = "force red.border.attack@1900-09-15"
    run("tiny", 8, tmp_path / "run", changes=(forced,))
    told = replay_from(tmp_path / "run", 3)
    march = next(one for one in told.happenings if one.choice == "red.border.attack")
    assert march.date == "1900-09-01"
    with pytest.raises(ValueError, match="histories 0 to 7"):
        replay_from(tmp_path / "run", 8)
