"""Nodes: arrays of a program as arrays of nodes of a graph, of the same shape.

The history axis has two places here: in the first stand the nodes of the history that is followed,
in the second `OTHER`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hokushin.engine.straight.graph import DTYPES, Graph

Nodes = Any
"""An array of nodes (int64), or a `Pair` of them where numbers are complex."""


class NotStraight(ValueError):
    """A program that cannot be written as straight-line code for one history."""


class Pair(tuple):
    """Real and imaginary parts: complex numbers only carry two floats through a wall."""


def lift_constant(graph: Graph, value: Any) -> Nodes:
    """Nodes of an array of numbers known beforehand."""
    array = np.asarray(value)
    if array.dtype.kind == "c":
        return Pair(lift_constant(graph, part(array)) for part in (np.real, np.imag))
    name = str(array.dtype)
    if name not in DTYPES:
        raise NotStraight(f"numbers of type {name}; give float32, int32, uint32 or bool")
    flat = np.ascontiguousarray(array).reshape(-1)
    if name == "bool":
        kinds, place = np.unique(flat, return_inverse=True)
    else:
        bits, place = np.unique(flat.view(np.uint32), return_inverse=True)
        kinds = bits.view(flat.dtype)
    nodes = np.array([graph.constant(kind, name) for kind in kinds], np.int64)
    return nodes[place].reshape(array.shape) if flat.size else np.zeros(array.shape, np.int64)


def lift_columns(graph: Graph, values: np.ndarray) -> Nodes:
    """Nodes of an array that every step brings anew; the step is its leading axis."""
    rest = values.shape[1:]
    flat = np.ascontiguousarray(values.reshape(len(values), -1).T)
    return np.array([graph.column(row) for row in flat], np.int64).reshape(rest)


def each(graph: Graph, op: Callable[..., int], *arrays: Nodes) -> Nodes:
    """Apply an operation on nodes element by element."""
    wide = np.broadcast_arrays(*arrays)
    flat = [a.reshape(-1).tolist() for a in wide]
    found = np.fromiter(map(op, *flat), np.int64, wide[0].size)
    return found.reshape(wide[0].shape)


def fold(graph: Graph, op: str, nodes: Sequence[int]) -> int:
    """Nodes put together from the first to the last."""
    total = nodes[0]
    for node in nodes[1:]:
        total = graph.apply(op, total, node)
    return total
