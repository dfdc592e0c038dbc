"""Held out: whether what was learnt from four fifths of the measurements predicts the last one.

Each variable's rows are cut, in order of day, into five runs or fewer, and the runs dealt to five
parts so that neighbours in time lie in different ones. Every part in turn is left out, the world is
learnt from the others as always, discrepancies included, and the rows left out are scored beside
the prior. A variable with no row left has half the spread of its prior predictions as discrepancy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hokushin.infer.world.discrepancy import LIKELY_SHARE, spreads_of
from hokushin.infer.world.draws import Coverage, ObservedRow, covered
from hokushin.infer.world.engagements import find_engagements
from hokushin.infer.world.kept import Kept
from hokushin.infer.world.learn import (
    AFTER,
    BEFORE,
    Learning,
    Progress,
    observed_rows,
    start_members,
    world_numbers,
)
from hokushin.infer.world.observations import Observation, find_observations
from hokushin.infer.world.smoother import moments_of
from hokushin.infer.world.walk import Walk
from hokushin.model.build import Model
from hokushin.scenario.record import Record

PARTS = 5
N_MEMBERS = 2048


@dataclass(frozen=True)
class HeldOut:
    """Every observation, predicted from the prior and from what the other parts taught."""

    rows: tuple[ObservedRow, ...]
    before: Coverage
    after: Coverage
    difference: float
    """Mean CRPS after less before; below nought where learning helped."""
    error: float
    """Standard error of it, variables taken as the independent units."""


def hold_out(
    model: Model,
    record: Record,
    end: date,
    seed: int = 1,
    members: int = N_MEMBERS,
    progress: Progress | None = None,
) -> HeldOut:
    """Learn five times, each time without a fifth of the measurements, and score that fifth.

    Args:
        model: A model.
        record: Its record.
        end: First day that is neither learnt from nor scored.
        seed: Of dice, draws and perturbations.
        members: Size of each ensemble.
        progress: Told what runs.

    Raises:
        ValueError: If there are too few measurements to leave some out.
    """
    report = progress or (lambda stage, done, total: None)
    found = find_observations(model, record, end)
    if len(found.used) < PARTS:
        raise ValueError(f"{len(found.used)} measurements cannot be parted in {PARTS}")
    fought, _ = find_engagements(model, end)
    walk = Walk(model, record, found.used, world_numbers(model), seed)
    start, _ = start_members(walk, fought, members)
    before = walk.predict(start, BEFORE)
    prior = moments_of(before)
    spreads = spreads_of(found.used, prior.by_numbers + prior.by_dice)
    usual = {variable: LIKELY_SHARE * spread for variable, spread in spreads.items()}
    rows: list[ObservedRow] = []
    for number, part in enumerate(parts_of(found.used)):
        report("leaving out a part", number, PARTS)
        learnt = Learning(walk, found, before, seed, report, Kept(None, ""), hidden=part)
        after = walk.predict(learnt.draw(start), AFTER)
        told = observed_rows(walk, before, after, {**usual, **learnt.discrepancies}, seed)
        rows += [row for row in told if row.id in part]
    return _scored(rows)


def parts_of(observations: Sequence[Observation]) -> tuple[frozenset[str], ...]:
    """Deal the rows of every variable to parts, run by run."""
    parts: list[set[str]] = [set() for _ in range(PARTS)]
    variables = sorted({one.variable for one in observations})
    for offset, variable in enumerate(variables):
        own = [one for one in observations if one.variable == variable]
        own.sort(key=lambda one: (one.middle, one.id))
        for run, places in enumerate(np.array_split(np.arange(len(own)), min(PARTS, len(own)))):
            parts[(run + offset) % PARTS].update(own[place].id for place in places)
    return tuple(frozenset(part) for part in parts)


def _scored(rows: list[ObservedRow]) -> HeldOut:
    rows.sort(key=lambda row: (row.day, row.id))
    apart: dict[str, list[float]] = {}
    for row in rows:
        apart.setdefault(row.variable, []).append(row.after.crps - row.before.crps)
    total = sum(sum(own) for own in apart.values())
    mean = total / len(rows)
    # A ratio estimate over clusters: what each variable adds to the mean, less its share of it.
    left = [sum(own) - mean * len(own) for own in apart.values()]
    n = len(apart)
    error = float(np.sqrt(np.sum(np.square(left)) * n / max(1, n - 1)) / len(rows))
    return HeldOut(
        rows=tuple(rows),
        before=covered([row.before for row in rows]),
        after=covered([row.after for row in rows]),
        difference=mean,
        error=error,
    )
