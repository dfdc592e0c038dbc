"""Runs simulation-based calibration at length, and draws docs/pictures/calibration.png.

.venv/bin/python -m tools.calibration run FOLDER [MISTAKE ...]
.venv/bin/python -m tools.calibration scores
.venv/bin/python -m tools.calibration picture FOLDER

`scores` tests the likelihood and every mistake of it by mean gradients at the truth. `run` ranks
truths, writes finished parts under FOLDER and goes on after the last of them. Without a mistake it
tests the inference as it is; `all` stands for the ten planted mistakes, one after another.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from hokushin.infer.calibration.bands import Band, counts_below, simultaneous_band
from hokushin.infer.calibration.planted import MISTAKES
from hokushin.infer.calibration.ranks import ChainEffort, Inference, Ranks, judge, rank_truths
from hokushin.infer.calibration.records import simulate
from hokushin.infer.calibration.scores import judge_scores, score_truths
from hokushin.scenario.load import load

TARGET = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "calibration.png"
SCENARIO, SIMULATIONS, HISTORIES, SEED = "tiny", 300, 1, 1
RECORDS_OF_SCORES = 6000
AS_IS = "as-is"
INK, SHADE, CAUGHT = "#1f4e79", "#9db8d2", "#b0413e"


def run(folder: Path, names: list[str]) -> None:
    """Rank the truths of every simulation, as the inference is or with planted mistakes."""
    names = names or [AS_IS]
    names = list(MISTAKES) if names == ["all"] else names
    simulated = simulate(load(SCENARIO), SIMULATIONS, HISTORIES, SEED)
    for name in names:
        began = time.process_time()
        if name == AS_IS:
            records, inference = simulated.records(), Inference()
        else:
            records, inference = MISTAKES[name].plant(simulated)
        ranks = rank_truths(
            simulated, records, ChainEffort(), SEED, inference, folder / name, _tell
        )
        np.savez(folder / f"{name}.npz", **ranks._asdict())
        say(name, ranks, time.process_time() - began)


def scores() -> None:
    """Say which gradients at the truth are not zero in the mean, mistake by mistake."""
    simulated = simulate(load(SCENARIO), RECORDS_OF_SCORES, seed=SEED + 1)
    tested = {AS_IS: (simulated.records(), Inference())}
    for name in (AS_IS, *MISTAKES):
        records, inference = tested.get(name) or MISTAKES[name].plant(simulated)
        if inference.log_prior is not None:
            continue  # a score of the likelihood says nothing of a prior
        found = score_truths(simulated, records, inference)
        worst = int(np.argmax(np.abs(found.z)))
        print(
            f"{name}: {len(judge_scores(found).outside)} of {len(found.names)} outside, the worst "
            f"{found.names[worst]} at {found.z[worst]:+.1f} standard errors",
            flush=True,
        )


def say(name: str, ranks: Ranks, seconds: float) -> None:
    """Print what the ranks of one inference say."""
    verdict = judge(ranks)
    title = MISTAKES[name].title if name in MISTAKES else "The inference as it is"
    print(f"{title} ({name}): {len(ranks.rank)} records, {seconds:.0f} CPU-seconds")
    print(f"  outside its band: {', '.join(verdict.outside) or 'nothing'}")
    print(
        f"  R-hat of half the chains below {np.median(ranks.worst_rhat):.3f}, of all below "
        f"{ranks.worst_rhat.max():.3f}; {ranks.divergences.sum()} transitions diverged",
        flush=True,
    )


def picture(folder: Path) -> None:
    """Draw the curves of the inference as it is, and of each mistake its worst."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    ranks = read(folder, AS_IS)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 4.4), layout="constrained")
    band = shade(left, ranks)
    for i in range(len(ranks.names)):
        left.plot(*curve(ranks, i, band), color=INK, linewidth=0.7, alpha=0.7)
    left.set_title(f"The inference as it is: {len(ranks.names)} quantities")
    left.set_ylabel("share of ranks below, less what is expected")
    made = [name for name in MISTAKES if (folder / f"{name}.npz").exists()]
    for name in made:
        wrong = read(folder, name)
        band = shade(right, wrong) if name == made[0] else band
        apart = [np.abs(curve(wrong, i, band)[1]).max() for i in range(len(wrong.names))]
        worst = int(np.argmax(apart))
        color = INK if judge(wrong).is_calibrated else CAUGHT
        x, y = curve(wrong, worst, band)
        right.plot(x, y, color=color, linewidth=1)
        at = int(np.argmax(np.abs(y)))
        right.annotate(name, (x[at], y[at]), fontsize=7, color=color)
    right.set_title("Planted mistakes: the worst quantity of each")
    for axes in (left, right):
        axes.set_xlabel("rank among the draws, as a share")
        axes.title.set_fontsize(9.5)
    figure.savefig(TARGET, dpi=110)


def read(folder: Path, name: str) -> Ranks:
    """Read the ranks of one inference."""
    with np.load(folder / f"{name}.npz") as file:
        kept = {field: file[field] for field in Ranks._fields}
    kept["names"], kept["draws"] = tuple(map(str, kept["names"])), int(kept["draws"])
    return Ranks(**kept)


def shade(axes: Any, ranks: Ranks) -> Band:
    """Draw the band that holds all quantities at once."""
    n = len(ranks.rank)
    band = simultaneous_band(n, ranks.draws, judge(ranks).chance_of_each)
    share = band.bound / (ranks.draws + 1)
    low, high = (band.low - band.expected) / n, (band.high - band.expected) / n
    axes.fill_between(share, low, high, color=SHADE, alpha=0.5, linewidth=0)
    return band


def curve(ranks: Ranks, quantity: int, band: Band) -> tuple[np.ndarray, np.ndarray]:
    """Difference between the ranks' distribution and the uniform one."""
    counts = counts_below(ranks.rank[:, quantity], band)
    share = band.bound / (ranks.draws + 1)
    return share, counts / len(ranks.rank) - share


def _tell(stage: str, done: int, total: int) -> None:
    print(f"  {stage}: {done} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["run", folder, *names] if set(names) <= {AS_IS, "all", *MISTAKES}:
            run(Path(folder), names)
        case ["scores"]:
            scores()
        case ["picture", folder]:
            picture(Path(folder))
        case _:
            sys.exit(f"{__doc__}\nMistakes: {', '.join(MISTAKES)}.")
