"""Draws what the flagship scenario does beside the record, before any fit.

    python3 -m tools.second_front_pictures [FOLDER]

Writes one small PNG for each picture, into docs/pictures unless told otherwise. Model: half of the
histories in the darker band, nine tenths in the lighter, the median as a line. Record: outlined
marks with their ranges.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator, YearLocator
from matplotlib.dates import date2num as number_of_date
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hokushin.scenario.dates import parse_date
from hokushin.scenario.record import Measurement, Record
from tools.second_front.runs import EVE, FACTS, Followed, Study, study

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
MOST_BYTES = 200_000
PAPER, RULE, INK, SOFT = "#FBFAF6", "#E8E4DA", "#1B1E22", "#565B61"
NINE_TENTHS, HALF, MEDIAN = "#E1DCCF", "#B9B4A7", "#565B61"
COURSE = ("#A9C7DC", "#2673A8")
"""Fill and line of what belongs to the southern course."""
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["Inter", "Helvetica Neue", "Arial", "DejaVu Sans"],
    "font.size": 9.5,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
}
_WIDE, _DPI = 8.6, 110
START, SHOWN_TO = date(1937, 7, 1), date(1942, 1, 20)
BEGAN = date(1941, 6, 22)
_SOUTHERN = {"Southern Indochina is taken", "War in the Pacific begins"}


@dataclass(frozen=True)
class Marks:
    """Numbers of the record that are drawn alike."""

    rows: Sequence[Measurement]
    shape: str = "o"
    label: str = "record"

    def of(self, day: Callable[[date], float], factor: float = 1.0) -> np.ndarray:
        """Give (day, value, low, high) of each row on the axes of a picture."""
        return np.array(
            [
                (
                    day(parse_date(row.date).last),
                    *(factor * x for x in (row.value, row.low, row.high)),
                )
                for row in self.rows
            ]
        ).reshape(-1, 4)


def date2num(day: date) -> float:
    """Place of a day on an axis of dates."""
    return float(number_of_date(day))


def main(arguments: list[str]) -> int:
    """Draw every picture and say where it lies."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    made = study()
    for name, draw in PICTURES.items():
        with rc_context(STYLE):
            path = folder / f"{name}.png"
            draw(made).savefig(path, dpi=_DPI)
        print(f"{path}  {path.stat().st_size // 1000} kB")
        if path.stat().st_size > MOST_BYTES:
            print(f"{path} is larger than {MOST_BYTES // 1000} kB", file=sys.stderr)
            return 1
    return 0


def oil(made: Study) -> Figure:
    """Japan's stock of oil, year by year."""
    marks = [Marks(rows_of(made, "stock.japan_oil"))]
    return two_runs(made, "stock.japan_oil", marks, "Japan's oil stock, million barrels")


def kwantung(made: Study) -> Figure:
    """Japanese divisions in Manchuria and Korea."""
    marks = [Marks(rows_of(made, "force.japan_north.infantry"))]
    title = "Japanese divisions in Manchuria and Korea"
    return two_runs(made, "force.japan_north.infantry", marks, title)


def soviet_east(made: Study) -> Figure:
    """Soviet divisions in the Far East, of which the record knows what Tokyo believed."""
    seen = rows_of(made, "believed.japan_sees_ussr_east.infantry")
    title = "Soviet divisions in the Far East and Transbaikal"
    marks = [Marks(seen, "D", "as Tokyo saw them")]
    return two_runs(made, "force.ussr_east.infantry", marks, title)


def moscow(made: Study) -> Figure:
    """Distance of the front from Moscow since the German attack."""
    marks = Marks(rows_of(made, "distance.eastern"))
    title = "Distance of the German front from Moscow, km"
    return since_the_attack(made, lambda run: run.measured("distance.eastern"), marks, title)


def german_losses(made: Study) -> Figure:
    """German killed, wounded and missing in the east, cumulative."""
    marks = Marks(rows_of(made, "losses.germany"))
    title = "German losses in the east, thousand men"

    def thousands(run: Followed) -> np.ndarray:
        return run.measured("losses.germany") / 1000.0

    return since_the_attack(made, thousands, marks, title, factor=1e-3, top=4000.0)


def memories(made: Study) -> Figure:
    """What the Army General Staff remembers of the Soviet Union, with and without August 1939."""
    recorded, without = made.follow(EVE), made.follow(EVE, "khalkhin_gol")
    figure = Figure(figsize=(_WIDE, 3.2), layout="constrained", facecolor=PAPER)
    titles = {
        "skill": "Own skill against theirs,\nlog-odds of winning at even strength",
        "material": "Their mass, log of what was met\nover what had been expected",
        "dread": "Worst loss of a formation,\nshare of its men",
    }
    clashes = {"May": date(1939, 5, 31), "Jul": date(1939, 7, 20), "Aug": date(1939, 8, 31)}
    for axes, (name, title) in zip(figure.subplots(1, 3), titles.items(), strict=True):
        dress(axes, title)
        bands(axes, _numbers(recorded.days), recorded.states[name])
        median = np.median(without.states[name], axis=1)
        axes.plot(_numbers(without.days), median, color=INK, lw=1.1, ls=(0, (4, 2)))
        axes.set_xlim(date2num(date(1939, 4, 1)), date2num(date(1940, 1, 10)))
        axes.set_xticks([date2num(day) for day in clashes.values()], list(clashes))
        axes.set_xlabel("clashes of 1939", color=SOFT)
    legend(figure, [], dashed="median without the battle of August")
    return figure


