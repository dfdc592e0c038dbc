"""Measured: files of numbers, read strictly and told as variables of the model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from hokushin.infer.score.coding import Coding
from hokushin.scenario.conditions import SERIES
from hokushin.scenario.dates import DateError, parse_date
from hokushin.scenario.needed_units import variable_unit
from hokushin.scenario.problems import Mistake, Problems, did_you_mean
from hokushin.scenario.record import Record
from hokushin.scenario.schema import Scenario
from hokushin.scenario.strict_csv import Row, read_csv
from hokushin.scenario.units import conversion

_ANY = (
    "low", "high", "estimator", "work", "source", "locator", "url", "seen", "grade", "verified",
    "note",
)  # fmt: skip
_NOT_WHERE = re.compile(r"not where the estimator is ([^:;]+)")
_NUMBER = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?")
_RESOURCE = re.compile(r"resource: (.+)")


class Form(NamedTuple):
    """Columns of a kind of file, and which of them hold what the table of variables asks for."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    value: str
    region: str = ""
    kind: str = ""


FORMS = (
    Form("forces", ("id", "date", "power", "region", "kind", "quantity", "unit"), _ANY,
         "quantity", "region", "kind"),
    Form("front_east", ("id", "date", "kind", "place", "value", "unit"), _ANY,
         "value", "place", "kind"),
    Form("resources", ("date", "power", "region", "resource", "kind", "item", "value", "unit"),
         _ANY, "value", "region", "item"),
    Form("series", ("id", "date", "variable", "value", "unit"), _ANY, "value"),
)  # fmt: skip
"""Kinds of file that are read; the last is that of a scenario's own `record/series.csv`."""


@dataclass(frozen=True)
class MeasuredRow:
    """One number of a file, as a variable of the model or with the reason why it is none."""

    id: str
    day: date | None
    """Middle of the days that its date may mean; None where the date was not needed."""
    variable: str = ""
    value: float = 0.0
    """In the unit that the model keeps the variable in."""
    low: float | None = None
    high: float | None = None
    recalled: bool = False
    """Whether it is from memory of the literature."""
    reason: str = ""


@dataclass(frozen=True)
class Known:
    """One earlier measurement of the scenario's record."""

    variable: str
    day: date
    value: float


def form_of(header: tuple[str, ...]) -> Form | None:
    """Give the kind of file whose columns a header holds; None if there is none."""
    return next((form for form in FORMS if set(form.required) <= set(header)), None)


def read_measured(
    content: bytes,
    file: str,
    form: Form,
    coding: Coding,
    record: Record,
    scenario: Scenario,
    problems: Problems,
) -> tuple[MeasuredRow, ...]:
    """Read a file of numbers by the scenario's table `record/variables.csv`.

    A row of a kind that the table does not map has a reason; a mapped row whose date or number
    cannot be read is noted as a problem, at its cell.
    """
    unique = "id" if "id" in form.required else None
    table = read_csv(content, file, problems, form.required, form.optional, unique)
    if any(problem.place.line == 1 for problem in problems):
        return ()
    reader = _Reader(form, coding, record, scenario, problems)
    rows = [reader.row(row, number) for number, row in enumerate(table, start=1)]
    return tuple(row for row in rows if row is not None)


class _Mapping(NamedTuple):
    variable: str
    factor: float
    offset: float


