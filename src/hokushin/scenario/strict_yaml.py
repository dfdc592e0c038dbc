"""Strict YAML: mappings, sequences and scalars, each with its line and column, and nothing else.

The subset is the part of YAML that means what it seems to mean. There are no anchors, aliases,
tags, merge keys, duplicate keys or second documents. Scalars are read as in JSON, which is the
YAML 1.2 core schema without octal and hexadecimal numbers: `NO`, `yes`, `12:30`, `0123` and
`1941-07` are text; `1e3`, `1.5` and `-2` are numbers; `true`, `false` and `null` are themselves.

PyYAML's event stream is read, never its constructors, so a file of a few hundred bytes cannot grow
into gigabytes. With libyaml the largest file allowed takes about a second.
"""

from __future__ import annotations

import math
import re
from typing import Any, NoReturn

import yaml

from hokushin.scenario.plain_text import UNSEEN, character_name, read_text, refuse_characters
from hokushin.scenario.problems import Path, Place, Positions, Problems, dotted
from hokushin.scenario.yaml_mistakes import explain

MAX_DEPTH = 32
MAX_NODES = 200_000
MAX_SCALAR = 20_000
MAX_DIGITS = 30

_TAB = re.compile("\t")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class _Stop(Exception):
    """The file cannot be read further; the reason has been noted."""


def read_yaml(text: str | bytes, file: str, problems: Problems) -> tuple[Any, Positions]:
    """Read one YAML document and the place of everything in it.

    Returns the data as plain Python (dict, list, str, int, float, bool, None) and, for the path of
    every value, the places of its key and of itself; the path of the document is `()`, and an item
    of a list is its own key. Data of None means that nothing could be read, and a problem says why.
    A value that is refused by itself (an alias, a number of 40 digits) is None in its place.

    Never raises on any input; hostile files end within two seconds and 300 MB. `problems` gets
    everything that is wrong.
    """
    whole = read_text(text, file, problems)
    if whole is None or refuse_characters(
        _TAB, whole, file, problems, "Write spaces; inside double quotes a tab is \\t."
    ):
        return None, {}
    reader = _Reader(whole, file, problems)
    try:
        return reader.document(), reader.positions
    except _Stop:
        return None, {}


