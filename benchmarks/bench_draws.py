"""What a random number costs: our dice beside the default generator of JAX, in one process.

Each program is a scan of the size of a run: 300 steps that draw 174 numbers for each of 256
histories and read them once (a sum) or twice (the least of every six, and its place). The same
loop on numbers that need no drawing is taken off. Programs are run in turn and the best time of
each is kept, so that other work on the machine falls on all of them alike. Ratios carry over to
other machines better than times, and one of 0.1 ns means nothing.

The compiler for the CPU may repeat the work of a generator for each reader. The column "fenced"
has a fence behind `jax.random`; the ratio is taken to the better of the two. "No wall" is our
generator as it is on accelerators.

    python benchmarks/bench_draws.py [--repeats 7] [--vector-width 512]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import lax

from hokushin.model.products import fence, first_minimum
from hokushin.model.randomness import Dice

N_STEPS, N_DRAWS, N_LANES, N_OPTIONS = 300, 174, 256, 6
LIBRARY = {
    "uniforms": jax.random.uniform,
    "normals": jax.random.normal,
    "exponentials": jax.random.exponential,
    "gumbels": jax.random.gumbel,
}

Draw = Callable[[jax.Array, jax.Array, jax.Array, jax.Array], jax.Array]


def ours(method: str, platform: str | None = None) -> Draw:
    def draw(seed, history, step, wall):
        thrown = Dice(seed, history, step, wall, platform=platform)
        return getattr(thrown, method)("benchmark", (N_DRAWS,))

    return draw


def library(method: str, fenced: bool) -> Draw:
    def draw(seed, history, step, wall):
        key = jax.random.fold_in(jax.random.key(seed), step)
        draws = LIBRARY[method](key, (N_DRAWS, history.size))
        return fence(draws, wall) if fenced else draws

    return draw


def nothing(seed, history, step, wall):
    """Numbers that vary like draws but cost next to nothing."""
    return jnp.full((N_DRAWS, 1), 1e-9) * (history + step.astype(jnp.uint32)).astype(jnp.float32)


def read_once(total, draws):
    return total + draws.sum(0)


def read_twice(state, draws):
    cost = draws.reshape(-1, N_OPTIONS, N_LANES)
    chosen = first_minimum(cost, axis=1)
    return 0.9 * state + (chosen * cost).reshape(draws.shape)


def program(draw: Draw, readers: int, options: dict[str, str | bool]) -> Callable[[], None]:
    start = jnp.zeros((N_LANES,) if readers == 1 else (N_DRAWS, N_LANES))
    use = read_once if readers == 1 else read_twice

    def run(seed, history, wall):
        def step(state, t):
            return use(state, draw(seed, history, t, wall)), None

        return lax.scan(step, start, jnp.arange(N_STEPS, dtype=jnp.int32))[0].sum()

    given = jnp.uint32(1941), jnp.arange(N_LANES, dtype=jnp.uint32), jnp.float32(1.0)
    compiled = jax.jit(run).lower(*given).compile(compiler_options=options)
    return lambda: compiled(*given).block_until_ready()


def best_times(programs: dict, repeats: int) -> dict:
    """Nanoseconds a draw of each program, the best of `repeats` rounds."""
    best = dict.fromkeys(programs, float("inf"))
    for _ in range(repeats):
        for name, run in programs.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    return {name: seconds * 1e9 / (N_STEPS * N_DRAWS * N_LANES) for name, seconds in best.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="What a random number costs.")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--vector-width", choices=["128", "256", "512"], default="512")
    arguments = parser.parse_args()
    options: dict[str, str | bool] = {}
    if jax.default_backend() == "cpu":
        options["xla_cpu_prefer_vector_width"] = arguments.vector_width

    programs = {}
    for readers in (1, 2):
        programs["nothing", "", readers] = program(nothing, readers, options)
        for method in LIBRARY:
            programs["ours", method, readers] = program(ours(method), readers, options)
            for fenced in (False, True):
                drawn = library(method, fenced)
                programs["fenced" if fenced else "library", method, readers] = program(
                    drawn, readers, options
                )
        # The platform that has no walls, to show what they save.
        programs["open", "normals", readers] = program(ours("normals", "gpu"), readers, options)
    times = best_times(programs, arguments.repeats)

    print(f"ns a draw on {jax.devices()[0].device_kind}, jax {jax.__version__}")
    print(f"{'':14}{'readers':>8}{'ours':>8}{'jax.random':>12}{'fenced':>8}{'ratio':>8}")
    for readers in (1, 2):
        loop = times["nothing", "", readers]
        for method in LIBRARY:
            mine, theirs, fenced = (
                times[whose, method, readers] - loop for whose in ("ours", "library", "fenced")
            )
            row = f"{mine:8.2f}{theirs:12.2f}{fenced:8.2f}{min(theirs, fenced) / mine:8.1f}"
            print(f"{method:14}{readers:8}{row}")
        open_ = times["open", "normals", readers] - loop
        print(f"{'  no wall':14}{readers:8}{open_:8.2f}")


if __name__ == "__main__":
    main()
