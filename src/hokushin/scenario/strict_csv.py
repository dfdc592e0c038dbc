"""Strict CSV: tables with named columns, in which every cell knows its line and column.

The format is RFC 4180: commas, double quotes around cells that hold a comma, a quote or a line
break, quotes inside written twice; LF or CR LF; the first line names the columns. Python's own
reader is not used because it does not say where a cell begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from hokushin.scenario.plain_text import read_text
from hokushin.scenario.problems import Place, Positions, Problems, closest, did_you_mean

MAX_CELL = 20_000
MAX_CELLS = 500_000

_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')
_PLAIN = re.compile(r'[^",\r\n]*+')


class Row(dict[str, str]):
    """One line of a table: the text of each cell by column, and where the cells are."""

    def __init__(self, cells: dict[str, str], line: int, places: dict[str, Place]) -> None:
        super().__init__(cells)
        self.line = line
        self.places = places

    def filled(self) -> dict[str, str]:
        """Return the cells that are not empty: an empty cell says nothing."""
        return {column: text for column, text in self.items() if text}

    def positions(self) -> Positions:
        """Return the places of the cells as `validate` wants them."""
        first = next(iter(self.places.values()))
        by_column: Positions = {(column,): (place, place) for column, place in self.places.items()}
        return {(): (first, first), **by_column}


class _Cell(NamedTuple):
    text: str
    place: Place


class _Stop(Exception):
    """The file cannot be read further; the reason has been noted."""


def read_csv(
    text: str | bytes,
    file: str,
    problems: Problems,
    required: Sequence[str],
    optional: Sequence[str] = (),
    unique: str | None = "id",
) -> list[Row]:
    """Read a table whose columns are known; return its rows in order.

    Noted as problems, each in its place: a column that is missing, unknown or named twice; a row
    with too many or too few cells (left out); a value of the column `unique` that is empty or
    occurs twice (the later row is left out); quotes that do not pair; text that is not UTF-8.
    An optional column that the file lacks is absent from its rows; empty lines are passed over.
    With an unusable header no row is returned. Never raises on any input.
    """
    whole = read_text(text, file, problems)
    if whole is None:
        return []
    try:
        lines = _Scanner(whole, file, problems).lines()
    except _Stop:
        return []
    if not lines:
        problems.add(Place(file, 1, 1), "", "the file is empty; its first line names the columns.")
        return []
    header = _header(lines[0], problems, required, optional)
    if header is None:
        return []
    rows = [_row(header, cells, problems) for cells in lines[1:]]
    complete = [row for row in rows if row is not None]
    return _distinct(complete, unique, problems) if unique and unique in header else complete


class _Scanner:
    """Cuts text into cells, keeping count of lines and columns."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self._text = text
        self._file = file
        self._problems = problems
        self._at = 0
        self._line = 1
        self._line_start = 0
        self._n_cells = 0

    def lines(self) -> list[list[_Cell]]:
        """Return the cells of every line that is not empty."""
        lines: list[list[_Cell]] = []
        while self._at < len(self._text):
            begin = self._at
            cells = self._line_of_cells()
            if self._at > begin:
                lines.append(cells)
            self._at += 2 if self._text.startswith("\r\n", self._at) else 1
            self._line, self._line_start = self._line + 1, self._at
        return lines

    def _line_of_cells(self) -> list[_Cell]:
        cells = [self._cell()]
        while self._text.startswith(",", self._at):
            self._at += 1
            cells.append(self._cell())
        if self._at < len(self._text) and self._text[self._at] not in "\r\n":
            self._stop(
                self._place(),
                "a quote stands inside a cell, or text follows a closing quote.",
                'Put the whole cell in quotes and write each quote inside it twice: "".',
            )
        return cells

    def _cell(self) -> _Cell:
        place = self._place()
        self._n_cells += 1
        if self._n_cells > MAX_CELLS:
            self._stop(place, f"the table has more than {MAX_CELLS:,} cells.", "Split it.")
        quoted = self._text.startswith('"', self._at)
        match = (_QUOTED if quoted else _PLAIN).match(self._text, self._at)
        if match is None:
            self._stop(place, "a quote is opened here and never closed.", "Close it.")
        self._at = match.end()
        if quoted and "\n" in match[0]:
            self._line += match[0].count("\n")
            self._line_start = self._text.rfind("\n", 0, self._at) + 1
        text = match[1].replace('""', '"') if quoted else match[0]
        if len(text) > MAX_CELL:
            self._stop(place, f"the cell is longer than {MAX_CELL:,} characters.", "Shorten it.")
        return _Cell(text, place)

    def _place(self) -> Place:
        return Place(self._file, self._line, self._at - self._line_start + 1)

    def _stop(self, place: Place, needed: str, hint: str) -> NoReturn:
        self._problems.add(place, "", needed, hint)
        raise _Stop


def _header(
    cells: list[_Cell], problems: Problems, required: Sequence[str], optional: Sequence[str]
) -> list[str] | None:
    """Check the names of the columns; None if rows could not be read by them."""
    known = [*required, *optional]
    names = [cell.text for cell in cells]
    usable = True
    for number, (name, place) in enumerate(cells):
        if name in names[:number]:
            usable = False
            problems.add(place, name, "the column is named twice.", "Keep one of the two.")
        elif name not in known:
            free = [column for column in known if column not in names]
            hint = did_you_mean(name, free, 1) or _listed("Known", known)
            problems.add(place, name, "is not a column of this table.", hint)
    for name in required:
        # A misspelt column has been reported already, under the name that was written.
        written = [other for other in names if other not in known]
        if name not in names and not closest(name, written):
            hint = _listed("Here", names)
            problems.add(cells[0].place, name, "the column is missing.", hint)
        usable = usable and name in names
    return names if usable else None


def _row(header: list[str], cells: list[_Cell], problems: Problems) -> Row | None:
    place = cells[0].place
    if len(cells) != len(header):
        problems.add(
            place,
            "",
            f"the line has {len(cells)} cells, and the table has {len(header)} columns.",
            "Put cells that hold a comma in quotes.",
        )
        return None
    texts = {name: cell.text for name, cell in zip(header, cells, strict=True)}
    places = {name: cell.place for name, cell in zip(header, cells, strict=True)}
    return Row(texts, place.line, places)


def _distinct(rows: list[Row], column: str, problems: Problems) -> list[Row]:
    """Leave out rows whose name is empty or taken."""
    first: dict[str, Row] = {}
    for row in rows:
        name, place = row[column], row.places[column]
        if not name:
            problems.add(place, column, "is empty, and every row needs one.", "Name the row.")
        elif name in first:
            problems.add(
                place,
                name,
                f"occurs twice as {column}; the first is on line {first[name].line}.",
                "Rename one of the two.",
            )
        else:
            first[name] = row
    return list(first.values())


def _listed(word: str, names: Sequence[str]) -> str:
    return f"{word}: {', '.join(names)}."
