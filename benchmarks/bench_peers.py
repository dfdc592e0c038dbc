"""The same rule in Mesa, NumPy, Numba and with the engine's parts, side by side in one process.

`python -m benchmarks.bench_peers` prints histories per second on one core, ratios, and the
probability of war from 10,000 histories of each, which must agree within four standard errors.
"""

import math
import os
import time

from benchmarks.peers import hokushin_model, mesa_model, numba_model, numpy_model

HISTORIES = {"mesa": 200, "numpy": 10_000, "numba": 10_000, "hokushin": 102_400}
RUNS = {
    "mesa": mesa_model.run,
    "numpy": numpy_model.run,
    "numba": numba_model.run,
    "hokushin": hokushin_model.run,
}


def agree(counts: dict[str, int], n: int) -> bool:
    """Whether the probabilities of all peers lie within four standard errors of their mean."""
    mean = sum(counts.values()) / (n * len(counts))
    error = math.sqrt(mean * (1.0 - mean) / n)
    return all(abs(count / n - mean) <= 4.0 * error for count in counts.values())


def main(repeats: int = 3) -> None:
    """Measure, interleaved, and compare."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for run in RUNS.values():
        run(256, 1)  # compile
    best = dict.fromkeys(RUNS, 0.0)
    for _ in range(repeats):
        for name, run in RUNS.items():
            begin = time.perf_counter()
            run(HISTORIES[name], 2)
            best[name] = max(best[name], HISTORIES[name] / (time.perf_counter() - begin))
    counts = {name: run(10_000, 3) for name, run in RUNS.items()}
    print(f"{'':10s}{'histories/s':>14s}{'mesa = 1':>10s}{'P(war)':>9s}")
    for name, speed in best.items():
        print(f"{name:10s}{speed:14,.0f}{speed / best['mesa']:10,.0f}{counts[name] / 1e4:9.4f}")
    print("probabilities agree" if agree(counts, 10_000) else "PROBABILITIES DISAGREE")


if __name__ == "__main__":
    main()