class _Reader:
    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self.positions: Positions = {}
        self._parser = _parser(text)
        self._text = text
        self._file = file
        self._problems = problems
        self._n_nodes = 0
        self._refused = False

    def document(self) -> Any:
        self._next()  # the start of the stream
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            self._stop(Place(self._file, 1, 1), (), "the file is empty.")
        if start.version or start.tags:
            self._add(self._place(start), (), "a line that begins with % is refused.", "Delete it.")
        event = self._next()
        place = self._place(event)
        data = self._node(event, (), place)
        self._next()  # the end of the document
        after = self._next()
        if isinstance(after, yaml.DocumentStartEvent):
            self._add(
                self._place(after),
                (),
                "a second document begins here, and a file holds one.",
                "Delete the line ---, or move what follows to a file of its own.",
            )
        if data is None and not self._refused:
            self._stop(place, (), "the file is empty.")
        return data

    def _node(self, event: Any, path: Path, key_place: Place) -> Any:
        """Read the node that begins with this event; note where it is."""
        place = self._place(event)
        self._count(place, path)
        self.positions[path] = (key_place, place)
        if isinstance(event, yaml.AliasEvent):
            self._add(
                place,
                path,
                f"*{event.anchor} is an alias, and may not stand here.",
                "Write the value out.",
            )
            return None
        self._check_properties(event, place, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place, path)
        self._check_depth(len(path), place, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), self._place(event)))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            place = self._place(event)
            self._count(place, path)
            key = self._key(event, place, path)
            value = self._next()
            if key is None:
                self._skip(value, path)
                continue
            if key in entries:
                first = self.positions[(*path, key)][0]
                self._add(
                    place,
                    (*path, key),
                    f"is written twice; the first is on line {first.line}.",
                    "Keep one of the two.",
                )
                self._skip(value, path)
                continue
            entries[key] = self._node(value, (*path, key), place)
        return entries

    def _key(self, event: Any, place: Place, path: Path) -> str | None:
        """Return the key that begins with this event, or None if its entry must be left out."""
        if not isinstance(event, yaml.ScalarEvent):
            self._add(place, path, "a key must be text.", "Write `key: value`.")
            self._skip(event, path)
            return None
        text = event.value
        self._check_properties(event, place, (*path, text))
        if event.style:
            return text if self._fits(text, place, path) else None
        if text == "<<":
            self._add(
                place,
                (*path, text),
                "<< is a merge key, and may not stand here.",
                "Write the entries out.",
            )
            return None
        if text in _WORDS and _WORDS[text] is None:
            self._add(place, path, "a key must be text, and this one is empty.", "Name the key.")
            return None
        if text in _WORDS or _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
            kind = "true or false" if text in _WORDS else "a number"
            self._add(
                place,
                (*path, text),
                f"a key must be text, and {text[:MAX_DIGITS]} is {kind}.",
                f'Put it in quotes: "{text}".' if len(text) <= MAX_DIGITS else "Put it in quotes.",
            )
        return text if self._fits(text, place, path) else None

    def _scalar(self, event: Any, place: Place, path: Path) -> Any:
        text = event.value
        if not self._fits(text, place, path):
            return None
        if event.style:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            if len(text.lstrip("+-")) > MAX_DIGITS:
                self._add(place, path, f"is a number of more than {MAX_DIGITS} digits.")
                return None
            return int(text)
        if _DECIMAL.fullmatch(text) or _NOT_FINITE.fullmatch(text):
            number = float("nan") if _NOT_FINITE.fullmatch(text) else float(text)
            if not math.isfinite(number):
                self._add(place, path, "is not a finite number.", "Write a number in digits.")
                return None
            return number
        return text

    def _fits(self, text: str, place: Place, path: Path) -> bool:
        """Check a scalar's length, and that no escape has put a hidden character into it."""
        if len(text) > MAX_SCALAR:
            self._add(place, path, f"is longer than {MAX_SCALAR:,} characters.", "Shorten it.")
            return False
        hidden = UNSEEN.search(text)
        if hidden:
            self._add(
                place,
                path,
                f"holds {character_name(hidden[0])}.",
                "Delete the escape.",
            )
        return not hidden

    def _check_properties(self, event: Any, place: Place, path: Path) -> None:
        if event.anchor is not None:
            self._add(
                place,
                path,
                f"&{event.anchor} is an anchor, and may not stand here.",
                "Delete the anchor.",
            )
        if event.tag is not None:
            self._add(
                place,
                path,
                f"{event.tag} is a tag, which is refused.",
                "Delete it; text that begins with ! goes in quotes.",
            )

    def _skip(self, event: Any, path: Path) -> None:
        """Pass over the node that begins with this event, within the same limits."""
        depth = 0
        while True:
            place = self._place(event)
            self._count(place, path)
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._check_depth(len(path) + depth, place, path)
                depth += 1
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                depth -= 1
            if depth == 0:
                return
            event = self._next()

    def _check_depth(self, depth: int, place: Place, path: Path) -> None:
        if depth >= MAX_DEPTH:
            self._stop(place, path, f"lists and mappings nest more than {MAX_DEPTH} deep here.")

    def _count(self, place: Place, path: Path) -> None:
        self._n_nodes += 1
        if self._n_nodes > MAX_NODES:
            self._stop(
                place,
                path,
                f"the file holds more than {MAX_NODES:,} keys and values.",
                "Split it into several files.",
            )

    def _next(self) -> Any:
        try:
            return self._parser.get_event()
        except yaml.MarkedYAMLError as error:
            cause = explain(error, self._text)
            place = Place(self._file, cause.line + 1, cause.column + 1)
            self._stop(place, (), cause.needed, cause.hint)
        except yaml.YAMLError as error:
            self._stop(Place(self._file, 1, 1), (), f"the file is not YAML: {error}.")

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _add(self, place: Place, path: Path, needed: str, hint: str = "") -> None:
        self._refused = True
        self._problems.add(place, dotted(path), needed, hint)

    def _stop(self, place: Place, path: Path, needed: str, hint: str = "") -> NoReturn:
        self._add(place, path, needed, hint)
        raise _Stop


def _parser(text: str) -> Any:
    """Return libyaml's event parser if it was compiled in, else PyYAML's own, ten times slower."""
    if yaml.__with_libyaml__:
        from yaml._yaml import CParser

        return CParser(text)
    return yaml.Loader(text)
