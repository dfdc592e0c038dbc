"""Coding: the table that turns a direction into a matter and an option, frozen and named by hash.

A file of decisions may say only in which direction each one went. Which matter and option of the
model that is must not depend on what the file holds. So the scenario's own table
(`record/options.csv`) is read and hashed before a file is opened, and the hash is part of a score.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from hokushin.scenario.dates import parse_date
from hokushin.scenario.record import Record

_OTHER_NAMES = "other files: "
"""How the codebook's notes begin that say what other files call a power."""
_WORDS_SAY_NOTHING = ("request", "refusal", "other")
"""Types of row whose matter is not read from the words of their question (`codebook.csv`)."""


class Asked(NamedTuple):
    """What a row of a file says of itself, and the table is asked about."""

    id: str
    day: date
    power: str
    direction: str
    type: str
    question: str


class Code(NamedTuple):
    """A matter and an option, as a row of the table gives them."""

    table_row: str
    matter: str
    option: str
    proposed: str
    """Option that was put forward, where another was taken or nothing came of it."""
    scored: bool


@dataclass(frozen=True)
class Coding:
    """The table of a scenario, its digest, and the names that files of other origin use."""

    rows: tuple[Mapping[str, str], ...]
    """Highest priority first; within one, as the scenario lists them."""
    directions: frozenset[str]
    """Every direction that the table or the codebook knows."""
    powers: Mapping[str, str]
    """Name of a power, in lower case, as any file writes it -> as the scenario does."""
    digest: str
    """SHA-256 of the table and of the names of powers."""

    def codes(self, asked: Asked) -> tuple[Code, ...]:
        """Give the matters and options that a row stands for: none, one, or two of a joint one."""
        fitting = [row for row in self.rows if _fits(row, asked)]
        first = next((row for row in fitting if row.get("joint") != "second"), None)
        if first is None:
            return ()
        own = first.get("priority", "")
        joint = [
            row
            for row in fitting
            if row.get("joint") == "second" and row.get("priority", "") == own
        ]
        return tuple(_code(row) for row in (first, *joint))


def freeze(record: Record, powers: Iterable[str]) -> Coding:
    """Read the table from a scenario's record, before any file is opened."""
    table = record.tables.get("options", ())
    codebook = record.tables.get("codebook", ())
    known = {power: power for power in powers}
    for row in codebook:
        if row.get("field") == "power":
            own = row.get("value", "")
            known[own.lower()] = own
            note = row.get("note", "")
            if note.startswith(_OTHER_NAMES):
                known[note.removeprefix(_OTHER_NAMES).lower()] = own
    directions = {
        row.get("value", "")
        for row in codebook
        if row.get("table") == "decisions" and row.get("field") == "direction"
    }
    directions |= {row["direction"] for row in table if row.get("direction")}
    rows = sorted((dict(row) for row in table), key=lambda row: int(row.get("priority") or 0))
    said = json.dumps([rows, sorted(known.items())], ensure_ascii=False, sort_keys=True)
    return Coding(
        rows=tuple(rows),
        directions=frozenset(directions),
        powers=known,
        digest=hashlib.sha256(said.encode()).hexdigest(),
    )


def _fits(row: Mapping[str, str], asked: Asked) -> bool:
    """Tell whether a row of the table speaks of a row of a file; an empty cell asks for nothing."""
    ids = [part.strip() for part in row.get("row_ids", "").split(";") if part.strip()]
    if ids:
        return asked.id in ids
    if row.get("power") != asked.power or row.get("direction") != asked.direction:
        return False
    if row.get("type") and row["type"] != asked.type:
        return False
    if row.get("from") and asked.day < parse_date(row["from"]).first:
        return False
    if row.get("until") and asked.day > parse_date(row["until"]).last:
        return False
    words = row.get("question_has", "")
    if not words:
        return True
    return asked.type not in _WORDS_SAY_NOTHING and bool(re.search(words, asked.question))


def _code(row: Mapping[str, str]) -> Code:
    return Code(
        table_row=row.get("id", ""),
        matter=row.get("matter", ""),
        option=row.get("option", ""),
        proposed=row.get("proposed", ""),
        scored=row.get("scored") != "no",
    )
