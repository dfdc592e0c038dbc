"""Learned picture: prior against posterior of the numbers that the record moved most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hokushin.answer.pictures import INK, OTHER, PAPER, RULE, SOFT
from hokushin.infer.learned import Learned, LearnedNumber
from hokushin.scenario.prior import NINE_TENTHS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 30
"""Numbers that a picture has room for."""


def learned_picture(learned: Learned, rows: int = MOST_ROWS) -> Figure:
    """Draw each number in spreads of its prior: the prior's nine tenths pale, the draws' dark.

    The numbers that contracted most stand first; one tick is one spread of the prior.
    """
    from matplotlib.figure import Figure

    shown = learned.numbers[:rows]
    figure = Figure(figsize=(8.6, 1.2 + 0.27 * len(shown)), layout="constrained", facecolor=PAPER)
    axes = figure.subplots()
    axes.set_facecolor(PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.tick_params(colors=SOFT, labelcolor=INK, length=0, labelsize=8.5)
    axes.grid(axis="x", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
    for y, number in enumerate(shown):
        axes.plot([-NINE_TENTHS, NINE_TENTHS], [y, y], color=RULE, lw=7, solid_capstyle="butt")
        half = NINE_TENTHS * max(0.0, 1.0 - number.contraction) ** 0.5
        ends = [number.shift - half, number.shift + half]
        axes.plot(ends, [y, y], color=OTHER, lw=3, solid_capstyle="butt")
        axes.plot(number.shift, y, "o", ms=5, mfc=PAPER, mec=OTHER, mew=1.3)
    axes.set_yticks(range(len(shown)), [_short(number) for number in shown])
    axes.invert_yaxis()
    axes.set_xlabel(
        "spreads of the prior: nine tenths of it pale, of the draws blue, their mean a ring",
        color=SOFT,
        fontsize=9,
    )
    axes.set_title(
        f"What the record taught: {len(learned.numbers) - len(learned.assumed)} of "
        f"{len(learned.numbers)} numbers lost a fifth of their variance or more",
        loc="left",
        color=INK,
        fontsize=10.5,
    )
    return figure


def _short(number: LearnedNumber) -> str:
    """Path without its section, where that says little."""
    return number.path.removeprefix("weights.").replace("considerations.", "weight of ")
