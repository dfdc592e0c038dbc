"""Learn: from a record to draws of the numbers that shape the world."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from jaxtyping import Int

from hokushin.engine.keys import split_seed
from hokushin.engine.run import Documented
from hokushin.infer.likelihood import weighing_numbers
from hokushin.infer.posterior import likelihood_digest
from hokushin.infer.world.discrepancy import error_covariance, find_discrepancies
from hokushin.infer.world.draws import ObservedRow, WorldDraws, predicted_of
from hokushin.infer.world.engagements import Fought, find_engagements, log_likelihood, resampled
from hokushin.infer.world.kept import Kept
from hokushin.infer.world.observations import (
    Observations,
    find_observations,
    rivals_among,
)
from hokushin.infer.world.readings import Combination, combinations, weigh_contradictions
from hokushin.infer.world.smoother import (
    INFLATIONS,
    Predicted,
    Round,
    Smoothed,
    moments_of,
    smooth,
)
from hokushin.infer.world.walk import Members, Walk
from hokushin.model.build import Model
from hokushin.scenario.record import Record

N_MEMBERS = 4096
FEWEST_MEMBERS = 64
"""Below this, chance correlations are as large as most that mean something."""
LEAST_CHANCE = 0.005
"""Combinations of rival rows less likely than this are not walked."""
CANDIDATES = 16
"""Draws of the prior for each member, where engagements weigh them."""
BEFORE, AFTER, ROUNDS_FROM, FOR_COMBINATION = 0, 1, 2, 8
"""Occasions on which dice are thrown: before and after learning, and in every round between."""
Progress = Callable[[str, int, int], None]


def world_numbers(model: Model) -> Int[np.ndarray, " number"]:
    """Positions of the free numbers that choices along a forced path do not inform."""
    weighed = set(weighing_numbers(model).tolist())
    return np.array([i for i in model.priors.free.tolist() if i not in weighed], np.int64)


def anything_measured(model: Model, record: Record, end: date) -> bool:
    """Tell whether a record measures anything before a day that the model can predict."""
    fought, _ = find_engagements(model, end)
    return bool(fought or find_observations(model, record, end).used)


def learn_world(
    model: Model,
    record: Record,
    end: date,
    seed: int = 1,
    members: int = N_MEMBERS,
    progress: Progress | None = None,
    folder: Path | None = None,
) -> WorldDraws:
    """Draw the numbers that shape the world, given what the record measured before a day.

    Outcomes of engagements weigh members from the prior, and an ensemble smoother
    (`infer.world.smoother`) moves them towards measured series and dated beliefs. Draws are
    equally weighted, and independent of the numbers that minds weigh by, so both can be joined by
    the number of the draw: a cut posterior (Plummer 2015, Statistics and Computing 25).

    Args:
        model: A model.
        record: Its record.
        end: First day that is not learnt from.
        seed: Of dice, draws and perturbations.
        members: Size of the ensemble, and number of draws.
        progress: Told what runs.
        folder: Where finished rounds are kept, so that an interrupted smoother goes on there.

    Raises:
        ValueError: If nothing that the model can predict was measured before the day, or there
            are too few members.
    """
    if members < FEWEST_MEMBERS:
        raise ValueError(f"{members} members were asked for; give {FEWEST_MEMBERS} or more")
    report = progress or (lambda stage, done, total: None)
    found = find_observations(model, record, end)
    fought, without = find_engagements(model, end)
    if not found.used and not fought:
        raise ValueError(f"nothing that the model can predict was measured before {end}")
    numbers = world_numbers(model)
    walk = Walk(model, record, found.used, numbers, seed)
    report("walking the prior", 0, len(INFLATIONS))
    start, worth = start_members(walk, fought, members)
    before = walk.predict(start, BEFORE)
    identity = _identity(model, found, walk.path.documented, end, seed, members)
    learnt = Learning(walk, found, before, seed, report, Kept(folder, identity))
    normals = learnt.draw(start)
    report("walking what was learnt", len(INFLATIONS), len(INFLATIONS))
    after = walk.predict(normals, AFTER)
    contradictions, undecided = weigh_contradictions(walk, start, learnt.error, fought)
    return WorldDraws(
        names=tuple(model.priors.names[i] for i in numbers),
        normals=normals.astype(np.float32),
        observations=observed_rows(walk, before, after, learnt.discrepancies, seed),
        unused=(*found.unused, *without, *undecided),
        readings=(*learnt.rivals, *contradictions),
        discrepancies=learnt.discrepancies,
        rounds=learnt.rounds,
        engagements=tuple(one.id for one in fought),
        engagement_draws=worth,
        end=end,
        seed=seed,
    )


def start_members(walk: Walk, fought: tuple[Fought, ...], n_members: int) -> tuple[Members, float]:
    """Draw members from the prior as outcomes of engagements weigh it.

    Gives also how many draws of the prior the candidates are worth.
    """
    if not fought:
        return walk.prior(n_members), float(n_members)
    batches = [walk.prior(n_members, n_members * i) for i in range(CANDIDATES)]
    weights = [log_likelihood(walk.params(batch), fought) for batch in batches]
    picked, worth = resampled(
        np.concatenate(weights), n_members, split_seed(walk.seed, "engagements")
    )
    return np.concatenate(batches, 1)[:, picked], worth


class Learning:
    """One posterior: discrepancies, readings of rival rows, and rounds."""

    def __init__(
        self,
        walk: Walk,
        found: Observations,
        before: Predicted,
        seed: int,
        report: Progress,
        kept: Kept,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        """Weigh what is to be learnt from.

        Args:
            walk: Predicts the observations.
            found: The observations, and which of them are rivals.
            before: Predictions of the members that are to be moved.
            seed: Of the perturbations.
            report: Told what runs.
            kept: Finished rounds.
            hidden: Observations that are not learnt from.
        """
        shown = np.array([one.id not in hidden for one in found.used], bool)
        if hidden:
            used = tuple(one for one in found.used if one.id not in hidden)
            found = Observations(used, found.unused, rivals_among(used))
        self.walk, self.found, self.shown = walk, found, shown
        self.seed, self.report, self.kept = seed, report, kept
        prior = moments_of(before[shown])
        self.discrepancies = find_discrepancies(found.used, prior)
        self.error = error_covariance(found.used, self.discrepancies)
        self.choices, self.rivals = combinations(found, prior, self.error)
        self.rounds: tuple[Round, ...] = ()

    def draw(self, start: Members) -> Members:
        """Move members to the posterior, as many to each choice among rivals as it is likely."""
        n_members = start.shape[1]
        likely = [c for c in self.choices if c.chance > LEAST_CHANCE]
        share = np.array([c.chance for c in likely])
        ends = np.round(np.cumsum(share / share.sum()) * n_members).astype(int)
        parts, begin = [], 0
        for number, (choice, stop) in enumerate(zip(likely, ends, strict=True)):
            smoothed = self._smooth(start, choice, number)
            parts.append(smoothed.normals[:, begin:stop])
            self.rounds = self.rounds or smoothed.rounds
            begin = stop
        return np.concatenate(parts, 1)

    def _smooth(self, start: Members, choice: Combination, number: int) -> Smoothed:
        """Smooth on the rows that one choice among rivals leaves."""
        here = np.array([one.id not in choice.left_out for one in self.found.used], bool)
        if not here.any():
            return Smoothed(start, ())
        told = np.array([one.told for one in self.found.used])
        first = ROUNDS_FROM + number * FOR_COMBINATION

        def predict(normals: Members, round_: int) -> Predicted:
            self.report("learning from what was measured", round_, len(INFLATIONS))
            return self.walk.predict(normals, first + round_)[self.shown][here]

        return smooth(
            start,
            predict,
            told[here],
            self.error[np.ix_(here, here)],
            split_seed(self.seed, f"smoother {number}"),
            kept=lambda _, done: self.kept.write(number, done),
            start=self.kept.read(number),
        )


def observed_rows(
    walk: Walk, before: Predicted, after: Predicted, discrepancies: dict[str, float], seed: int
) -> tuple[ObservedRow, ...]:
    """Set the prior, with errors of measurement alone, beside what was learnt, with all errors."""
    rows = []
    for place, one in enumerate(walk.observations):
        generator = np.random.default_rng(split_seed(seed, f"errors {one.id}"))
        rows.append(
            ObservedRow(
                id=one.id,
                variable=one.variable,
                day=one.middle,
                value=one.value,
                before=predicted_of(one, before[place, :, 0], 0.0, generator),
                after=predicted_of(
                    one, after[place, :, 0], discrepancies.get(one.variable, 0.0), generator
                ),
            )
        )
    return tuple(rows)


def _identity(
    model: Model,
    found: Observations,
    path: tuple[Documented, ...],
    end: date,
    seed: int,
    members: int,
) -> str:
    """Name what a kept round belongs to: code, scenario, rows, path, day, seed and size."""
    digest = hashlib.sha256(likelihood_digest().encode())
    for part in (
        model.priors.names,
        found.used,
        path,
        end,
        seed,
        members,
        INFLATIONS,
    ):
        digest.update(repr(part).encode())
    for array in (model.priors.kind, model.priors.location, model.priors.scale):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]
