"""Problems: what is wrong in a file, at which place, and how to mend it.

Readers and validators never stop at the first mistake. They put every problem into one
`Problems` collector, and the loader raises them together as a `ScenarioError`, so that an author
learns everything in one reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
"""Where a value sits inside a file: keys of mappings and numbers of items, from the top."""

MAX_SHOWN = 100
"""Characters of an offending line that a report shows; longer lines end in three dots."""


class Place(NamedTuple):
    """A place in a text file; lines and columns count from one."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


Positions = dict[Path, tuple[Place, Place]]
"""For the path of every value: the place of its key, and the place of the value itself."""


class Mistake(ValueError):
    """A wrong value, said without its place: what is needed, and how to mend it.

    Raised by parsers of single values (units, dates, numbers). Whoever knows the place turns it
    into a `Problem`; `needed` continues a sentence whose subject is the value's dotted path.
    `lacks` names another key of the same mapping, if it is that key's absence that is wrong.
    """

    def __init__(self, needed: str, hint: str = "", lacks: str = "") -> None:
        super().__init__(f"{needed} {hint}".strip())
        self.needed = needed
        self.hint = hint
        self.lacks = lacks


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one place of a file."""

    place: Place
    path: str
    written: str
    needed: str
    hint: str = ""

    def __str__(self) -> str:
        lines = [str(self.place)]
        if self.written:
            lines.append(f"    {_shortened(self.written)}")
        lines.append(f"  {self.path}: {self.needed}" if self.path else f"  {_capital(self.needed)}")
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Return the problem as plain JSON values."""
        return {
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "path": self.path,
            "written": self.written,
            "needed": self.needed,
            "hint": self.hint,
        }


class ScenarioError(Exception):
    """Every problem found in a scenario, sorted by file and line."""

    def __init__(self, problems: tuple[Problem, ...], n_unlisted: int = 0) -> None:
        self.problems = tuple(sorted(problems))
        self.n_unlisted = n_unlisted
        super().__init__(self.problems, n_unlisted)

    def __str__(self) -> str:
        reports = [str(problem) for problem in self.problems]
        if self.n_unlisted:
            reports.append(f"... and {self.n_unlisted} more; mend these first.")
        return "\n\n".join(reports)

    def as_dict(self) -> dict[str, Any]:
        """Return all problems as plain JSON values."""
        return {
            "problems": [problem.as_dict() for problem in self.problems],
            "unlisted": self.n_unlisted,
        }


class Problems:
    """Collects problems while files are read, and shows the line that each one is on.

    A file that goes wrong a thousand times goes wrong for one reason: problems beyond `limit`
    are counted, not kept, so that a hostile file cannot fill the memory.
    """

    def __init__(self, limit: int = 1_000) -> None:
        self.limit = limit
        self.n_unlisted = 0
        self._problems: dict[Problem, None] = {}
        self._places: set[Place] = set()
        self._paths: set[str] = set()
        self._lines: dict[str, list[str]] = {}

    def remember(self, file: str, text: str) -> None:
        """Keep the text of a file, so that reports can quote its lines."""
        self._lines[file] = text.split("\n")

    def line_at(self, place: Place) -> str:
        """Return the line at a place, without the space around it; empty if it is not known."""
        lines = self._lines.get(place.file, [])
        return lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""

    def add(
        self,
        place: Place,
        path: Path | str,
        needed: str,
        hint: str = "",
        written: str | None = None,
    ) -> None:
        """Note a problem; what was written is the line at its place unless stated.

        `path` is a tuple of keys or text already dotted. The same problem is kept once.
        """
        if len(self._problems) >= self.limit:
            self.n_unlisted += 1
            return
        dotted_path = path if isinstance(path, str) else dotted(path)
        line = self.line_at(place) if written is None else written
        problem = Problem(place, _shortened(dotted_path), _shortened(line), needed, hint)
        self._problems[problem] = None
        self._places.add(place)
        self._paths.add(problem.path)

    def is_known_at(self, place: Place) -> bool:
        """Tell whether a problem has been noted in this place."""
        return place in self._places

    def is_known_of(self, path: Path) -> bool:
        """Tell whether a problem has been noted of this path, in whatever file."""
        return _shortened(dotted(path)) in self._paths

    def raise_if_any(self) -> None:
        """Raise a `ScenarioError` with all problems, if there are any."""
        if self._problems:
            raise ScenarioError(tuple(self._problems), self.n_unlisted)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._problems))

    def __len__(self) -> int:
        return len(self._problems)


def dotted(path: Path) -> str:
    """Write a path with dots: `("oil", "stock", 0)` is `oil.stock.0`."""
    return ".".join(str(item) for item in path)


def closest(written: str, known: Iterable[str], n: int = 1) -> list[str]:
    """Return the known words that are most like one written, whatever its capitals."""
    by_lower = {word.lower(): word for word in known}
    return [by_lower[w] for w in get_close_matches(written.lower()[:MAX_SHOWN], by_lower, n)]


def did_you_mean(written: str, known: Iterable[str], n: int = 2) -> str:
    """Ask whether one of the known words was meant; empty if none is like the one written."""
    close = closest(written, known, n)
    return f"Did you mean {' or '.join(close)}?" if close else ""


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