def dates(made: Study) -> Figure:
    """In how many histories five events have come about by a day, and when they did."""
    figure = Figure(figsize=(_WIDE, 6.0), layout="constrained", facecolor=PAPER)
    panels = figure.subplots(len(FACTS), 2, sharex="col", sharey=True, width_ratios=(1, 2))
    days = {row.id: parse_date(row.date).first for row in made.world.loaded.record.dates}
    runs = (EVE, "Record forced to 22 June 1941"), (None, "Free from July 1937")
    for row, (fact, id_) in enumerate(FACTS.items()):
        colour, line = COURSE if fact in _SOUTHERN else (HALF, MEDIAN)
        for axes, (branch, said) in zip(panels[row], runs, strict=True):
            dress(axes, said if row == 0 else "", grid=False)
            forced = branch is not None and days[id_] < EVE
            came_about(axes, made.follow(branch), fact, days[id_], (colour, line), forced)
            if branch:
                months(axes, date(1941, 6, 1), date(1942, 1, 10))
            else:
                years(axes, START, date(1942, 1, 10))
        panels[row, 0].set_ylabel(_broken(fact), rotation=0, ha="right", va="center", color=INK)
        panels[row, 0].set_yticks([0, 100], ["0", "100"])
    panels[0, 0].set_ylim(0, 112)
    handles = [
        Patch(color=HALF, label="histories of 100 in which it has come about"),
        Line2D([], [], color=INK, lw=1, marker="o", ms=5, mfc=PAPER, mec=INK, label="record"),
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=2, frameon=False)
    return figure


PICTURES: dict[str, Callable[[Study], Figure]] = {
    "oil": oil,
    "kwantung": kwantung,
    "soviet-east": soviet_east,
    "moscow": moscow,
    "german-losses": german_losses,
    "dates": dates,
    "memories": memories,
}


def two_runs(made: Study, variable: str, marks: Sequence[Marks], title: str) -> Figure:
    """Draw a quantity over the years, the record forced to June 1941 beside a free run."""
    figure = Figure(figsize=(_WIDE, 3.4), layout="constrained", facecolor=PAPER)
    panels = figure.subplots(1, 2, sharey=True)
    runs = (EVE, "Record forced to 22 June 1941, then free"), (None, "Free from July 1937")
    top = 0.0
    for axes, (branch, said) in zip(panels, runs, strict=True):
        run = made.follow(branch)
        values = run.measured(variable)
        dress(axes, said)
        bands(axes, _numbers(run.days), values)
        for mark in marks:
            draw_marks(axes, mark.of(date2num), mark.shape)
        years(axes, START, SHOWN_TO)
        top = max(top, float(np.quantile(values, 0.95, axis=1).max()))
    panels[0].axvline(date2num(EVE), color=SOFT, lw=0.8, ls=(0, (1, 2)))
    panels[0].set_ylim(0, 1.05 * top)
    figure.suptitle(title, x=0.01, ha="left", color=INK, fontsize=11, fontweight="bold")
    legend(figure, marks)
    return figure


def since_the_attack(
    made: Study,
    of: Callable[[Followed], np.ndarray],
    marks: Marks,
    title: str,
    factor: float = 1.0,
    top: float | None = None,
) -> Figure:
    """Draw a quantity of the eastern front by months since it opened, in both runs."""
    figure = Figure(figsize=(_WIDE, 3.4), layout="constrained", facecolor=PAPER)
    panels = figure.subplots(1, 2, sharey=True)
    shown = 20
    for axes, branch in zip(panels, (EVE, None), strict=True):
        run = made.follow(branch)
        values, began = of(run), run.first("Germany attacks the Soviet Union")
        # From the last day before the attack; histories that end sooner drop out one by one.
        lined = np.full((shown, values.shape[1]), np.nan)
        for history in np.flatnonzero(began > 0):
            told = values[began[history] - 1 :, history][:shown]
            lined[: len(told), history] = told
        here = ~np.isnan(lined).all(0)
        said = (
            "Record forced to 22 June 1941, then free"
            if branch
            else f"Free from July 1937: {here.sum()} of {here.size:,} histories"
        )
        dress(axes, said)
        bands(axes, np.arange(shown) / 3.0, lined[:, here])
        draw_marks(axes, marks.of(lambda day: (day - BEGAN).days / 30.4375, factor), marks.shape)
        axes.set_xlim(-0.15, 6.4)
        axes.set_xlabel("months since the attack", color=SOFT)
    panels[0].set_ylim(0, top)
    figure.suptitle(title, x=0.01, ha="left", color=INK, fontsize=11, fontweight="bold")
    legend(figure, [marks])
    return figure


