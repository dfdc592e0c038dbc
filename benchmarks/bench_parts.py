"""Cost of a step by part, with the size of the compiled program.

    python -m benchmarks.bench_parts [SCENARIO]

Each part is compiled alone and run on the same state, so the parts do not add up to the step: the
compiler fuses across them there. What is asked is where the time lies, and whether it has moved.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from hokushin.engine.keys import LANES
from hokushin.model.build import build
from hokushin.model.look import look
from hokushin.model.mechanisms.choosing import conditions, decide_matters, drift_dispositions
from hokushin.model.mechanisms.effects import apply_effects, respond
from hokushin.model.mechanisms.outcomes import watch
from hokushin.model.randomness import Dice
from hokushin.model.start import start
from hokushin.model.step import ORDER, advance
from hokushin.scenario.load import load

CALLS = 40
ROUNDS = 5


def main(arguments: list[str]) -> int:
    """Print one row for each part."""
    model = build(load(arguments[0] if arguments else "second-front").scenario)
    axes, draws = model.axes, []
    ids = jnp.arange(LANES, dtype=jnp.uint32)
    theta = model.draw(jnp.uint32(1), ids)
    params = jax.jit(model.params)(theta)
    moment = jax.tree.map(lambda x: jnp.asarray(x)[0], model.moments)
    rewrites = jnp.zeros((len(axes.rewrites), LANES))

    def dice(notice: Callable | None = None) -> Dice:
        return Dice(
            seed=jnp.uint32(1),
            history=ids,
            step=jnp.asarray(0, jnp.int32),
            wall=jnp.float32(1.0),
            notice=notice,
        )

    thrown = dice()
    state = jax.jit(lambda d: start(axes, params, d))(thrown)
    view = jax.jit(lambda s: look(axes, params, s, moment, thrown.wall))(state)
    choices = jax.jit(lambda s, v, d: decide_matters(axes, params, v, s, moment, d, rewrites))(
        state, view, thrown
    )
    parts: dict[str, Callable[..., Any]] = {
        "look": lambda s, d: look(axes, params, s, moment, d.wall),
        "drift of dispositions": lambda s, d: drift_dispositions(axes, params, s, d),
        "weigh and decide": lambda s, d: decide_matters(axes, params, view, s, moment, d, rewrites),
        "respond": lambda s, d: respond(axes, params, conditions(s, moment), d),
    }
    for run in ORDER:
        parts[run.name] = lambda s, d, run=run: run(axes, params, view, s, moment, d)
    answers = jax.jit(lambda s, d: respond(axes, params, conditions(s, moment), d))(state, thrown)
    parts["effects"] = lambda s, d: apply_effects(axes, params, s, choices.taken, answers)
    parts["outcomes"] = lambda s, d: watch(axes, s, choices.taken, moment)
    parts["whole step, forced"] = lambda s, d: advance(
        axes, params, s, moment, d, rewrites, decides=False
    )[0]
    parts["whole step"] = lambda s, d: advance(axes, params, s, moment, d, rewrites)[0]
    print("| part | microseconds for 256 histories | compile, CPU-seconds | kernels |")
    print("| --- | --- | --- | --- |")
    for name, part in parts.items():
        began = time.process_time()
        compiled = jax.jit(part).lower(state, thrown).compile()
        taken = time.process_time() - began
        text = compiled.as_text() or ""
        kernels = sum(" fusion(" in line for line in text.splitlines())
        print(f"| {name} | {_best(compiled, state, thrown):.0f} | {taken:.1f} | {kernels} |")
    noticing = dice(lambda name, shape: draws.append((name, int(np.prod(shape)))))
    jax.eval_shape(lambda s: advance(axes, params, s, moment, noticing, rewrites)[0], state)
    print(f"\nDraws a step: {sum(n for _, n in draws)} under {len(draws)} names.")
    return 0


def _best(compiled: Callable, *inputs: Any) -> float:
    """Microseconds of a call, best of several rounds: the least disturbed one."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(CALLS):
            result = compiled(*inputs)
        jax.block_until_ready(result)
        times.append((time.perf_counter() - began) / CALLS)
    return 1e6 * min(times)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
