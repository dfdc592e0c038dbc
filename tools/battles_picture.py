"""Draws docs/pictures/battles.png: whether out-of-fold chances and intervals hold.

hokushin battles score FILE --folds --predictions OUT.csv
.venv/bin/python -m tools.battles_picture FILE OUT.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from hokushin.infer.battles.score import Estimate, bootstrap
from hokushin.infer.battles.table import Battles, read_battles

TARGET = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "battles.png"
GROUPS = 8
INK, SHADE = "#1f4e79", "#9db8d2"


def main(table: str, predictions: str) -> None:
    """Draw the picture from a battle table and the predictions made of it."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    battles = read_battles(table).battles
    with open(predictions, encoding="utf-8", newline="") as file:
        made = {row["isqno"]: row for row in csv.DictReader(file)}
    battles = battles.take(np.array([name in made for name in battles.id]))
    columns = ("p_attacker", "lcr_p05", "lcr_p50", "lcr_p95")
    predicted = np.array([[float(made[name][c]) for c in columns] for name in battles.id])
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 4.4), layout="constrained")
    draw_chances(left, battles, predicted[:, 0])
    draw_ratios(right, battles, predicted[:, 1:])
    figure.savefig(TARGET, dpi=110)


def draw_chances(axes: Any, battles: Battles, chance: np.ndarray) -> None:
    """Draw how often the attacker won, by what chance he was given."""
    edges = np.quantile(chance, np.linspace(0.0, 1.0, GROUPS + 1))
    group = np.clip(np.searchsorted(edges, chance, side="right") - 1, 0, GROUPS - 1)
    won = (battles.outcome > 0).astype(float)
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
    for each in range(GROUPS):
        here = group == each
        share: Estimate = bootstrap(
            np.divide, battles.cluster[here], 1, won[here], np.ones(int(here.sum()))
        )
        middle = float(chance[here].mean())
        axes.plot([middle, middle], [share.low, share.high], color=SHADE, linewidth=2)
        axes.plot(middle, share.value, "o", color=INK)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="chance given to the attacker", ylabel="share won")
    axes.set_title(f"Who wins: {len(battles)} battles in eighths, each from the other folds")
    axes.title.set_fontsize(9.5)


def draw_ratios(axes: Any, battles: Battles, quantiles: np.ndarray) -> None:
    """Draw casualty ratios in the order of what was expected, with their intervals."""
    known = ~np.isnan(battles.log_casualty_ratio)
    order = np.argsort(quantiles[known, 1])
    low, middle, high = quantiles[known][order].T
    actual = battles.log_casualty_ratio[known][order]
    place = np.arange(len(order))
    inside = (actual >= low) & (actual <= high)
    axes.fill_between(place, low, high, color=SHADE, alpha=0.6, linewidth=0)
    axes.plot(place, middle, color=INK, linewidth=1)
    axes.plot(place[inside], actual[inside], ".", color=INK, markersize=3)
    axes.plot(place[~inside], actual[~inside], "x", color="#b03a2e", markersize=4)
    axes.set(xlabel="battles, by the expected ratio", ylabel="ln(attacker's / defender's losses)")
    axes.set_title(f"Losses: {inside.mean():.0%} within the 90 % interval")
    axes.title.set_fontsize(9.5)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
