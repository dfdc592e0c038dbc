"""Planted mistakes: copies of a packaged scenario with one thing changed in one file."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import hokushin.scenarios
from hokushin.scenario.load import load
from hokushin.scenario.problems import Problem, ScenarioError

PACKAGED = Path(hokushin.scenarios.__path__[0])


def copied(name: str, to: Path) -> Path:
    """Copy a packaged scenario, and return its new folder."""
    return Path(shutil.copytree(PACKAGED / name, to / name))


def replaced(file: Path, old: str | bytes, new: str | bytes) -> None:
    """Replace text that stands exactly once in a file."""
    before = old.encode() if isinstance(old, str) else old
    after = new.encode() if isinstance(new, str) else new
    content = file.read_bytes()
    assert content.count(before) == 1, f"{old!r} stands {content.count(before)} times in {file}"
    file.write_bytes(content.replace(before, after))


def problems_of(folder: Path) -> tuple[Problem, ...]:
    """Return every problem of a folder; none if it loads."""
    try:
        load(folder)
    except ScenarioError as error:
        return error.problems
    return ()


HERE = "# here"
"""A comment that marks the line which the report must name."""


MOST_FALSE_REPORTS = 1


@dataclass(frozen=True)
class Planted:
    """One mistake: what is written in place of what, and what must be said at which line."""

    name: str
    file: str
    old: str | bytes
    new: str | bytes
    says: str
    """Part of the report."""
    at: str = ""
    """Text that only the reported line holds; by default the mark HERE, or what was written."""
    elsewhere: str = ""
    """The file that the report must name, if it is not the one with the mistake."""

    def reported(self, folder: Path) -> tuple[str, int]:
        """Return the file and the line that the report must name."""
        file = self.elsewhere or self.file
        new = self.new if isinstance(self.new, str) else self.new.decode("latin-1")
        mark = self.at or (HERE if HERE in new else new.strip())
        lines = (folder / file).read_bytes().decode("utf-8", "replace").split("\n")
        found = [n for n, line in enumerate(lines, 1) if mark in line]
        assert len(found) == 1, f"{mark!r} stands on lines {found} of {file}"
        return file, found[0]


def assert_found(
    planted: Planted, scenario: str, to: Path, known: frozenset[Problem] = frozenset()
) -> None:
    """Plant one mistake in a copy, and check that it is reported on its line and little else is.

    `known` are problems that the scenario has without it.
    """
    folder = copied(scenario, to)
    replaced(folder / planted.file, planted.old, planted.new)
    problems = [problem for problem in problems_of(folder) if problem not in known]
    here = planted.reported(folder)
    reports = "\n\n".join(map(str, problems)) or "nothing was reported"
    found = [p for p in problems if (p.place.file, p.place.line) == here and planted.says in str(p)]
    assert found, reports
    assert len(problems) <= 1 + MOST_FALSE_REPORTS, reports
