"""Arithmetic: rules for the operations that work numbers out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from hokushin.engine.straight.graph import DTYPES, Graph
from hokushin.engine.straight.nodes import Nodes, NotStraight, Pair, each, fold


def _plain(op: str, swap: bool = False) -> Callable:
    def rule(graph: Graph, equation: Any, *arrays: Nodes) -> Nodes:
        ordered = arrays[::-1] if swap else arrays
        return each(graph, lambda *nodes: graph.apply(op, *nodes), *ordered)

    return rule


def _float_only(make: Callable[..., int]) -> Callable:
    def rule(graph: Graph, equation: Any, *arrays: Nodes) -> Nodes:
        return each(graph, lambda *nodes: make(graph, *nodes), *arrays)

    return rule


def _number(graph: Graph, value: float | int) -> int:
    return graph.constant(value, "float32")


def _logistic(g: Graph, x: int) -> int:
    return g.apply(
        "div", _number(g, 1), g.apply("add", _number(g, 1), g.apply("exp", g.apply("neg", x)))
    )


def _exp2(g: Graph, x: int) -> int:
    return g.apply("exp", g.apply("mul", _number(g, math.log(2)), x))


def _expm1(g: Graph, x: int) -> int:
    """Kahan's way: what rounding took from a power, the logarithm of the same power gives back."""
    power = g.apply("exp", x)
    less = g.apply("sub", power, _number(g, 1))
    near = g.apply("div", g.apply("mul", less, x), g.apply("log", power))
    near = g.apply("select", g.apply("eq", power, _number(g, 1)), x, near)
    is_far = g.apply("lt", _number(g, 1), g.apply("abs", x))
    return g.apply("select", is_far, less, near)


def _log1p(g: Graph, x: int) -> int:
    whole = g.apply("add", x, _number(g, 1))
    more = g.apply("sub", whole, _number(g, 1))
    near = g.apply("mul", g.apply("log", whole), g.apply("div", x, more))
    return g.apply("select", g.apply("eq", more, _number(g, 0)), x, near)


def _tanh(g: Graph, x: int) -> int:
    doubled = _expm1(g, g.apply("mul", _number(g, -2), g.apply("abs", x)))
    size = g.apply("div", g.apply("neg", doubled), g.apply("add", doubled, _number(g, 2)))
    return g.apply("select", g.apply("lt", x, _number(g, 0)), g.apply("neg", size), size)


def _rsqrt(g: Graph, x: int) -> int:
    return g.apply("div", _number(g, 1), g.apply("sqrt", x))


def _sign(g: Graph, x: int) -> int:
    zero = g.constant(0, g.dtype[x])
    below = g.apply("select", g.apply("lt", x, zero), g.constant(-1, g.dtype[x]), zero)
    return g.apply("select", g.apply("lt", zero, x), g.constant(1, g.dtype[x]), below)


def _pow(g: Graph, x: int, y: int) -> int:
    """For a base above zero; the model takes powers of nothing else."""
    return g.apply("exp", g.apply("mul", y, g.apply("log", x)))


