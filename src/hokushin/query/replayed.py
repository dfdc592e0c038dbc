"""Replayed: the documented path walked through the model, and what the model says of each choice.

A record that the model holds impossible cannot teach it anything: one choice that no history could
have made there makes every likelihood zero. So the path is walked with its own choices forced, and
in front of each one that is scored the model is asked whether the option could be taken that day,
and how likely it was once its matter lay on the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from hokushin.engine.documented import documented_path
from hokushin.engine.run import Setting, Simulator
from hokushin.model.build import Model
from hokushin.model.mechanisms.choosing import conditions
from hokushin.scenario.problems import Place, Problems
from hokushin.scenario.record import CARRY_ON, PERSONS, Decision, Record, standing_row

if TYPE_CHECKING:
    from hokushin.model.step import Report
    from hokushin.scenario.load import Loaded

SMALLEST_CHANCE = 1e-6
"""A documented choice with a smaller chance than this is a mistake of the scenario, not bad luck:
it would cost fourteen nats where no other row can cost more than five."""

_DECISIONS = "record/decisions.csv"


@dataclass(frozen=True)
class ReplayedRow:
    """One scored row of the record, and what the model made of it before it was done."""

    id: str
    day: date
    matter: str
    """`power.matter`."""
    option: str
    available: float
    """Share of histories in which the option could be taken at the start of the row's step."""
    probability: float
    """Chance of the option once its matter is tabled, in the mean of all histories."""
    unmet: tuple[str, ...] = ()
    """What some history lacked for it: needs as the scenario writes them."""

    @property
    def is_masked(self) -> bool:
        """Whether some history could not have done what was done."""
        return self.available < 1.0

    @property
    def is_impossible(self) -> bool:
        """Whether the model leaves the row no chance, or next to none."""
        return self.is_masked or self.probability < SMALLEST_CHANCE


def replay_record(
    model: Model, record: Record, n_histories: int = 256, seed: int = 1
) -> tuple[ReplayedRow, ...]:
    """Walk the documented path and look at every scored row on its day, in order of day.

    Each history has its own draw of all numbers from their priors. What the record chose is forced
    throughout, so a row is judged in the state that the rows of earlier steps have left; rows of
    the same step do not see one another. Rows about persons, outside the calendar, or in matters
    that the model does not have are passed over.
    """
    asked = _asked(model, record)
    if not asked:
        return ()
    calendar = model.sets.calendar
    last = max(one.step for one in asked)
    horizon = calendar.start_of(last + 1) if last + 1 < calendar.n_steps else None
    setting = Setting(seed=seed, branch=calendar.last_of(last), horizon=horizon)
    simulator = Simulator(model, setting, documented_path(model, record))

    def pick(report: Report) -> tuple:
        undated = jax.tree.map(lambda x: jnp.asarray(x)[0], model.moments)
        return report.probability, report.available, conditions(report.state, undated)

    histories = np.arange(n_histories, dtype=np.uint32)
    chance, available, holds = simulator.averages(pick, histories, name="replayed")
    holds = np.array(holds)
    if model.axes.n_dates:  # the only conditions that hold by the calendar, not by the state
        holds[:, -model.axes.n_dates :] = simulator.moments.after[: len(holds), :, 0]
    return tuple(
        ReplayedRow(
            id=one.row.id,
            day=one.row.day,
            matter=one.row.matter_key,
            option=one.row.option,
            available=float(available[one.step, one.matter, one.option]),
            probability=float(chance[one.step, one.matter, one.option]),
            unmet=_unmet(model, one, holds[one.step]),
        )
        for one in asked
    )


def masked_rows(rows: tuple[ReplayedRow, ...]) -> tuple[ReplayedRow, ...]:
    """Give the rows that the model holds impossible, or all but impossible."""
    return tuple(row for row in rows if row.is_impossible)


def check_replay(loaded: Loaded, model: Model, n_histories: int = 256, seed: int = 1) -> Problems:
    """Note every documented choice that the model holds impossible, at its row of the record.

    Takes seconds, most of them to compile a program, so it is no part of loading a scenario.
    """
    problems = Problems()
    for row in masked_rows(replay_record(model, loaded.record, n_histories, seed)):
        path = f"record.decisions.{row.id}.option"
        place = loaded.positions.get(path, Place(_DECISIONS, 1, 1))
        problems.add(place, path, _needed(row, n_histories), _hint(row), _written(row))
    return problems


class _Asked(NamedTuple):
    """A row to be judged, with its place on the axes of the model."""

    row: Decision
    step: int
    matter: int
    option: int


def _asked(model: Model, record: Record) -> list[_Asked]:
    sets, calendar = model.sets, model.sets.calendar
    first, last = calendar.start_of(0), calendar.last_of(calendar.n_steps - 1)
    episodes: dict[tuple[str, str], list[Decision]] = {}
    for row in record.decisions:
        if row.matter != PERSONS:
            episodes.setdefault((row.matter_key, row.episode), []).append(row)
    asked = []
    for rows in episodes.values():
        row = standing_row(rows)
        if row is None or row.scored != "yes" or not first <= row.day <= last:
            continue
        if row.matter_key not in sets.matters:
            continue
        matter = sets.matters.index(row.matter_key)
        if row.option in sets.options[matter]:
            option = sets.options[matter].index(row.option)
            asked.append(_Asked(row, calendar.index(row.day), matter, option))
    return sorted(asked, key=lambda one: one.row.day)


def _unmet(model: Model, asked: _Asked, holds: np.ndarray) -> tuple[str, ...]:
    """Needs of an option that not every history met, given how often each condition held."""
    axes = model.axes
    if asked.row.option == CARRY_ON:
        return ()
    flat = asked.matter * axes.n_options + asked.option
    names = axes.conditions
    needed = [names[c] for c in np.flatnonzero(axes.need_on[flat]) if holds[c] < 1.0]
    needed += [f"not {names[c]}" for c in np.flatnonzero(axes.need_off[flat]) if holds[c] > 0.0]
    if model.moments.matter_open[asked.step, asked.matter, 0] < 0.5:
        needed.append(f"after.{model.scenario.matters[asked.row.matter_key].open_since}")
    return tuple(needed)


def _needed(row: ReplayedRow, n_histories: int) -> str:
    named = f"{row.matter}.{row.option}"
    if not row.is_masked:
        return (
            f"{named} has a chance of {row.probability:.0e} on {row.day}, and less than "
            f"{SMALLEST_CHANCE:g} counts as none."
        )
    without = round((1.0 - row.available) * n_histories)
    unmet = " and ".join(row.unmet)
    return (
        f"{named} cannot be taken on {row.day} in {without} of {n_histories} histories, "
        f"for want of {unmet}."
    )


def _hint(row: ReplayedRow) -> str:
    if row.is_masked:
        return "Mend the option's needs, the row's day, or what the rows before it bring about."
    return "Look for a leaning or a cost that no reason of this matter could ever outweigh."


def _written(row: ReplayedRow) -> str:
    return f"{row.id}, {row.day}, {row.matter}.{row.option}"
