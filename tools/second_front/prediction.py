"""Ranks the dated facts of the record among free histories, for docs/prediction.md.

    python3 -m tools.second_front.prediction [--write] [--branch 1941|1937] [--histories N]
                                             [--basis prior|posterior]

Prints Markdown tables. With --write it puts those that the page has marks for between them,
`<!-- numbers: SECTION -->` and `<!-- end -->`, and draws the pictures beside it. The fitted draws
that ship are used if they belong to the scenario and the code, and the priors are set beside them.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hokushin.answer.basis import Basis, choose_basis
from hokushin.answer.version import code_version
from hokushin.engine.documented import documented_path
from hokushin.engine.fitted import Fitted
from hokushin.infer.prediction import Prediction, Trial, predict_dates
from hokushin.infer.world.draws import ObservedRow, covered
from hokushin.infer.world.held_out import hold_out
from hokushin.model.build import Model, build
from hokushin.scenario.load import Loaded, load
from tools.second_front.tables import per_thousand, table
from tools.second_front_pictures import (
    FOLDER,
    HALF,
    INK,
    MEDIAN,
    NINE_TENTHS,
    PAPER,
    RULE,
    SOFT,
    STYLE,
    date2num,
    dress,
    months,
    years,
)

SCENARIO = "second-front"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "prediction.md"
END = date(1942, 1, 1)
EVE, HORIZON, START = date(1941, 6, 23), date(1942, 1, 21), date(1937, 7, 1)
"""First free day after the German attack, and three weeks after the record: what happens in the
last step is only seen at the start of the next."""
BRANCHES: Mapping[str, date | None] = {"1941": EVE, "1937": None}
HISTORIES = 2048
SEED = 1
_WIDE, _DPI = 8.6, 110


@dataclass(frozen=True, eq=False)
class Predictions:
    """Free histories from both branches, on fitted draws (where they are any) and on the priors."""

    loaded: Loaded
    model: Model
    basis: Basis
    histories: int
    branches: tuple[str, ...] = tuple(BRANCHES)

    @cached_property
    def learnt(self) -> dict[str, Prediction]:
        """Predictions by branch, on the draws of the basis."""
        return self._predict(self.basis.fitted)

    @cached_property
    def assumed(self) -> dict[str, Prediction]:
        """Predictions by branch, on the priors."""
        fitted = self.basis.fitted
        return self.learnt if fitted is None else self._predict(drawn_from_prior(fitted))

    def _predict(self, fitted: Fitted | None) -> dict[str, Prediction]:
        record = self.loaded.record
        path = documented_path(self.model, record)
        return {
            name: predict_dates(
                self.model, path, record, branch, HORIZON, fitted, self.histories, SEED
            )
            for name, branch in BRANCHES.items()
            if name in self.branches
        }


def drawn_from_prior(fitted: Fitted) -> Fitted:
    """Give as many draws from the prior in the shape of the fitted ones, so one program runs both.

    All are standard normal before: the deviates of numbers, and dispositions on any day.
    """
    draw = np.random.default_rng(SEED).standard_normal
    return Fitted(
        fitted.names,
        draw(fitted.normals.shape).astype(np.float32),
        fitted.pairs,
        {day: draw(rows.shape).astype(np.float32) for day, rows in fitted.dispositions.items()},
    )


def main(arguments: Sequence[str]) -> int:
    """Predict, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="fill the page and draw the pictures")
    parser.add_argument("--histories", type=int, default=HISTORIES)
    parser.add_argument("--basis", choices=("prior", "posterior"))
    parser.add_argument("--branch", choices=tuple(BRANCHES), action="append")
    asked = parser.parse_args(arguments)
    loaded = load(SCENARIO)
    basis = choose_basis(loaded, asked.basis)
    branches = tuple(asked.branch or BRANCHES)
    made = Predictions(loaded, build(loaded.scenario), basis, asked.histories, branches)
    for name, lines in sections(made).items():
        if not (asked.write and put(name, lines)):
            print(f"## {name}\n", *lines, "", sep="\n")
    if asked.write:
        for name in made.branches:
            with rc_context(STYLE):
                strips(made, name).savefig(FOLDER / f"prediction-{name}.png", dpi=_DPI)
        with rc_context(STYLE):
            ranks(made).savefig(FOLDER / "prediction-ranks.png", dpi=_DPI)
    return 0


def sections(made: Predictions) -> dict[str, list[str]]:
    """Give the lines of every section."""
    told = {"made_with": made_with(made), "summary": summary(made)}
    for name in made.branches:
        told[f"facts_{name}"] = facts(made, name)
    return told | {"missed": missed(made), "held_out": held_out(made)}


