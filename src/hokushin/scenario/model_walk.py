"""Model walk: follow a path of pydantic's through a model and its data, side by side."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from hokushin.scenario.problems import Path, closest

KEY_MARK = "[key]"
"""What pydantic writes at the end of a path that is about a key, not its value."""


@dataclass(frozen=True)
class Spot:
    """Where a path leads."""

    path: Path
    """Keys and items, without the branches of unions."""
    present: Path
    """The part of it that the data holds: all of it, unless the last key is absent."""
    branches: tuple[tuple[Path, str], ...]
    """The branches taken: the path of the union, and pydantic's name for the branch."""
    inside: tuple[Any, ...]
    """Types that the place which holds the last key may have."""
    types: tuple[Any, ...]
    """Types that the value itself may have."""
    about_key: bool = False
    siblings: frozenset[str] = frozenset()
    """Keys that the data holds beside the last one, and that one too."""

    @property
    def absent(self) -> bool:
        """Whether the data lacks the last key."""
        return self.present != self.path


def walk(annotation: Any, data: Any, location: Iterable[str | int]) -> Spot:
    """Follow a location of a pydantic error; items that are no key are branches of unions."""
    path: Path = ()
    present: Path = ()
    branches: list[tuple[Path, str]] = []
    inside: tuple[Any, ...] = ()
    kinds = tuple(_flattened(annotation))
    about_key = False
    siblings: frozenset[str] = frozenset()
    for item in location:
        if item == KEY_MARK:
            about_key = True
        elif path == present and _holds(data, item):
            siblings = frozenset(data) if isinstance(data, dict) else frozenset()
            data = data[item]
            path = present = (*path, item)
            inside, kinds = kinds, _stepped(kinds, item)
        elif isinstance(item, int) or item in field_names(kinds):
            path = (*path, item)
            inside, kinds = kinds, _stepped(kinds, item)
        else:
            branches.append((path, item))
            kinds = tuple(kind for kind in kinds if _name(kind) == item) or kinds
    return Spot(path, present, tuple(branches), inside, kinds, about_key, siblings)


def field_names(kinds: Iterable[Any]) -> dict[str, str]:
    """Return the fields that any of the types has, as authors write them, with what they mean."""
    return {
        info.alias or name: info.description or ""
        for kind in kinds
        if _is_model(kind)
        for name, info in kind.model_fields.items()
    }


def choices(kinds: Iterable[Any]) -> list[str]:
    """Return the words that a value of these types may be, if it is one of a fixed list."""
    words: list[str] = []
    for kind in kinds:
        if get_origin(kind) is Literal:
            words += [str(word) for word in get_args(kind)]
        elif isinstance(kind, type) and issubclass(kind, Enum):
            words += [str(member.value) for member in kind]
    return words


def meant_key(spot: Spot) -> str:
    """Return the field that an unknown key most likely stands for; empty if none is like it."""
    known = field_names(spot.inside)
    free = [name for name in known if name not in spot.siblings]
    return next(iter(closest(str(spot.path[-1]), free) or closest(str(spot.path[-1]), known)), "")


def _stepped(kinds: Iterable[Any], item: str | int) -> tuple[Any, ...]:
    """Return the types of an item or field of values of these types."""
    return tuple(found for kind in kinds for found in _within(kind, item))


def _within(kind: Any, item: str | int) -> Iterator[Any]:
    if _is_model(kind):
        for name, info in kind.model_fields.items():
            if item == (info.alias or name):
                yield from _flattened(info.annotation)
        return
    origin, arguments = get_origin(kind), get_args(kind)
    if not isinstance(origin, type) or not arguments:
        return
    if issubclass(origin, tuple) and Ellipsis not in arguments:
        if isinstance(item, int) and item < len(arguments):
            yield from _flattened(arguments[item])
    elif isinstance(item, int):
        yield from _flattened(arguments[0])
    else:
        yield from _flattened(arguments[-1])


def _flattened(annotation: Any) -> Iterator[Any]:
    """Yield the plain types behind annotations and unions."""
    annotation = getattr(annotation, "__value__", annotation)  # a named alias
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _flattened(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for option in get_args(annotation):
            yield from _flattened(option)
    else:
        yield annotation


def _holds(data: Any, item: str | int) -> bool:
    if isinstance(data, dict):
        return item in data
    return isinstance(data, list) and isinstance(item, int) and 0 <= item < len(data)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _name(kind: Any) -> str:
    """Name a type as pydantic names the branch of a union."""
    return kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind)
