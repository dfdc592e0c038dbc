"""Cut: take a program of JAX apart at its loops, so that each part can run where it is quickest.

What stands between the loops runs in JAX. Of a loop, two readings of the same program are laid
side by side, one for many histories and one for two: an array whose last axis differs between
them has one number for each history, and one that is the same in both is shared by all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax.extend import core

from hokushin.engine.straight.nodes import NotStraight

Atom = Any
"""A variable or a literal of a program."""


@dataclass(frozen=True, eq=False)
class Leaf:
    """An array that goes into a loop or comes out of it."""

    shape: tuple[int, ...]
    """Without the history axis."""
    dtype: str
    own: bool
    """Whether every history has its own."""
    value: np.ndarray | None = None
    """What is known of it beforehand."""

    @property
    def size(self) -> int:
        """How many numbers a history has in it."""
        return int(np.prod(self.shape, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Loop:
    """A loop over steps, for one history."""

    body: core.ClosedJaxpr
    """Read for two histories."""
    length: int
    consts: tuple[Leaf, ...]
    carry: tuple[Leaf, ...]
    columns: tuple[np.ndarray, ...]
    """What every step brings, the step leading."""
    seen: tuple[Leaf, ...]
    inputs: tuple[Atom, ...]
    """Consts and first carry, in the wide program."""
    outputs: tuple[Atom, ...]


@dataclass(frozen=True, eq=False)
class Cut:
    """A program as parts in turn: equations for JAX, and loops."""

    wide: core.ClosedJaxpr
    parts: tuple[tuple[Any, ...] | Loop, ...]


def cut(
    wide: core.ClosedJaxpr, narrow: core.ClosedJaxpr, known: dict[int, np.ndarray], n_lanes: int
) -> Cut:
    """Take a program apart.

    Args:
        wide: The program for `n_lanes` histories.
        narrow: The same program for two.
        known: Arguments whose values are the same in every call, by position.
        n_lanes: How many histories run together in JAX.
    """
    pairs = list(zip(wide.jaxpr.eqns, narrow.jaxpr.eqns, strict=False))
    if len(wide.jaxpr.eqns) != len(narrow.jaxpr.eqns) or any(
        a.primitive is not b.primitive for a, b in pairs
    ):
        raise NotStraight("the program is another one for two histories than for many")
    values = _known_values(narrow, known)
    parts: list[Any] = []
    between: list[Any] = []
    for many, two in pairs:
        if two.primitive.name != "scan":
            between.append(many)
            continue
        parts.append(tuple(between))
        parts.append(_loop(many, two, values, n_lanes))
        between = []
    parts.append(tuple(between))
    return Cut(wide, tuple(parts))


def _known_values(narrow: core.ClosedJaxpr, known: dict[int, np.ndarray]) -> dict[Any, np.ndarray]:
    """Values of what loops take that follow from known arguments alone."""
    jaxpr = narrow.jaxpr
    certain = set(jaxpr.constvars) | {jaxpr.invars[i] for i in known}
    equations = []
    for equation in jaxpr.eqns:
        inputs = [v for v in equation.invars if not isinstance(v, core.Literal)]
        if equation.primitive.name != "scan" and certain.issuperset(inputs):
            certain.update(equation.outvars)
            equations.append(equation)
    taken = {
        v
        for equation in jaxpr.eqns
        if equation.primitive.name == "scan"
        for v in equation.invars
        if not isinstance(v, core.Literal) and v in certain
    }
    wanted = list(taken)
    part = part_of(narrow, equations, [jaxpr.invars[i] for i in known], wanted)
    found = jax.jit(part)(*known.values())
    return dict(zip(wanted, map(np.asarray, found), strict=True))


def part_of(
    whole: core.ClosedJaxpr, equations: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any]
) -> Any:
    """Some equations of a program as a function of some of its variables."""
    needed = {v for v in outputs if not isinstance(v, core.Literal)}
    kept = []
    for equation in reversed(equations):
        if needed.intersection(equation.outvars):
            kept.append(equation)
            needed.update(v for v in equation.invars if not isinstance(v, core.Literal))

    def part(*values: Any) -> list[Any]:
        places = dict(zip(whole.jaxpr.constvars, whole.consts, strict=True))
        places.update(zip(inputs, values, strict=True))

        def read(atom: Any) -> Any:
            return atom.val if isinstance(atom, core.Literal) else places[atom]

        for equation in reversed(kept):
            params = equation.primitive.get_bind_params(equation.params)
            found = equation.primitive.bind(*map(read, equation.invars), **params)
            many = equation.primitive.multiple_results
            places.update(zip(equation.outvars, found if many else [found], strict=True))
        return [read(v) for v in outputs]

    return part


def _loop(many: Any, two: Any, values: dict[Any, np.ndarray], n_lanes: int) -> Loop:
    params = two.params
    if params["reverse"]:
        raise NotStraight("a loop that runs backwards")
    n_consts, n_state = params["num_consts"], params["num_consts"] + params["num_carry"]
    leaves = []
    for a, b in zip(many.invars, two.invars, strict=True):
        value = b.val if isinstance(b, core.Literal) else values.get(b)
        leaves.append(_leaf(a.aval, b.aval, None if value is None else np.asarray(value), n_lanes))
    outputs = [
        _leaf(a.aval, b.aval, None, n_lanes) for a, b in zip(many.outvars, two.outvars, strict=True)
    ]
    seen = outputs[params["num_carry"] :]
    columns = []
    for leaf in leaves[n_state:]:
        if leaf.value is None:
            raise NotStraight("what a step brings differs between histories or is not known")
        columns.append(leaf.value)
    if not all(leaf.own for leaf in (*leaves[n_consts:n_state], *seen)):
        raise NotStraight("something in the state is shared by all histories")
    return Loop(
        body=params["jaxpr"],
        length=params["length"],
        consts=tuple(leaves[:n_consts]),
        carry=tuple(leaves[n_consts:n_state]),
        columns=tuple(columns),
        seen=tuple(seen),
        inputs=tuple(many.invars[:n_state]),
        outputs=tuple(many.outvars),
    )


def _leaf(many: Any, two: Any, value: np.ndarray | None, n_lanes: int) -> Leaf:
    wide, narrow, dtype = tuple(many.shape), tuple(two.shape), str(two.dtype)
    if wide == narrow:
        return Leaf(narrow, dtype, False, value)
    if wide[:-1] != narrow[:-1] or (wide[-1], narrow[-1]) != (n_lanes, 2):
        raise NotStraight(f"an array of shape {wide} for {n_lanes} histories, {narrow} for two")
    return Leaf(narrow[:-1], dtype, True)
