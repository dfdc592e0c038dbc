"""Validate: check data against a model, and put every mistake on its line.

Pydantic reports every branch of a union that failed, and a misspelt key twice: as unknown, and as
missing under its right name. Here every mistake is reported once, in the branch that the author
most likely meant.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from hokushin.scenario.model_walk import Spot, meant_key, walk
from hokushin.scenario.problems import Path, Place, Positions, Problems
from hokushin.scenario.wording import described, mended, noun, worded

T = TypeVar("T")


@dataclass(frozen=True)
class _Fault:
    """One error of pydantic's, and where it leads."""

    error: Any
    spot: Spot
    nouns: tuple[str, ...] = ()


def validate(
    model_class: type[T],
    data: Any,
    positions: Positions,
    file: str,
    problems: Problems,
    prefix: Path = (),
    *,
    strings: bool = False,
) -> T | None:
    """Return the data as an instance of a model, or None after noting every mistake.

    `data` and `positions` are what `read_yaml` returns, or a part of the data whose path in the
    file is `prefix`. They are checked as JSON is, so that lists may become tuples, and text dates,
    even in strict models. With `strings` all values are text (`Row.filled()`), and numbers are read
    from it. Data of None without positions is a file that could not be read: nothing is noted.

    A mistake inside a value is noted at the value; one in a key, or in a whole list or mapping, at
    the key; a missing key at the key of the mapping that lacks it. What a reader of the file
    has already complained of is not noted again.
    """
    if data is None and not positions:
        return None
    adapter = _adapter(model_class)
    try:
        if strings:
            return adapter.validate_strings(data)
        return adapter.validate_json(json.dumps(data, allow_nan=False))
    except ValidationError as failure:
        errors = failure.errors(include_url=False)
    faults = [_Fault(error, _spot(model_class, data, error)) for error in errors]
    _note(_without_misspelt(_in_likely_branches(faults)), positions, file, problems, prefix)
    return None


@lru_cache(maxsize=256)
def _adapter(model_class: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model_class)


def _spot(model_class: Any, data: Any, error: Any) -> Spot:
    """Find where an error is: at the key that chooses a model, or at the one that is lacking."""
    location = list(error["loc"])
    lacks = getattr(error.get("ctx", {}).get("error"), "lacks", "")
    if lacks:
        location[-1:] = [lacks]
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        location.append(error["ctx"]["discriminator"].strip("'"))
    return walk(model_class, data, location)


def _in_likely_branches(faults: list[_Fault]) -> list[_Fault]:
    """Keep, of every union, the errors of the branch that the author most likely meant.

    That is the branch that went wrong inside rather than as a whole, then the one with the fewest
    errors. Where all branches failed as a whole, one error stands for all of them.
    """
    for site in sorted({site for fault in faults for site, _ in fault.spot.branches}, key=len):
        by_branch: dict[str, list[_Fault]] = {}
        for fault in faults:
            for branch in (name for where, name in fault.spot.branches if where == site):
                by_branch.setdefault(branch, []).append(fault)
        if len(by_branch) < 2:
            continue
        wholes = [
            fault for found in by_branch.values() for fault in found if _is_whole(fault, site)
        ]
        likely = min(by_branch.values(), key=lambda found: (found[0] in wholes, len(found)))
        if likely[0] in wholes:
            likely = [_joined(wholes)]
        others = [fault for fault in faults if not any(site == at for at, _ in fault.spot.branches)]
        faults = others + likely
    return faults


def _is_whole(fault: _Fault, site: Path) -> bool:
    return fault.spot.path == site and fault.spot.branches[-1][0] == site


def _joined(wholes: list[_Fault]) -> _Fault:
    """Make one fault of those of all branches: any of the kinds named would have done."""
    special = [fault for fault in wholes if not noun(fault.error)]
    if special:
        return special[0]
    nouns = tuple(dict.fromkeys(noun(fault.error) for fault in wholes))
    return _Fault(wholes[0].error, wholes[0].spot, nouns)


def _without_misspelt(faults: list[_Fault]) -> list[_Fault]:
    """Drop what follows from a misspelt key: the right key is missing, others depend on it."""
    misspelt: dict[Path, set[str]] = {}
    for fault in faults:
        if fault.error["type"] == "extra_forbidden":
            misspelt.setdefault(fault.spot.path[:-1], set()).add(meant_key(fault.spot))

    def follows(fault: _Fault) -> bool:
        if not fault.spot.absent:
            return False
        meant = misspelt.get(fault.spot.path[:-1], set()) - {""}
        return fault.spot.path[-1] in meant or bool(meant and fault.error["type"] == "value_error")

    return [fault for fault in faults if not follows(fault)]


def _note(
    faults: list[_Fault], positions: Positions, file: str, problems: Problems, prefix: Path
) -> None:
    """Note the faults, except where the reader of the file has complained already."""
    news: list[tuple[Place, Path, tuple[str, str]]] = []
    for fault in faults:
        path = (*prefix, *fault.spot.path)
        place = _place(fault, positions, prefix) or Place(file, 1, 1)
        merged = problems.is_known_of((*path[:-1], "<<"))
        if not (merged if fault.spot.absent else problems.is_known_at(place)):
            news.append((place, path, _words(fault)))
    for place, path, words in news:
        problems.add(place, path, *words)


def _place(fault: _Fault, positions: Positions, prefix: Path) -> Place | None:
    """Return the place to look at: of the nearest key or value that the file holds."""
    path = (*prefix, *fault.spot.present)
    while path not in positions:
        if not path:
            return None
        path = path[:-1]
    key_place, value_place = positions[path]
    at_key = (
        fault.spot.absent
        or fault.spot.about_key
        or fault.error["type"] == "extra_forbidden"
        or isinstance(fault.error["input"], (dict, list))
    )
    return key_place if at_key else value_place


def _words(fault: _Fault) -> tuple[str, str]:
    if len(fault.nouns) < 2:
        return worded(fault.error, fault.spot)
    written = fault.error["input"]
    hints = [hint for name in fault.nouns if (hint := mended(written, name))]
    needed = f"is {described(written)}, but {' or '.join(fault.nouns)} is needed."
    return needed, hints[0] if hints else ""
