"""Lift: read a program of JAX into a graph, number by number.

Arrays become NumPy arrays of the same shape that hold nodes. What only moves numbers about
(slices, gathers, transposes, concatenations) then costs nothing at all, and arithmetic is one
node for each number. Of the two histories that the program was read for, one is followed; so a
program in which one history has a part in another's fate is noticed, and not computed wrongly.

Conditionals that only wall off a computation from the compiler for the CPU, that is those with a
branch of nothing but NaN, are opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jax.extend import core

from hokushin.engine.straight.arithmetic import ARITHMETIC
from hokushin.engine.straight.graph import Graph
from hokushin.engine.straight.movement import MOVEMENT
from hokushin.engine.straight.nodes import Nodes, NotStraight, Pair, each, lift_constant


def lift(graph: Graph, program: core.ClosedJaxpr, inputs: Sequence[Nodes]) -> list[Nodes]:
    """Nodes of what a program gives, from the nodes of what it takes."""
    return _run(graph, program.jaxpr, [lift_constant(graph, c) for c in program.consts], inputs)


def _run(graph: Graph, jaxpr: Any, consts: Sequence, inputs: Sequence) -> list:
    places: dict[Any, Any] = dict(zip(jaxpr.constvars, consts, strict=True))
    places.update(zip(jaxpr.invars, inputs, strict=True))

    def read(atom: Any) -> Any:
        if isinstance(atom, core.Literal):
            kind: Any = atom.aval
            return lift_constant(graph, np.asarray(atom.val, kind.dtype))
        return places[atom]

    for equation in jaxpr.eqns:
        name = equation.primitive.name
        rule = _RULES.get(name)
        if rule is None:
            raise NotStraight(f"no rule for the operation {name!r}")
        found = rule(graph, equation, *map(read, equation.invars))
        if not equation.primitive.multiple_results:
            found = [found]
        places.update(zip(equation.outvars, found, strict=True))
    return [read(v) for v in jaxpr.outvars]


def _call(graph: Graph, equation: Any, *inputs: Nodes) -> list[Nodes]:
    inner = equation.params.get("jaxpr") or equation.params["call_jaxpr"]
    if hasattr(inner, "consts"):
        return lift(graph, inner, inputs)
    return _run(graph, inner, [], inputs)


def _cond(graph: Graph, equation: Any, which: Nodes, *inputs: Nodes) -> list[Any]:
    branches = [lift(graph, b, inputs) for b in equation.params["branches"]]
    if graph.is_constant(int(which)):
        place = min(max(int(graph.known[int(which)]), 0), len(branches) - 1)
        return branches[place]
    if len(branches) != 2:
        raise NotStraight("a conditional of more than two branches")
    for closed, opened in (branches, branches[::-1]):
        if all(_is_wall(graph, part) for part in closed):
            return opened
    chosen = graph.apply("ne", int(which), graph.constant(0, graph.dtype[int(which)]))
    return [
        Pair(_choose(graph, chosen, *p) for p in zip(yes, no, strict=True))
        if isinstance(yes, Pair)
        else _choose(graph, chosen, yes, no)
        for no, yes in zip(*branches, strict=True)
    ]


def _choose(graph: Graph, which: int, yes: Nodes, no: Nodes) -> Nodes:
    return each(graph, lambda a, b: graph.apply("select", which, a, b), yes, no)


def _is_wall(graph: Graph, nodes: Any) -> bool:
    """Whether an array is NaN throughout."""
    if isinstance(nodes, Pair):
        return all(_is_wall(graph, part) for part in nodes)
    kinds = np.unique(nodes)
    return all(graph.is_constant(int(n)) and bool(np.isnan(graph.known[int(n)])) for n in kinds)


def _scan(graph: Graph, equation: Any, *inputs: Nodes) -> list[Nodes]:
    """A loop of a known number of rounds, written out."""
    params = equation.params
    n_consts, n_carry, length = params["num_consts"], params["num_carry"], params["length"]
    consts, carry = inputs[:n_consts], list(inputs[n_consts : n_consts + n_carry])
    rows = inputs[n_consts + n_carry :]
    seen: list[list[Nodes]] = []
    order = range(length)[::-1] if params["reverse"] else range(length)
    for i in order:
        found = lift(graph, params["jaxpr"], [*consts, *carry, *(x[i] for x in rows)])
        carry = found[:n_carry]
        seen.append(found[n_carry:])
    ordered = seen[::-1] if params["reverse"] else seen
    return [*carry, *(np.stack(x) for x in zip(*ordered, strict=True))]


_RULES: dict[str, Callable[..., Any]] = {
    **ARITHMETIC,
    **MOVEMENT,
    "jit": _call,
    "pjit": _call,
    "custom_jvp_call": _call,
    "custom_vjp_call": _call,
    "closed_call": _call,
    "cond": _cond,
    "scan": _scan,
}
