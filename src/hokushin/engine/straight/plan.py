"""Plan: which numbers of a loop are worked out when, in what order, and where they are kept.

Numbers that follow from parameters and from what rarely changes are *settled*: worked out before
the first step and again whenever one of those columns changes. All others are worked out in every
step. What nobody asks for is left out, also over steps: a part of the state that only feeds itself
goes. A part of the state that no step changes is a parameter.

Code is laid out depth first from what has to be stored, so that a number is used soon after it was
made, and cut into functions of bounded size, since the time of a compiler grows faster than its
input. Numbers that live longer than their function are kept in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hokushin.engine.straight.cut import Leaf, Loop
from hokushin.engine.straight.graph import OTHER, Graph
from hokushin.engine.straight.lift import lift
from hokushin.engine.straight.nodes import Nodes, NotStraight, lift_columns, lift_constant

FUNCTION = 8000
"""Instructions of a function, about."""

_SETTLINGS = 8
"""Settled numbers are worked out again at most once in so many steps, on average."""

WEIGHT = {"exp": 11, "log": 17, "constant": 0, "column": 0, "const": 0, "shared": 0, "carry": 0}
"""Instructions that an operation becomes, if not one."""

GIVEN = frozenset({"const", "shared", "carry"})
SOURCES = GIVEN | {"constant", "column"}


@dataclass(frozen=True, eq=False)
class Body:
    """What a loop does to one history in one step, as a graph."""

    graph: Graph
    carry: tuple[int, ...]
    """Node of each number of the state after the step, in the order of the inputs."""
    seen: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Routine:
    """Instructions of one function, in order, and which of its numbers others need."""

    nodes: tuple[int, ...]
    keep: tuple[int, ...]


@dataclass(eq=False)
class Plan:
    """A loop laid out for a compiler."""

    body: Body
    given: tuple[tuple[str, int], ...]
    """What a history brings along: (kind, position), the changing state first."""
    state: tuple[int, ...]
    """Positions of the state that changes and that somebody asks for."""
    columns: tuple[int, ...]
    """Nodes of the columns that are read."""
    fresh: np.ndarray
    """Steps in which the settled numbers are worked out again."""
    settle: tuple[Routine, ...]
    step: tuple[Routine, ...]
    slots: dict[int, int] = field(default_factory=dict)
    """Place in memory of numbers that outlive their function."""
    n_slots: int = 0

    def counts(self) -> Counter[str]:
        """Operations of one step."""
        ops: Counter[str] = Counter()
        for routine in self.step:
            ops.update(self.body.graph.op[n] for n in routine.nodes)
        return ops


def read_body(loop: Loop) -> Body:
    """The graph of a loop's body."""
    graph = Graph(loop.length)
    places: Counter[str] = Counter()

    def nodes(kind: str, leaf: Leaf) -> Nodes:
        if leaf.value is not None:
            return lift_constant(graph, leaf.value)
        kind = kind if leaf.own else "shared"
        first = places[kind]
        places[kind] += leaf.size
        found = [graph.input(kind, first + i, leaf.dtype) for i in range(leaf.size)]
        mine = np.array(found, np.int64).reshape(leaf.shape)
        return np.stack([mine, np.full_like(mine, OTHER)], axis=-1) if leaf.own else mine

    inputs = [nodes("const", leaf) for leaf in loop.consts]
    inputs += [nodes("carry", leaf) for leaf in loop.carry]
    inputs += [lift_columns(graph, values) for values in loop.columns]
    outputs = lift(graph, loop.body, inputs)
    mine = [np.asarray(x)[..., 0].reshape(-1).tolist() for x in outputs]
    carry = [n for part in mine[: len(loop.carry)] for n in part]
    seen = [n for part in mine[len(loop.carry) :] for n in part]
    if OTHER in carry or OTHER in seen:
        raise NotStraight("one history has a part in the fate of another")
    return Body(graph, tuple(carry), tuple(seen))


def make_plan(body: Body, wanted: Iterable[int], function: int = FUNCTION) -> Plan:
    """Lay a loop out.

    Args:
        body: What the loop does.
        wanted: Positions in the state that are asked for after the last step.
        function: Instructions of a function, about.
    """
    graph = body.graph
    asked = set(wanted)
    live, used = _live(body, asked)
    frozen = {p for p in live if body.carry[p] == _input(graph, "carry", p)}
    changing = tuple(sorted(live - frozen))
    slow = _slow_columns(graph, used)
    settled = _settled(graph, used, frozen, slow)
    roots = [body.carry[p] for p in changing] + list(body.seen)
    step_order = _depth_first(graph, roots, stop=settled)
    frontier = [n for n in sorted(_read_by(graph, step_order, roots)) if n in settled]
    frontier = [n for n in frontier if graph.op[n] not in SOURCES]
    settle_order = _depth_first(graph, frontier, stop=set())
    settle = _split(graph, settle_order, function)
    step = _split(graph, step_order, function) or [[]]  # a step that only moves numbers has one too
    sources = _read_by(graph, [*settle_order, *step_order], roots)
    passed_on = {("carry", p) for p in frozen & asked}
    read = {(graph.op[n], graph.args[n][0]) for n in sources if graph.op[n] in GIVEN}
    rest = sorted((passed_on | read) - {("carry", p) for p in changing})
    given = [*(("carry", p) for p in changing), *rest]
    columns = tuple(sorted(n for n in sources if graph.op[n] == "column"))
    plan = Plan(body, tuple(given), changing, columns, _fresh(graph, slow & set(columns)), (), ())
    _place(plan, settle, step, roots, set(frontier))
    return plan


