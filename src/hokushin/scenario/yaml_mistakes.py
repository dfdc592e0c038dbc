"""YAML mistakes: what the parser complains of, in the words and on the line of the author.

A parser notices a mistake where it can go no further, which is often below the line that must be
mended: an open bracket is noticed at the next key, a missing colon one line later. The rules here
look at the text around and name the line of the cause.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import yaml


class Explanation(NamedTuple):
    """Line and column (from zero) of the cause, what is wrong, how to mend it."""

    line: int
    column: int
    needed: str
    hint: str


def explain(error: yaml.MarkedYAMLError, text: str) -> Explanation:
    """Explain why YAML text cannot be read."""
    said = error.problem or "the text cannot be read"
    mark = error.problem_mark or error.context_mark
    noticed = (mark.line, mark.column) if mark else (0, 0)
    opened = error.context_mark or mark
    begun = (opened.line, opened.column) if opened else (0, 0)
    lines = text.split("\n", max(noticed[0], begun[0]) + 2)
    for part, rule in _RULES:
        if part in said:
            return rule(noticed, begun, lines)
    return Explanation(*noticed, f"the text cannot be read as YAML: {said}.", _QUOTE)


_QUOTE = "Put text that begins or ends with a special character in quotes."
_NO_COLON, _COLON = "a key without a colon and a value.", "Write `key: value`."
_Point = tuple[int, int]
_Rule = Callable[[_Point, _Point, list[str]], Explanation]


def _second_colon(noticed: _Point, begun: _Point, lines: list[str]) -> Explanation:
    number, column = noticed
    above = next((n for n in range(number - 1, -1, -1) if _matters(lines[n])), None)
    if ":" in lines[number][:column] or above is None:
        return Explanation(
            number,
            column,
            "a second colon stands where the value of a key is expected.",
            "Put text that holds a colon in quotes, or begin the next key on its own line.",
        )
    if ":" not in lines[above]:
        return Explanation(
            above,
            _indent(lines[above]),
            "a key without a colon and a value.",
            "Write `key: value`.",
        )
    return Explanation(
        number,
        column,
        "the line is indented deeper than the one above, which has its value already.",
        "Begin all keys of one mapping in the same column.",
    )


def _no_colon(noticed: _Point, begun: _Point, lines: list[str]) -> Explanation:
    return Explanation(*begun, _NO_COLON, _COLON)


def _open_quote(noticed: _Point, begun: _Point, lines: list[str]) -> Explanation:
    return Explanation(*begun, "a quote is opened here and never closed.", "Close it.")


def _open_bracket(noticed: _Point, begun: _Point, lines: list[str]) -> Explanation:
    # An author who has put commas before this line has forgotten one; else the bracket is open.
    between = lines[begun[0] : noticed[0]]
    deeper = _indent(lines[min(noticed[0], len(lines) - 1)]) > _indent(lines[begun[0]])
    if deeper and any(line.rstrip().endswith(",") for line in between):
        return Explanation(
            *noticed,
            "a comma is missing before this, between the items of a bracket.",
            f"Write the comma, or close the bracket that is opened on line {begun[0] + 1}.",
        )
    return Explanation(
        *begun,
        "a bracket is opened here and not closed, or a comma is missing inside it.",
        "Close it, or put a comma between the items.",
    )


def _uneven_keys(noticed: _Point, begun: _Point, lines: list[str]) -> Explanation:
    number, column = noticed
    if lines[number][:column].strip(" -"):
        return Explanation(
            number,
            column,
            "text goes on here after a value that has ended.",
            "Put all of the text in quotes; inside single quotes write '' for an apostrophe.",
        )
    return Explanation(
        number,
        column,
        "the indentation differs from that of the lines around it.",
        "Begin all keys of one mapping in the same column.",
    )


def _always(needed: str, hint: str) -> _Rule:
    def rule(noticed: _Point, begun: _Point, lines: list[str]) -> Explanation:
        return Explanation(*noticed, needed, hint)

    return rule


# The first part that the parser's message contains decides. libyaml and PyYAML's own parser word
# some complaints differently.
_RULES: tuple[tuple[str, _Rule], ...] = (
    ("mapping values are not allowed", _second_colon),
    ("unexpected end of stream", _open_quote),
    ("unexpected document indicator", _open_quote),
    ("unexpected document separator", _open_quote),
    ("expected ',' or", _open_bracket),
    ("did not find expected key", _uneven_keys),
    ("expected <block end>", _uneven_keys),
    ("could not find expected ':'", _no_colon),
    (
        "did not find expected '-'",
        _always(
            "the indentation differs from that of the items around it.",
            "Begin all items of one list with `- ` in the same column.",
        ),
    ),
    (
        "cannot start any token",
        _always("text may not begin with this character.", "Put the text in quotes."),
    ),
    (
        "alphabetic or numeric character",
        _always("text may not begin with * or &.", "Put the text in quotes."),
    ),
    (
        "unknown escape character",
        _always(
            "in double quotes a backslash begins an escape, and this one does not exist.",
            "Use single quotes, in which a backslash is a backslash.",
        ),
    ),
    (
        "sequence entries are not allowed",
        _always("a list begins on the line of its key.", "Begin the list on the next line."),
    ),
    (
        "node content",
        _always("a value is expected here.", _QUOTE),
    ),
    (
        "<document start>",
        _always(
            "text stands here that belongs to nothing above it.",
            "Check the indentation and the quotes of the lines before.",
        ),
    ),
    (
        "incompatible YAML document",
        _always("a line that begins with % is refused.", "Delete it."),
    ),
)


def _matters(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