def made_with(made: Predictions) -> list[str]:
    """Scenario, code, draws and seed of the numbers."""
    note = f"; {made.basis.note}" if made.basis.note else ""
    return [
        f"Scenario `{made.loaded.digest[:8]}`, code {code_version()}, {made.histories:,} histories "
        f"from each branch, seed {SEED}, numbers drawn from the {made.basis.name}{note}."
    ]


def summary(made: Predictions) -> list[str]:
    """How many facts happen at all, and where those that do lie."""
    rows = []
    for name in made.branches:
        for said, told in (("learnt", made.learnt[name]), ("prior", made.assumed[name])):
            if said == "prior" and made.basis.fitted is None:
                continue
            dated = told.dated
            placed = np.array([t.rank for t in dated if t.rank is not None])
            near = np.array([t.near for t in dated])
            rows.append(
                [
                    f"free from {_branch(told)}",
                    said if made.basis.name == "posterior" else "prior",
                    len(dated),
                    sum(t.happened >= 0.5 for t in dated),
                    sum(t.happened < 0.05 for t in dated),
                    per_thousand(float(np.mean([t.happened for t in dated]))),
                    per_thousand(float(near.mean())),
                    f"{np.mean((placed > 0.05) & (placed < 0.95)) * len(placed):.0f} of "
                    f"{len(placed)}",
                    f"{np.median(placed):.2f}" if len(placed) else "",
                ]
            )
    return table(
        (
            "histories",
            "numbers",
            "facts",
            "happen in half or more",
            "in under 50 of 1,000",
            "happen at all, of 1,000, mean",
            "within a month of their day",
            "rank between .05 and .95",
            "median rank",
        ),
        rows,
    )


def facts(made: Predictions, name: str) -> list[str]:
    """Every fact after a branch."""
    rows = []
    for trial in made.learnt[name].trials:
        span = "" if trial.dates is None else " to ".join(_month(d) for d in trial.dates[::2])
        median = "" if trial.dates is None else _month(trial.dates[1])
        rows.append(
            [
                f"{trial.fact} ({trial.id}{_again(trial)})",
                trial.day,
                per_thousand(trial.happened),
                per_thousand(trial.by_then),
                "" if trial.rank is None else f"{trial.rank:.2f}",
                median,
                span,
            ]
        )
    return table(
        (
            "fact",
            "record",
            "happens, of 1,000",
            "by that day",
            "rank",
            "median of those that have it",
            "nine tenths of them",
        ),
        rows,
    )


def missed(made: Predictions) -> list[str]:
    """Choices that most free histories never make: closed to them, blocked, or not wanted."""
    rows = []
    for name in made.branches:
        told = made.learnt[name]
        for trial in told.trials:
            if trial.happened >= 0.5 or trial.never_open is None or trial.blocked is None:
                continue
            rows.append(
                [
                    f"{trial.fact} ({trial.id})",
                    _branch(told),
                    per_thousand(1.0 - trial.happened),
                    per_thousand(trial.never_open),
                    per_thousand(trial.blocked),
                    per_thousand(max(0.0, 1.0 - trial.never_open - trial.blocked)),
                ]
            )
    return table(
        (
            "choice that most histories do not make",
            "free from",
            "without it, of 1,000",
            "of these: never open to it",
            "put forward and blocked",
            "open, and never put forward",
        ),
        rows,
    )


def held_out(made: Predictions) -> list[str]:
    """How measured numbers are predicted by what the others taught, kind by kind."""
    told = hold_out(made.model, made.loaded.record, END, SEED)
    kinds: dict[str, list[ObservedRow]] = {}
    for row in told.rows:
        kinds.setdefault(row.variable.partition(".")[0], []).append(row)
    rows = []
    for kind, own in [*sorted(kinds.items()), ("all", list(told.rows))]:
        before, after = covered([r.before for r in own]), covered([r.after for r in own])
        rows.append(
            [
                f"`{kind}`" if kind in kinds else kind,
                len(own),
                *(f"{100 * x:.0f}" for x in (before.half, after.half)),
                *(f"{100 * x:.0f}" for x in (before.nine_tenths, after.nine_tenths)),
                f"{before.crps:.3f}",
                f"{after.crps:.3f}",
            ]
        )
    head = (
        "measured",
        "numbers",
        "in the half, prior",
        "learnt",
        "in nine tenths, prior",
        "learnt",
        "CRPS, prior",
        "learnt",
    )
    moved = f"{told.difference:+.3f} ± {told.error:.3f}".replace("-", "−")
    return [
        *table(head, rows),
        "",
        f"Learning moves the mean score by {moved} (lower is better; one standard error, variables "
        "taken as the units).",
    ]