def _whole_power(graph: Graph, x: int, exponent: int) -> int:
    if exponent < 0:
        return graph.apply("div", _number(graph, 1), _whole_power(graph, x, -exponent))
    if exponent == 0:
        return graph.constant(1, graph.dtype[x])
    half = _whole_power(graph, x, exponent // 2)
    square = graph.apply("mul", half, half)
    return graph.apply("mul", square, x) if exponent % 2 else square


def _integer_pow(graph: Graph, equation: Any, x: Nodes) -> Nodes:
    return each(graph, lambda node: _whole_power(graph, node, equation.params["y"]), x)


def _select_n(graph: Graph, equation: Any, which: Nodes, *cases: Nodes) -> Nodes:
    if len(cases) != 2 or str(equation.invars[0].aval.dtype) != "bool":
        raise NotStraight("a choice between more than two cases")
    if isinstance(cases[0], Pair):
        parts = zip(*cases, strict=True)
        return Pair(_select_n(graph, equation, which, *part) for part in parts)
    return each(graph, lambda p, no, yes: graph.apply("select", p, yes, no), which, *cases)


def _clamp(graph: Graph, equation: Any, low: Nodes, x: Nodes, high: Nodes) -> Nodes:
    return each(
        graph, lambda a, b, c: graph.apply("min", graph.apply("max", a, b), c), low, x, high
    )


def _round(graph: Graph, equation: Any, x: Nodes) -> Nodes:
    if int(equation.params["rounding_method"]) != 1:
        raise NotStraight("rounding away from zero; round to the nearest even number")
    return each(graph, lambda node: graph.apply("round", node), x)


def _shift_right(logical: bool) -> Callable:
    def rule(graph: Graph, equation: Any, x: Nodes, y: Nodes) -> Nodes:
        if (str(equation.invars[0].aval.dtype) == "uint32") != logical:
            raise NotStraight("a shift that does not follow the sign of its type")
        return each(graph, lambda a, b: graph.apply("shr", a, b), x, y)

    return rule


def _convert(graph: Graph, equation: Any, x: Nodes) -> Nodes:
    name = str(np.dtype(equation.params["new_dtype"]))
    if name not in DTYPES:
        raise NotStraight(f"numbers of type {name}; keep to float32, int32, uint32 and bool")
    return each(graph, lambda node: graph.apply(name, node), x)


def _bitcast(graph: Graph, equation: Any, x: Nodes) -> Nodes:
    name = str(np.dtype(equation.params["new_dtype"]))
    return each(graph, lambda node: graph.apply(f"bits:{name}", node), x)


def _reduce(op: str, neutral: float | None) -> Callable:
    def rule(graph: Graph, equation: Any, x: Nodes) -> Nodes:
        axes = tuple(equation.params["axes"])
        moved = np.moveaxis(x, axes, range(-len(axes), 0)) if axes else x[..., None]
        shape = moved.shape[: x.ndim - len(axes)]
        flat = moved.reshape(math.prod(shape), -1)
        if not flat.shape[1]:
            if neutral is None:
                raise NotStraight(f"the {op} of nothing")
            empty = graph.constant(neutral, str(equation.outvars[0].aval.dtype))
            return np.full(shape, empty, np.int64)
        found = [fold(graph, op, row) for row in flat.tolist()]
        return np.array(found, np.int64).reshape(shape)

    return rule


def _dot_general(graph: Graph, equation: Any, a: Nodes, b: Nodes) -> Nodes:
    (over_a, over_b), (with_a, with_b) = equation.params["dimension_numbers"]
    free_a = [i for i in range(a.ndim) if i not in (*over_a, *with_a)]
    free_b = [i for i in range(b.ndim) if i not in (*over_b, *with_b)]
    shape = [a.shape[i] for i in (*with_a, *free_a)] + [b.shape[i] for i in free_b]
    n_batch, n_inner = (math.prod(a.shape[i] for i in axes) for axes in (with_a, over_a))
    left = a.transpose(*with_a, *free_a, *over_a).reshape(n_batch, -1, n_inner)
    right = b.transpose(*with_b, *free_b, *over_b).reshape(n_batch, -1, n_inner)
    zero = graph.constant(0, str(equation.outvars[0].aval.dtype))
    found = np.full((n_batch, left.shape[1], right.shape[1]), zero, np.int64)
    for place in np.ndindex(*found.shape):
        batch, i, j = place
        x, y = left[batch, i], right[batch, j]
        used = np.flatnonzero((x != zero) & (y != zero))
        terms = [
            graph.apply("mul", p, q)
            for p, q in zip(x[used].tolist(), y[used].tolist(), strict=True)
        ]
        if terms:
            found[place] = fold(graph, "add", terms)
    return found.reshape(shape)


def _cumulate(op: str) -> Callable:
    def rule(graph: Graph, equation: Any, x: Nodes) -> Nodes:
        axis = equation.params["axis"]
        moved = np.moveaxis(x, axis, 0)
        moved = moved[::-1] if equation.params["reverse"] else moved
        found = [moved[0]]
        for row in moved[1:]:
            found.append(each(graph, lambda a, b: graph.apply(op, a, b), found[-1], row))
        stacked = np.stack(found[::-1] if equation.params["reverse"] else found)
        return np.moveaxis(stacked, 0, axis)

    return rule


ARITHMETIC: dict[str, Callable[..., Any]] = {
    **{
        name: _plain(op)
        for name, op in {
            "add": "add",
            "add_any": "add",
            "sub": "sub",
            "mul": "mul",
            "div": "div",
            "neg": "neg",
            "max": "max",
            "min": "min",
            "abs": "abs",
            "sqrt": "sqrt",
            "exp": "exp",
            "log": "log",
            "floor": "floor",
            "and": "and",
            "or": "or",
            "xor": "xor",
            "not": "not",
            "shift_left": "shl",
            "eq": "eq",
            "ne": "ne",
            "lt": "lt",
            "le": "le",
        }.items()
    },
    "gt": _plain("lt", swap=True),
    "ge": _plain("le", swap=True),
    "square": _float_only(lambda g, x: g.apply("mul", x, x)),
    "logistic": _float_only(_logistic),
    "exp2": _float_only(_exp2),
    "expm1": _float_only(_expm1),
    "log1p": _float_only(_log1p),
    "tanh": _float_only(_tanh),
    "rsqrt": _float_only(_rsqrt),
    "sign": _float_only(_sign),
    "pow": _float_only(_pow),
    "integer_pow": _integer_pow,
    "select_n": _select_n,
    "clamp": _clamp,
    "round": _round,
    "shift_right_logical": _shift_right(True),
    "shift_right_arithmetic": _shift_right(False),
    "convert_element_type": _convert,
    "bitcast_convert_type": _bitcast,
    "reduce_sum": _reduce("add", 0.0),
    "reduce_prod": _reduce("mul", 1.0),
    "reduce_max": _reduce("max", None),
    "reduce_min": _reduce("min", None),
    "reduce_and": _reduce("and", 1.0),
    "reduce_or": _reduce("or", 0.0),
    "dot_general": _dot_general,
    "cumsum": _cumulate("add"),
    "cumprod": _cumulate("mul"),
    "cummax": _cumulate("max"),
}
"""From the name of an operation of JAX to the nodes that it makes."""
