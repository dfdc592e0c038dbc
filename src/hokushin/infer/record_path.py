"""Record path: the documented past, walked once, with its steps laid out as if they were histories.

Every array of the engine ends in the axis of histories, and nothing in weighing or choosing looks
across that axis. So a past whose choices are all forced need not be walked step by step again each
time a weight changes: the states that it passed through stand side by side as lanes, and one call
of the engine's own functions weighs all of them at once. That is what makes a gradient cheap
(about three milliseconds, where a scan over the steps needs two hundred), and what makes the
likelihood the same code as the generator.

What it costs: numbers that shape the path itself (stocks, railways, battles, memories) are held at
one draw for each path. They learn from the measured series (`infer.world`), not from choices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from hokushin.engine.documented import documented_path
from hokushin.engine.fitted import Fitted
from hokushin.engine.run import Setting, Simulator
from hokushin.infer.lanes import changed
from hokushin.model.build import Model
from hokushin.model.state import Moment, State
from hokushin.model.step import Report
from hokushin.model.view import View
from hokushin.scenario.record import CARRY_ON, PERSONS, Decision, Record, standing_row

EARLIER_DAYS = {"day": 0, "days": 5, "week": 7, "weeks": 21, "month": 30}
"""By how many days a row of each precision may be written too late."""


@dataclass(frozen=True)
class Episode:
    """One scored decision of the record, where it lies on the axes of the model."""

    id: str
    day: date
    step: int
    matter: int
    option: int
    confidence: str
    """high, medium or low: how sure the coding of the row is."""
    window: int = 0
    """Steps before `step` in which it may have been taken as well, by the row's own precision."""


@dataclass(frozen=True, eq=False)
class RecordPath:
    """States of the documented past as lanes, and what was chosen in each of them.

    Axes called *lane* are steps, in order of day. A *world* is one draw of all numbers and dice.
    """

    model: Model
    end: date
    """First day that is not looked at."""
    draws: Int[np.ndarray, " world"]
    normals: Float[np.ndarray, "quantity world"]
    """Standard normal deviates of every number, world by world."""
    state: State
    """At the start of each step: every array (world, ..., lane)."""
    view: View
    moment: Moment
    """Calendar, its arrays (..., lane)."""
    chosen: Float[np.ndarray, "matter option lane"]
    """1 where the record took an option other than carrying on."""
    kept: Float[np.ndarray, "matter lane"]
    """How many scored rows say that a matter was considered and nothing was changed."""
    episodes: tuple[Episode, ...]
    unused: tuple[tuple[str, str], ...]
    """Rows that the likelihood cannot use, with the reason."""
    year: Int[np.ndarray, " lane"]
    """Calendar year of each step's first day."""

    @property
    def n_steps(self) -> int:
        """Steps looked at."""
        return self.chosen.shape[-1]

    def world(self, index: int) -> tuple[State, View]:
        """State and view of one world, arrays (..., lane)."""
        return jax.tree.map(lambda x: jnp.asarray(x[index]), (self.state, self.view))


def walk_record(
    model: Model,
    record: Record,
    end: date,
    draws: Int[np.ndarray, " world"],
    seed: int = 1,
    spread: float = 1.0,
    known: Fitted | None = None,
) -> RecordPath:
    """Walk the documented past once for every draw and lay its steps side by side.

    Args:
        model: A model.
        record: Its record.
        end: Rows from this day on are not looked at.
        draws: Numbers of the draws of all quantities, one for each world.
        seed: Seed of the dice and of the draws.
        spread: Factor on the spread of every prior; 0 walks the medians.
        known: Draws of numbers that have been learnt already; the others keep their priors.

    Raises:
        ValueError: If `end` is not inside the calendar.
    """
    calendar = model.sets.calendar
    first, last = calendar.start_of(0), calendar.last_of(calendar.n_steps - 1)
    if not first < end <= last:
        raise ValueError(f"the record is walked to {end}, but must end after {first}, by {last}")
    stop = calendar.index(end)
    path = documented_path(model, record)
    setting = Setting(seed=seed, branch=end, horizon=end, spread=spread)
    simulator = Simulator(model, setting, path, known)
    histories = np.asarray(draws, np.uint32)

    def pick(report: Report) -> tuple[State, View]:
        return report.state, report.view

    state, view = simulator.reports(pick, histories, name="record_path")
    if stop < 1:
        raise ValueError(f"no whole step lies before {end}")
    lanes = jax.tree.map(lambda x: np.moveaxis(x[:stop], (0, -1), (-1, 0)), (state, view))
    episodes, unused = find_episodes(model, record, end)
    chosen = np.moveaxis(np.array(simulator.moments.forced)[:stop, ..., 0], 0, -1)
    chosen[:, 0] = 0.0
    kept = np.zeros((len(model.axes.matters), stop), np.float32)
    for episode in episodes:
        if episode.option == 0 and episode.step < stop:
            kept[episode.matter, episode.step] += 1.0
    return RecordPath(
        model=model,
        end=end,
        draws=histories,
        normals=simulator.normals(histories),
        state=lanes[0],
        view=lanes[1],
        moment=_as_lanes(simulator.moments, stop),
        chosen=chosen,
        kept=kept,
        episodes=tuple(e for e in episodes if e.step < stop),
        unused=unused,
        year=np.array([calendar.start_of(i).year for i in range(stop)]),
    )


def find_episodes(
    model: Model, record: Record, end: date
) -> tuple[tuple[Episode, ...], tuple[tuple[str, str], ...]]:
    """Give the scored episodes before a day in order of day, and the rows that cannot be used."""
    sets, calendar = model.sets, model.sets.calendar
    first = calendar.start_of(0)
    grouped: dict[tuple[str, str], list[Decision]] = {}
    for row in record.decisions:
        grouped.setdefault((row.matter_key, row.episode), []).append(row)
    episodes, unused = [], []
    for rows in grouped.values():
        row = standing_row(rows)
        if row is None or row.scored != "yes":
            continue
        if not first <= row.day < end:
            unused.append((row.id, f"{row.day} lies outside {first} to {end}"))
        elif row.matter == PERSONS:
            unused.append((row.id, "a change of persons is a fact of the world, not a choice"))
        elif row.matter_key not in sets.matters:
            unused.append((row.id, f"the model has no matter {row.matter_key}"))
        elif row.option not in (options := sets.options[sets.matters.index(row.matter_key)]):
            unused.append((row.id, f"{row.matter_key} has no option {row.option}"))
        else:
            matter = sets.matters.index(row.matter_key)
            option = 0 if row.option == CARRY_ON else options.index(row.option)
            confidence = row.confidence or "medium"
            step = calendar.index(row.day)
            earliest = max(first, row.day - timedelta(days=EARLIER_DAYS[row.date_precision]))
            window = step - calendar.index(earliest)
            episodes.append(Episode(row.id, row.day, step, matter, option, confidence, window))
    return tuple(sorted(episodes, key=lambda e: (e.day, e.id))), tuple(unused)


def _as_lanes(moments: Moment, stop: int) -> Moment:
    """Turn a calendar with a leading axis of steps into one moment whose lanes are steps."""

    def turn(x: np.ndarray) -> np.ndarray:
        cut = np.asarray(x)[:stop]
        if cut.ndim == 1:  # one number a step
            return cut
        return np.moveaxis(cut[..., 0], 0, -1)

    # Neither of the two that stay as they are is read by what weighs and chooses: seasons are in
    # the view, and no dice are thrown.
    names = [name for name in moments.__dataclass_fields__ if name not in ("ahead", "step")]
    return changed(moments, **{name: turn(getattr(moments, name)) for name in names})
