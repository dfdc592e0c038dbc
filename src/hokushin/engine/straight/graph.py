"""Graph: what one history computes in one step, as scalars, each made once.

A node is an operation on earlier nodes, a number known beforehand, or an input. Numbers known
beforehand are of two kinds: constants, and *columns*, which differ from step to step but not
between histories (the calendar). Operations on them are worked out here, and so is what adds a
zero, multiplies by one, or stands in the graph already.

Arithmetic is that of real numbers: a zero times anything is zero, equal things are equal. Infinite
and undefined values are therefore outside what a graph promises.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np

OTHER = 0
"""Node of everything that belongs to another history."""

_PAIR = {"bool": np.bool_, "int32": np.int32, "uint32": np.uint32, "float32": np.float32}
DTYPES = MappingProxyType({name: np.dtype(kind) for name, kind in _PAIR.items()})

COMMUTATIVE = frozenset({"add", "mul", "max", "min", "and", "or", "xor", "eq", "ne"})
COMPARISONS = frozenset({"eq", "ne", "lt", "le"})


def _select(which: np.ndarray, yes: np.ndarray, no: np.ndarray) -> np.ndarray:
    return np.where(which, yes, no)


EVALUATE: dict[str, Callable[..., np.ndarray]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "max": np.maximum,
    "min": np.minimum,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "floor": np.floor,
    "round": np.rint,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "not": np.invert,
    "shl": np.left_shift,
    "shr": np.right_shift,
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "select": _select,
}
"""Every operation of a graph in NumPy, apart from changes of type (`float32`, `bits:float32`)."""


def evaluate(op: str, arguments: list[np.ndarray], dtype: str) -> np.ndarray:
    """Work out one operation in NumPy."""
    with np.errstate(all="ignore"):
        if op in DTYPES:
            return arguments[0].astype(DTYPES[op])
        if op.startswith("bits:"):
            return np.ascontiguousarray(arguments[0]).view(DTYPES[dtype])
        return np.asarray(EVALUATE[op](*arguments)).astype(DTYPES[dtype], copy=False)


class Graph:
    """Nodes in an order in which each comes after what it needs."""

    def __init__(self, n_steps: int) -> None:
        self.n_steps = n_steps
        self.op: list[str] = ["other"]
        self.args: list[tuple[int, ...]] = [()]
        self.dtype: list[str] = ["float32"]
        self.known: dict[int, np.ndarray] = {}
        """Value of constants (no axis) and of columns (one entry a step)."""
        self._places: dict[tuple, int] = {}

    def __len__(self) -> int:
        return len(self.op)

    def constant(self, value: object, dtype: str) -> int:
        """A number known beforehand."""
        number = np.asarray(value, DTYPES[dtype]).reshape(())
        return self._known(("constant", dtype, number.tobytes()), "constant", dtype, number)

    def column(self, values: np.ndarray) -> int:
        """A number that every step brings, the same for all histories."""
        if (values == values[0]).all():
            return self.constant(values[0], str(values.dtype))
        key = ("column", str(values.dtype), values.tobytes())
        return self._known(key, "column", str(values.dtype), values)

    def input(self, kind: str, position: int, dtype: str) -> int:
        """A number that a history brings along: of what kind, and where it stands there."""
        key = (kind, position)
        if key not in self._places:
            self._places[key] = self._append(kind, (position,), dtype)
        return self._places[key]

    def is_constant(self, node: int) -> bool:
        """Whether the node is one number for all steps and histories."""
        return self.op[node] == "constant"

    def apply(self, op: str, *args: int) -> int:
        """The node of an operation, made if there is none yet."""
        if OTHER in args:
            return self._with_other(op, args)
        if op in COMMUTATIVE and args[0] > args[1]:
            args = (args[1], args[0])
        key = (op, *args)
        place = self._places.get(key)
        if place is None:
            place = self._simplify(op, args)
            if place is None:
                place = self._append(op, args, self._result(op, args))
            self._places[key] = place
        return place

    def _with_other(self, op: str, args: tuple[int, ...]) -> int:
        """What another history has a part in, unless that part is multiplied by zero."""
        if op == "mul" and any(a and self._is(a, 0.0) for a in args):
            return next(a for a in args if a and self._is(a, 0.0))
        if op == "select" and args[0] and self.is_constant(args[0]):
            return args[1] if self.known[args[0]] else args[2]
        return OTHER

    def _append(self, op: str, args: tuple[int, ...], dtype: str) -> int:
        self.op.append(op)
        self.args.append(args)
        self.dtype.append(dtype)
        return len(self.op) - 1

    def _known(self, key: tuple, op: str, dtype: str, value: np.ndarray) -> int:
        if key not in self._places:
            self._places[key] = self._append(op, (), dtype)
            self.known[self._places[key]] = value
        return self._places[key]

    def _result(self, op: str, args: tuple[int, ...]) -> str:
        if op in COMPARISONS:
            return "bool"
        if op in DTYPES:
            return op
        if op.startswith("bits:"):
            return op[5:]
        return self.dtype[args[-1]]

    def _is(self, node: int, value: float | int) -> bool:
        return self.op[node] == "constant" and bool(self.known[node] == value)

    def _simplify(self, op: str, args: tuple[int, ...]) -> int | None:
        """An older node that the operation equals, or None."""
        if all(a in self.known for a in args):
            dtype = self._result(op, args)
            found = evaluate(op, [self.known[a] for a in args], dtype)
            return self.column(found) if found.ndim else self.constant(found, dtype)
        rule = _RULES.get(op)
        return rule(self, *args) if rule else None

    def _zero(self, node: int) -> int:
        return self.constant(0, self.dtype[node])

    def _indicator(self, node: int) -> tuple[int, int, int] | None:
        """Predicate and the two constants of `select(predicate, 1.0, 0.0)` and its like."""
        if self.op[node] == "select":
            which, yes, no = self.args[node]
            if self.is_constant(yes) and self.is_constant(no):
                return which, yes, no
        return None


def _add(g: Graph, a: int, b: int) -> int | None:
    if g._is(a, 0.0):
        return b
    if g._is(b, 0.0):
        return a
    if g.op[b] == "neg":
        return g.apply("sub", a, g.args[b][0])
    if g.op[a] == "neg":
        return g.apply("sub", b, g.args[a][0])
    return _through_indicator(g, "add", a, b)


def _sub(g: Graph, a: int, b: int) -> int | None:
    if a == b:
        return g._zero(a)
    if g._is(b, 0.0):
        return a
    if g._is(a, 0.0):
        return g.apply("neg", b)
    if g.op[b] == "neg":
        return g.apply("add", a, g.args[b][0])
    return _through_indicator(g, "sub", a, b)


def _mul(g: Graph, a: int, b: int) -> int | None:
    for one, other in ((a, b), (b, a)):
        if g._is(one, 0.0):
            return one
        if g._is(one, 1.0):
            return other
        if g._is(one, -1.0):
            return g.apply("neg", other)
    for one, other in ((a, b), (b, a)):
        found = g._indicator(one)
        if found and g.dtype[one] == "float32":
            which, yes, no = found
            if {float(g.known[yes]), float(g.known[no])} <= {0.0, 1.0, -1.0}:
                kept, left = g.apply("mul", yes, other), g.apply("mul", no, other)
                return g.apply("select", which, kept, left)
    if g.op[a] == "neg" and g.op[b] == "neg":
        return g.apply("mul", g.args[a][0], g.args[b][0])
    for one, other in ((a, b), (b, a)):  # constants meet, so that they are multiplied here
        if g.is_constant(one) and g.op[other] == "mul" and g.is_constant(g.args[other][0]):
            return g.apply("mul", g.apply("mul", one, g.args[other][0]), g.args[other][1])
        if g.is_constant(one) and g.op[other] == "mul" and g.is_constant(g.args[other][1]):
            return g.apply("mul", g.apply("mul", one, g.args[other][1]), g.args[other][0])
        if g.is_constant(one) and g.op[other] == "neg":
            return g.apply("mul", g.apply("neg", one), g.args[other][0])
    return None


def _div(g: Graph, a: int, b: int) -> int | None:
    if g._is(b, 1.0) or g._is(a, 0.0):
        return a
    if b in g.known and g.dtype[b] == "float32" and (g.known[b] != 0).all():
        inverse = np.float32(1.0) / g.known[b]
        return g.apply(
            "mul", a, g.column(inverse) if inverse.ndim else g.constant(inverse, "float32")
        )
    return None


def _neg(g: Graph, a: int) -> int | None:
    if g.op[a] == "neg":
        return g.args[a][0]
    if g.op[a] == "sub" and g.dtype[a] == "float32":
        return g.apply("sub", g.args[a][1], g.args[a][0])
    found = g._indicator(a)
    if found:
        return g.apply("select", found[0], g.apply("neg", found[1]), g.apply("neg", found[2]))
    return None


def _extreme(op: str) -> Callable[[Graph, int, int], int | None]:
    def rule(g: Graph, a: int, b: int) -> int | None:
        if a == b:
            return a
        return _through_indicator(g, op, a, b)

    return rule


def _through_indicator(g: Graph, op: str, a: int, b: int) -> int | None:
    """An operation on one of two constants is one of two other constants."""
    for first, other, swapped in ((a, b, False), (b, a, True)):
        found = g._indicator(first)
        if found and g.is_constant(other):
            which, yes, no = found
            pairs = [(other, x) if swapped else (x, other) for x in (yes, no)]
            return g.apply("select", which, *(g.apply(op, *pair) for pair in pairs))
    return None


def _compare(op: str) -> Callable[[Graph, int, int], int | None]:
    def rule(g: Graph, a: int, b: int) -> int | None:
        if a == b:
            return g.constant(op in ("eq", "le"), "bool")
        return _through_indicator(g, op, a, b)

    return rule


def _select_rule(g: Graph, which: int, yes: int, no: int) -> int | None:
    if yes == no:
        return yes
    if g.is_constant(which):
        return yes if g.known[which] else no
    if g.op[which] == "not":
        return g.apply("select", g.args[which][0], no, yes)
    if g.dtype[yes] == "bool":
        if g.is_constant(yes):
            return (
                g.apply("or", which, no)
                if g.known[yes]
                else g.apply("and", g.apply("not", which), no)
            )
        if g.is_constant(no):
            return (
                g.apply("or", g.apply("not", which), yes)
                if g.known[no]
                else g.apply("and", which, yes)
            )
    if g.op[yes] == "select" and g.args[yes][0] == which:
        return g.apply("select", which, g.args[yes][1], no)
    if g.op[no] == "select" and g.args[no][0] == which:
        return g.apply("select", which, yes, g.args[no][2])
    return None


def _and(g: Graph, a: int, b: int) -> int | None:
    if a == b:
        return a
    for one, other in ((a, b), (b, a)):
        if g.is_constant(one):
            if not g.known[one]:
                return one
            if g.dtype[one] == "bool":
                return other
    return None


def _or(g: Graph, a: int, b: int) -> int | None:
    if a == b:
        return a
    for one, other in ((a, b), (b, a)):
        if g.is_constant(one):
            if not g.known[one]:
                return other
            if g.dtype[one] == "bool":
                return one
    return None


def _xor(g: Graph, a: int, b: int) -> int | None:
    if a == b:
        return g._zero(a)
    return b if g._is(a, 0) else a if g._is(b, 0) else None


def _not(g: Graph, a: int) -> int | None:
    return g.args[a][0] if g.op[a] == "not" else None


def _abs(g: Graph, a: int) -> int | None:
    return a if g.op[a] == "abs" else g.apply("abs", g.args[a][0]) if g.op[a] == "neg" else None


def _to_type(op: str) -> Callable[[Graph, int], int | None]:
    def rule(g: Graph, a: int) -> int | None:
        if g.dtype[a] == op:
            return a
        if g.dtype[a] == "bool":
            return g.apply("select", a, g.constant(1, op), g.constant(0, op))
        if op == "bool":
            return g.apply("ne", a, g._zero(a))
        return None

    return rule


def _shift(g: Graph, a: int, b: int) -> int | None:
    return a if g._is(b, 0) else None


_RULES: dict[str, Callable[..., int | None]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "neg": _neg,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "abs": _abs,
    "and": _and,
    "or": _or,
    "xor": _xor,
    "not": _not,
    "shl": _shift,
    "shr": _shift,
    "eq": _compare("eq"),
    "ne": _compare("ne"),
    "lt": _compare("lt"),
    "le": _compare("le"),
    "select": _select_rule,
    **{name: _to_type(name) for name in DTYPES},
}
