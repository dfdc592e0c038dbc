"""Scores of the flagship on later decisions of its own record, learnt from earlier ones only.

    python3 -m tools.second_front.scores FOLDER [--write]

FOLDER holds the fits of `tools.second_front.fits`: those that end at the three cuts, and the one
that ships. Prints the tables of docs/score.md; with --write it puts them there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import hokushin.scenarios
from hokushin.infer.posterior import Posterior
from hokushin.infer.score.compare import Comparison
from hokushin.infer.score.score import Score, score_file
from hokushin.scenario.load import Loaded, load
from tools.second_front.numbers import put
from tools.second_front.runs import SCENARIO, SEED
from tools.second_front.tables import table

PAGE = Path("docs/score.md")
CUTS = {
    "cut-1939": date(1939, 9, 1),
    "cut-1940": date(1940, 9, 1),
    "eve": date(1941, 6, 21),
}
"""Fits by name, and the first day that each did not learn from."""
TABLED = ("prior", "unitary", "base_rate", "uniform", "calendar_hazard", "carry_on",
          "most_frequent_of_power")  # fmt: skip
DIRECTION = ("prior", "unitary", "base_rate", "uniform")
TIMING = ("prior", "base_rate", "calendar_hazard")
_MARK = {"better": "+", "worse": "−", "cannot tell": "?"}


def main(arguments: list[str]) -> int:
    """Score every cut, and print the tables."""
    write = "--write" in arguments
    folders = [a for a in arguments if a != "--write"]
    if len(folders) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder, loaded = Path(folders[0]), load(SCENARIO)
    scores = {}
    for name, since in CUTS.items():
        print(f"scoring {name}", file=sys.stderr, flush=True)
        scores[f"{since}"] = _score(loaded, since, Posterior.load(folder / f"{name}.npz"))
    shipped = Posterior.load(folder / "shipped.npz")
    scores[f"{CUTS['eve']}, learnt from"] = _score(loaded, CUTS["eve"], shipped)
    for part, lines in parts(scores).items():
        if write:
            put(part, lines, PAGE)
        else:
            print(f"\n{part}\n", *lines, sep="\n")
    return 0


def parts(scores: Mapping[str, Score]) -> dict[str, list[str]]:
    """Tables of the views, one row for each cut."""
    views = {
        "tabled": (TABLED, lambda d: d.tabled),
        "recorded": (TABLED, lambda d: d.recorded),
        "direction": (DIRECTION, lambda d: d.direction),
    }
    told = {}
    for name, (rules, view) in views.items():
        rows = []
        for title, score in scores.items():
            own = view(score.decisions)
            rows.append([title, own.n, *_cells(own, rules)])
        told[name] = table(("from", "decisions", "ours", *map(_title, rules)), rows)
    rows = []
    for title, score in scores.items():
        own = score.timing
        if own is None:
            raise ValueError(f"nothing from {title} on could be timed")
        rows.append([title, f"{own.n} ({own.changes})", *_cells(own, TIMING)])
    head = ("from", "months (with a change)", "ours", *map(_title, TIMING))
    return told | {"timing": table(head, rows)}


def _score(loaded: Loaded, since: date, posterior: Posterior) -> Score:
    record = Path(hokushin.scenarios.__path__[0]) / "second_front" / "record" / "decisions.csv"
    return score_file(loaded, record, since, posterior, seed=SEED)


def _cells(view, rules: tuple[str, ...]) -> list[str]:
    """Our score, and ours minus each rule."""
    own = f"{_signed(view.log_score)} ({view.se:.2f})"
    return [own, *(_difference(view.baselines.get(rule)) for rule in rules)]


def _difference(one: Comparison | None) -> str:
    return "" if one is None else f"{_signed(one.difference)} ± {one.se:.2f} {_MARK[one.verdict]}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _title(rule: str) -> str:
    return rule.replace("_of_power", "").replace("_", " ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
