import pytest

from hokushin.cli.common import Pace, in_words, lines_of_progress


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def reports(pace, clock, *points, stage="table", total=100):
    """What is left after the last of some reports, each a time and what is done by then."""
    left = None
    for clock.now, done in points:
        left = pace.left(stage, done, total)
    return left


def test_what_is_left_follows_from_what_was_done_lately(clock):
    assert reports(Pace(clock), clock, (0, 0), (10, 20), (20, 40)) == pytest.approx(30.0)


def test_nothing_is_said_before_there_is_a_pace(clock):
    pace = Pace(clock)
    assert reports(pace, clock, (0, 0)) is None
    assert reports(pace, clock, (5, 0)) is None
    assert reports(pace, clock, (6, 1), total=0) is None


def test_parts_that_were_there_already_are_soon_forgotten(clock):
    at_once = [(0.0, done) for done in range(0, 60, 10)]
    run = [(float(10 * n), 50 + n) for n in range(1, 9)]
    assert reports(Pace(clock), clock, *at_once, *run) == pytest.approx(42 * 10)


def test_another_stage_has_a_pace_of_its_own(clock):
    pace = Pace(clock)
    reports(pace, clock, (0, 0), (1, 50))
    assert reports(pace, clock, (2, 0), stage="sets") is None


def test_a_log_gets_a_line_a_minute_and_a_short_run_none(clock):
    lines = []
    report = lines_of_progress(clock, lines.append)
    for clock.now in range(0, 50, 10):
        report("table", int(clock.now), 600)
    assert lines == []
    for clock.now in range(50, 200, 10):
        report("table", int(clock.now), 600)
    assert lines == [
        "table, 10 in 100 done, about 9 minutes left",
        "table, 20 in 100 done, about 8 minutes left",
        "table, 30 in 100 done, about 7 minutes left",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (20, "less than a minute left"), (61, "about 1 minute left")],
)
def test_time_left_is_told_in_minutes(seconds, said):
    assert in_words(seconds) == said
