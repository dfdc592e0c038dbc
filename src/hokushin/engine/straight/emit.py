"""Emit: a plan as the text of LLVM's intermediate language, one vector of histories a number."""

from __future__ import annotations

import struct
from typing import Protocol, runtime_checkable

import numpy as np

from hokushin.engine.straight.elementary import exponential, logarithm
from hokushin.engine.straight.graph import COMPARISONS, DTYPES
from hokushin.engine.straight.plan import Plan, Routine

_KINDS = {"float32": "float", "int32": "i32", "uint32": "i32", "bool": "i1"}
_FLOAT = {"add": "fadd contract", "sub": "fsub contract", "mul": "fmul contract", "div": "fdiv"}
_WHOLE = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "and": "and",
    "or": "or",
    "xor": "xor",
    "shl": "shl",
}
_CALLS = {"abs": "fabs", "sqrt": "sqrt", "floor": "floor", "round": "roundeven"}
_EXTREMES = {"max": "maxnum", "min": "minnum"}

_FLUSH = """
  %before = alloca i32
  %during = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %before)
  %mode = load i32, ptr %before
  %flushing = or i32 %mode, 32832
  store i32 %flushing, ptr %during
  call void @llvm.x86.sse.ldmxcsr(ptr %during)
"""
_RESTORE = "  call void @llvm.x86.sse.ldmxcsr(ptr %before)"

INTRINSICS = ("fabs", "sqrt", "floor", "roundeven", "maxnum", "minnum", "fma")
_POINTERS = ("given", "memory", "now", "next", "row", "seen")
_ARGUMENTS = ", ".join(f"ptr noalias %{name}" for name in _POINTERS)
_RUN = ("givens", "memory", "first", "second", "table", "fresh", "outs", "seens")


@runtime_checkable
class Target(Protocol):
    """What has to be known of a processor."""

    lanes: int
    wide: bool
    can_flush: bool


