"""Rows: a file of decisions, read strictly and told in the words of the scenario."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from hokushin.infer.score.coding import Asked, Code, Coding
from hokushin.scenario.dates import DateError, parse_date
from hokushin.scenario.problems import Problems, did_you_mean
from hokushin.scenario.record import GOVERNMENT, PERSONS, TABLES, Decision
from hokushin.scenario.schema import Scenario
from hokushin.scenario.strict_csv import Row, read_csv

REQUIRED = ("id", "date", "power")
OPTIONAL = tuple(
    name
    for name in (*TABLES["decisions"].required, *TABLES["decisions"].optional)
    if name not in REQUIRED
)
Kind = Literal["choice", "refusal", "request", "non-event", "other"]
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_KIND_OF_ACT: dict[str, Kind] = {"proposed": "request", "refused": "refusal", "assessed": "other"}
_ACT_OF_KIND: dict[Kind, str] = {
    "choice": "decided",
    "refusal": "refused",
    "request": "asked",
    "non-event": "assessed",
    "other": "assessed",
}
_CONFIDENCES = ("high", "medium", "low")
_ACTS = (
    "decided", "executed", "ordered", "declared", "proposed", "asked", "refused", "assessed",
)  # fmt: skip


@dataclass(frozen=True)
class Coded:
    """One matter that a row of a file is about."""

    decision: Decision
    kind: Kind
    coded_by: str
    """`file`, or the id of the row of the table of directions."""


@dataclass(frozen=True)
class FileRow:
    """One row of a file of decisions."""

    id: str
    day: date
    power: str
    coded: tuple[Coded, ...]
    """Its matters; two where a row of the table is joint; none where the model has none."""
    reason: str = ""
    """Why it has no matter or no option in the model."""
    scored: bool = True
    """Whether the file leaves it to be scored."""


def read_decisions(
    content: bytes, file: str, coding: Coding, scenario: Scenario, problems: Problems
) -> tuple[FileRow, ...]:
    """Read a file of decisions with the columns of a scenario's `record/decisions.csv`.

    Only `id`, `date`, `power` and either `matter` and `option` or `direction` must be there. What
    a file of other origin calls a power is looked up in the codebook; letter case does not count.
    Mistakes are noted in `problems`, each at its cell: a date, power, direction, type, confidence
    or act that nothing knows, a row that names neither an option nor a direction.
    """
    table = read_csv(content, file, problems, REQUIRED, OPTIONAL)
    if any(problem.place.line == 1 for problem in problems):
        return ()  # with a wrong header every row would seem to lack a cell
    reader = _Reader(coding, scenario, problems)
    rows = [reader.row(row) for row in table]
    return tuple(row for row in rows if row is not None)


def decisions_of(rows: Iterable[FileRow]) -> tuple[Decision, ...]:
    """Give every decision that the rows of a file stand for."""
    return tuple(coded.decision for row in rows for coded in row.coded)


class _Reader:
    """Turns the cells of one row into decisions."""

    def __init__(self, coding: Coding, scenario: Scenario, problems: Problems) -> None:
        self.coding = coding
        self.scenario = scenario
        self.problems = problems

    def row(self, row: Row) -> FileRow | None:
        """Read one row; None where a mistake was noted that leaves nothing to score."""
        before = len(self.problems)
        day = self._day(row)
        power = self._one_of(row, "power", row["power"].lower(), self.coding.powers)
        kind = self._kind(row)
        self._one_of(row, "confidence", row.get("confidence", ""), _CONFIDENCES, empty=True)
        self._one_of(row, "scored", row.get("scored", ""), ("yes", "no"), empty=True)
        if day is None or len(self.problems) > before:
            return None
        power = self.coding.powers[power]
        found, reason = self._codes(row, day, power, kind)
        if len(self.problems) > before:
            return None
        coded = tuple(
            Coded(
                self._decision(row, power, kind, code, "" if number == 0 else "b"),
                kind,
                code.table_row or "file",
            )
            for number, code in enumerate(found)
        )
        return FileRow(row["id"], day, power, coded, reason, row.get("scored", "") != "no")

    def _codes(self, row: Row, day: date, power: str, kind: Kind) -> tuple[tuple[Code, ...], str]:
        """Matters and options of a row: its own, else those of its direction, else why none."""
        if power not in self.scenario.powers:
            return (), f"the scenario has no power {power}, so nothing that it decides"
        matter, option = row.get("matter", ""), row.get("option", "")
        own = ""
        if matter and option:
            scored = row.get("scored", "yes") != "no"
            own = self._unknown(power, matter, option)
            if not own:
                return (Code("", matter, option, row.get("proposed", ""), scored),), ""
        direction = row.get("direction", "")
        if not direction and own:
            return (), own
        if direction not in self.coding.directions:
            self._unknown_direction(row, direction)
            return (), ""
        asked = Asked(row["id"], day, power, direction, kind, row.get("question", ""))
        codes = self.coding.codes(asked)
        if not codes:
            return (), (
                f"{own + '; ' if own else ''}the table of directions has no row for {power}, "
                f"{direction}, {kind}, {day}"
            )
        for code in codes:
            if unknown := self._unknown(power, code.matter, code.option):
                return (), unknown
        return codes, ""

    def _unknown(self, power: str, matter: str, option: str) -> str:
        """Say why the model does not have an option, or nothing where it does."""
        if matter == PERSONS:
            return ""
        known = self.scenario.matters.get(f"{power}.{matter}")
        if known is None:
            return f"the scenario has no matter {power}.{matter}"
        if option not in known.options:
            return f"{power}.{matter} has no option {option}"
        return ""

    def _decision(self, row: Row, power: str, kind: Kind, code: Code, suffix: str) -> Decision:
        """Say it as a row of the record, what the file leaves open filled in by its kind."""
        act = row.get("act", "")
        if not act:
            act = "proposed" if kind == "request" and code.proposed else _ACT_OF_KIND[kind]
        scored = row.get("scored", "") or ("yes" if code.scored else "no")
        if code.matter == PERSONS:
            scored = "no"
        return Decision.model_construct(
            id=row["id"] + suffix,
            date=row["date"],
            power=power,
            matter=code.matter,
            option=code.option,
            episode=row.get("episode", "") or row["id"],
            act=act,
            by=row.get("by", "") or GOVERNMENT,
            scored=scored,
            type=kind,
            confidence=row.get("confidence", "") or "medium",
            proposed=row.get("proposed", "") or code.proposed or None,
            proposed_by=row.get("proposed_by", "") or None,
            body=row.get("body", "") or None,
        )

    def _day(self, row: Row) -> date | None:
        try:
            return parse_date(row["date"]).first
        except DateError as mistake:
            self.problems.add(row.places["date"], "date", mistake.needed, mistake.hint, row["date"])
            return None

    def _kind(self, row: Row) -> Kind:
        act = row.get("act", "")
        self._one_of(row, "act", act, _ACTS, empty=True)
        written = row.get("type", "")
        if not written:
            return _KIND_OF_ACT.get(act, "choice")
        self._one_of(row, "type", written, _KINDS)
        return _KINDS.get(written, "choice")

    def _one_of(
        self, row: Row, column: str, written: str, known: Iterable[str], empty: bool = False
    ) -> str:
        """Note a code that is none of those known."""
        names = sorted(set(known))
        if written in names or (empty and not written):
            return written
        said = f"is written as {row[column]}" if written else "is empty"
        hint = did_you_mean(written, names) or f"Known: {', '.join(names)}."
        self.problems.add(
            row.places[column], column, f"{said}, which no table of the scenario knows.", hint,
            row[column],
        )  # fmt: skip
        return written

    def _unknown_direction(self, row: Row, direction: str) -> None:
        column = "direction" if "direction" in row else "id"
        place = row.places[column]
        if not direction:
            self.problems.add(
                place,
                "direction",
                "is empty, and the row names no matter and option either.",
                "Write a direction of the scenario's codebook, or matter and option.",
                row[column],
            )
            return
        names = sorted(self.coding.directions)
        hint = did_you_mean(direction, names)
        hint = hint or (f"Known: {', '.join(names)}." if names else "")
        self.problems.add(
            place,
            "direction",
            f"is written as {direction}, which the scenario's table of directions does not know.",
            hint or "This scenario has no such table; write matter and option.",
            direction,
        )


def header_of(content: bytes) -> tuple[str, ...]:
    """Give the names of the columns of a table, however its rows are."""
    first = content.split(b"\n", 1)[0].decode("utf-8-sig", "replace")
    return tuple(re.sub(r'["\r]', "", name).strip() for name in first.split(","))
