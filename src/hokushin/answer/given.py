"""Given: this world beside a world like it, in histories conditioned on the record's own choices.

By abduction, change and running again (Pearl 2009, ch. 7). Histories are walked along the record
from the branch to the horizon, every choice forced, and asked how likely each choice was. Then

* the *dice of choice* are drawn from their exact distribution given all those choices, matter by
  matter and step by step, carrying on included (`query.abduction.abduct`);
* *numbers and dispositions* are weighed by the chance that they gave to what was chosen, in as many
  matters as leave an effective sample that says something, and histories are drawn again by weight;
* all other dice (battles, weather, responses) stay those of each history, and histories whose own
  course contradicts what is asked about are left out.

The same histories are then run again without each cause. Where the record took several options of a
matter in one step, which one draw cannot, they stay as recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hokushin.answer.document import Given, Probability
from hokushin.answer.study import Study
from hokushin.engine.keys import split_seed
from hokushin.query.abduction import (
    abduct,
    clustered_error,
    effective_size,
    informative,
    resample,
)
from hokushin.query.bounds import FEWEST_HISTORIES
from hokushin.query.rerun import Rerun, Walk

_ROWS_AT_ONCE = 1024
"""Rows whose chances of every option are held at one time: a few hundred megabytes."""


@dataclass(frozen=True, eq=False)
class RecordedChoices:
    """What the record chose from the first deliberation before the branch to the horizon."""

    chosen: np.ndarray
    """(step, matter, option) True for one option of each matter, carrying on where none stands."""
    free: np.ndarray
    """(step, matter) True where factions are left to choose once the record is not forced."""


def given_record(study: Study, happened: bool, n: int, rows: int) -> Given:
    """Condition n histories on the record's choices, draw `rows` of them, and remove each cause.

    Fewer than `FEWEST_HISTORIES` effective ones, or that agree with the record on what is asked
    about, say nothing: `without` is empty then.
    """
    world = study.world
    factual = _along_the_record(study)
    again = Rerun.of(study.simulator)
    record = _recorded(again, factual)
    _keep_what_cannot_be_drawn(again, factual)

    random = np.random.default_rng(split_seed(study.seed, "abduction"))
    study.tell("the record's choices")
    logs = _log_chances(study, factual, record, np.arange(n, dtype=np.uint32))
    taken, weight = informative(logs, FEWEST_HISTORIES)
    origin = resample(weight, rows, random).astype(np.uint32)

    said = {name: np.zeros(rows, bool) for name in ("", *world.causes)}
    for first in range(0, rows, _ROWS_AT_ONCE):
        study.tell("this world", first, rows)
        part = slice(first, first + _ROWS_AT_ONCE)
        chances = factual.log_chances(origin[part], world.present())
        dice = abduct(chances, record.chosen[..., None], random)
        for name in said:
            present = world.present(*([name] if name else []))
            run = again.outcomes_given(origin[part], dice, present)
            said[name][part] = run.happened(study.event)
    agrees = said[""] == happened
    effective = effective_size(weight)
    without: dict[str, Probability] = {}
    if min(effective, agrees.sum()) >= FEWEST_HISTORIES:
        kept = origin[agrees]
        for cause in world.causes:
            event = said[cause][agrees]
            without[cause] = Probability(float(event.mean()), clustered_error(event, kept))
    matters = tuple(world.model.axes.matters[m] for m in taken)
    return Given(
        choices=int(record.free.sum()),
        weighed_by=matters,
        forced=n,
        effective=effective,
        histories=int(agrees.sum()),
        follows=float(agrees.mean()),
        without=without,
    )


def _along_the_record(study: Study) -> Walk:
    """Histories with every choice of the record forced, clashes and all else as when it is not."""
    forced = study.world.simulator(study.branch, study.horizon, study.seed, forced=True)
    walk = Walk.of(forced)
    walk.moments = replace(forced.moments, recorded=study.simulator.moments.recorded)
    return walk


def _recorded(again: Rerun, factual: Walk) -> RecordedChoices:
    """What the record chose in each step, and where a single choice is left to be drawn."""
    window = slice(again.first_seen, again.stop)
    forced = np.asarray(factual.moments.forced)[window, ..., 0] > 0
    chosen = np.zeros_like(forced)
    one = np.where(forced.any(-1), forced.argmax(-1), 0)
    np.put_along_axis(chosen, one[..., None], True, axis=-1)
    alone = forced.sum(-1) <= 1
    free = np.asarray(again.moments.free)[window, ..., 0] > 0
    return RecordedChoices(chosen, free & alone)


def _keep_what_cannot_be_drawn(again: Rerun, factual: Walk) -> None:
    """Force again the steps in which the record took several options of a matter."""
    forced = np.asarray(factual.moments.forced)
    several = (forced > 0).sum(-2) > 1
    moments = again.moments
    # Set before anything is compiled: a calendar is an input of the program.
    again.moments = replace(
        moments,
        forced=np.where(several[..., None, :], forced, np.asarray(moments.forced)),
        free=np.where(several, 0.0, np.asarray(moments.free)).astype(np.float32),
    )


def _log_chances(
    study: Study, factual: Walk, record: RecordedChoices, histories: np.ndarray
) -> np.ndarray:
    """Log chance that each history gave to what the record chose, matter by matter."""
    counted = (record.chosen & record.free[..., None])[..., None]
    parts = []
    for first in range(0, len(histories), _ROWS_AT_ONCE):
        study.tell("the record's choices", first, len(histories))
        part = histories[first : first + _ROWS_AT_ONCE]
        logs = factual.log_chances(part, study.world.present())
        parts.append(np.where(counted, logs, 0.0).sum(axis=(0, 2)))
    return np.concatenate(parts, axis=1)
