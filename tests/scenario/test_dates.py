"""Dates as sources give them, and the steps of a scenario's calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hokushin.scenario.dates import STEPS, Calendar, DateError, DateRange, parse_date, parse_range


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("1941", date(1941, 1, 1), date(1941, 12, 31), "year"),
        ("1941-07", date(1941, 7, 1), date(1941, 7, 31), "month"),
        ("1940-02", date(1940, 2, 1), date(1940, 2, 29), "month"),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31), "month"),
        ("1941-07-02", date(1941, 7, 2), date(1941, 7, 2), "day"),
    ],
)
def test_a_date_means_all_of_its_days(text, first, last, precision):
    parsed = parse_date(text)
    assert (parsed.first, parsed.last, parsed.precision) == (first, last, precision)
    assert first in parsed
    assert last + timedelta(days=0) in parsed


def test_a_range_runs_from_its_first_day_to_its_last():
    assert parse_range("1941-07/1941-09") == DateRange(date(1941, 7, 1), date(1941, 9, 30))
    assert parse_range("1941-07").n_days == 31
    assert date(1941, 10, 1) not in parse_range("1941-07/1941-09")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "41",
        "1941-13",
        "1941-02-29",
        "1941-07-32",
        "0000",
        "1941-00",
        "July 1941",
        "1941-07-00",
        "1941-07-02T00",
        "FY1938",
        "1941-7",
        "1941/07/02",
        "１９４１",
        "1941-07\n",
        "-1941",
    ],
)
def test_other_text_is_no_date(text):
    with pytest.raises(DateError):
        parse_date(text)


def test_a_loosely_written_date_is_suggested():
    with pytest.raises(DateError, match=r"Did you mean 1941-07-02\?"):
        parse_date("1941/7/2")


@pytest.mark.parametrize("text", ["1941-09/1941-07", "1941/", "/1941", "1941/1942/1943"])
def test_a_range_has_two_dates_in_order(text):
    with pytest.raises(DateError):
        parse_range(text)


def test_dekads_are_the_first_the_second_and_the_last_part_of_a_month():
    calendar = Calendar(date(1941, 7, 1), date(1941, 8, 31), "dekad")
    assert calendar.n_steps == 6
    assert [calendar.start_of(i).day for i in range(6)] == [1, 11, 21, 1, 11, 21]
    assert [calendar.last_of(i).day for i in range(6)] == [10, 20, 31, 10, 20, 31]
    assert [calendar.index(date(1941, 7, day)) for day in (1, 10, 11, 20, 21, 31)] == [
        0,
        0,
        1,
        1,
        2,
        2,
    ]
    assert [calendar.month_of(i) for i in range(6)] == [7, 7, 7, 8, 8, 8]


def test_a_year_has_36_dekads_and_12_months():
    for step, n_steps in (("dekad", 36), ("month", 12)):
        calendar = Calendar(date(1940, 1, 1), date(1940, 12, 31), step)
        assert calendar.n_steps == n_steps
        assert calendar.years_per_step == pytest.approx(1 / n_steps, rel=1e-15)
        assert calendar.months_per_step == pytest.approx(12 / n_steps, rel=1e-15)


def test_a_calendar_that_starts_inside_a_dekad_begins_with_that_dekad():
    calendar = Calendar(date(1937, 7, 7), date(1945, 8, 9), "dekad")
    assert calendar.start_of(0) == date(1937, 7, 1)
    assert calendar.last_of(calendar.n_steps - 1) == date(1945, 8, 10)


def test_weeks_run_from_the_start_and_belong_to_the_month_of_their_middle_day():
    calendar = Calendar(date(1941, 6, 27), date(1941, 7, 10), "week")
    assert calendar.n_steps == 2
    assert calendar.last_of(0) == date(1941, 7, 3)
    assert calendar.month_of(0) == 6
    assert calendar.months_per_step == pytest.approx(7 / 30.4375)
    assert calendar.years_per_step == pytest.approx(7 / 365.25)


DAYS = st.dates(date(1900, 1, 1), date(1999, 12, 31))


@settings(max_examples=200)
@given(DAYS, st.integers(0, 3000), st.integers(0, 3000), st.sampled_from(STEPS))
def test_every_day_lies_in_the_step_of_its_number(start, length, offset, step):
    calendar = Calendar(start, start + timedelta(days=length), step)
    day = start + timedelta(days=min(offset, length))
    number = calendar.index(day)
    assert calendar.start_of(number) <= day <= calendar.last_of(number)
    assert calendar.index(calendar.start_of(number)) == number
    assert calendar.index(calendar.last_of(number)) == number


@settings(max_examples=50)
@given(DAYS, st.integers(0, 1500), st.sampled_from(STEPS))
def test_steps_follow_one_another_without_gaps(start, length, step):
    calendar = Calendar(start, start + timedelta(days=length), step)
    for number in range(calendar.n_steps - 1):
        assert calendar.last_of(number) + timedelta(days=1) == calendar.start_of(number + 1)
    assert calendar.start_of(0) <= start
    assert calendar.last_of(calendar.n_steps - 1) >= calendar.end


def test_days_and_steps_outside_the_calendar_are_errors():
    calendar = Calendar(date(1941, 7, 1), date(1941, 7, 31), "dekad")
    for day in (date(1941, 6, 30), date(1941, 8, 1)):
        with pytest.raises(ValueError, match="outside the calendar"):
            calendar.index(day)
    for number in (-1, 3):
        with pytest.raises(ValueError, match="there is no step"):
            calendar.start_of(number)


def test_a_calendar_needs_a_known_step_and_an_end_after_its_start():
    with pytest.raises(ValueError, match="must be one of dekad, week, month"):
        Calendar(date(1941, 1, 1), date(1942, 1, 1), "day")
    with pytest.raises(ValueError, match="before it starts"):
        Calendar(date(1942, 1, 1), date(1941, 1, 1), "month")
