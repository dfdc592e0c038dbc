"""Speed and memory of second-front: full span and the window of the main question.

`python -m benchmarks.bench_engine` prints compile time, histories per second on one and on all
cores, and nanoseconds of one core per history-step. `--scenario tiny` for a quick look.
"""

import argparse
import os
import resource
import time
from datetime import date

import numpy as np

from hokushin.engine.documented import documented_path
from hokushin.engine.run import Setting, Simulator
from hokushin.model.build import build
from hokushin.scenario.dates import parse_date
from hokushin.scenario.load import load


def measure(simulator: Simulator, n: int, repeats: int) -> tuple[float, float]:
    """Seconds to compile and run once, and the best histories per second after that."""
    begin = time.perf_counter()
    simulator.outcomes(np.arange(256))
    first = time.perf_counter() - begin
    best = 0.0
    for _ in range(repeats):
        begin = time.perf_counter()
        simulator.outcomes(np.arange(n))
        best = max(best, n / (time.perf_counter() - begin))
    return first, best


def main() -> None:
    """Measure on all cores, then on one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", default="second-front")
    parser.add_argument("--histories", type=int, default=2048)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    loaded = load(given.scenario)
    model = build(loaded.scenario)
    path = documented_path(model, loaded.record)
    question = loaded.scenario.questions[loaded.scenario.scenario.default_question]
    branch, horizon = (parse_date(x).first for x in (question.branch, question.horizon))
    windows: dict[str, tuple[date | None, date | None]] = {
        "full span": (None, None),
        "window": (branch, horizon),
    }
    simulators = {
        name: Simulator(model, Setting(branch=b, horizon=h), path)
        for name, (b, h) in windows.items()
    }
    cores = sorted(os.sched_getaffinity(0))
    print(
        f"{'':12s}{'steps':>6s}{'cores':>6s}{'first run s':>12s}{'histories/s':>12s}{'ns/step':>9s}"
    )
    for used in (cores, cores[:1]):
        os.sched_setaffinity(0, set(used))
        for name, simulator in simulators.items():
            first, speed = measure(simulator, given.histories, given.repeats)
            nanoseconds = 1e9 * len(used) / speed / simulator.stop
            row = f"{name:12s}{simulator.stop:6d}{len(used):6d}{first:12.1f}{speed:12,.0f}"
            print(f"{row}{nanoseconds:9,.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
