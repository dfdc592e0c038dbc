"""Lanes: parts of the engine's state whose axis of histories holds something else."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any, ClassVar, Protocol, TypeVar


class _IsDataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Module = TypeVar("Module", bound=_IsDataclass)


def changed(module: Module, **others: Any) -> Module:
    """Copy a module with other fields, without its constructor.

    The constructor holds every array to the axes of the engine. Where steps stand in the place of
    histories, or worlds before all other axes, the same names hold arrays of other shapes.

    Raises:
        ValueError: If the module has no field of a name.
    """
    known = [field.name for field in fields(module)]
    unknown = sorted(set(others) - set(known))
    if unknown:
        raise ValueError(
            f"{type(module).__name__} has no {', '.join(unknown)}; its fields are "
            f"{', '.join(known)}"
        )
    made = object.__new__(type(module))
    for name in known:
        object.__setattr__(made, name, others.get(name, getattr(module, name)))
    return made