def came_about(
    axes: Axes, run: Followed, fact: str, day: date, colours: tuple[str, str], forced: bool
) -> None:
    """Draw how many of a hundred histories have come to an event by each day, and the record."""
    fill, line = colours
    steps = run.first(fact)
    held = [100.0 * ((steps >= 0) & (steps <= t)).mean() for t in range(len(run.days))]
    if forced:
        axes.text(0.5, 0.4, "forced", transform=axes.transAxes, ha="center", color=SOFT)
    else:
        axes.fill_between(_numbers(run.days), 0, held, color=fill, lw=0)
        axes.plot(_numbers(run.days), held, color=line, lw=1.3)
    left, right = axes.get_xlim()
    place = date2num(day)
    axes.plot([place, place], [0, 100], color=INK, lw=1.0, zorder=3)
    axes.plot(place, 100, "o", ms=5, mfc=PAPER, mec=INK, mew=1.1, zorder=4)
    if not forced:
        axes.annotate(
            f"{held[-1]:.0f}",
            (date2num(run.days[-1]), held[-1]),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            annotation_clip=False,
        )
    axes.set_xlim(left, right)


def bands(axes: Axes, places: np.ndarray, values: np.ndarray) -> None:
    """Fill nine tenths and half of the histories, and draw their median."""
    for low, high, colour in ((0.05, 0.95, NINE_TENTHS), (0.25, 0.75, HALF)):
        lower, upper = np.nanquantile(values, [low, high], axis=1)
        axes.fill_between(places, lower, upper, color=colour, lw=0)
    axes.plot(places, np.nanmedian(values, axis=1), color=MEDIAN, lw=1.3)


def draw_marks(axes: Axes, marks: np.ndarray, shape: str) -> None:
    """Draw numbers of the record as outlined marks on the line of their range."""
    if len(marks):
        axes.vlines(marks[:, 0], marks[:, 2], marks[:, 3], color=INK, lw=1.0, zorder=3)
        axes.plot(marks[:, 0], marks[:, 1], shape, ms=5, mfc=PAPER, mec=INK, mew=1.1, zorder=4)


def dress(axes: Axes, title: str, grid: bool = True) -> None:
    """Leave of the frame what is needed."""
    axes.set_facecolor(PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.tick_params(colors=SOFT, labelcolor=INK, length=0)
    if grid:
        axes.grid(axis="y", color=RULE, lw=0.8)
        axes.set_axisbelow(True)
    axes.set_title(title, loc="left", color=SOFT)


def legend(figure: Figure, marks: Sequence[Marks], dashed: str = "") -> None:
    """Say below a picture what its marks and bands are."""
    handles: list = [
        Patch(color=NINE_TENTHS, label="nine of ten histories"),
        Patch(color=HALF, label="half of them"),
        Line2D([], [], color=MEDIAN, lw=1.3, label="median"),
    ]
    handles += [
        Line2D([], [], color=INK, lw=1, marker=m.shape, ms=5, mfc=PAPER, mec=INK, label=m.label)
        for m in marks
    ]
    if dashed:
        handles.append(Line2D([], [], color=INK, lw=1.1, ls=(0, (4, 2)), label=dashed))
    figure.legend(handles=handles, loc="outside lower left", ncols=5, frameon=False)


def years(axes: Axes, begin: date, end: date) -> None:
    """Mark the years on the axis of time."""
    axes.set_xlim(date2num(begin), date2num(end))
    axes.xaxis.set_major_locator(YearLocator())
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))


def months(axes: Axes, begin: date, end: date) -> None:
    """Mark every other month."""
    axes.set_xlim(date2num(begin), date2num(end))
    axes.xaxis.set_major_locator(MonthLocator(bymonth=(7, 9, 11)))
    axes.xaxis.set_major_formatter(DateFormatter("%b"))


def _broken(fact: str) -> str:
    """Break a sentence in two lines, before its verb."""
    return (
        fact.replace(" attacks ", "\nattacks ")
        .replace(" is ", "\nis ")
        .replace(" are ", "\nare ")
        .replace(" begins", "\nbegins")
    )


def rows_of(made: Study, variable: str) -> list[Measurement]:
    """Give the record's numbers of one variable, in order of day."""
    record: Record = made.world.loaded.record
    rows = [row for row in record.series if row.variable == variable]
    return sorted(rows, key=lambda row: parse_date(row.date).first)


def _numbers(days: Sequence[date]) -> np.ndarray:
    return np.array([date2num(day) for day in days])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