class _Reader:
    """Turns cells into numbers of the model."""

    def __init__(
        self, form: Form, coding: Coding, record: Record, scenario: Scenario, problems: Problems
    ) -> None:
        self.form = form
        self.powers = coding.powers
        self.scenario = scenario
        self.problems = problems
        self.table = [
            row for row in record.tables.get("variables", ()) if row.get("file") == form.name
        ]

    def row(self, row: Row, number: int) -> MeasuredRow | None:
        """Read one row; None where a mistake was noted."""
        before = len(self.problems)
        name = row.get("id", "") or f"R{number:03}"
        found = self._own(row) if self.form.name == "series" else self._mapped(row)
        if len(self.problems) > before:
            return None
        if isinstance(found, str):
            return MeasuredRow(name, _day_or_none(row["date"]), reason=found)
        day = self._day(row)
        numbers = {
            column: self._number(row, column)
            for column in (self.form.value, "low", "high")
            if row.get(column, "") or column == self.form.value
        }
        if len(self.problems) > before:
            return None
        told = {c: x * found.factor + found.offset for c, x in numbers.items() if x is not None}
        return MeasuredRow(
            name,
            day,
            found.variable,
            told[self.form.value],
            told.get("low"),
            told.get("high"),
            row.get("seen", "") == "recalled",
        )

    def _own(self, row: Row) -> _Mapping | str:
        """A row of a file of series names its variable itself."""
        variable = row["variable"]
        verb = variable.partition(".")[0]
        if verb not in SERIES:
            hint = did_you_mean(verb, SERIES) or f"Verbs: {', '.join(SERIES)}."
            needed = f"is written as {variable}, which no series measures."
            self.problems.add(row.places["variable"], "variable", needed, hint, variable)
            return ""
        try:
            return _Mapping(variable, conversion_to(self.scenario, variable, row["unit"]), 0.0)
        except Mistake as mistake:
            self.problems.add(row.places["unit"], "unit", mistake.needed, mistake.hint, row["unit"])
            return ""

    def _mapped(self, row: Row) -> _Mapping | str:
        """Find the variable that a row of a foreign file measures, or say why there is none."""
        power = self.powers.get(row.get("power", "").lower(), row.get("power", ""))
        left_out = ""
        for candidate in self.table:
            if not self._fits(candidate, row, power):
                continue
            excluded = _NOT_WHERE.search(candidate.get("note", ""))
            if excluded and excluded[1].strip().lower() in row.get("estimator", "").lower():
                left_out = f"{candidate['id']} leaves out what is {excluded[1].strip()}"
                continue
            return _Mapping(
                candidate["variable"],
                float(candidate.get("factor") or 1.0),
                float(candidate.get("offset") or 0.0),
            )
        what = f"{row[self.form.kind]} of {row[self.form.region]}".strip()
        return left_out or f"the table of variables has no {what} in {row['unit']}"

    def _fits(self, candidate: Mapping[str, str], row: Row, power: str) -> bool:
        wanted = candidate.get("region", "")
        region = row[self.form.region]
        same = region.startswith(wanted[:-1]) if wanted.endswith("*") else region == wanted
        if not same or candidate.get("kind") != row[self.form.kind]:
            return False
        if candidate.get("power") and candidate["power"] != power:
            return False
        if candidate.get("unit", row["unit"]) != row["unit"]:
            return False
        resource = _RESOURCE.fullmatch(candidate.get("note", ""))
        if resource and row.get("resource") != resource[1]:
            return False
        if not (candidate.get("from") or candidate.get("until")):
            return True
        day = _day_or_none(row["date"])
        return day is not None and (
            (not candidate.get("from") or day >= parse_date(candidate["from"]).first)
            and (not candidate.get("until") or day <= parse_date(candidate["until"]).last)
        )

    def _day(self, row: Row) -> date | None:
        try:
            return _middle(row["date"])
        except DateError as mistake:
            self.problems.add(row.places["date"], "date", mistake.needed, mistake.hint, row["date"])
            return None

    def _number(self, row: Row, column: str) -> float | None:
        if not _NUMBER.fullmatch(row[column]):
            self.problems.add(
                row.places[column], column, "is no number.", "Write it as 1200 or 0.5.", row[column]
            )
            return None
        return float(row[column])


def known_of(record: Record, scenario: Scenario) -> tuple[Known, ...]:
    """Give the measurements of a scenario's record, in the units of the model."""
    return tuple(
        Known(
            row.variable,
            _middle(row.date),
            row.value * conversion_to(scenario, row.variable, row.unit),
        )
        for row in record.series
    )


def conversion_to(scenario: Scenario, variable: str, unit: str) -> float:
    """Give the factor from a unit to the one that the model keeps a variable in.

    Raises:
        Mistake: If they do not measure the same thing.
    """
    needed = variable_unit(variable)
    if variable.startswith("stock."):
        account = scenario.accounts.get(variable.partition(".")[2])
        if account is not None:
            needed = scenario.resources[account.resource].unit
    return conversion(unit, needed)


def _middle(text: str) -> date:
    days = parse_date(text)
    return date.fromordinal((days.first.toordinal() + days.last.toordinal()) // 2)


def _day_or_none(text: str) -> date | None:
    try:
        return _middle(text)
    except DateError:
        return None
