"""Observations: what of the record the world's numbers can be learnt from, and what cannot be used.

Every row of the measured series and every dated belief is either an observation, on a scale where
its error is normal, or listed with the reason why it is none. Dated facts and engagements that
cannot be used are listed too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hokushin.infer.score.measured import conversion_to
from hokushin.infer.world.variables import Scale, restore, scale_of, transform, why_unknown
from hokushin.model.build import Model
from hokushin.scenario.dates import DateRange, parse_date
from hokushin.scenario.problems import Mistake
from hokushin.scenario.record import Belief, Measurement, Record

_NINE_TENTHS = 2.0 * 1.6448536
"""Spreads of a normal law between its 5th and 95th percentiles."""
RECALLED_FACTOR = 2.0
"""How much wider the error of a number recalled is than that of one read, as in `scenario.prior`.
"""
LEAST_ERROR = {"log": 0.01, "logit": 0.05, "plain": 1e-3}
"""Smallest error on each scale: rounding alone is a hundredth."""
_NO_DATA = "D"
"""Grade of a belief that was interpolated or carried on from an earlier one."""
_MONTHS = re.compile(r"p_within_(\d+)_months")
_MONTHS_A_YEAR = 12.0
MINDS = ("fortune", "intent")
"""Verbs of what somebody thought: two bodies that differ are not two reports of one fact."""
Unused = tuple[str, str]
"""Id of a row, and why it cannot be used."""


@dataclass(frozen=True)
class Observation:
    """One number of the record as a variable of the model, with its error."""

    id: str
    variable: str
    window: DateRange
    """Days that its date may mean; the prediction is spread over them."""
    value: float
    """In the unit that the model keeps the variable in."""
    low: float
    high: float
    recalled: bool

    @property
    def scale(self) -> Scale:
        """Scale on which the error is normal."""
        return scale_of(self.variable)

    @property
    def told(self) -> float:
        """The number on that scale."""
        return float(transform(self.scale, np.array(self.value), self.value))

    @property
    def error(self) -> float:
        """Standard deviation of the measurement there: `low` to `high` is nine tenths of belief."""
        low, high = (transform(self.scale, np.array(x), self.value) for x in (self.low, self.high))
        spread = float(high - low) / _NINE_TENTHS * (RECALLED_FACTOR if self.recalled else 1.0)
        least = LEAST_ERROR[self.scale] * (abs(self.value) if self.scale == "plain" else 1.0)
        return max(spread, least)

    @property
    def middle(self) -> date:
        """Middle of its days."""
        first, last = self.window.first.toordinal(), self.window.last.toordinal()
        return date.fromordinal((first + last) // 2)

    def restored(self, x: np.ndarray) -> np.ndarray:
        """Take numbers back from the scale."""
        return restore(self.scale, x)


@dataclass(frozen=True)
class Observations:
    """What can be used, what cannot, and which rows give rival values for one fact."""

    used: tuple[Observation, ...]
    unused: tuple[Unused, ...]
    rivals: tuple[tuple[str, ...], ...]
    """Groups of ids of which one at most is right."""


def find_observations(model: Model, record: Record, end: date) -> Observations:
    """Give what the record measures before a day, in order of day, and what cannot be used."""
    used: list[Observation] = []
    unused: list[Unused] = []
    series = {row.id for row in record.series}
    for row in record.series:
        _sort(_of_series(model, row, end), used, unused)
    for belief in record.beliefs:
        if belief.id in series:
            unused.append((belief.id, "the series holds the same number"))
        else:
            _sort(_of_belief(model, record, belief, end), used, unused)
    unused += [
        (fact.id, "along the documented path its day is that of the record, whatever the numbers")
        for fact in record.dates
    ]
    used.sort(key=lambda one: (one.middle, one.id))
    return Observations(tuple(used), tuple(unused), rivals_among(used))


def rivals_among(used: Sequence[Observation]) -> tuple[tuple[str, ...], ...]:
    """Group rows that measure one variable on common days, in intervals that do not meet.

    What two bodies thought at one time may differ and both be true, so beliefs of the kinds in
    `MINDS` are never rivals.
    """
    groups: list[set[str]] = []
    for place, one in enumerate(used):
        for other in used[place + 1 :]:
            if _rival(one, other):
                touched = [group for group in groups if group & {one.id, other.id}]
                merged = {one.id, other.id}.union(*touched)
                groups = [group for group in groups if group not in touched] + [merged]
    order = {one.id: place for place, one in enumerate(used)}
    return tuple(tuple(sorted(group, key=order.__getitem__)) for group in groups)


def _rival(one: Observation, other: Observation) -> bool:
    if one.variable != other.variable or one.variable.partition(".")[0] in MINDS:
        return False
    same_days = one.window.first <= other.window.last and other.window.first <= one.window.last
    return same_days and (one.high < other.low or other.high < one.low)


def _sort(found: Observation | Unused, used: list[Observation], unused: list[Unused]) -> None:
    if isinstance(found, Observation):
        used.append(found)
    else:
        unused.append(found)


def _of_series(model: Model, row: Measurement, end: date) -> Observation | Unused:
    if why := why_unknown(model, row.variable):
        return row.id, why
    factor = conversion_to(model.scenario, row.variable, row.unit)
    numbers = [x * factor for x in (row.value, row.low, row.high)]
    return _checked(model, row.id, row.variable, row.date, numbers, row.seen == "recalled", end)


def _of_belief(model: Model, record: Record, row: Belief, end: date) -> Observation | Unused:
    """Read a belief by the rows of `record/variables.csv` whose file is `beliefs`."""
    mapped = _mapped(record.tables.get("variables", ()), row)
    if mapped is None:
        return row.id, f"no variable of the model is said to be {row.quantity} of {row.about}"
    if row.grade == _NO_DATA:
        return row.id, "of grade D: carried over or interpolated, so no measurement"
    variable = mapped["variable"]
    if variable.startswith("intent."):
        variable = f"intent.{row.power}.{row.holder}.{variable.partition('.')[2]}"
    if why := why_unknown(model, variable):
        return row.id, why
    try:
        turn = _turned(model, row, mapped, variable)
    except Mistake as mistake:
        return row.id, f"{row.unit} of {row.quantity} {mistake.needed}"
    numbers = [turn(x) for x in (row.value, row.low, row.high)]
    return _checked(model, row.id, variable, row.date, numbers, row.seen == "recalled", end)


def _mapped(table: Sequence[Mapping[str, str]], row: Belief) -> Mapping[str, str] | None:
    for candidate in table:
        if candidate.get("file") != "beliefs":
            continue
        same = candidate.get("region") == row.about and candidate.get("kind") == row.quantity
        if same and candidate.get("power") in (None, "", row.power):
            return candidate
    return None


def _turned(
    model: Model, row: Belief, mapped: Mapping[str, str], variable: str
) -> Callable[[float], float]:
    """Give the function from a belief's number to the variable's.

    A chance within n months becomes one within a year at a constant rate, $1 - (1-p)^{12/n}$.
    """
    months = _MONTHS.fullmatch(row.quantity)
    if months is not None and variable.startswith("intent."):
        power = _MONTHS_A_YEAR / float(months[1])
        return lambda p: 1.0 - (1.0 - p) ** power
    factor, offset = float(mapped.get("factor") or 1.0), float(mapped.get("offset") or 0.0)
    chance = variable.partition(".")[0] in MINDS
    unit = 1.0 if chance else conversion_to(model.scenario, variable, row.unit)
    return lambda x: x * unit * factor + offset


def _checked(
    model: Model,
    name: str,
    variable: str,
    written: str,
    numbers: list[float],
    recalled: bool,
    end: date,
) -> Observation | Unused:
    """Refuse what lies outside the days looked at, or has no place on its scale."""
    window, calendar = parse_date(written), model.sets.calendar
    first, last = calendar.start_of(0), calendar.last_of(calendar.n_steps - 1)
    if not (first <= window.first and window.last <= last and window.last < end):
        return name, f"{written} lies outside {first} to {min(end, last)}"
    value, low, high = numbers
    scale = scale_of(variable)
    if scale != "plain" and value <= 0.0:
        return name, f"{value:g} has no place on the {scale} scale, where its error is told"
    return Observation(name, variable, window, value, low, high, recalled)
