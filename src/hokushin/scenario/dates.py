"""Dates: partial dates as sources give them, and the calendar of a scenario's steps."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from hokushin.scenario.problems import Mistake

Step = Literal["dekad", "week", "month"]
Precision = Literal["year", "month", "day", "range"]

STEPS: tuple[Step, ...] = ("dekad", "week", "month")

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LOOSE = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})(?:[-/. ]([0-9]{1,2}))?")
_FORMS = "Write 1941, 1941-07 or 1941-07-02."

_DAYS_PER_YEAR = 365.25
_DEKADS_PER_MONTH = 3
_MONTHS_PER_YEAR = 12


class DateError(Mistake):
    """Text that is not a date."""


@dataclass(frozen=True, order=True)
class DateRange:
    """The days that a date may mean, both ends included: a month is all of its days."""

    first: date
    last: date
    precision: Precision = field(compare=False, default="range")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def n_days(self) -> int:
        """How many days the range holds."""
        return (self.last - self.first).days + 1


def parse_date(text: str) -> DateRange:
    """Read `1941`, `1941-07` or `1941-07-02` as the days that it may mean.

    Raises `DateError` for other text and for days that do not exist.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise DateError("is not a date.", _suggestion(text))
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise DateError(f"is written as {text}, a day that does not exist.", _FORMS) from None
    if day:
        return DateRange(first, first, "day")
    if month:
        return DateRange(first, _last_of_month(first), "month")
    return DateRange(first, date(first.year, 12, 31), "year")


def parse_range(text: str) -> DateRange:
    """Read a date, or two with a slash between them such as `1941-07/1941-09`.

    A range runs from the first day of its first date to the last day of its second.
    Raises `DateError` for other text and for a range that ends before it begins.
    """
    if "/" not in text:
        return parse_date(text)
    begin, _, end = text.partition("/")
    first, last = parse_date(begin).first, parse_date(end).last
    if first > last:
        raise DateError(f"is written as {text}, which ends before it begins.", "Swap the two.")
    return DateRange(first, last)


@dataclass(frozen=True)
class Calendar:
    """The steps of a scenario, numbered from zero, from the one that holds `start`.

    A dekad is the first ten days of a month, the second ten, or the rest of it: 36 to the year.
    Dekads and months begin where the calendar says, weeks every seven days from `start`. The last
    step is the one that holds `end`.

    Raises `ValueError` if `end` comes before `start` or the step is not one of the three.
    """

    start: date
    end: date
    step: Step

    def __post_init__(self) -> None:
        if self.step not in STEPS:
            raise ValueError(f"step is {self.step!r}, but must be one of {', '.join(STEPS)}.")
        if self.end < self.start:
            raise ValueError(f"the calendar ends on {self.end}, before it starts on {self.start}.")

    @property
    def n_steps(self) -> int:
        """Number of steps."""
        return self._number(self.end) + 1

    @property
    def years_per_step(self) -> float:
        """Length of a step in years of 365.25 days; exactly 1/36 for a dekad."""
        if self.step == "week":
            return 7 / _DAYS_PER_YEAR
        return 1 / (_MONTHS_PER_YEAR * self._steps_per_month)

    @property
    def months_per_step(self) -> float:
        """Length of a step in months of a twelfth of a year; exactly 1/3 for a dekad."""
        if self.step == "week":
            return 7 * _MONTHS_PER_YEAR / _DAYS_PER_YEAR
        return 1 / self._steps_per_month

    def index(self, day: date) -> int:
        """Return the number of the step that holds a day.

        Raises `ValueError` for a day outside the calendar.
        """
        number = self._number(day)
        if not 0 <= number < self.n_steps:
            raise ValueError(
                f"{day} is outside the calendar, which runs from {self.start_of(0)} to "
                f"{self.last_of(self.n_steps - 1)}."
            )
        return number

    def start_of(self, number: int) -> date:
        """Return the first day of a step; raises `ValueError` if there is no such step."""
        if not 0 <= number < self.n_steps:
            raise ValueError(f"there is no step {number}: they run from 0 to {self.n_steps - 1}.")
        return self._first_day(number)

    def last_of(self, number: int) -> date:
        """Return the last day of a step; raises `ValueError` if there is no such step."""
        first = self.start_of(number)
        if self.step == "week":
            return first + timedelta(days=6)
        if self.step == "dekad" and first.day < 21:
            return first + timedelta(days=9)
        return _last_of_month(first)

    def month_of(self, number: int) -> int:
        """Return the month (1 to 12) that a step belongs to; for a week, that of its middle day."""
        first = self.start_of(number)
        return (first + timedelta(days=3)).month if self.step == "week" else first.month

    @property
    def _steps_per_month(self) -> int:
        return _DEKADS_PER_MONTH if self.step == "dekad" else 1

    def _number(self, day: date) -> int:
        if self.step == "week":
            return (day - self.start).days // 7
        return self._since_year_zero(day) - self._since_year_zero(self.start)

    def _since_year_zero(self, day: date) -> int:
        """Count the dekads or months since January of year zero."""
        months = day.year * _MONTHS_PER_YEAR + day.month - 1
        if self.step == "month":
            return months
        return months * _DEKADS_PER_MONTH + min((day.day - 1) // 10, 2)

    def _first_day(self, number: int) -> date:
        if self.step == "week":
            return self.start + timedelta(days=7 * number)
        months, part = divmod(self._since_year_zero(self.start) + number, self._steps_per_month)
        year, month = divmod(months, _MONTHS_PER_YEAR)
        return date(year, month + 1, 1 + 10 * part)


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _suggestion(text: str) -> str:
    """Guess the date that was meant from one written loosely."""
    match = _LOOSE.fullmatch(text.strip())
    if match is None:
        return _FORMS
    meant = "-".join([match[1], *(part.zfill(2) for part in match.groups()[1:] if part)])
    return f"Did you mean {meant}?" if _DATE.fullmatch(meant) else _FORMS
