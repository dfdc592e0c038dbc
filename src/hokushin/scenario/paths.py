"""Paths: every number of a scenario under the dotted name that causes and commands call it by.

`regions.maritime.yields.oil` is a field of a field; keys of mappings and numbers of list items are
parts of the path like field names. A key that holds a dot itself, such as `japan.navy_staff` among
the factions, simply contributes both of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

from hokushin.scenario.problems import Mistake, closest, did_you_mean
from hokushin.scenario.quantity import Quantity

_MAX_LISTED = 8


def quantities_of(entry: object, prefix: str = "") -> Iterator[tuple[str, Quantity]]:
    """Walk through an entry, a list or a mapping, and give every quantity with its dotted path."""
    if isinstance(entry, Quantity):
        yield prefix, entry
    elif isinstance(entry, BaseModel):
        for name in type(entry).model_fields:
            yield from quantities_of(getattr(entry, name), _joined(prefix, name))
    elif isinstance(entry, dict):
        for key, value in entry.items():
            yield from quantities_of(value, _joined(prefix, str(key)))
    elif isinstance(entry, list | tuple):
        for i, value in enumerate(entry):
            yield from quantities_of(value, _joined(prefix, str(i)))


def quantity_at(known: Mapping[str, Quantity], path: str) -> Quantity:
    """Return the quantity at a path; `known` is `dict(quantities_of(scenario))`.

    Raises `Mistake`, with the path that may be meant or what lies below the one written.
    """
    if path in known:
        return known[path]
    raise Mistake(f"there is no number at {path}.", suggestion(path, known))


def suggestion(path: str, known: Iterable[str]) -> str:
    """Say which path may be meant by one that is unknown; empty if none is like it.

    A path that leads to an entry, not a number, is answered with the numbers in that entry. In any
    other the first part that is wrong is looked for, so that two thousand paths of which most end
    alike do not drown the one that is meant.
    """
    below = [name for name in known if name.startswith(f"{path}.")]
    if below:
        return f"Numbers in it: {listed(below)}."
    parts = path.split(".")
    good = ""
    for n, part in enumerate(parts):
        longer = _joined(good, part)
        if any(name == longer or name.startswith(f"{longer}.") for name in known):
            good = longer
            continue
        start = n
        nexts = dict.fromkeys(
            name.split(".")[start] for name in known if not good or name.startswith(f"{good}.")
        )
        meant = closest(part, nexts)
        rest = parts[n + 1 :]
        if not meant:
            return f"Known after {good}: {listed(nexts)}." if good else did_you_mean(path, known)
        whole = ".".join([*([good] if good else []), meant[0], *rest])
        return f"Did you mean {whole}?" if whole in known else f"Did you mean {meant[0]}?"
    return ""


def listed(names: Iterable[str]) -> str:
    """Name a few of many names, and that there are more."""
    words = list(names)
    return ", ".join(words[:_MAX_LISTED]) + (", ..." if len(words) > _MAX_LISTED else "")


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
