"""Wording: pydantic's errors in the words of an author: what is written, needed, meant."""

from __future__ import annotations

import re
from typing import Any

from hokushin.scenario.model_walk import Spot, choices, field_names, meant_key
from hokushin.scenario.problems import Mistake, did_you_mean

_MAX_QUOTED = 40
_MAX_LISTED = 24

# What is needed, by the beginning of pydantic's name for the error.
_NOUNS = {
    "float": "a number",
    "int_from_float": "a whole number",
    "int": "a whole number",
    "string": "text",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "dict": "a mapping",
    "mapping": "a mapping",
    "model": "a mapping",
    "none": "nothing",
    "finite_number": "a finite number",
}
_BOUNDS = {
    "greater_than": ("gt", "a number above"),
    "greater_than_equal": ("ge", "a number of at least"),
    "less_than": ("lt", "a number below"),
    "less_than_equal": ("le", "a number of at most"),
    "multiple_of": ("multiple_of", "a multiple of"),
}


def worded(error: Any, spot: Spot) -> tuple[str, str]:
    """Say what is needed instead of what is written, and how to mend it."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("value_error", "assertion_error"):
        return _raised(context["error"])
    if kind in ("missing", "union_tag_not_found"):
        return _missing(spot)
    if kind == "extra_forbidden":
        meant = meant_key(spot)
        known = _listed(list(field_names(spot.inside)))
        return "is not known here.", f"Did you mean {meant}?" if meant else f"Known here: {known}."
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        return _one_of(error, spot)
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"is {described(error['input'])}, but {words} {context[name]:g} is needed.", ""
    if kind in ("too_short", "too_long"):
        few = kind == "too_short"
        n_needed = context["min_length" if few else "max_length"]
        said = f"at {'least' if few else 'most'} {n_needed}"
        return f"holds {len(error['input'])} items, and must hold {said}.", ""
    if kind in ("string_too_short", "string_too_long"):
        few = kind == "string_too_short"
        n_needed = context["min_length" if few else "max_length"]
        said = f"at {'least' if few else 'most'} {n_needed}"
        return f"has {len(error['input'])} characters, and must have {said}.", ""
    if kind == "string_pattern_mismatch":
        return f"is {described(error['input'])}, but {_pattern(context['pattern'])} is needed.", ""
    return _other_kind(error, spot)


def noun(error: Any) -> str:
    """Name what is needed where something of another kind is written; empty for other errors."""
    kind = error["type"]
    if kind in _NOUNS:
        return _NOUNS[kind]
    stem, _, end = kind.rpartition("_")
    return _NOUNS.get(stem, "") if end in ("type", "parsing", "required") else ""


def described(written: Any) -> str:
    """Name a value as an author would."""
    if written is None:
        return "empty"
    if isinstance(written, bool):
        return str(written).lower()
    if isinstance(written, (int, float)):
        return f"the number {written}"
    if isinstance(written, str):
        short = written if len(written) <= _MAX_QUOTED else written[: _MAX_QUOTED - 3] + "..."
        return f'the text "{short}"'
    return "a list" if isinstance(written, (list, tuple)) else "a mapping"


def mended(written: Any, needed: str) -> str:
    """Suggest how to turn what is written into what is needed."""
    if written is None:
        return f"Write {needed}."
    if needed == "text" and isinstance(written, (bool, int, float)):
        return f'Put it in quotes: "{described(written).removeprefix("the number ")}".'
    if needed.endswith("number") and isinstance(written, str):
        bare = written.strip().replace(",", "").replace("_", "").replace(" ", "")
        return f"Write {bare}, without quotes." if _is_number(bare) else ""
    if needed == "a list" and isinstance(written, (str, int, float)):
        return f"Write [{written}]." if len(str(written)) <= _MAX_QUOTED else "Put it in brackets."
    return ""


def _raised(error: Any) -> tuple[str, str]:
    if isinstance(error, Mistake):
        return error.needed, error.hint
    said = str(error).strip() or "is not allowed"
    return (said if said.endswith((".", "!", "?")) else f"{said}."), ""


def _missing(spot: Spot) -> tuple[str, str]:
    if isinstance(spot.path[-1], int):
        return f"is missing: item {spot.path[-1] + 1} of the list.", ""
    meaning = field_names(spot.inside).get(spot.path[-1], "")
    return "is missing.", f"Write {spot.path[-1]}: {meaning}" if meaning else ""


def _one_of(error: Any, spot: Spot) -> tuple[str, str]:
    context = error.get("ctx", {})
    written = context.get("tag", error["input"])
    expected = context.get("expected_tags", context.get("expected", ""))
    known = choices(spot.types) or re.findall("'([^']*)'", expected)
    shown = described(written)
    hint = did_you_mean(str(written), known) if isinstance(written, str) else ""
    return f"is {shown}, but one of these is needed: {_listed(known)}.", hint


def _other_kind(error: Any, spot: Spot) -> tuple[str, str]:
    needed = noun(error)
    if needed:
        keys = field_names(spot.types) if needed == "a mapping" else {}
        hint = f"Its keys are: {_listed(list(keys))}." if keys else mended(error["input"], needed)
        return f"is {described(error['input'])}, but {needed} is needed.", hint
    message = error["msg"].rstrip(".")
    return f"is {described(error['input'])}: {message[:1].lower()}{message[1:]}.", ""


def _pattern(pattern: str) -> str:
    return f"text of the form {pattern.removeprefix('^').removesuffix('$')}"


def _listed(words: list[str]) -> str:
    shown = words[:_MAX_LISTED]
    more = len(words) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
