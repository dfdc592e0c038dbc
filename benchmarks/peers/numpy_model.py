"""The rule in NumPy, all histories of a batch at once."""

import numpy as np

from benchmarks.peers.rule import BASE, CHANGE, N_OPTIONS, N_POWERS, N_STEPS, SLOPE, THRESHOLD


def run(n: int, seed: int, batch: int = 1024) -> int:
    """Count the histories with a war."""
    random = np.random.Generator(np.random.SFC64(seed))
    return sum(_batch(min(batch, n - begin), random) for begin in range(0, n, batch))


def _batch(n: int, random: np.random.Generator) -> int:
    tension = np.zeros((N_POWERS, n), np.float32)
    war = np.zeros(n, bool)
    for _ in range(N_STEPS):
        utility = BASE[None, :, None] + SLOPE[None, :, None] * tension[:, None]
        race = random.standard_exponential((N_POWERS, N_OPTIONS, n), np.float32) * np.exp(-utility)
        option = race.argmin(1)
        war |= ((option == N_OPTIONS - 1) & (tension > THRESHOLD)).any(0)
        tension = (0.9 * tension + 0.1 * tension.mean(0) + CHANGE[option]).astype(np.float32)
    return int(war.sum())
