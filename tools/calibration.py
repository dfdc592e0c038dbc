"""Runs simulation-based calibration at length, and draws docs/pictures/calibration*.png.

.venv/bin/python -m tools.calibration run FOLDER [--scenario second-front] [--told] [MISTAKE ...]
.venv/bin/python -m tools.calibration scores [--scenario second-front]
.venv/bin/python -m tools.calibration picture FOLDER [FOLDER WITH MISTAKES]

`scores` tests the likelihood and every mistake of it by mean gradients at the truth. `run` ranks
truths, writes finished parts under FOLDER and goes on after the last of them. Without a mistake it
tests the inference as it is; `all` stands for that and the ten planted mistakes, one after another.
With `--told` the inference is told the dispositions and asked for the numbers alone: it is then
cheaper, and ranks see more of what is wrong with the rest.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from hokushin.infer.calibration.bands import Band, counts_below, simultaneous_band
from hokushin.infer.calibration.planted import MISTAKES
from hokushin.infer.calibration.ranks import ChainEffort, Inference, Ranks, judge, rank_truths
from hokushin.infer.calibration.records import Scope, Simulated, simulate
from hokushin.infer.calibration.scores import judge_scores, score_truths
from hokushin.infer.posterior import likelihood_digest
from hokushin.scenario.load import load

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SEED = 1
AS_IS = "as-is"
INK, SHADE, CAUGHT = "#1f4e79", "#9db8d2", "#b0413e"


@dataclass(frozen=True)
class Study:
    """What is run for one scenario unless other numbers are asked for."""

    records: int
    scores: int
    """Records for mean gradients."""
    histories: int = 1
    effort: ChainEffort = field(default_factory=ChainEffort)
    scope: Scope = field(default_factory=Scope)

    def told(self) -> Study:
        """Give the study with dispositions told: few numbers, so draws need no thinning."""
        effort = replace(self.effort, warmup=60, thin=1)
        return replace(self, effort=effort, scope=replace(self.scope, matters=()))


LEARNT = (
    "weights.considerations.criterion",
    "weights.choice.deference",
    "weights.choice.news_gain",
    "matters.japan.axis.rate",
    "matters.japan.south.rate",
    "matters.japan.soviet_treaty.rate",
    "matters.japan.border.rate",
    "matters.ussr.east.rate",
    "matters.germany.ask_japan.rate",
    "matters.japan.washington.rate",
    "weights.choice.inertia_war",
    "matters.ussr.japan_treaty.rate",
    "matters.germany.axis.rate",
    "matters.usa.pressure.rate",
    "matters.japan.china.rate",
    "matters.japan.north.rate",
    "weights.choice.inertia_act",
    "matters.germany.soviet_war.rate",
    "weights.considerations.burden",
    "weights.considerations.faith",
    "weights.considerations.deterrence",
    "weights.considerations.dread",
    "matters.ussr.germany_treaty.rate",
    "weights.choice.disposition_sd",
    "weights.choice.disposition_half_life",
    "weights.choice.disposition_persistent",
)
"""What the documented record taught most of second-front: numbers of which it took away more than
half of the prior variance, stated conditions apart, which come later than the window; and what
judgement is made of. The others stand at their medians here."""

STUDIES = {
    "tiny": Study(records=300, scores=6000),
    "second-front": Study(
        records=100,
        scores=400,
        effort=ChainEffort(warmup=80, thin=1, side_by_side=1),
        scope=Scope(end=date(1938, 10, 1), numbers=LEARNT, matters=("ussr.east",)),
    ),
}


def run(folder: Path, study: Study, scenario: str, names: list[str]) -> None:
    """Rank the truths of every simulation, as the inference is or with planted mistakes."""
    loaded = load(scenario)
    asked = {name: x for name, x in asdict(study).items() if name != "scores"}
    claim(folder, {"scenario": loaded.digest, "seed": SEED, **asked})
    simulated = simulate(loaded, study.records, study.histories, SEED, scope=study.scope)
    for name in names:
        began = time.process_time()
        records, inference = given(simulated, name)
        ranks = rank_truths(simulated, records, study.effort, SEED, inference, folder / name, _tell)
        np.savez(folder / f"{name}.npz", **ranks._asdict())
        say(name, ranks, time.process_time() - began)


def scores(study: Study, scenario: str, names: list[str]) -> None:
    """Say which gradients at the truth are not zero in the mean, mistake by mistake."""
    loaded = load(scenario)
    simulated = simulate(loaded, study.scores, seed=SEED + 1, scope=study.scope)
    for name in names:
        records, inference = given(simulated, name)
        if inference.log_prior is not None:
            continue  # a score of the likelihood says nothing of a prior
        found = score_truths(simulated, records, inference)
        worst = int(np.argmax(np.abs(found.z)))
        outside = judge_scores(found).outside
        print(
            f"{name}: {len(outside)} of {len(found.names)} outside, the worst "
            f"{found.names[worst]} at {found.z[worst]:+.1f} standard errors",
            flush=True,
        )


def given(simulated: Simulated, name: str) -> tuple[Any, Inference]:
    """Give what the inference is given, and that inference, as it is or with a mistake."""
    if name == AS_IS:
        return simulated.records(), Inference()
    return MISTAKES[name].plant(simulated)


def claim(folder: Path, settings: dict[str, Any]) -> None:
    """Write down what a folder holds, so that it is not gone on with by anything else."""
    settings = json.loads(json.dumps(settings | {"code": likelihood_digest()}, default=str))
    note = folder / "study.json"
    if note.exists() and json.loads(note.read_text()) != settings:
        sys.exit(
            f"{folder} holds ranks of other settings, or of an older likelihood or scenario; "
            "name another folder, or remove this one"
        )
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(settings, indent=1))


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


def picture(folder: Path, mistakes: Path, target: Path) -> None:
    """Draw the curves of the inference as it is, and of each mistake its worst."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    ranks = read(folder, AS_IS)
    made = [name for name in MISTAKES if (mistakes / f"{name}.npz").exists()]
    panels = 2 if made else 1
    figure, axes = plt.subplots(
        1, panels, figsize=(4.8 * panels, 4.4), layout="constrained", squeeze=False
    )
    left, right = axes[0, 0], axes[0, -1]
    band = shade(left, ranks)
    for i in range(len(ranks.names)):
        left.plot(*curve(ranks, i, band), color=INK, linewidth=0.7, alpha=0.7)
    left.set_title(f"The inference as it is: {len(ranks.names)} quantities")
    left.set_ylabel("share of ranks below, less what is expected")
    for name in made:
        wrong = read(mistakes, name)
        band = shade(right, wrong) if name == made[0] else band
        apart = [np.abs(curve(wrong, i, band)[1]).max() for i in range(len(wrong.names))]
        worst = int(np.argmax(apart))
        color = INK if judge(wrong).is_calibrated else CAUGHT
        x, y = curve(wrong, worst, band)
        right.plot(x, y, color=color, linewidth=1)
        at = int(np.argmax(np.abs(y)))
        right.annotate(name, (x[at], y[at]), fontsize=7, color=color)
    if made:
        right.set_title("Planted mistakes: the worst quantity of each")
    for panel in axes[0]:
        panel.set_xlabel("rank among the draws, as a share")
        panel.title.set_fontsize(9.5)
    figure.savefig(target, dpi=110)


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


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="rank truths; goes on where it stopped")
    running.add_argument("folder", type=Path)
    running.add_argument("--histories", type=int, help="histories of each record")
    running.add_argument("--told", action="store_true", help="dispositions are told")
    scoring = commands.add_parser("scores", help="mean gradients at the truth")
    for command in (running, scoring):
        command.add_argument("--scenario", choices=sorted(STUDIES), default="tiny")
        command.add_argument("--records", type=int)
        command.add_argument(
            "mistakes", nargs="*", metavar="MISTAKE", help=", ".join((AS_IS, "all", *MISTAKES))
        )
    drawing = commands.add_parser("picture", help="draw what has been ranked")
    drawing.add_argument("folder", type=Path)
    drawing.add_argument("with_mistakes", type=Path, nargs="?", help="folder of the right panel")
    drawing.add_argument("--name", default="calibration", help="of the picture")
    told = parser.parse_args()
    strange = set(getattr(told, "mistakes", [])) - {AS_IS, "all", *MISTAKES}
    if strange:
        parser.error(f"no mistake {min(strange)}; there are {', '.join(MISTAKES)}")
    return told


def main() -> None:
    """Do what the command line asks for."""
    told = parse()
    if told.command == "picture":
        target = PICTURES / f"{told.name}.png"
        picture(told.folder, told.with_mistakes or told.folder, target)
        return
    study = STUDIES[told.scenario]
    names = told.mistakes or [AS_IS]
    names = [AS_IS, *MISTAKES] if "all" in names else names
    if told.command == "scores":
        study = replace(study, scores=told.records or study.scores)
        scores(study, told.scenario, told.mistakes or [AS_IS, *MISTAKES])
        return
    study = replace(
        study,
        records=told.records or study.records,
        histories=told.histories or study.histories,
    )
    run(told.folder, study.told() if told.told else study, told.scenario, names)


if __name__ == "__main__":
    main()
