"""Straight-line code beside JAX, on the same histories in one run.

    python -m benchmarks.bench_straight [SCENARIO] [--histories 2048] [--repeats 3]

Full spans, the window of the question, and fifty steps in which everything is free, on one core
and on all. The back ends take turns, and the best time of each is kept, so that other work on the
machine falls on both. Besides: what it costs to compile, in how many histories the two tell another
story, and how long the operations of a step would take at the pace at which this processor makes
sums and divisions when nothing waits for anything. (Sums and products may run beside one another,
so that code can be quicker than that.)
"""

from __future__ import annotations

import argparse
import functools
import operator
import os
import time
from collections import Counter
from datetime import date

import jax
import jax.numpy as jnp
import numpy as np

from hokushin.engine.documented import documented_path
from hokushin.engine.keys import LANES
from hokushin.engine.run import Setting, Simulator
from hokushin.engine.straight.native import Processor
from hokushin.engine.straight.plan import WEIGHT
from hokushin.engine.straight.program import Program
from hokushin.model.build import Model, build
from hokushin.model.randomness import Dice
from hokushin.model.start import start as start_of
from hokushin.model.step import advance
from hokushin.scenario.dates import parse_date
from hokushin.scenario.load import load

WINDOW = 50
BACKENDS = ("straight", "jax")
_SLOW = ("div", "sqrt")


def per_second(simulators: dict, n: int, repeats: int) -> dict[str, float]:
    """Histories per second of each back end, the best of some turns."""
    best = dict.fromkeys(simulators, 0.0)
    for _ in range(repeats):
        for name, simulator in simulators.items():
            begin = time.perf_counter()
            simulator.outcomes(np.arange(n))
            best[name] = max(best[name], n / (time.perf_counter() - begin))
    return best


def paces(repeats: int = 5) -> dict[str, float]:
    """Nanoseconds of an operation on one vector, a sum and a division, when nothing waits."""
    width, rows, turns, rounds = Processor().lanes, 20, 16, 50_000
    start = np.linspace(1.0, 2.0, rows * width, dtype=np.float32).reshape(rows, width)
    calendar = np.linspace(1.0, 2.0, rounds, dtype=np.float32)
    found = {}
    for name, operation in {"sum": operator.add, "div": lambda x, t: t / x}.items():

        def step(x, t, operation=operation):
            return functools.reduce(lambda y, _: operation(y, t), range(turns), x), None

        def function(x, calendar, step=step):
            return jax.lax.scan(step, x, calendar)[0]

        program = Program(function, (start, calendar), (start[:, :2], calendar), [1], width)
        times = []
        for _ in range(repeats):
            begin = time.perf_counter()
            program(start, calendar)
            times.append(time.perf_counter() - begin)
        found[name] = min(times) / (rows * turns * rounds) * 1e9
    return found


def counted(model: Model) -> Counter[str]:
    """Operations of a step in which everybody deliberates, after folding."""
    axes, ids = model.axes, np.arange(LANES, dtype=np.uint32)
    params = jax.jit(model.params)(model.draw(jnp.uint32(1), jnp.asarray(ids)))
    absent = np.zeros((len(axes.rewrites), LANES), np.float32)

    def function(history, params, absent, wall, moments):
        def dice(step):
            return Dice(jnp.uint32(1), history, jnp.asarray(step), wall)

        def step(state, moment):
            return advance(axes, params, state, moment, dice(moment.step), absent)[0], None

        return jax.lax.scan(step, start_of(axes, params, dice(moments.step[0])), moments)[0].first

    wide = (ids, params, absent, jnp.float32(1.0), model.moments)
    narrow = (*jax.tree.map(lambda x: x[..., :2], wide[:3]), *wide[3:])
    return Program(function, wide, narrow, [3, 4], LANES).plans[-1].counts()


def weight(counts: Counter[str]) -> tuple[int, int]:
    """Operations of a step that cost a sum each, and those that cost a division each."""
    turns = counts["shl"]  # a rotation is two shifts and an `or`, and one instruction
    plain = {op: n for op, n in counts.items() if op not in _SLOW}
    cheap = sum(n * WEIGHT.get(op, 1) for op, n in plain.items()) - 2 * turns
    return cheap, sum(counts[op] for op in _SLOW)


def simulators_of(model: Model, setting: Setting, path: tuple) -> dict[str, Simulator]:
    return {b: Simulator(model, setting, path, backend=b) for b in BACKENDS}


def main() -> None:
    """Measure on one core, then on all."""
    parser = argparse.ArgumentParser(description="Straight-line code beside JAX.")
    parser.add_argument("scenario", nargs="?", default="second-front")
    parser.add_argument("--histories", type=int, default=2048)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    loaded = load(given.scenario)
    model = build(loaded.scenario)
    path = documented_path(model, loaded.record)
    question = loaded.scenario.questions[loaded.scenario.scenario.default_question]
    branch, horizon = (parse_date(x).first for x in (question.branch, question.horizon))
    calendar = model.sets.calendar
    begins = calendar.start_of(0)
    spans: dict[str, tuple[date | None, date | None]] = {
        "full span": (None, None),
        "window of the question": (branch, horizon),
    }
    if calendar.n_steps > WINDOW:
        spans[f"{WINDOW} free steps"] = (begins, calendar.start_of(WINDOW))
    cores = sorted(os.sched_getaffinity(0))
    for name, (begin, end) in spans.items():
        pair = simulators_of(model, Setting(branch=begin, horizon=end), path)
        taken, first = {}, {}
        for backend, simulator in pair.items():
            began = time.process_time()
            first[backend] = simulator.outcomes(np.arange(given.histories)).first
            taken[backend] = time.process_time() - began
        other = (first["straight"] != first["jax"]).any(axis=0).mean()
        steps = pair["jax"].stop
        print(f"\n{name}: {steps} steps, {other:.2%} of histories differ in an event or its day")
        for used in (cores[:1], cores):
            os.sched_setaffinity(0, set(used))
            for backend, speed in per_second(pair, given.histories, given.repeats).items():
                nanoseconds = 1e9 * len(used) / speed / steps
                print(
                    f"  {backend:9s}{len(used)} cores {speed:10,.0f} histories/s"
                    f"{nanoseconds:8,.0f} ns a step; first run {taken[backend]:.1f} CPU-s"
                )
    pace = paces()
    cheap, dear = weight(counted(model))
    floor = (cheap * pace["sum"] + dear * pace["div"]) / Processor().lanes
    print(f"\na vector: {pace['sum']:.2f} ns a sum, {pace['div']:.2f} ns a division")
    print(
        f"a step: {cheap:,} plain operations, {dear:,} divisions and roots, a vector of histories"
    )
    print(f"at those paces {floor:,.0f} ns a step of a history")


if __name__ == "__main__":
    main()
