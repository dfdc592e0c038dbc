"""Readings: where sources contradict each other, how likely the measured numbers make each reading.

Rows that give rival values for one fact are a mixture over which of their sources is right, all
alike before; the rows of the others then measure nothing. Readings that change numbers of the model
(the scenario's contradictions) are weighed in the same way, but the scenario has chosen between
them for reasons of its own, and its choice stands.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hokushin.infer.world.discrepancy import Matrix, log_normal
from hokushin.infer.world.engagements import Fought, log_likelihood
from hokushin.infer.world.observations import Observations, Unused
from hokushin.infer.world.smoother import Moments, moments_of
from hokushin.infer.world.walk import Members, Walk
from hokushin.model.build import Model
from hokushin.scenario.needed_units import needed
from hokushin.scenario.schema import Rewrite

MOST_COMBINATIONS = 32
"""Of rival rows, each of which is a smoother of its own."""
N_WEIGHED = 512
"""Members that readings of the model's numbers are weighed with."""
OCCASION = 4000
"""Of the dice that both readings of a contradiction are walked with."""


@dataclass(frozen=True)
class Reading:
    """Two or more readings of one fact, and their chances once the numbers are known."""

    fact: str
    """Name of the contradiction, or the rows that are rivals with slashes between."""
    readings: tuple[str, ...]
    chances: tuple[float, ...]
    told_apart: bool
    """Whether anything measured depends on which of them is right."""


@dataclass(frozen=True)
class Combination:
    """One choice among all rival rows: what is left out, and how likely the choice is."""

    left_out: frozenset[str]
    chance: float


def combinations(
    found: Observations, prior: Moments, error: Matrix
) -> tuple[tuple[Combination, ...], tuple[Reading, ...]]:
    """Weigh every choice of one row from each group of rivals, under the prior ensemble.

    A row that is wrong measures nothing, and could have been any number as easily as a rival.

    Raises:
        ValueError: If there are more choices than can be weighed.
    """
    groups = found.rivals
    n_choices = int(np.prod([len(group) for group in groups]))
    if n_choices > MOST_COMBINATIONS:
        raise ValueError(
            f"rows of the series contradict each other in {n_choices} combinations, and "
            f"{MOST_COMBINATIONS} at most are weighed; decide some of them in the record"
        )
    every = {name for group in groups for name in group}
    choices = [frozenset(every - set(picked)) for picked in itertools.product(*groups)]
    told = np.array([one.told for one in found.used])
    whole = prior.by_numbers + prior.by_dice + error
    logs = []
    for left_out in choices:
        here = np.array([one.id not in left_out for one in found.used], bool)
        logs.append(log_normal((told - prior.mean)[here], whole[np.ix_(here, here)]))
    chances = np.exp(np.array(logs) - max(logs))
    chances = chances / chances.sum()
    weighed = tuple(Combination(c, float(p)) for c, p in zip(choices, chances, strict=True))
    rows = tuple(
        Reading(
            "/".join(group),
            group,
            tuple(sum(c.chance for c in weighed if name not in c.left_out) for name in group),
            True,
        )
        for group in groups
    )
    return weighed, rows


def weigh_contradictions(
    walk: Walk, members: Members, error: Matrix, fought: Sequence[Fought]
) -> tuple[tuple[Reading, ...], tuple[Unused, ...]]:
    """Weigh the two readings of each contradiction that changes numbers, alike before."""
    some = members[:, :N_WEIGHED]
    weighed: list[Reading] = []
    unused: list[Unused] = []
    as_used: tuple[float, np.ndarray] | None = None
    for name, told in walk.model.scenario.contradictions.items():
        changed, why = _deviates(walk.model, told.changes)
        if why:
            unused.append((name, why))
            continue
        as_used = as_used or _evidence(walk, some, error, fought, {})
        other = _evidence(walk, some, error, fought, changed)
        same = bool(np.array_equal(as_used[1], other[1]))
        for_other = 1.0 / (1.0 + np.exp(np.clip(as_used[0] - other[0], -700.0, 700.0)))
        chance = 0.5 if same else float(for_other)
        readings = ("as used", "the other reading")
        weighed.append(Reading(name, readings, (1.0 - chance, chance), not same))
    return tuple(weighed), tuple(unused)


def _evidence(
    walk: Walk,
    members: Members,
    error: Matrix,
    fought: Sequence[Fought],
    changed: dict[int, float],
) -> tuple[float, np.ndarray]:
    """Log evidence of everything measured, and the predictions it rests on."""
    predicted = walk.predict(members, OCCASION, changed)
    found = moments_of(predicted)
    told = np.array([one.told for one in walk.observations])
    log = log_normal(told - found.mean, found.by_numbers + found.by_dice + error)
    battles = np.zeros(members.shape[1])
    if fought:
        battles = log_likelihood(walk.params(members, changed), fought)
        log += float(np.log(np.mean(np.exp(battles))))
    return log, np.concatenate([predicted.ravel(), np.broadcast_to(battles, members.shape[1])])


def _deviates(model: Model, changes: Sequence[Rewrite]) -> tuple[dict[int, float], str]:
    """Give the deviates at which numbers are what a reading says, or why there are none."""
    if not changes:
        return {}, "its readings differ in no number of the model"
    found: dict[int, float] = {}
    for change in changes:
        if change.set is None or change.to is None:
            return {}, "its readings differ in what may be chosen, and the path forces that"
        if change.set not in model.priors.names:
            return {}, f"the model does not read {change.set}"
        position = model.position(change.set)
        place = model.priors
        if place.scale[position] <= 0:
            return {}, f"{change.set} is a constant of the model"
        asked = needed(model.scenario, change.set)
        if asked is None:
            return {}, f"the model does not read {change.set}"
        value = float(change.to.prior().in_unit(asked.unit).quantile(0.5))
        told = _on_prior_scale(int(place.kind[position]), value, float(place.whole[position]))
        found[position] = (told - float(place.location[position])) / float(place.scale[position])
    return found, ""


def _on_prior_scale(kind: int, value: float, whole: float) -> float:
    """Put a number on the scale on which its prior is normal; the ends lie at infinity."""
    with np.errstate(divide="ignore"):
        if kind == 1:
            return float(np.log(value))
        if kind == 2:
            return float(np.log(value / whole) - np.log1p(-value / whole))
    return value
