r"""Timing: whether a month brought a change in a matter, one Bernoulli for each of them.

The model's chance is $1 - E\bigl[\prod_{t} S_t\bigr]$ over the steps of the month, with S the
chance that a step brings no change, given the documented choices of all steps before it. What is
scored is the record as much as history: a month counts as quiet when neither the file nor the
scenario's record holds a change, and editors note more in some years than in others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from hokushin.engine.run import Documented
from hokushin.infer.score.baselines import HALF_A_CASE, logistic_in_time
from hokushin.infer.score.compare import Comparison, compare, mean_and_se
from hokushin.infer.score.walk import Walk
from hokushin.model.build import Model

_FLOOR = 1e-6
"""No chance of a month is taken nearer to none or to one than this."""


class Cell(NamedTuple):
    """One matter in one month."""

    day: date
    """First day of the month that is looked at."""
    matter: int
    first: int
    """First step, and the one after the last."""
    end: int
    changed: bool


@dataclass(frozen=True)
class TimingScore:
    """Mean log score of months with and without a change."""

    n: int
    changes: int
    log_score: float
    se: float
    baselines: Mapping[str, Comparison]

    def as_dict(self) -> dict[str, Any]:
        """Give the score as plain JSON values."""
        rules = {name: one.as_dict() for name, one in self.baselines.items()}
        return {
            "n": self.n,
            "changes": self.changes,
            "log_score": self.log_score,
            "se": self.se,
            "baselines": rules,
        }


def cells_of(
    model: Model,
    own: Sequence[Documented],
    recorded: Sequence[Documented],
    powers: frozenset[str],
    first: date,
    last: date,
) -> tuple[Cell, ...]:
    """Lay out the months of a span for every matter of the powers that a file speaks of.

    Args:
        model: A model.
        own: Changes that the file holds.
        recorded: Changes that the scenario's record holds. Months with one of those and none of
            the file's are left out: they are no held-back facts.
        powers: Powers that the file has rows of.
        first: First day.
        last: Last day; its month counts to the end of the step that holds it.
    """
    calendar = model.sets.calendar
    begin, end = calendar.index(first), calendar.index(last) + 1
    months: dict[tuple[int, int], list[int]] = {}
    for step in range(begin, end):
        months.setdefault((calendar.start_of(step).year, calendar.month_of(step)), []).append(step)
    changed, known = _steps_of(model, own), _steps_of(model, recorded)
    cells = []
    for matter, name in enumerate(model.sets.matters):
        if name.split(".")[0] not in powers:
            continue
        is_open = np.asarray(model.moments.matter_open)[:, matter, 0] > 0.5
        for steps in months.values():
            span = range(steps[0], steps[-1] + 1)
            if not all(is_open[step] for step in span):
                continue
            here = any((step, matter) in changed for step in span)
            if here or not any((step, matter) in known for step in span):
                day = calendar.start_of(steps[0])
                cells.append(Cell(day, matter, steps[0], steps[-1] + 1, here))
    return tuple(cells)


def score_timing(
    model: Model,
    cells: Sequence[Cell],
    walked: Walk,
    recorded: Sequence[Documented],
    prior: Walk | None = None,
    seed: int = 1,
) -> TimingScore | None:
    """Score the months of a file; None where there are none.

    Args:
        model: A model.
        cells: What `cells_of` gives.
        walked: The walk whose chances are scored.
        recorded: Changes of the scenario's record, which baselines learn from up to each month.
        prior: A walk of the priors, to be compared with.
        seed: Of the bootstrap.
    """
    if not cells:
        return None
    days = [cell.day for cell in cells]
    happened = np.array([cell.changed for cell in cells])
    past = _Past(model, recorded)
    rules = {
        "base_rate": np.array([past.base_rate(cell) for cell in cells]),
        "calendar_hazard": np.array([past.hazard(cell) for cell in cells]),
    }
    if prior is not None:
        rules["prior"] = np.array([_chance(prior, cell) for cell in cells])
    ours = _log(np.array([_chance(walked, cell) for cell in cells]), happened)
    mean, se = mean_and_se(ours, days, seed)
    return TimingScore(
        n=len(cells),
        changes=int(happened.sum()),
        log_score=mean,
        se=se,
        baselines={
            name: compare(ours, _log(chance, happened), days, seed)
            for name, chance in rules.items()
        },
    )


class _Past:
    """The record's own months before a day, matter by matter."""

    def __init__(self, model: Model, recorded: Sequence[Documented]) -> None:
        self.steps = _steps_of(model, recorded)
        self.n_matters = len(model.sets.matters)
        self.steps_a_month = max(1, round(1.0 / model.axes.months_per_step))
        self.hazards: dict[int, float] = {}

    def base_rate(self, cell: Cell) -> float:
        """Months with a change of the matter before this one, and half a case more."""
        months = cell.first // self.steps_a_month
        changed = {
            step // self.steps_a_month
            for step, matter in self.steps
            if matter == cell.matter and step < cell.first
        }
        return (len(changed) + HALF_A_CASE) / (months + 2.0 * HALF_A_CASE)

    def hazard(self, cell: Cell) -> float:
        """A chance that grows or falls with the date alone, of any matter."""
        if cell.first not in self.hazards:
            self.hazards[cell.first] = self._hazard(cell.first)
        return self.hazards[cell.first]

    def _hazard(self, first: int) -> float:
        months = first // self.steps_a_month
        changed = np.zeros(months)
        for month, _ in {
            (step // self.steps_a_month, matter) for step, matter in self.steps if step < first
        }:
            if month < months:
                changed[month] += 1.0
        rate = changed / self.n_matters
        weight = np.full(months, float(self.n_matters))
        return logistic_in_time(np.arange(months, dtype=float), rate, months, weight)


def _steps_of(model: Model, changes: Sequence[Documented]) -> set[tuple[int, int]]:
    """Step and matter of every change inside the calendar."""
    calendar = model.sets.calendar
    first, last = calendar.start_of(0), calendar.last_of(calendar.n_steps - 1)
    return {(calendar.index(d.day), d.matter) for d in changes if first <= d.day <= last}


def _chance(walked: Walk, cell: Cell) -> float:
    """Chance of a change within a month."""
    log_quiet = walked.log_nothing[cell.first : cell.end, cell.matter].sum(axis=0)
    return float(1.0 - np.mean(np.exp(log_quiet)))


def _log(chance: np.ndarray, happened: np.ndarray) -> Float[np.ndarray, " case"]:
    kept = np.clip(chance, _FLOOR, 1.0 - _FLOOR)
    return np.log(np.where(happened, kept, 1.0 - kept))
