"""Folder: the files of a scenario as plain data, each value with its place.

What stands in which file is the author's choice: sections of all `*.yaml` are merged, and a key
that two files give to one section is a problem that names both. Nothing is checked against the
schema here.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath
from typing import Any

from hokushin.scenario.bibliography import Bibliography, read_bibliography
from hokushin.scenario.plain_text import MAX_BYTES
from hokushin.scenario.problems import Path, Place, Positions, Problems, did_you_mean
from hokushin.scenario.record import TABLES, Table, columns_of
from hokushin.scenario.schema import Claim
from hokushin.scenario.strict_csv import Row, read_csv
from hokushin.scenario.strict_yaml import read_yaml

AnyFolder = FilePath | Traversable

_CLIMATE_COLUMNS = ("site", "month", "value", "unit")
_CLIMATE_OPTIONAL = (
    "low", "high", "constant", "kind", "source", "locator", "seen", "grade", "at", "note",
)  # fmt: skip
_NUMBERS = {"month", "value", "low", "high", "paragraph", "sign"}
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NAMES = ("climate.csv", "claims.csv", "bibliography.json")


@dataclass
class Content:
    """What the files of a folder say, before anything is checked against the schema."""

    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    record: dict[str, list[Row]] = field(default_factory=dict)
    bibliography: Bibliography = field(default_factory=lambda: Bibliography({}))
    positions: Positions = field(default_factory=dict)
    partly_read: set[str] = field(default_factory=set)
    """Files that could not be read to the end, or lost rows: names in them may be unknown."""

    def digest(self) -> str:
        """Return the SHA-256 of everything said, in the order in which it is said.

        Comments, line ends, quotes and the spread of sections over files do not count. Order does:
        it is the order of the model's axes.
        """
        works = self.bibliography.works
        said = {
            "sections": self.sections,
            "claims": self.claims,
            "record": {name: [row.filled() for row in rows] for name, rows in self.record.items()},
            "bibliography": [works[key].model_dump(mode="json", by_alias=True) for key in works],
        }
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def read_folder(folder: AnyFolder, problems: Problems) -> Content:
    """Read every file of a scenario folder; never raises on any content."""
    content = Content()
    files = _files(folder, "", problems)
    yamls = {name: file for name, file in files.items() if name.endswith(".yaml")}
    if not yamls:
        place = Place("scenario.yaml", 1, 1)
        problems.add(place, "", "the folder holds no *.yaml file.", "Begin with scenario.yaml.")
        content.partly_read.add(place.file)
    for name, file in yamls.items():
        _merge(content, *read_yaml(_bytes(file), name, problems), name, problems)
    n_before = len(problems)
    if "climate.csv" in files:
        columns = Table(_CLIMATE_COLUMNS, _CLIMATE_OPTIONAL, unique=None)
        rows = _rows(files["climate.csv"], "climate.csv", columns, problems)
        _add_climate(content, rows, problems)
    if "claims.csv" in files:
        _add_claims(content, _rows(files["claims.csv"], "claims.csv", columns_of(Claim), problems))
    if "bibliography.json" in files:
        text = _bytes(files["bibliography.json"])
        content.bibliography = read_bibliography(text, "bibliography.json", problems)
    if len(problems) > n_before:
        content.partly_read |= {problem.place.file for problem in problems} - set(yamls)
    _read_record(content, folder, problems)
    return content


def row_positions(row: Row, prefix: Path) -> Positions:
    """Return the places of a row's cells under a path of its own."""
    return {(*prefix, *path): places for path, places in row.positions().items()}


def _files(folder: AnyFolder, within: str, problems: Problems) -> dict[str, Traversable]:
    """Return the files that are read, by name in order; note those whose name is nearly right."""
    found: dict[str, Traversable] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{within}{file.name}"
        if file.name.startswith((".", "_")) or not file.is_file():
            continue
        known = [f"{within}{table}.csv" for table in TABLES] if within else list(_NAMES)
        if name in known or (name.endswith(".yaml") and not within):
            found[name] = file
        elif name.endswith((".yml", ".yaml", ".csv", ".json")) and name != "scenario.schema.json":
            hint = did_you_mean(name, known, 1)
            if name.endswith(".yml") and not within:
                hint = f"Did you mean {name.removesuffix('.yml')}.yaml?"
            read = ", ".join([*known, "*.yaml"] if not within else known)
            problems.add(
                Place(name, 1, 1), "", f"the file is none that is read: {read}.", hint, written=""
            )
    return found


