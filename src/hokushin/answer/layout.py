"""Layout: lines of at most eighty columns, and text in ASCII alone."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence

WIDTH = 80


def as_ascii(text: str) -> str:
    """Write text in ASCII alone: accents are dropped, other characters spelt or marked by ?."""
    spelt = {"—": "-", "–": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "×": "x"}
    for character, replacement in spelt.items():
        text = text.replace(character, replacement)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def shortened(digest: str) -> str:
    """Write enough of a digest to know it by: its first four digits and its last two."""
    return f"{digest[:4]}..{digest[-2:]}"


def packed(first: str, items: Sequence[str]) -> list[str]:
    """Put items into lines without breaking any of them in two."""
    lines = [first]
    for item in items:
        gap = "  " if lines[-1].strip() else " "
        if len(lines[-1]) + len(gap) + len(item) > WIDTH:
            lines.append(" ")
            gap = " "
        lines[-1] += gap + item
    return lines


def note(heading: str, text: str) -> list[str]:
    """Put a text beside its heading."""
    return wrapped(f"{heading:<14} {text}", "", " " * 15)


def wrapped(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> list[str]:
    """Break a text into lines, with one indent for the first and another for the rest."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
    )
