"""Movement: rules for the operations that only move numbers about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hokushin.engine.straight.graph import Graph
from hokushin.engine.straight.nodes import Nodes, NotStraight, Pair, lift_constant


def _moving(move: Callable[..., Nodes]) -> Callable:
    """A rule for what moves numbers; a complex number moves with both its parts."""

    def rule(graph: Graph, equation: Any, *arrays: Any) -> Any:
        if any(isinstance(a, Pair) for a in arrays):
            return Pair(move(equation.params, *part) for part in zip(*arrays, strict=True))
        return move(equation.params, *arrays)

    return rule


def _broadcast_in_dim(params: dict, x: Nodes, *sizes: Nodes) -> Nodes:
    shape = [1] * len(params["shape"])
    for axis, place in enumerate(params["broadcast_dimensions"]):
        shape[place] = x.shape[axis]
    return np.broadcast_to(x.reshape(shape), params["shape"])


def _slice(params: dict, x: Nodes) -> Nodes:
    strides = params["strides"] or (1,) * x.ndim
    ranges = zip(params["start_indices"], params["limit_indices"], strides, strict=True)
    return x[tuple(slice(*r) for r in ranges)]


def _pad(params: dict, x: Nodes, filler: Nodes) -> Nodes:
    found = x
    for axis, (low, high, inner) in enumerate(params["padding_config"]):
        if inner or low < 0 or high < 0:
            raise NotStraight("padding between numbers, or of less than nothing")
        wide = [(0, 0)] * x.ndim
        wide[axis] = (int(low), int(high))
        found = np.pad(found, wide, constant_values=int(filler))
    return found


def _indices(graph: Graph, nodes: Nodes) -> np.ndarray:
    if nodes.size and not all(graph.is_constant(int(n)) for n in np.unique(nodes)):
        raise NotStraight("places that are worked out in the step; they must be known beforehand")
    values = [int(graph.known[n]) for n in nodes.reshape(-1).tolist()]
    return np.array(values, np.int64).reshape(nodes.shape)


def _gather(graph: Graph, equation: Any, x: Nodes, places: Nodes) -> Nodes:
    params = equation.params
    numbers, sizes = params["dimension_numbers"], params["slice_sizes"]
    index = _indices(graph, places)
    shape = equation.outvars[0].aval.shape
    outer = [i for i in range(len(shape)) if i not in numbers.offset_dims]
    fixed = (*numbers.collapsed_slice_dims, *numbers.operand_batching_dims)
    inner = iter(numbers.offset_dims)
    at, inside = [], np.ones(shape, bool)
    for axis, size in enumerate(sizes):
        begin = np.zeros(index.shape[:-1], np.int64)
        if axis in numbers.start_index_map:
            begin = index[..., numbers.start_index_map.index(axis)]
        elif axis in numbers.operand_batching_dims:
            which = numbers.operand_batching_dims.index(axis)
            along = numbers.start_indices_batching_dims[which]
            begin = np.broadcast_to(
                np.arange(x.shape[axis]).reshape(
                    [-1 if i == along else 1 for i in range(begin.ndim)]
                ),
                begin.shape,
            )
        last = x.shape[axis] - size
        wide = [1] * len(shape)
        for position, length in zip(outer, begin.shape, strict=True):
            wide[position] = length
        inside = inside & ((begin >= 0) & (begin <= last)).reshape(wide)
        full = np.clip(begin, 0, last).reshape(wide)
        if axis not in fixed:
            place = next(inner)
            full = full + np.arange(size).reshape(
                [-1 if i == place else 1 for i in range(len(shape))]
            )
        at.append(full)
    found = np.broadcast_to(x[tuple(np.broadcast_arrays(*at))], shape)
    if inside.all() or "FILL" not in str(params["mode"]):
        return found
    filler = params["fill_value"]
    dtype = str(equation.outvars[0].aval.dtype)
    missing = graph.constant(
        np.nan if filler is None and dtype == "float32" else filler or 0, dtype
    )
    return np.where(inside, found, missing)


def _dynamic_slice(graph: Graph, equation: Any, x: Nodes, *begins: Nodes) -> Nodes:
    sizes = equation.params["slice_sizes"]
    at = []
    for begin, size, length in zip(begins, sizes, x.shape, strict=True):
        first = min(max(int(_indices(graph, begin)), 0), length - size)
        at.append(slice(first, first + size))
    return x[tuple(at)]


def _iota(graph: Graph, equation: Any) -> Nodes:
    shape, axis = equation.params["shape"], equation.params["dimension"]
    line = np.arange(shape[axis], dtype=np.dtype(equation.params["dtype"]))
    wide = line.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    return lift_constant(graph, np.broadcast_to(wide, shape))


MOVEMENT: dict[str, Callable[..., Any]] = {
    "complex": lambda graph, equation, a, b: Pair((a, b)),
    "real": lambda graph, equation, x: x[0],
    "imag": lambda graph, equation, x: x[1],
    "stop_gradient": _moving(lambda params, x: x),
    "copy": _moving(lambda params, x: x),
    "optimization_barrier": lambda graph, equation, *x: list(x),
    "reshape": _moving(lambda params, x: x.reshape(params["new_sizes"])),
    "squeeze": _moving(lambda params, x: x.squeeze(params["dimensions"])),
    "expand_dims": _moving(lambda params, x: np.expand_dims(x, params["dimensions"])),
    "transpose": _moving(lambda params, x: x.transpose(params["permutation"])),
    "rev": _moving(lambda params, x: np.flip(x, params["dimensions"])),
    "concatenate": _moving(lambda params, *x: np.concatenate(x, params["dimension"])),
    "stack": _moving(lambda params, *x: np.stack(x, params["axis"])),
    "broadcast_in_dim": _moving(_broadcast_in_dim),
    "slice": _moving(_slice),
    "pad": _moving(_pad),
    "gather": _gather,
    "dynamic_slice": _dynamic_slice,
    "iota": _iota,
}
"""From the name of an operation of JAX to where its numbers come from."""