class Writer:
    """Text of one module."""

    def __init__(self, plan: Plan, processor: Target, n_lanes: int) -> None:
        """Prepare.

        Args:
            plan: What to write.
            processor: What the code is for.
            n_lanes: Histories that run together, in several vectors.
        """
        self.plan, self.graph = plan, plan.body.graph
        self.lanes, self.wide, self.n_lanes = processor.lanes, processor.wide, n_lanes
        self.given = {place: i for i, place in enumerate(plan.given)}
        self.state = {p: i for i, p in enumerate(plan.state)}
        self.column = {n: i for i, n in enumerate(plan.columns)}
        self.lines: list[str] = []
        self.names: dict[int, str] = {}
        self.n_names = 0

    # --- values ---------------------------------------------------------------------------------

    def kind(self, node: int) -> str:
        """Type of a node's vector."""
        return f"<{self.lanes} x {_KINDS[self.graph.dtype[node]]}>"

    def make(self, text: str) -> str:
        """A new value."""
        self.n_names += 1
        name = f"%v{self.n_names}"
        self.lines.append(f"  {name} = {text}")
        return name

    def splat(self, number: float | int, kind: str = "float") -> str:
        """A constant in all lanes."""
        if kind == "float":
            text = f"0x{int.from_bytes(struct.pack('>d', float(np.float32(number)))):016X}"
        else:
            text = str(int(number)) if kind != "i1" else str(bool(number)).lower()
        return f"<{', '.join([f'{kind} {text}'] * self.lanes)}>"

    def value(self, node: int) -> str:
        """Name or text of a node's vector, loaded if it lies in memory."""
        name = self.names.get(node)
        if name is None:
            name = self.names[node] = self._load(node)
        return name

    def _load(self, node: int) -> str:
        op, dtype = self.graph.op[node], self.graph.dtype[node]
        if op == "constant":
            return self.splat(self.graph.known[node].item(), _KINDS[dtype])
        if op == "column":
            return self._broadcast(self.column[node], dtype)
        if op == "carry" and self.graph.args[node][0] in self.state:
            return self._load_vector("now", self.state[self.graph.args[node][0]], dtype)
        if op in ("const", "shared", "carry"):
            return self._load_vector("given", self.given[op, self.graph.args[node][0]], dtype)
        return self._load_vector("memory", self.plan.slots[node], dtype)

    def _load_vector(self, base: str, place: int, dtype: str) -> str:
        at = self._address(base, place * self.lanes * 4)
        if dtype == "bool":
            bits = self.make(f"load i{self.lanes}, ptr {at}, align 4")
            return self.make(f"bitcast i{self.lanes} {bits} to <{self.lanes} x i1>")
        return self.make(f"load <{self.lanes} x {_KINDS[dtype]}>, ptr {at}, align 4")

    def _broadcast(self, place: int, dtype: str) -> str:
        kind = "i32" if dtype == "bool" else _KINDS[dtype]
        number = self.make(f"load {kind}, ptr {self._address('row', place * 4)}, align 4")
        if dtype == "bool":
            kind, number = "i1", self.make(f"icmp ne i32 {number}, 0")
        vector = f"<{self.lanes} x {kind}>"
        first = self.make(f"insertelement {vector} poison, {kind} {number}, i64 0")
        mask = f"<{self.lanes} x i32> zeroinitializer"
        return self.make(f"shufflevector {vector} {first}, {vector} poison, {mask}")

    def _address(self, base: str, offset: int) -> str:
        return self.make(f"getelementptr i8, ptr %{base}, i64 {offset}")

    def store(self, node: int, base: str, offset: int) -> None:
        """Put a node's vector into memory."""
        value, kind = self.value(node), self.kind(node)
        if self.graph.dtype[node] == "bool":
            value = self.make(f"bitcast {kind} {value} to i{self.lanes}")
            kind = f"i{self.lanes}"
        at = self._address(base, offset)
        self.lines.append(f"  store {kind} {value}, ptr {at}, align 4")

    # --- operations -----------------------------------------------------------------------------

    def operation(self, node: int) -> str:
        """Write one operation."""
        op, args = self.graph.op[node], self.graph.args[node]
        kind, values = self.kind(node), [self.value(a) for a in args]
        is_float = self.graph.dtype[args[0]] == "float32"
        if op in COMPARISONS:
            return self._comparison(op, args, values)
        if op == "select":
            chosen = f"<{self.lanes} x i1> {values[0]}"
            return self.make(f"select {chosen}, {kind} {values[1]}, {kind} {values[2]}")
        if op in DTYPES:
            return self._conversion(op, args[0], values[0])
        if op.startswith("bits:"):
            return self.make(f"bitcast {self.kind(args[0])} {values[0]} to {kind}")
        if op == "exp":
            return exponential(self, values[0])
        if op == "log":
            return logarithm(self, values[0])
        if op in _CALLS:
            return self.call(_CALLS[op], values[0])
        if op in _EXTREMES and is_float:
            return self.call(_EXTREMES[op], *values)
        if op in _EXTREMES:
            sign = "s" if self.graph.dtype[node] == "int32" else "u"
            less = self.make(
                f"icmp {sign}{'gt' if op == 'max' else 'lt'} {kind} {values[0]}, {values[1]}"
            )
            return self.make(
                f"select <{self.lanes} x i1> {less}, {kind} {values[0]}, {kind} {values[1]}"
            )
        if op == "neg":
            zero = self.splat(0, "i32")
            return self.make(
                f"fneg {kind} {values[0]}" if is_float else f"sub {kind} {zero}, {values[0]}"
            )
        if op == "not":
            ones = self.splat(
                -1 if self.graph.dtype[node] != "bool" else 1, _KINDS[self.graph.dtype[node]]
            )
            return self.make(f"xor {kind} {values[0]}, {ones}")
        if op == "shr":
            sign = "a" if self.graph.dtype[node] == "int32" else "l"
            return self.make(f"{sign}shr {kind} {values[0]}, {values[1]}")
        return self.make(f"{(_FLOAT if is_float else _WHOLE)[op]} {kind} {values[0]}, {values[1]}")

    def call(self, name: str, *values: str) -> str:
        """Call an operation of the processor on floats."""
        kind = f"<{self.lanes} x float>"
        arguments = ", ".join(f"{kind} {v}" for v in values)
        flags = "nnan nsz " if name in ("maxnum", "minnum") else ""
        return self.make(f"call {flags}{kind} @llvm.{name}.v{self.lanes}f32({arguments})")

    def _comparison(self, op: str, args: tuple[int, ...], values: list[str]) -> str:
        dtype, kind = self.graph.dtype[args[0]], self.kind(args[0])
        if dtype == "float32":
            name = {"eq": "oeq", "ne": "une", "lt": "olt", "le": "ole"}[op]
            return self.make(f"fcmp {name} {kind} {values[0]}, {values[1]}")
        sign = "s" if dtype == "int32" else "u"
        name = op if op in ("eq", "ne") else sign + op
        return self.make(f"icmp {name} {kind} {values[0]}, {values[1]}")

    def _conversion(self, to: str, node: int, value: str) -> str:
        source, kind = self.graph.dtype[node], f"<{self.lanes} x {_KINDS[to]}>"
        if {source, to} == {"int32", "uint32"}:
            return value
        if to == "float32":
            how = "sitofp" if source == "int32" else "uitofp"
        else:
            how = "fptosi" if to == "int32" else "fptoui"
        return self.make(f"{how} {self.kind(node)} {value} to {kind}")

    # --- functions ------------------------------------------------------------------------------

    def routine(self, name: str, routine: Routine, last: bool) -> str:
        """Text of one function; the last of a step stores what the step hands on."""
        self.lines, self.names, self.n_names = [], {}, 0
        width = self.lanes * 4
        keep = set(routine.keep)
        stores = self._results(routine) if name.startswith("step") else {}
        for node in routine.nodes:
            self.names[node] = self.operation(node)
            if node in keep:
                self.store(node, "memory", self.plan.slots[node] * width)
            for base, offset in stores.pop(node, ()):
                self.store(node, base, offset)
        if last:
            own = {n for r in self.plan.step for n in r.nodes}
            for node, places in self._results(None).items():
                if node not in own:
                    for base, offset in places:
                        self.store(node, base, offset)
        body = "\n".join(self.lines)
        return f"define internal void @{name}({_ARGUMENTS}) #0 {{\n{body}\n  ret void\n}}\n"

    def _results(self, routine: Routine | None) -> dict[int, list[tuple[str, int]]]:
        """Where results of the step go, node by node."""
        own = None if routine is None else set(routine.nodes)
        places: dict[int, list[tuple[str, int]]] = {}
        body = self.plan.body
        for i, p in enumerate(self.plan.state):
            places.setdefault(body.carry[p], []).append(("next", i * self.lanes * 4))
        for i, node in enumerate(body.seen):
            places.setdefault(node, []).append(("seen", i * self.n_lanes * 4))
        return {n: at for n, at in places.items() if own is None or n in own}