def strips(made: Predictions, name: str) -> Figure:
    """Draw when each fact comes about in free histories, and in how many, beside the record."""
    told = made.learnt[name]
    dated = told.dated
    figure = Figure(figsize=(_WIDE, 0.9 + 0.26 * len(dated)), layout="constrained", facecolor=PAPER)
    when, often = figure.subplots(1, 2, sharey=True, width_ratios=(4, 1))
    dress(when, f"Free from {_branch(told)}: day of each fact", grid=False)
    dress(often, "of 100", grid=False)
    for row, trial in enumerate(dated):
        place = len(dated) - 1 - row
        when.axhline(place, color=RULE, lw=0.6, zorder=0)
        if trial.dates is not None:
            low, middle, high = (date2num(day) for day in trial.dates)
            when.plot([low, high], [place, place], color=NINE_TENTHS, lw=6, solid_capstyle="butt")
            when.plot([middle, middle], [place - 0.3, place + 0.3], color=MEDIAN, lw=1.5)
        when.plot(date2num(trial.day), place, "o", ms=4.5, mfc=PAPER, mec=INK, mew=1.1, zorder=4)
        often.barh(place, 100.0 * trial.happened, color=HALF, height=0.6)
        often.text(
            100.0 * trial.happened + 2, place, f"{100 * trial.happened:.0f}", va="center",
            color=SOFT, fontsize=8,
        )  # fmt: skip
    when.set_yticks(range(len(dated)), [_short(trial) for trial in reversed(dated)], fontsize=7.5)
    often.set_xlim(0, 118)
    often.set_xticks([0, 50, 100])
    if told.branch is None:
        years(when, START, HORIZON)
    else:
        months(when, date(1941, 6, 10), HORIZON)
    figure.legend(
        handles=[
            Patch(color=NINE_TENTHS, label="nine of ten histories that have it"),
            Line2D([], [], color=MEDIAN, lw=1.5, label="their median"),
            Line2D([], [], lw=0, marker="o", ms=4.5, mfc=PAPER, mec=INK, label="record"),
        ],
        loc="outside lower left",
        ncols=3,
        frameon=False,
    )
    return figure


def ranks(made: Predictions) -> Figure:
    """Draw the ranks of all facts in order, beside the diagonal of a model that is right."""
    width = _WIDE * len(made.branches) / len(BRANCHES)
    figure = Figure(figsize=(width, 3.4), layout="constrained", facecolor=PAPER)
    panels = figure.subplots(1, len(made.branches), sharey=True, squeeze=False)[0]
    for axes, name in zip(panels, made.branches, strict=True):
        dress(axes, f"Free from {_branch(made.learnt[name])}")
        kinds = {"learnt": (made.learnt[name], INK, "-")}
        if made.basis.fitted is not None:
            kinds["prior"] = (made.assumed[name], HALF, "--")
        for said, (told, colour, line) in kinds.items():
            placed = np.sort([t.rank for t in told.dated if t.rank is not None])
            share = np.arange(1, len(placed) + 1) / max(1, len(placed))
            label = said if made.basis.name == "posterior" else "prior"
            axes.step(placed, share, where="post", color=colour, ls=line, lw=1.3, label=label)
        axes.plot([0, 1], [0, 1], color=SOFT, lw=0.8, ls=(0, (1, 2)))
        axes.set_xlabel("rank of the record's day among histories that have the fact", color=SOFT)
        axes.set_xlim(0, 1)
        axes.legend(frameon=False, loc="upper left")
    return figure


def put(name: str, lines: list[str]) -> bool:
    """Put a section's lines between its marks in the page; tell whether it has a place for them."""
    begin, end = f"<!-- numbers: {name} -->", "<!-- end -->"
    text = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + r"\n.*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        return False
    filled = "\n".join([begin, *lines, end])
    PAGE.write_text(pattern.sub(lambda _: filled, text, count=1), encoding="utf-8")
    return True


def _branch(told: Prediction) -> str:
    return "July 1937" if told.branch is None else "22 June 1941"


def _month(day: date) -> str:
    return f"{day:%b %Y}"


def _again(trial: Trial) -> str:
    return f", time {trial.time}" if trial.time > 1 else ""


def _short(trial: Trial) -> str:
    return trial.fact if len(trial.fact) <= 46 else f"{trial.fact[:45]}…"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
