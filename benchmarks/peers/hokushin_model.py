"""The rule with the engine's own dice and products: history axis last, one compiled scan."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.peers.rule import BASE, CHANGE, N_OPTIONS, N_POWERS, N_STEPS, SLOPE, THRESHOLD
from hokushin.engine.keys import LANES
from hokushin.engine.run import compiler_options
from hokushin.model.products import first_minimum, sum_slices
from hokushin.model.randomness import Dice


@functools.cache
def _program():
    base, slope, change = (np.float32(x)[None, :, None] for x in (BASE, SLOPE, CHANGE))
    steps = np.arange(N_STEPS, dtype=np.int32)

    def program(seed, wall, history, steps):
        def turn(carry, step):
            tension, war = carry
            dice = Dice(seed=seed, history=history, step=step, wall=wall)
            race = dice.exponentials("peers.choice", (N_POWERS, N_OPTIONS))
            pick = first_minimum(race * jnp.exp(-(base + slope * tension[:, None])), 1)
            chose_war = jnp.where(tension > THRESHOLD, pick[:, -1], 0.0)
            war = jnp.maximum(war, jnp.minimum(1.0, sum_slices(chose_war)))
            mean = sum_slices(tension) / N_POWERS
            return (0.9 * tension + 0.1 * mean + sum_slices(pick * change, 1), war), None

        first = (jnp.zeros((N_POWERS, LANES)), jnp.zeros(LANES))
        return jax.lax.scan(turn, first, steps)[0][1]

    return jax.jit(program, compiler_options=compiler_options()), steps


def run(n: int, seed: int) -> int:
    """Count the histories with a war."""
    program, steps = _program()
    wars = 0.0
    for begin in range(0, n, LANES):
        history = np.arange(begin, begin + LANES, dtype=np.uint32)
        war = np.asarray(program(jnp.uint32(seed), jnp.float32(1.0), history, steps))
        wars += war[: n - begin].sum()
    return int(wars)
