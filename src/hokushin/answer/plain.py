"""Plain: nested frozen dataclasses as JSON values, and back."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints


def plain(value: Any) -> Any:
    """Turn nested dataclasses into JSON values, leaving out every field that is None."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name.rstrip("_"), getattr(value, f.name)) for f in fields(value))
        return {name: plain(item) for name, item in pairs if item is not None}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def restore(kind: Any, value: Any) -> Any:
    """Build what `plain` was given from what it gave: the way back from JSON."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(kind) if option is not type(None)]
        return None if value is None else restore(options[0], value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        given = {f.name: value.get(f.name.rstrip("_")) for f in fields(kind)}
        return kind(**{name: restore(hints[name], item) for name, item in given.items()})
    if origin is tuple:
        inner = get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(restore(inner[0], item) for item in value)
        return tuple(restore(part, item) for part, item in zip(inner, value, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: restore(get_args(kind)[1], item) for key, item in value.items()}
    return value
