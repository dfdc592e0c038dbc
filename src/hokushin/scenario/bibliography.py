"""Bibliography: the works that numbers are from, read from CSL-JSON, and how they are cited.

CSL-JSON is what Zotero and most reference managers export. Keys that the standard lacks, such as
`custom`, are kept and ignored. Citations come in two ways: as a note in the manner of Chicago's,
put together here, and through citeproc-py in any style of the Citation Style Language, of which
that package brings one along (Harvard).
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, field_validator

from hokushin.scenario.plain_text import read_text
from hokushin.scenario.problems import Mistake, Place, Positions, Problems, did_you_mean
from hokushin.scenario.validate import validate

MAX_WORKS = 20_000

Style = Literal["notes", "harvard"]

_BUNDLED_STYLES = {"harvard": "harvard-cite-them-right"}
_SPACE = re.compile(r"[ \t\r\n]*")
_ID_KEY = re.compile(r'"id"[ \t\r\n]*:')
_MAX_SHORT_TITLE = 60

# The types of CSL 1.0.2.
_TYPES = (
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book",
    "broadcast", "chapter", "classic", "collection", "dataset", "document", "entry",
    "entry-dictionary", "entry-encyclopedia", "event", "figure", "graphic", "hearing",
    "interview", "legal_case", "legislation", "manuscript", "map", "motion_picture",
    "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical",
    "personal_communication", "post", "post-weblog", "regulation", "report", "review",
    "review-book", "software", "song", "speech", "standard", "thesis", "treaty", "webpage",
)  # fmt: skip
_ARTICLES = ("article", "chapter", "entry", "paper-conference", "post", "review", "webpage")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


class Name(_Entry):
    """A person with family and given name, or a body with a literal one."""

    family: str = ""
    given: str = ""
    literal: str = ""

    def __str__(self) -> str:
        return self.literal or f"{self.given} {self.family}".strip()


class Issued(_Entry):
    """When a work appeared: year, month and day as far as known."""

    date_parts: tuple[tuple[int, ...], ...] = Field(default=(), alias="date-parts")
    literal: str = ""

    @property
    def year(self) -> str:
        """The year in digits, or the words that stand for it."""
        return (
            str(self.date_parts[0][0]) if self.date_parts and self.date_parts[0] else self.literal
        )


class Work(_Entry):
    """One work of a bibliography; every other key of CSL-JSON is kept as it is."""

    id: str = Field(pattern=r"^\S+$")
    type: str
    title: str = Field(min_length=1)
    author: tuple[Name, ...] = ()
    editor: tuple[Name, ...] = ()
    issued: Issued | None = None
    publisher: str = ""
    container_title: str = Field(default="", alias="container-title")

    @field_validator("type")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in _TYPES:
            raise Mistake(f"is {kind}, which is no CSL type.", did_you_mean(kind, _TYPES))
        return kind

    @property
    def year(self) -> str:
        """Year of publication; n.d. if the bibliography does not say."""
        return (self.issued.year if self.issued else "") or "n.d."


@dataclass(frozen=True)
class Bibliography:
    """The works that a scenario may cite, by key."""

    works: Mapping[str, Work]
    complete: bool = True
    """Whether the file was read to its end; if not, an unknown key is no mistake of its user."""

    def has(self, key: str) -> bool:
        """Tell whether there is a work of this key."""
        return key in self.works

    def require(self, key: str) -> Work:
        """Return the work of a key; raises `Mistake`, with the key that may be meant, if none."""
        if key not in self.works:
            raise Mistake(f"{key} is not in the bibliography.", did_you_mean(key, self.works))
        return self.works[key]

    def cite(self, key: str) -> str:
        """Return author, year and short title; raises `Mistake` for an unknown key."""
        work = self.require(key)
        title = _short_title(work.title)
        names = [name.literal or name.family for name in work.author or work.editor]
        if not names:
            return f"{title}, {work.year}"
        few = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
        return f"{few} {work.year}, {title}"

    def formatted(self, key: str, style: Style | FilePath = "notes", locator: str = "") -> str:
        """Return a full reference as plain text; raises `Mistake` for an unknown key.

        `notes` is a note in Chicago's manner, and the only style that takes a locator; `harvard`
        is citeproc-py's own style; a path is that of any independent `.csl` file.
        """
        work = self.require(key)
        if style == "notes":
            return _note(work, locator)
        if isinstance(style, str) and style not in _BUNDLED_STYLES:
            raise ValueError(
                f"style is {style!r}, but must be notes, harvard or a path to a .csl file."
            )
        if isinstance(style, FilePath) and not style.is_file():
            raise ValueError(f"there is no such style file: {style}.")
        if locator:
            raise ValueError("a locator needs the style notes.")
        name = _BUNDLED_STYLES[style] if isinstance(style, str) else str(style)
        return _by_citeproc(work, name)


def read_bibliography(text: str | bytes, file: str, problems: Problems) -> Bibliography:
    """Read a list of works in CSL-JSON; works with mistakes are noted and left out.

    If the list cannot be read to its end, no work is returned and the bibliography is not
    `complete`. Never raises on any input. A problem in a work is at the line of its `id`.
    """
    whole = read_text(text, file, problems)
    if whole is None:
        return Bibliography({}, complete=False)
    try:
        return Bibliography(_Reader(whole, file, problems).works())
    except _Stop:
        return Bibliography({}, complete=False)


class _Stop(Exception):
    """The file cannot be read further; the reason has been noted."""


class _Reader:
    """Reads the list item by item, because the JSON library does not say where an item is."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self._text = text
        self._file = file
        self._problems = problems
        self._line_starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_without_repeats, parse_float=_finite, parse_constant=_finite
        )

    def works(self) -> dict[str, Work]:
        """Read every item of the list."""
        works: dict[str, Work] = {}
        first: dict[str, Place] = {}
        at, number = self._past("[", 0), 0
        while not self._text.startswith("]", at):
            if len(self._problems) >= self._problems.limit:
                raise _Stop
            if number:
                at = self._past(",", at)
            if number == MAX_WORKS:
                self._stop(at, f"the list holds more than {MAX_WORKS:,} works.", "Split it.")
            data, end = self._item(at)
            try:
                self._keep(data, number, self._place_of_id(at, end), works, first)
            except RecursionError:
                self._stop(at, "the work that begins here nests too deep.", "")
            at, number = self._skip(end), number + 1
        if self._skip(at + 1) < len(self._text):
            self._stop(self._skip(at + 1), "text follows the end of the list.", "Delete it.")
        return works

    def _keep(
        self, data: Any, number: int, place: Place, works: dict[str, Work], first: dict[str, Place]
    ) -> None:
        """Check one work, and keep it unless something is wrong with it."""
        name = data.get("id") if isinstance(data, dict) else None
        if isinstance(name, str) and name in first:
            self._problems.add(
                place,
                name,
                f"occurs twice as id; the first is on line {first[name].line}.",
                "Rename one of the two.",
            )
            return
        positions: Positions = {(): (place, place)}
        path = (name if isinstance(name, str) else number,)
        work = validate(Work, data, positions, self._file, self._problems, path)
        if isinstance(name, str):
            first[name] = place
        if work is not None:
            works[work.id] = work

    def _item(self, at: int) -> tuple[Any, int]:
        try:
            data, end = self._decoder.raw_decode(self._text, at)
            json.dumps(data, ensure_ascii=False).encode()  # fails on escapes of half characters
            return data, end
        except json.JSONDecodeError as error:
            self._stop(error.pos, f"the text is not JSON: {error.msg}.", "")
        except (ValueError, RecursionError) as error:
            self._stop(at, f"the work that begins here cannot be read: {error}.", "")

    def _past(self, mark: str, at: int) -> int:
        """Return the next thing after a mark, which must stand here."""
        at = self._skip(at)
        if not self._text.startswith(mark, at):
            self._stop(at, f"a {mark} is needed here: the file is a JSON list of works.", "")
        return self._skip(at + 1)

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def _place_of_id(self, begin: int, end: int) -> Place:
        found = _ID_KEY.search(self._text, begin, end)
        return self._place(found.start() if found else begin)

    def _place(self, at: int) -> Place:
        line = bisect_right(self._line_starts, at)
        return Place(self._file, line, at - self._line_starts[line - 1] + 1)

    def _stop(self, at: int, needed: str, hint: str) -> NoReturn:
        self._problems.add(self._place(at), "", needed, hint)
        raise _Stop


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice} occurs twice in it")
    return entries


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is not a finite number")
    return number