def _input(graph: Graph, kind: str, position: int) -> int | None:
    return graph._places.get((kind, position))


def _live(body: Body, wanted: set[int]) -> tuple[set[int], set[int]]:
    """Parts of the state that somebody asks for, at the end or on the way, and all they need."""
    graph, live, used = body.graph, set(), set()
    waiting = list(body.seen)
    ask = set(wanted)
    while ask:
        live |= ask
        waiting += [body.carry[p] for p in ask]
        while waiting:
            node = waiting.pop()
            if node not in used:
                used.add(node)
                if graph.op[node] not in SOURCES:
                    waiting += graph.args[node]
        ask = {graph.args[n][0] for n in used if graph.op[n] == "carry"} - live
    return live, used


def _slow_columns(graph: Graph, used: set[int]) -> set[int]:
    """Columns that change so seldom that what follows from them need not be done every step."""
    changes = {
        n: frozenset((np.flatnonzero(np.diff(graph.known[n])) + 1).tolist())
        for n in used
        if graph.op[n] == "column"
    }
    slow, steps = set(), frozenset()
    for node in sorted(changes, key=lambda n: (len(changes[n]), n)):
        together = steps | changes[node]
        if len(together) * _SETTLINGS <= graph.n_steps:
            slow.add(node)
            steps = together
    return slow


def _fresh(graph: Graph, slow: set[int]) -> np.ndarray:
    fresh = np.zeros(graph.n_steps, bool)
    fresh[0] = True
    for node in slow:
        fresh[1:] |= np.diff(graph.known[node]) != 0
    return fresh


def _settled(graph: Graph, used: set[int], frozen: set[int], slow: set[int]) -> set[int]:
    settled: set[int] = set()
    for node in sorted(used):
        op = graph.op[node]
        if op == "carry":
            is_settled = graph.args[node][0] in frozen
        elif op == "column":
            is_settled = node in slow
        else:
            is_settled = op in SOURCES or settled.issuperset(graph.args[node])
        if is_settled:
            settled.add(node)
    return settled


def _depth_first(graph: Graph, roots: Sequence[int], stop: set[int]) -> list[int]:
    """Operations behind some nodes, each after what it needs and as late as that allows.

    Of what an operation needs, the longest chain comes first, so that few numbers wait for it.
    """
    chain = _chains(graph, stop)
    order: list[int] = []
    done: set[int] = set()
    for root in roots:
        waiting = [(root, False)]
        while waiting:
            node, ready = waiting.pop()
            if ready:
                order.append(node)
                continue
            if node in done or not chain[node]:
                continue
            done.add(node)
            waiting.append((node, True))
            waiting += [(a, False) for a in sorted(graph.args[node], key=chain.__getitem__)]
    return order


def _chains(graph: Graph, stop: set[int]) -> list[int]:
    """Length of the longest chain of operations behind each node, 0 where nothing is to be done."""
    chain = [0] * len(graph)
    for node, (op, args) in enumerate(zip(graph.op, graph.args, strict=True)):
        if op not in SOURCES and node not in stop and args:
            chain[node] = 1 + max(chain[a] for a in args)
    return chain


def _read_by(graph: Graph, order: Sequence[int], roots: Sequence[int]) -> set[int]:
    """What operations read, and what is stored, that is no operation of theirs."""
    own = set(order)
    read = {a for n in order for a in graph.args[n]} | set(roots)
    return read - own


def _split(graph: Graph, order: Sequence[int], function: int) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    size = 0
    for node in order:
        if size >= function:
            parts.append([])
            size = 0
        parts[-1].append(node)
        size += WEIGHT.get(graph.op[node], 1)
    return [part for part in parts if part]


def _place(
    plan: Plan,
    settle: list[list[int]],
    step: list[list[int]],
    roots: Sequence[int],
    frontier: set[int],
) -> None:
    """Give numbers that outlive their function a place in memory, used again once they are dead."""
    graph = plan.body.graph
    parts = [*settle, *step]
    home = {node: i for i, part in enumerate(parts) for node in part}
    last: dict[int, int] = {}
    for i, part in enumerate(parts):
        for node in part:
            for a in graph.args[node]:
                if a in home and home[a] != i:
                    last[a] = i
    for node in frontier:
        last[node] = len(parts)  # settled numbers stay
    for node in roots:  # stored by the last function of the step, so that no input is overwritten
        if node in home:
            last[node] = max(last.get(node, -1), home[node])
    free: list[int] = []
    ends: dict[int, list[int]] = {}
    routines = []
    for i, part in enumerate(parts):
        keep = tuple(n for n in part if last.get(n, -1) > i)
        for node in keep:
            slot = free.pop() if free else plan.n_slots
            plan.n_slots = max(plan.n_slots, slot + 1)
            plan.slots[node] = slot
            ends.setdefault(last[node], []).append(slot)
        routines.append(Routine(tuple(part), keep))
        free += ends.get(i, [])
    plan.settle = tuple(routines[: len(settle)])
    plan.step = tuple(routines[len(settle) :])
