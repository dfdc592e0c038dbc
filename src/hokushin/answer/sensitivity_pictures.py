"""Sensitivity pictures: numbers at their ends, elementary effects, shares of variance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hokushin.answer.pictures import BEFORE, EVENT, INK, OTHER, PAPER, RULE, SOFT
from hokushin.answer.sensitivity_parts import Sensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROWS = 24
"""Numbers that a picture shows."""

SEEN_COLOURS = {
    "text": OTHER,
    "excerpt": OTHER,
    "recalled": EVENT,
    "judgement": SOFT,
    "fitted": BEFORE,
}
"""Read in the work blue, recalled red, judged grey, fitted to battles pale."""


def ends_picture(result: Sensitivity, rows: int = ROWS) -> Figure:
    """Draw the probability with each number at its lower end and at its upper, on a log scale.

    A ring is the lower end, a disc the upper; the line is the answer as it is.
    """
    numbers = [number for number in result.ends if number.clear][:rows]
    figure, axes = _sheet(len(numbers))
    for y, number in enumerate(numbers):
        colour = SEEN_COLOURS.get(number.seen, SOFT)
        low, high = (max(1000.0 * p, 1e-3) for p in (number.low, number.high))
        axes.plot([low, high], [y, y], color=colour, lw=4, solid_capstyle="butt")
        axes.plot(low, y, "o", ms=6, mfc=PAPER, mec=colour, mew=1.4)
        axes.plot(high, y, "o", ms=6, color=colour)
    axes.axvline(1000.0 * result.headline.value, color=INK, lw=0.8, zorder=0)
    axes.set_xscale("log")
    _label(axes, [number.path for number in numbers])
    axes.set_xlabel(
        "histories of 1,000: ring at the low end of belief, disc at the high end\n"
        "read in a work blue, recalled red, judged grey, fitted to battles pale",
        color=SOFT,
        fontsize=9,
    )
    title = f"What moves the answer, on the {result.basis}"
    axes.set_title(title, loc="left", color=INK, fontsize=10.5)
    return figure


def morris_picture(result: Sensitivity, named: int = 8) -> Figure:
    """Draw mean size against spread of elementary effects; above the line effects bend or join.

    Raises:
        ValueError: If the study has none.
    """
    if result.morris is None:
        raise ValueError("the study has no elementary effects; run it with the method morris")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 5.6), layout="constrained", facecolor=PAPER)
    axes = figure.subplots()
    _plain(axes)
    largest = max(effect.mean_size for effect in result.morris)
    axes.plot([0, largest], [0, largest], color=RULE, lw=1)
    for i, effect in enumerate(result.morris):
        up = effect.mean >= 0
        axes.plot(effect.mean_size, effect.spread, "o", ms=5, color=EVENT if up else OTHER)
        if i < named:
            axes.annotate(
                shortened(effect.name),
                (effect.mean_size, effect.spread),
                xytext=(5, 3),
                textcoords="offset points",
                fontsize=7.5,
                color=INK,
            )
    axes.set_xlabel("mean size of effect on the log odds (red: raises them)", color=SOFT)
    axes.set_ylabel("spread of effects", color=SOFT)
    return figure


def sobol_picture(result: Sensitivity) -> Figure:
    """Draw the share of variance that each number carries alone, and with all it joins.

    Raises:
        ValueError: If the study has none.
    """
    if result.sobol is None:
        raise ValueError("the study has no shares of variance; run it with the method sobol")
    shares = sorted(result.sobol, key=lambda share: -share.total)
    figure, axes = _sheet(len(shares))
    for y, share in enumerate(shares):
        axes.barh(y, share.total, height=0.62, color=RULE)
        axes.barh(y, max(0.0, share.alone), height=0.62, color=OTHER)
        ends = [share.total - share.total_error, share.total + share.total_error]
        axes.plot(ends, [y, y], color=SOFT, lw=1)
    _label(axes, [share.name for share in shares])
    axes.set_xlabel(
        "share of the variance of log odds: alone blue, with all that it joins pale", color=SOFT
    )
    return figure


def shortened(path: str) -> str:
    """Path without its section, where that says little."""
    cut = path.removeprefix("weights.").replace("considerations.", "weight of ")
    return cut if len(cut) <= 46 else f"…{cut[-45:]}"


def _sheet(rows: int) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.6, 1.3 + 0.27 * rows), layout="constrained", facecolor=PAPER)
    axes = figure.subplots()
    _plain(axes)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE, lw=0.8)
    return figure, axes


def _plain(axes: Axes) -> None:
    axes.set_facecolor(PAPER)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=SOFT, labelcolor=INK, length=0, labelsize=8.5)
    axes.set_axisbelow(True)


def _label(axes: Axes, paths: Sequence[str]) -> None:
    axes.set_yticks(range(len(paths)), [shortened(path) for path in paths])
    axes.invert_yaxis()