def _bytes(file: Traversable) -> bytes:
    """Read a file, but no more of it than shows that it is too long."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _rows(file: Traversable, name: str, columns: Table, problems: Problems) -> list[Row]:
    """Read a table; no rows if its header is wrong, since each would seem to lack a column."""
    rows = read_csv(
        _bytes(file), name, problems, columns.required, columns.optional, columns.unique
    )
    wrong = any(problem.place.file == name and problem.place.line == 1 for problem in problems)
    return [] if wrong else rows


def _merge(
    content: Content, data: Any, positions: Positions, name: str, problems: Problems
) -> None:
    """Add the sections of one file to those of the files before it."""
    if data is None:
        content.partly_read.add(name)
        return
    if not isinstance(data, dict):
        problems.add(
            Place(name, 1, 1), "", "the file is not a mapping of sections.", "Write `powers:` ..."
        )
        return
    skipped: set[Path] = set()
    for section, entries in data.items():
        if not isinstance(entries, dict):
            place = positions[(section,)][0]
            problems.add(place, section, "is not a mapping of entries.", "Write `name: ...` in it.")
            continue
        kept = content.sections.setdefault(section, {})
        for key, value in entries.items():
            if key not in kept:
                kept[key] = value
                continue
            skipped.add((section, key))
            first = content.positions[(section, key)][0]
            problems.add(
                positions[(section, key)][0],
                (section, key),
                f"is written twice; the first is at {first}.",
                "Keep one of the two.",
            )
    for path, places in positions.items():
        if path[:2] not in skipped:
            content.positions.setdefault(path, places)


def _add_climate(content: Content, rows: list[Row], problems: Problems) -> None:
    """Turn every line of climate.csv into an entry `site.month` with the number as `index`."""
    entries = content.sections.setdefault("climate", {})
    for row in rows:
        said = _plain(row)
        key = f"{said.pop('site', '')}.{row['month']}"
        place = row.places["site"]
        if key in entries:
            first = content.positions[("climate", key)][0]
            problems.add(
                place, f"climate.{key}", f"occurs twice; the first is at {first}.", "Keep one."
            )
            continue
        month = said.pop("month", None)
        entries[key] = {"site": row["site"], "month": month, "index": said}
        top = ("climate", key)
        content.positions[top] = content.positions[(*top, "index")] = (place, place)
        for column, at in row.places.items():
            under = top if column in ("site", "month") else (*top, "index")
            content.positions[(*under, column)] = (at, at)
    top = Place("climate.csv", 1, 1)
    content.positions.setdefault(("climate",), (top, top))


def _add_claims(content: Content, rows: list[Row]) -> None:
    for row in rows:
        content.claims[row["id"]] = _plain(row)
        content.positions |= row_positions(row, ("claims", row["id"]))


def _plain(row: Row) -> dict[str, Any]:
    """Return the filled cells, those of numeric columns as numbers where they are numbers."""
    return {
        column: _number(text) if column in _NUMBERS else text
        for column, text in row.filled().items()
    }


def _number(text: str) -> int | float | str:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    return float(text) if not re.fullmatch(r"[-+]?[0-9]{1,15}", text) else int(text)


def _read_record(content: Content, folder: AnyFolder, problems: Problems) -> None:
    record = folder / "record"
    files = _files(record, "record/", problems) if record.is_dir() else {}
    for name, file in files.items():
        table = name.removeprefix("record/").removesuffix(".csv")
        columns = TABLES[table]
        content.record[table] = _rows(file, name, columns, problems)
        for row in content.record[table]:
            if columns.model is not None:
                content.positions |= row_positions(row, ("record", table, row["id"]))
