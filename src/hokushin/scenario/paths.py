"""Paths: every number of a scenario under the dotted name that causes and commands call it by.

`regions.maritime.yields.oil` is a field of a field; keys of mappings and numbers of list items are
parts of the path like field names. A key that holds a dot itself, such as `japan.navy_staff` among
the factions, simply contributes both of its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from pydantic import BaseModel

from hokushin.scenario.problems import Mistake, closest
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


def suggestion(path: str, known: Collection[str]) -> str:
    """Say which path may be meant by one that is unknown.

    A path that leads to an entry is answered with the numbers in it. In any other the first part
    that is wrong is looked for, so that a thousand paths that end alike do not drown the right one.
    """
    below = [name for name in known if name.startswith(f"{path}.")]
    if below:
        return f"Numbers in it: {listed(below)}."
    good, rest = "", path.split(".")
    while rest and _leads_on(_joined(good, rest[0]), known):
        good = _joined(good, rest.pop(0))
    if good in known:
        return f"{good} is a number itself."
    n = len(good.split(".")) if good else 0
    nexts = {name.split(".")[n]: None for name in known if not good or name.startswith(f"{good}.")}
    meant = closest(rest[0], nexts)
    same_words = [name for name in known if _words(path) <= _words(name)]
    if not meant and same_words:
        return f"Did you mean {listed(sorted(same_words, key=len))}?"
    if not meant:
        return f"Known after {good}: {listed(nexts)}." if good else f"Sections: {listed(nexts)}."
    whole = ".".join([_joined(good, meant[0]), *rest[1:]])
    return f"Did you mean {whole if whole in known else meant[0]}?"


def _words(path: str) -> set[str]:
    """Words of a path, whatever joins them: japan.oil.stock has those of japan_oil.stock."""
    return set(path.replace("_", ".").split("."))


def _leads_on(path: str, known: Iterable[str]) -> bool:
    return any(name == path or name.startswith(f"{path}.") for name in known)


def listed(names: Iterable[str]) -> str:
    """Name a few of many names, and that there are more."""
    words = list(names)
    return ", ".join(words[:_MAX_LISTED]) + (", ..." if len(words) > _MAX_LISTED else "")


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
