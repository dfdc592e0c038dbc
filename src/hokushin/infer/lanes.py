"""Lanes: parts of the engine's state whose axis of histories holds something else."""

from __future__ import annotations

from typing import Any, TypeVar

Module = TypeVar("Module")


def changed(module: Module, **fields: Any) -> Module:
    """Copy a module with other fields, without its constructor.

    The constructor holds every array to the axes of the engine. Where steps stand in the place of
    histories, or worlds before all other axes, the same names hold arrays of other shapes.
    """
    made = object.__new__(type(module))
    for name in module.__dataclass_fields__:  # type: ignore[attr-defined]
        object.__setattr__(made, name, fields.get(name, getattr(module, name)))
    unknown = set(fields) - set(module.__dataclass_fields__)  # type: ignore[attr-defined]
    if unknown:
        raise ValueError(f"{type(module).__name__} has no {', '.join(sorted(unknown))}")
    return made