def write_module(plan: Plan, processor: Target, n_lanes: int) -> str:
    """Text of a plan: its routines, and the loop that calls them.

    The function `run` takes given [vector, number, lane], memory, the state twice, the columns
    [step, number], fresh [step], out [vector, number, lane], seen [step, number, history], and the
    number of vectors.
    """
    writer = Writer(plan, processor, n_lanes)
    texts = []
    for kind, routines in (("settle", plan.settle), ("step", plan.step)):
        for i, routine in enumerate(routines):
            last = kind == "step" and i == len(routines) - 1
            texts.append(writer.routine(f"{kind}{i}", routine, last))
    driver = _driver(plan, processor, n_lanes)
    return "\n".join([*texts, driver, _declarations(processor)])


def _declarations(processor: Target) -> str:
    lanes = processor.lanes
    vector = f"<{lanes} x float>"
    lines = []
    for name in INTRINSICS:
        n = {"maxnum": 2, "minnum": 2, "fma": 3}.get(name, 1)
        lines.append(f"declare {vector} @llvm.{name}.v{lanes}f32({', '.join([vector] * n)})")
    if processor.wide:
        lines.append(
            "declare <16 x float> @llvm.x86.avx512.mask.scalef.ps.512"
            "(<16 x float>, <16 x float>, <16 x float>, i16, i32 immarg)"
        )
    if processor.can_flush:
        lines.append("declare void @llvm.x86.sse.stmxcsr(ptr)")
        lines.append("declare void @llvm.x86.sse.ldmxcsr(ptr)")
    lines.append("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1 immarg)")
    lines.append("attributes #0 = { nounwind noinline }")
    return "\n".join(lines)


def _driver(plan: Plan, processor: Target, n_lanes: int) -> str:
    width = processor.lanes * 4
    n_state, n_given = len(plan.state), len(plan.given)
    step_seen = len(plan.body.seen) * n_lanes * 4
    arguments = f"({', '.join(f'ptr %{name}' for name in _POINTERS)})"
    taken = ", ".join(f"ptr %{name}" for name in _RUN)

    def calls(kind: str, n: int) -> str:
        return "\n".join(f"  call void @{kind}{i}{arguments}" for i in range(n))

    return f"""
define void @run({taken}, i64 %vectors) #0 {{
entry:
{_FLUSH if processor.can_flush else ""}
  br label %vector
vector:
  %k = phi i64 [ 0, %entry ], [ %k1, %finish ]
  %given_at = mul i64 %k, {n_given * width}
  %given = getelementptr i8, ptr %givens, i64 %given_at
  %out_at = mul i64 %k, {n_state * width}
  %out = getelementptr i8, ptr %outs, i64 %out_at
  call void @llvm.memcpy.p0.p0.i64(ptr %first, ptr %given, i64 {n_state * width}, i1 false)
  %seen_at = mul i64 %k, {width}
  %seen_first = getelementptr i8, ptr %seens, i64 %seen_at
  br label %turn
turn:
  %t = phi i64 [ 0, %vector ], [ %t1, %work ]
  %now = phi ptr [ %first, %vector ], [ %next, %work ]
  %next = phi ptr [ %second, %vector ], [ %now, %work ]
  %row = phi ptr [ %table, %vector ], [ %row1, %work ]
  %seen = phi ptr [ %seen_first, %vector ], [ %seen1, %work ]
  %flag_at = getelementptr i8, ptr %fresh, i64 %t
  %flag = load i8, ptr %flag_at
  %is_fresh = icmp ne i8 %flag, 0
  br i1 %is_fresh, label %settle, label %work
settle:
{calls("settle", len(plan.settle))}
  br label %work
work:
{calls("step", len(plan.step))}
  %t1 = add i64 %t, 1
  %row1 = getelementptr i8, ptr %row, i64 {len(plan.columns) * 4}
  %seen1 = getelementptr i8, ptr %seen, i64 {step_seen}
  %more = icmp ult i64 %t1, {plan.body.graph.n_steps}
  br i1 %more, label %turn, label %finish
finish:
  call void @llvm.memcpy.p0.p0.i64(ptr %out, ptr %next, i64 {n_state * width}, i1 false)
  %k1 = add i64 %k, 1
  %again = icmp ult i64 %k1, %vectors
  br i1 %again, label %vector, label %done
done:
{_RESTORE if processor.can_flush else ""}
  ret void
}}
"""
