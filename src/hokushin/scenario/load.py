"""Load: a scenario's folder becomes a checked `Scenario`, or every problem of it at once.

Files are read, every entry is checked against its model, then what entries say of one another,
then what only the whole can show. Entries that are broken by themselves are left out of the second
stage and put off the third, so that an author sees as much in one reading as can be said without
guessing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any, cast, get_origin

from hokushin.scenario.bibliography import Bibliography
from hokushin.scenario.cause_checks import check_causes
from hokushin.scenario.checks import check_entries, check_span, check_whole
from hokushin.scenario.folder import AnyFolder, Content, read_folder, row_positions
from hokushin.scenario.lookup import Lookup
from hokushin.scenario.problems import Place, Positions, Problems, did_you_mean, dotted
from hokushin.scenario.record import TABLES, Record
from hokushin.scenario.record_checks import check_record
from hokushin.scenario.references import check_references
from hokushin.scenario.schema import Claim, Scenario
from hokushin.scenario.validate import validate

_PACKAGE = "hokushin.scenarios"
_SECTIONS = Scenario.model_fields


@dataclass(frozen=True)
class Loaded:
    """A scenario that has passed every check, with all that came in its folder."""

    folder: str
    """Name of the folder."""
    scenario: Scenario
    bibliography: Bibliography
    claims: tuple[Claim, ...]
    record: Record
    positions: Mapping[str, Place]
    """Dotted path -> file, line and column; keys and list items included."""
    digest: str
    """SHA-256 of everything that the files say; see `Content.digest`."""


def load(name_or_path: str | os.PathLike[str]) -> Loaded:
    """Load a scenario by its name (`second-front`) or from a folder.

    Raises `ScenarioError` with every problem that can be found in one reading, and `ValueError` if
    there is no such scenario or folder.
    """
    folder = find(name_or_path)
    problems = Problems()
    content = read_folder(folder, problems)
    places = _places(content.positions)
    sections, broken = _validated(content, problems)
    claims = _claims(content, problems)
    record = _record(content, problems)
    if any(field.is_required() and name not in sections for name, field in _SECTIONS.items()):
        problems.raise_if_any()
    scenario = Scenario.model_construct(**sections)
    lookup = Lookup(scenario, places, problems, broken)
    works = content.bibliography.works
    is_whole = len(problems) == 0
    if not check_span(lookup):
        problems.raise_if_any()
    check_entries(lookup)
    if not content.partly_read:
        check_references(lookup, claims, works)
        check_record(lookup, record, works)
    if is_whole:
        check_whole(lookup)
        check_causes(lookup, claims)
    problems.raise_if_any()
    return Loaded(
        folder=folder.name,
        scenario=scenario,
        bibliography=content.bibliography,
        claims=claims,
        record=record,
        positions=places,
        digest=content.digest(),
    )


def find(name_or_path: str | os.PathLike[str]) -> AnyFolder:
    """Return the folder of a scenario: a packaged one by its name, any other by its path.

    Raises `ValueError` if there is neither.
    """
    text = os.fspath(name_or_path)
    if text in names():
        return files(_PACKAGE) / text.replace("-", "_")
    folder = FilePath(text)
    if folder.is_dir():
        return folder
    if folder.exists():
        raise ValueError(f"{text} is a file, but a scenario is a folder.")
    hint = did_you_mean(text, names()) or f"Packaged scenarios: {', '.join(names())}."
    raise ValueError(f"there is no scenario and no folder called {text}. {hint}")


def names() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the package."""
    folders = [
        entry.name
        for entry in files(_PACKAGE).iterdir()
        if entry.is_dir() and (entry / "scenario.yaml").is_file()
    ]
    return tuple(sorted(name.replace("_", "-") for name in folders))


def _places(positions: Positions) -> dict[str, Place]:
    """Give each dotted path one place: its value's if on the line of the key, else the key's."""
    return {
        dotted(path): value if value.line == key.line else key
        for path, (key, value) in positions.items()
    }


def _validated(
    content: Content, problems: Problems
) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """Check every entry against its model; return the sound ones, and names of the others."""
    sections: dict[str, Any] = {}
    broken: dict[str, tuple[str, ...]] = {}
    positions = content.positions
    for section in content.sections:
        if section not in _SECTIONS:
            hint = did_you_mean(section, _SECTIONS) or f"Sections: {', '.join(_SECTIONS)}."
            problems.add(positions[(section,)][0], section, "is no section of a scenario.", hint)
    for section, field in _SECTIONS.items():
        entries = content.sections.get(section)
        if entries is None:
            misspelt = [
                s for s in content.sections if s not in _SECTIONS and did_you_mean(s, [section])
            ]
            if field.is_required() and not misspelt and not content.partly_read:
                needed = "is missing: a section that every scenario has."
                problems.add(Place("scenario.yaml", 1, 1), section, needed, written="")
            continue
        kind = field.annotation
        if get_origin(kind) is not dict:
            whole: Any = validate(
                cast(Any, kind), entries, positions, "scenario.yaml", problems, (section,)
            )
            if whole is not None:
                sections[section] = whole
            continue
        sections[section] = {}
        for key, entry in entries.items():
            one = validate(
                cast(Any, kind), {key: entry}, positions, "scenario.yaml", problems, (section,)
            )
            if one is None:
                broken[section] = (*broken.get(section, ()), key)
            else:
                sections[section].update(one)
    return sections, broken


def _claims(content: Content, problems: Problems) -> tuple[Claim, ...]:
    checked = [
        validate(Claim, row, content.positions, "claims.csv", problems, ("claims", key))
        for key, row in content.claims.items()
    ]
    return tuple(claim for claim in checked if claim is not None)


def _record(content: Content, problems: Problems) -> Record:
    """Check the rows of the tables that have a model; keep the others as text."""
    modelled: dict[str, tuple[Any, ...]] = {}
    others: dict[str, tuple[Mapping[str, str], ...]] = {}
    for name, rows in content.record.items():
        table = TABLES[name]
        if table.model is None:
            others[name] = tuple(row.filled() for row in rows)
            continue
        checked = [
            validate(
                table.model,
                row.filled(),
                row_positions(row, ("record", name, row["id"])),
                f"record/{name}.csv",
                problems,
                ("record", name, row["id"]),
                strings=True,
            )
            for row in rows
        ]
        modelled[name] = tuple(row for row in checked if row is not None)
    return Record(**modelled, tables=others)
