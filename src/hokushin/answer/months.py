"""Months: what each faction wanted, what was tabled and taken, and who stopped it, by month."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import jax.numpy as jnp
import numpy as np

from hokushin.answer.document import MonthOfFaction
from hokushin.answer.world import World
from hokushin.engine.run import Simulator
from hokushin.model.axes import Axes
from hokushin.model.step import Report

SMALLEST_RATE = 0.005
"""Less than once in two hundred histories is left out of a month."""

N_REASONS = 2
"""Reasons that are named for an option, and as many against it."""

_ABSENT = -1.0e9

Rates = dict[str, Any]


def months(world: World, simulator: Simulator, n: int) -> tuple[MonthOfFaction, ...]:
    """Give each faction's month at each matter in which something was put forward.

    Means over histories and over the steps of a month, from the branch on. Follows every choice of
    every history, which is a program of its own.
    """
    axes = world.model.axes
    rates = simulator.averages(
        lambda report: rates_of(axes, report),
        np.arange(n, dtype=np.uint32),
        world.present(),
        name="months",
    )
    calendar = world.model.sets.calendar
    by_month: dict[str, list[int]] = defaultdict(list)
    for step in range(simulator.first_free, simulator.stop):
        by_month[calendar.start_of(step).isoformat()[:7]].append(step)
    rows: list[MonthOfFaction] = []
    for month, steps in by_month.items():
        inside = {name: _at(series, steps) for name, series in rates.items()}
        rows += _rows(axes, month, len(steps), inside)
    return tuple(rows)


def rates_of(axes: Axes, report: Report) -> Rates:
    r"""Pick what months are made of from a step's report, history by history.

    A faction wants each option with the share $e^{g_o} / \sum_o e^{g_o}$ of its own gains over what
    is available: what it would choose if it decided alone.
    """
    numbers = np.arange(len(axes.pairs), dtype=np.float32)[:, None]
    changes = (np.arange(axes.n_options) > 0).astype(np.float32)[:, None]
    gain = jnp.where(report.available[axes.pair_matter] > 0, report.gain, _ABSENT)
    weights = jnp.exp(gain - gain.max(1, keepdims=True))
    blocked = report.blocked_by[axes.pair_matter] == numbers
    months_per_step = axes.months_per_step
    return {
        "wants": weights / weights.sum(1, keepdims=True),
        "tabled": report.agenda * changes * (report.rate * months_per_step)[:, None],
        "taken": report.taken * changes,
        "stopped": blocked.astype(jnp.float32),
        "book": report.book,
    }


def _at(series: Any, steps: list[int]) -> Any:
    if isinstance(series, dict):
        return {name: _at(values, steps) for name, values in series.items()}
    return series[np.array(steps)].sum(0)


def _rows(axes: Axes, month: str, n_steps: int, sums: Rates) -> list[MonthOfFaction]:
    rows = []
    for pair, matter_number in enumerate(axes.pair_matter):
        matter = int(matter_number)
        names = [name for name in axes.options[matter] if name]
        tabled = _named(names, sums["tabled"][matter])
        if not tabled:
            continue
        rows.append(
            MonthOfFaction(
                month=month,
                matter=axes.matters[matter],
                faction=axes.factions[int(axes.pair_faction[pair])],
                wants=_named(names, sums["wants"][pair] / n_steps),
                tabled=tabled,
                taken=_named(names, sums["taken"][matter]),
                stopped_by=float(sums["stopped"][pair]),
                considerations={
                    name: reasons
                    for option, name in enumerate(names)
                    if name in tabled and (reasons := _reasons(sums["book"], pair, option, n_steps))
                },
            )
        )
    return rows


def _named(names: list[str], rates: np.ndarray) -> dict[str, float]:
    return {
        name: float(rate) for name, rate in zip(names, rates, strict=False) if rate >= SMALLEST_RATE
    }


def _reasons(book: Rates, pair: int, option: int, n_steps: int) -> dict[str, float]:
    """The largest considerations for an option and the largest against it."""
    values = {what: float(entry[pair, option]) / n_steps for what, entry in book.items()}
    ordered = sorted((v, what) for what, v in values.items() if v)
    against = [item for item in ordered[:N_REASONS] if item[0] < 0]
    support = [item for item in ordered[::-1][:N_REASONS] if item[0] > 0]
    return {what: value for value, what in (*support, *against)}
