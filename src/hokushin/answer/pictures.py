"""Pictures: causes with their intervals, a hundred histories, and series beside the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from hokushin.answer.document import CauseAnswer, Why
from hokushin.answer.text_causes import printed
from hokushin.scenario.dates import parse_date

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, RULE, PAPER = "#1B1E22", "#565B61", "#E8E4DA", "#FBFAF6"
EVENT, OTHER, BEFORE = "#A8321A", "#2673A8", "#B9B4A7"
_SHADES = ("#B9B4A7", "#8A8981", "#6F6E68")
UNSURE = "#8A8981"
_WRAP = 40


@dataclass(frozen=True)
class Measured:
    """One number of the record at a date, with its range."""

    day: date
    value: float
    low: float
    high: float


def causes_picture(why: Why) -> Figure:
    """Draw each cause's share: a ring at the estimate, half of belief thick, nine tenths thin.

    Causes stand in tie groups, a gap between groups; inside one there is no order.
    """
    unit, with_all, none, _ = printed(why)
    rows = _rows_of(why.causes)
    figure, axes = _sheet(8.0, 0.36 * (rows[-1][0] if rows else 1) + 1.3)
    for y, cause in rows:
        colour = {"below": EVENT, "unclear": UNSURE}.get(cause.standing, INK)
        low, high = (unit * x for x in (cause.low, cause.high))
        lower, upper = (unit * x for x in cause.middle)
        axes.plot([low, high], [y, y], lw=1.5, color=colour, solid_capstyle="butt")
        axes.plot([lower, upper], [y, y], lw=5, color=colour, solid_capstyle="butt")
        axes.plot(unit * cause.share, y, "o", ms=7, mfc=PAPER, mec=colour, mew=1.5, zorder=3)
    axes.axvline(0, color=SOFT, lw=0.8, zorder=0)
    axes.set_yticks([y for y, _ in rows], [fill(c.title, _WRAP) for _, c in rows])
    axes.invert_yaxis()
    verb = "brought it about" if why.outcome.happened else "held it back"
    axes.set_xlabel(
        f"share of what {verb}, in {unit:,} histories\n"
        f"with every cause the event comes about in {with_all:,}, with none in {none:,}",
        color=SOFT,
    )
    axes.grid(axis="x", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
    return figure


def strips_picture(why: Why) -> Figure:
    """Draw a hundred histories in the order of their outcome, the event in its own colour.

    Other events darken a history one shade each, whatever they are; the event of the question
    covers them.
    """
    figure, axes = _sheet(8.0, 5.2)
    begin, end = (_number(x) for x in (why.outcome.branch, why.outcome.horizon))
    for row, strip in enumerate(why.strips):
        place, shade = begin, RULE
        steps = 0
        for segment in strip.segments:
            since = max(begin, min(end, _number(segment.since)))
            happened = segment.event == why.outcome.event
            if since > place or happened:
                axes.barh(row, since - place, left=place, height=0.7, color=shade)
                place = since
            if happened:
                shade = EVENT
                break
            if since > begin:
                shade = _SHADES[min(steps, len(_SHADES) - 1)]
                steps += 1
        axes.barh(row, end - place, left=place, height=0.7, color=shade)
    axes.set_ylim(len(why.strips), -1)
    axes.set_xlim(begin, end)
    axes.xaxis_date()
    axes.set_yticks([0, len(why.strips) - 1], ["1", f"{len(why.strips)}"])
    axes.set_ylabel("histories, by outcome", color=SOFT)
    hits = sum(any(s.event == why.outcome.event for s in strip.segments) for strip in why.strips)
    axes.set_title(f"{hits} of {len(why.strips)}: {why.outcome.title}", loc="left", color=EVENT)
    return figure


def series_picture(
    days: Sequence[date],
    histories: np.ndarray,
    record: Sequence[Measured] = (),
    title: str = "",
    unit: str = "",
) -> Figure:
    """Draw what histories say of a quantity beside what the record measured.

    Args:
        days: day of each step.
        histories: step by history.
        record: measured values, drawn as they are, with their ranges.
        title: what the quantity is.
        unit: what it is counted in.
    """
    values = np.asarray(histories, float)
    if values.shape[:1] != (len(days),) or values.ndim != 2:
        raise ValueError(
            f"histories has shape {values.shape} for {len(days)} days; give steps by histories"
        )
    figure, axes = _sheet(8.0, 3.6)
    places = np.array([_place(day) for day in days])
    bands: Mapping[float, float] = {0.9: 0.18, 0.5: 0.30}
    for level, alpha in bands.items():
        low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=1)
        axes.fill_between(places, low, high, color=OTHER, alpha=alpha, lw=0)
    axes.plot(places, np.median(values, axis=1), color=OTHER, lw=1.5, label="model")
    measured = np.array([_place(point.day) for point in record])
    axes.vlines(measured, [p.low for p in record], [p.high for p in record], color=INK, lw=1.2)
    axes.plot(measured, [p.value for p in record], "s", ms=4, color=INK, label="record")
    axes.xaxis_date()
    axes.set_ylabel(unit, color=SOFT)
    axes.set_title(title, loc="left", color=INK)
    axes.grid(axis="y", color=RULE, lw=0.8)
    axes.legend(frameon=False, loc="best")
    return figure


def _rows_of(causes: Sequence[CauseAnswer]) -> list[tuple[float, CauseAnswer]]:
    """Causes from top to bottom, with half a row between tie groups."""
    rows: list[tuple[float, CauseAnswer]] = []
    y, last = 0.0, None
    for cause in causes:
        y += 1.0 if last in (None, cause.rank) else 1.6
        last = cause.rank
        rows.append((y, cause))
    return rows


def _sheet(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor=PAPER)
    axes = figure.add_subplot(facecolor=PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.tick_params(colors=SOFT, labelcolor=INK, length=0)
    return figure, axes


def _number(written: str) -> float:
    return _place(parse_date(written).first)


def _place(day: date) -> float:
    from matplotlib.dates import date2num

    return float(date2num(day))
