"""Program: a function of JAX whose loops over steps run as straight-line code."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend import core

from hokushin.engine.straight.cut import Cut, Loop, cut, part_of
from hokushin.engine.straight.emit import write_module
from hokushin.engine.straight.native import Machine, Processor, aligned
from hokushin.engine.straight.plan import Plan, make_plan, read_body


@dataclass(frozen=True, eq=False)
class _Stage:
    """A loop that is ready to run, and the JAX before it."""

    before: Callable[..., Any]
    """From what is at hand to the rest of what is needed later, and to `given`."""
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    loop: Loop
    plan: Plan
    machine: Machine
    table: np.ndarray
    fresh: np.ndarray


class Program:
    """A function of arguments that can be called from several threads at a time."""

    def __init__(
        self,
        function: Callable[..., Any],
        wide: tuple[Any, ...],
        narrow: tuple[Any, ...],
        known: Iterable[int],
        n_lanes: int,
        options: dict[str, Any] | None = None,
        processor: Processor | None = None,
    ) -> None:
        """Read, lay out and compile.

        Args:
            function: A function of trees of arrays. Arrays of which each history has its own have
                the history as last axis.
            wide: Arguments for `n_lanes` histories.
            narrow: The same arguments for two histories.
            known: Positions of arguments that are the same in every call.
            n_lanes: How many histories a call has.
            options: For the compiler of JAX.
            processor: What straight-line code is made for; this machine.

        Raises:
            NotStraight: If a loop does what straight-line code for one history cannot.
        """
        self.n_lanes = n_lanes
        many, shape = jax.make_jaxpr(function, return_shape=True)(*wide)
        two = jax.make_jaxpr(function)(*narrow)
        self._tree = jax.tree.structure(shape)
        places = _positions(wide, set(known))
        flat = jax.tree.leaves(wide)
        self._cut = cut(many, two, {i: np.asarray(flat[i]) for i in places}, n_lanes)
        self._processor = processor or Processor()
        self._options = options or {}
        self._stages, self._after = self._prepare(self._cut)
        self._memory = threading.local()

    @property
    def plans(self) -> list[Plan]:
        """The loops as they were laid out."""
        return [stage.plan for stage in self._stages]

    @property
    def from_cache(self) -> bool:
        """Whether every loop had been compiled before."""
        return all(stage.machine.from_cache for stage in self._stages)

    def __call__(self, *arguments: Any) -> Any:
        """Give what the function gives."""
        at_hand = dict(zip(self._cut.wide.jaxpr.invars, jax.tree.leaves(arguments), strict=True))
        for stage in self._stages:
            rest, given = stage.before(*(at_hand[v] for v in stage.inputs))
            at_hand.update(rest)
            out, seen = self._run(stage, np.asarray(given))
            at_hand.update(self._unpack(stage, given, out, seen))
        function, inputs = self._after
        found = function(*(at_hand[v] for v in inputs))
        return jax.tree.unflatten(self._tree, list(found))

    # --- preparation ----------------------------------------------------------------------------

    def _prepare(self, parts: Cut) -> tuple[list[_Stage], tuple[Callable, tuple]]:
        """Lay out the last loop first: what is wanted of a loop follows from the next."""
        jaxpr, constants = parts.wide.jaxpr, set(parts.wide.jaxpr.constvars)
        loops = [p for p in parts.parts if isinstance(p, Loop)]
        between = [p for p in parts.parts if not isinstance(p, Loop)]
        needed = _needs(between[-1], _variables(jaxpr.outvars)) - constants
        last = tuple(sorted(needed, key=_order(jaxpr)))
        read: dict[Any, set[int]] = {}
        stages: list[_Stage] = []
        for loop, before in zip(loops[::-1], between[-2::-1], strict=True):
            plan = make_plan(read_body(loop), _wanted(loop, needed, read))
            made = {v for e in before for v in e.outvars}
            passed = {v: at for v, at in read.items() if v not in loop.outputs}
            later = (needed - set(loop.outputs)) | set(passed)
            rest = sorted(later & made, key=_order(jaxpr))
            stages.append(self._stage(loop, plan, before, rest))
            # The state goes straight from loop to loop if no equation reads it in between.
            read = passed | _read_of_state(loop, plan)
            inner = (_variables(loop.inputs) - set(read)) | ((set(read) | set(rest)) & made)
            needed = ((later - made) | _needs(before, inner)) - constants
        function = jax.jit(
            part_of(parts.wide, between[-1], last, jaxpr.outvars), compiler_options=self._options
        )
        return stages[::-1], (function, last)

    def _stage(self, loop: Loop, plan: Plan, before: Any, rest: list) -> _Stage:
        lanes = self._processor.lanes
        n_vectors = self.n_lanes // lanes
        wide = self._cut.wide
        packed = _pack(loop, plan)
        outputs = [*rest, *loop.inputs]
        needed = _needs(before, _variables(outputs)) - set(wide.jaxpr.constvars)
        inputs = sorted(needed, key=_order(wide.jaxpr))
        function = part_of(wide, before, inputs, outputs)

        def run(*values: Any) -> Any:
            found = function(*values)
            rows = packed(found[len(rest) :], self.n_lanes)
            given = rows.reshape(len(plan.given), n_vectors, lanes).swapaxes(0, 1)
            return found[: len(rest)], given

        compiled = jax.jit(run, compiler_options=self._options)

        def named(*values: Any) -> Any:
            found, given = compiled(*values)
            return dict(zip(rest, found, strict=True)), given

        text = write_module(plan, self._processor, self.n_lanes)
        return _Stage(
            before=named,
            inputs=tuple(inputs),
            outputs=loop.outputs,
            loop=loop,
            plan=plan,
            machine=Machine(text, self._processor),
            table=_table(plan),
            fresh=plan.fresh.astype(np.uint8),
        )

    # --- running --------------------------------------------------------------------------------

    def _run(self, stage: _Stage, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        lanes, plan = self._processor.lanes, stage.plan
        n_vectors = self.n_lanes // lanes
        n_state, n_seen = len(plan.state), len(plan.body.seen)
        sizes = [plan.n_slots, n_state, n_state]
        scratch = getattr(self._memory, "scratch", None)
        if scratch is None or any(
            a.size < 4 * lanes * n for a, n in zip(scratch, sizes, strict=True)
        ):
            scratch = [aligned(4 * lanes * n) for n in sizes]
            self._memory.scratch = scratch
        out = np.empty((n_vectors, n_state, lanes), np.float32)
        seen = np.empty((stage.loop.length, n_seen, self.n_lanes), np.float32)
        stage.machine(
            [np.ascontiguousarray(given), *scratch, stage.table, stage.fresh, out, seen], n_vectors
        )
        return out, seen

    def _unpack(self, stage: _Stage, given: Any, out: np.ndarray, seen: np.ndarray) -> dict:
        """Arrays of the wide program from what the loop left."""
        plan, loop = stage.plan, stage.loop
        rows = np.ascontiguousarray(out.swapaxes(0, 1)).reshape(len(plan.state), self.n_lanes)
        frozen = {
            p: i
            for i, (kind, p) in enumerate(plan.given)
            if kind == "carry" and i >= len(plan.state)
        }
        changing = {p: i for i, p in enumerate(plan.state)}
        found: dict[Any, Any] = {}
        first = 0
        for leaf, variable in zip(loop.carry, loop.outputs, strict=False):
            whole = np.full((leaf.size, self.n_lanes), np.nan, np.float32)
            for i in range(leaf.size):
                if first + i in changing:
                    whole[i] = rows[changing[first + i]]
                elif first + i in frozen:
                    whole[i] = np.asarray(given)[:, frozen[first + i]].reshape(-1)
            found[variable] = whole.reshape(*leaf.shape, self.n_lanes)
            first += leaf.size
        first = 0
        for leaf, variable in zip(loop.seen, loop.outputs[len(loop.carry) :], strict=True):
            part = seen[:, first : first + leaf.size]
            found[variable] = part.reshape(*leaf.shape, self.n_lanes)
            first += leaf.size
        return found


def _positions(arguments: tuple[Any, ...], known: set[int]) -> list[int]:
    """Places among all leaves of the leaves of some arguments."""
    found, first = [], 0
    for i, argument in enumerate(arguments):
        n = len(jax.tree.leaves(argument))
        if i in known:
            found += range(first, first + n)
        first += n
    return found


def _variables(atoms: Iterable[Any]) -> set[Any]:
    return {v for v in atoms if not isinstance(v, core.Literal)}


def _needs(equations: Iterable[Any], outputs: set[Any]) -> set[Any]:
    """Variables from outside that some equations need for some outputs."""
    needed = set(outputs)
    for equation in reversed(list(equations)):
        if needed.intersection(equation.outvars):
            needed.difference_update(equation.outvars)
            needed |= _variables(equation.invars)
    return needed


def _order(jaxpr: Any) -> Callable[[Any], int]:
    places: dict[Any, int] = {}
    for v in (*jaxpr.constvars, *jaxpr.invars, *(v for e in jaxpr.eqns for v in e.outvars)):
        places.setdefault(v, len(places))
    return lambda v: places[v]


def _wanted(loop: Loop, needed: set[Any], read: dict[Any, set[int]]) -> list[int]:
    """Positions of a loop's state that are asked for after it.

    Args:
        loop: The loop.
        needed: Variables that are needed in whole.
        read: Variables that only the next loop reads, with the places that it reads.
    """
    wanted, first = [], 0
    for leaf, variable in zip(loop.carry, loop.outputs, strict=False):
        places = range(leaf.size) if variable in needed else read.get(variable, ())
        wanted += [first + i for i in places]
        first += leaf.size
    return wanted


def _read_of_state(loop: Loop, plan: Plan) -> dict[Any, set[int]]:
    """Places that a loop reads in the state it begins with, by variable."""
    positions = {p for kind, p in plan.given if kind == "carry"}
    found: dict[Any, set[int]] = {}
    first = 0
    for leaf, variable in zip(loop.carry, loop.inputs[len(loop.consts) :], strict=True):
        if not isinstance(variable, core.Literal):
            own = {p - first for p in positions if first <= p < first + leaf.size}
            found.setdefault(variable, set()).update(own)
        first += leaf.size
    return found


def _pack(loop: Loop, plan: Plan) -> Callable[[Any, int], Any]:
    """A function from the inputs of a loop to the rows that its code reads."""
    rows: dict[str, list[tuple[int, int]]] = {"const": [], "shared": [], "carry": []}
    for i, leaf in enumerate((*loop.consts, *loop.carry)):
        kind = "carry" if i >= len(loop.consts) else "const" if leaf.own else "shared"
        if leaf.value is None:
            rows[kind] += [(i, j) for j in range(leaf.size)]
    wanted = [rows[kind][place] for kind, place in plan.given]
    leaves = sorted({i for i, _ in wanted})
    starts, total = {}, 0
    for i in leaves:
        starts[i] = total
        total += (*loop.consts, *loop.carry)[i].size
    index = np.array([starts[i] + j for i, j in wanted], np.int32)

    def pack(values: Any, n_lanes: int) -> Any:
        parts = []
        for i in leaves:
            leaf = (*loop.consts, *loop.carry)[i]
            x = jnp.asarray(values[i])
            if x.dtype != jnp.float32:
                x = jax.lax.bitcast_convert_type(x, jnp.float32)
            wide = x.reshape(leaf.size, n_lanes if leaf.own else 1)
            parts.append(jnp.broadcast_to(wide, (leaf.size, n_lanes)))
        return jnp.concatenate(parts)[index]

    return pack


def _table(plan: Plan) -> np.ndarray:
    """Columns side by side, the step leading, as words of 32 bits."""
    known = plan.body.graph.known
    words = [
        known[n].astype(np.uint32) if known[n].dtype == np.bool_ else known[n].view(np.uint32)
        for n in plan.columns
    ]
    steps = plan.body.graph.n_steps
    return np.ascontiguousarray(np.stack(words, 1) if words else np.zeros((steps, 0), np.uint32))