def _short_title(title: str) -> str:
    """Return the title up to its first colon, and of that no more than fits on a line."""
    main = re.split(r": |; ", title)[0]
    if len(main) <= _MAX_SHORT_TITLE:
        return main
    return main[:_MAX_SHORT_TITLE].rsplit(" ", 1)[0].rstrip(",") + " ..."


def _note(work: Work, locator: str) -> str:
    """Put a note together: Michael A. Barnhart, Title (Publisher, 1987), ch. 3."""
    names = " and ".join(str(name) for name in work.author or work.editor)
    if not work.author and work.editor:
        names += ", ed." if len(work.editor) == 1 else ", eds."
    extra = work.model_extra or {}
    imprint = ", ".join(part for part in (work.publisher, work.year) if part)
    if work.type.startswith(_ARTICLES):
        volume = str(extra.get("volume", ""))
        host = " ".join(part for part in (work.container_title, volume) if part)
        title = f"\u201c{work.title},\u201d {host}" if host else f"\u201c{work.title}\u201d"
        parts = [names, f"{title} ({imprint})"]
    else:
        parts = [names, f"{work.title} ({imprint})"]
    parts += [locator, str(extra.get("URL", ""))]
    return ", ".join(part for part in parts if part) + "."


def _by_citeproc(work: Work, style: str) -> str:
    import citeproc
    from citeproc.source.json import CiteProcJSON

    # citeproc-py warns of every key that it does not know.
    plain = work.model_dump(by_alias=True, exclude_defaults=True)
    known = {
        name.replace("_", "-") for name in (*citeproc.VARIABLES, *citeproc.NAMES, *citeproc.DATES)
    }
    entry = {key: value for key, value in plain.items() if key in known | {"id", "type"}}
    source = CiteProcJSON([entry])
    bibliography = citeproc.CitationStylesBibliography(
        _csl(style), source, citeproc.formatter.plain
    )
    bibliography.register(citeproc.Citation([citeproc.CitationItem(work.id)]))
    return "".join(bibliography.bibliography()[0])


@lru_cache(maxsize=16)
def _csl(style: str) -> Any:
    import citeproc

    return citeproc.CitationStylesStyle(style, validate=False)
