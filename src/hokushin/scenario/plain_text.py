"""Plain text: the checks that every file of a scenario passes before anything reads it.

A file is UTF-8, of bounded size, and holds nothing that cannot be seen. Lines end in LF or CR LF,
so that the line numbers of a report are those of every editor.
"""

from __future__ import annotations

import re

from hokushin.scenario.problems import Place, Problems

MAX_BYTES = 8_000_000
MAX_LINES = 200_000

# C0 and C1 controls except tab, LF and CR; invisible line separators; byte order marks inside
# the text; surrogates, which are no characters; and a CR that is not followed by LF.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]|\r(?!\n)"
)

_NAMES = {
    "\x00": "a NUL character",
    "\r": "a lone carriage return",
    "\u2028": "an invisible line separator (U+2028)",
    "\u2029": "an invisible paragraph separator (U+2029)",
}


def read_text(raw: str | bytes, file: str, problems: Problems) -> str | None:
    """Return the text of a file without its byte order mark, or None after noting why not."""
    size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        problems.add(
            Place(file, 1, 1),
            "",
            f"the file holds {size:,} bytes, and at most {MAX_BYTES:,} are read.",
            "Split it into several files.",
        )
        return None
    text = _decoded(raw, file, problems) if isinstance(raw, bytes) else raw
    if text is None:
        return None
    text = text.removeprefix("\ufeff")
    if text.count("\n") >= MAX_LINES:
        problems.add(
            Place(file, MAX_LINES + 1, 1),
            "",
            f"the file goes on after line {MAX_LINES:,}, the last that is read.",
            "Split it into several files.",
        )
        return None
    problems.remember(file, text)
    return None if refuse_characters(UNSEEN, text, file, problems) else text


def refuse_characters(
    pattern: re.Pattern[str], text: str, file: str, problems: Problems, hint: str = ""
) -> bool:
    """Note the first match of a pattern on every line; return whether there was any."""
    line, line_start, reported = 1, 0, 0
    for match in pattern.finditer(text):
        at = match.start()
        line += text.count("\n", line_start, at)
        line_start = text.rfind("\n", 0, at) + 1
        if line == reported:
            continue
        reported = line
        problems.add(
            Place(file, line, at - line_start + 1),
            "",
            f"{character_name(match[0])} stands here, which a scenario file may not hold.",
            hint or "Delete it; an editor can show it among the invisible characters.",
        )
        if len(problems) >= problems.limit:
            break
    return reported > 0


def character_name(character: str) -> str:
    """Name a character that cannot be seen."""
    return _NAMES.get(character, f"an invisible character (U+{ord(character):04X})")


def _decoded(raw: bytes, file: str, problems: Problems) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line_start = raw.rfind(b"\n", 0, error.start) + 1
        before = raw[line_start : error.start].decode("utf-8").removeprefix("\ufeff")
        place = Place(file, raw.count(b"\n", 0, error.start) + 1, len(before) + 1)
        problems.add(
            place,
            "",
            f"the byte 0x{raw[error.start]:02X} stands here, which is not UTF-8 text.",
            "Save the file as UTF-8.",
            written=before.strip(),
        )
        return None
