"""Record: what happened, as dated rows: decisions, measured series, dates of events, beliefs.

The tables lie in the folder `record` of a scenario. Those that the package reads row by row have a
model here; the others (the codebook, the positions of factions, the mappings of foreign files) are
kept as text by column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from hokushin.scenario.dates import parse_date
from hokushin.scenario.schema import Date, Entry, Id, Path, Text

CARRY_ON = "carry_on"
GOVERNMENT = "government"
"""Actor of a decision that the whole power took, not one of its factions."""

PERSONS = "government"
"""Matter of rows by which persons change: the holders of factions in a scenario, not a choice."""

DONE = ("decided", "executed", "ordered", "declared")
"""Acts by which an option is taken; proposals, asks, refusals and assessments take none."""


class Decision(Entry):
    """One dated act of one body in one matter."""

    id: Text
    date: Date
    date_precision: Literal["day", "days", "week", "weeks", "month"] = "day"
    power: Id
    matter: Id
    """Matter of that power, or `government` for a change of persons."""
    option: Id
    episode: Text
    """Rows of one episode are stages of one decision."""
    act: Literal[
        "decided", "executed", "ordered", "declared", "proposed", "asked", "refused", "assessed"
    ]
    by: Id
    """The faction that acted, or `government`."""
    scored: Literal["yes", "no"]
    """Whether this row stands for its episode when a model is scored."""
    work: Text
    """Keys of the works it is from, with a semicolon between them."""
    seen: Literal["text", "excerpt", "recalled", "judgement"]
    grade: Literal["A", "B", "C", "D"]
    type: Text | None = None
    body: Text | None = None
    question: Text | None = None
    options: Text | None = None
    option_chosen: Text | None = None
    direction: Text | None = None
    confidence: Text | None = None
    locator: Text | None = None
    url: Text | None = None
    verified: Text | None = None
    note: Text | None = None
    on_table: Text | None = None
    blocked_by: Text | None = None
    conditional_on: Text | None = None
    proposed: Text | None = None
    proposed_by: Text | None = None

    @property
    def day(self) -> date:
        """First day that its date may mean."""
        return parse_date(self.date).first

    @property
    def matter_key(self) -> str:
        """The matter as the scenario names it, `power.matter`."""
        return f"{self.power}.{self.matter}"


class Measurement(Entry):
    """One number of a series, at one date."""

    id: Text
    date: Date
    variable: Path
    """What the model computes and this measures, e.g. `force.POOL.BRANCH`."""
    value: float
    low: float
    high: float
    unit: Text
    source: Text
    locator: Text | None = None
    seen: Literal["text", "excerpt", "recalled", "judgement"]
    grade: Literal["A", "B", "C", "D"]
    note: Text | None = None


class DatedFact(Entry):
    """Something that happened (or never did), in the words of the model's events."""

    id: Text
    date: Date
    date_precision: Literal["day", "days", "week", "weeks", "month"] = "day"
    fact: Text
    verb: Literal["war", "chosen", "signed", "taken", "never"]
    what: Path
    """A front, an option, a deal, a region or an event, as the verb needs."""
    source: Text
    locator: Text | None = None
    seen: Literal["text", "excerpt", "recalled", "judgement"]
    grade: Literal["A", "B", "C", "D"]
    note: Text | None = None


class Belief(Entry):
    """What a body believed at a date, as far as its words say."""

    id: Text
    date: Date
    power: Id
    holder: Id
    about: Text
    quantity: Id
    value: float
    low: float
    high: float
    unit: Text
    work: Text
    locator: Text | None = None
    seen: Literal["text", "excerpt", "recalled", "judgement"]
    grade: Literal["A", "B", "C", "D"]
    note: Text | None = None


class Table(NamedTuple):
    """Columns of one table of the record, and the model of its rows if they are read one by one."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    unique: str | None = "id"
    model: type[Entry] | None = None


def columns_of(model: type[Entry]) -> Table:
    """Return the table whose columns are the fields of a model."""
    fields = model.model_fields
    return Table(
        tuple(name for name in fields if fields[name].is_required()),
        tuple(name for name in fields if not fields[name].is_required()),
        model=model,
    )


_POSITION_COLUMNS = (
    "id", "power", "faction", "key", "leaders", "period", "start", "end", "question", "options",
    "share_1", "share_2", "share_3", "share_4", "share_5", "share_6", "share_7", "share_sd",
    "position", "top", "influence", "influence_low", "influence_high", "salience", "salience_low",
    "salience_high", "justification", "work", "locator", "url", "seen", "grade", "verified", "note",
    "k", "basis", "documents", "doc_first", "doc_last", "rests_on_episodes", "independent_of",
    "after_first_document", "not_independent_of",
)  # fmt: skip
_OPTION_COLUMNS = (
    "id", "priority", "power", "direction", "type", "question_has", "from", "until", "row_ids",
    "matter", "option", "proposed", "scored", "joint", "note",
)  # fmt: skip
_VARIABLE_COLUMNS = (
    "id", "file", "power", "region", "kind", "unit", "from", "until", "variable", "factor",
    "offset", "note",
)  # fmt: skip

TABLES: Mapping[str, Table] = {
    "decisions": columns_of(Decision),
    "series": columns_of(Measurement),
    "dates": columns_of(DatedFact),
    "beliefs": columns_of(Belief),
    "codebook": Table(("table", "field", "value", "meaning"), ("note",), unique=None),
    "positions": Table(_POSITION_COLUMNS),
    "courses": Table(("power", "course", "matter", "options"), ("note",), unique=None),
    "options": Table(_OPTION_COLUMNS),
    "variables": Table(_VARIABLE_COLUMNS),
}


class Choice(NamedTuple):
    """An option taken on the documented path, and the first day that its date may mean."""

    day: date
    matter: str
    """`power.matter`."""
    option: str


@dataclass(frozen=True)
class Record:
    """The record of a scenario; each table in the order of its file."""

    decisions: tuple[Decision, ...] = ()
    series: tuple[Measurement, ...] = ()
    dates: tuple[DatedFact, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    tables: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    """The other tables by name: rows as text by column."""


def documented(record: Record) -> tuple[Choice, ...]:
    """Return what was chosen on the documented path, in order of day.

    An episode counts once: by its row that is scored, else by the last in which it was decided,
    executed, ordered or declared. What a body only urged, what carries on and what changes persons
    chooses nothing.
    """
    episodes: dict[tuple[str, str], list[Decision]] = {}
    for row in record.decisions:
        if row.matter != PERSONS:
            episodes.setdefault((row.matter_key, row.episode), []).append(row)
    standing = [row for rows in episodes.values() if (row := standing_row(rows)) is not None]
    return tuple(
        Choice(row.day, row.matter_key, row.option)
        for row in sorted(standing, key=lambda row: row.day)
        if row.option != CARRY_ON
    )


def standing_row(rows: Iterable[Decision]) -> Decision | None:
    """Return the row that stands for an episode, or None if nobody did anything in it."""
    by_day = sorted((row for row in rows if not is_request(row)), key=lambda row: row.day)
    scored = [row for row in by_day if row.scored == "yes"]
    done = [row for row in by_day if row.act in DONE]
    return scored[0] if scored else done[-1] if done else None


def is_request(row: Decision) -> bool:
    """Tell whether a row is what one body urged, not what its power did."""
    return row.type == "request" and row.act == "proposed"
