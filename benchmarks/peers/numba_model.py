"""The rule in Numba: plain loops, compiled, one history after another."""

import numba
import numpy as np

from benchmarks.peers.rule import BASE, CHANGE, N_OPTIONS, N_POWERS, N_STEPS, SLOPE, THRESHOLD


@numba.njit(fastmath=True, cache=False)
def run(n: int, seed: int) -> int:
    """Count the histories with a war."""
    np.random.seed(seed)
    wars = 0
    tension = np.zeros(N_POWERS)
    weight = np.zeros(N_OPTIONS)
    for _ in range(n):
        tension[:] = 0.0
        war = False
        for _ in range(N_STEPS):
            mean = tension.mean()
            for p in range(N_POWERS):
                total = 0.0
                for o in range(N_OPTIONS):
                    weight[o] = np.exp(BASE[o] + SLOPE[o] * tension[p])
                    total += weight[o]
                left = np.random.random() * total
                option = 0
                while left > weight[option] and option < N_OPTIONS - 1:
                    left -= weight[option]
                    option += 1
                if option == N_OPTIONS - 1 and tension[p] > THRESHOLD:
                    war = True
                tension[p] = 0.9 * tension[p] + 0.1 * mean + CHANGE[option]
        wars += war
    return wars
