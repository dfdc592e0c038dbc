"""Ensemble: rows of histories run on numbers that a design chose, and the risk of an event there.

Every row runs the same histories with the same dice, so that what a row gives is a smooth function
of its numbers, and rows differ by what their numbers do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, UInt

from hokushin.engine.run import Simulator
from hokushin.query.sensitivity.gates import Gates, gates_of
from hokushin.query.sensitivity.risk import (
    Watched,
    follow_through,
    groups_left_out,
    probability,
    share,
    watched,
)

GROUPS = 16
"""Groups of histories that a jackknife leaves out in turn."""

ROWS_AT_ONCE = 8192
"""Histories that are run between two looks at the clock; their numbers fill thirty megabytes."""


@dataclass(frozen=True, eq=False)
class Risks:
    """How an event's chance is read from a simulator."""

    simulator: Simulator
    event: str
    present: np.ndarray
    gates: Gates | None = field(init=False)

    def __post_init__(self) -> None:
        """Find the gates of the event."""
        object.__setattr__(self, "gates", gates_of(self.simulator.model.axes, self.event))

    def watch(
        self,
        histories: UInt[np.ndarray, " row"],
        draws: UInt[np.ndarray, " row"],
        normals: Float[np.ndarray, "number row"],
        shape: tuple[int, ...],
        present: np.ndarray | None = None,
        alternative: np.ndarray | None = None,
    ) -> Watched:
        """Run rows and say what they did at the event's gates; `shape` arranges them."""
        run, row = self.simulator, self.present if present is None else present
        gates = self.gates
        if gates is None:
            gates = Gates((0,), (0,))
        outcomes, (chance, taken) = run.deliberations(
            gates.pick(),
            histories,
            row,
            alternative,
            draws,
            normals,
            name=f"gates {gates.matter} {gates.option}",
        )
        free = np.asarray(run.moments.free)[run.first_seen : run.stop]
        free = free.reshape(len(free), -1)
        any_taken = (taken * free[:, list(gates.matter), None]).max(1)
        seen = watched(gates.any_of(chance, free), any_taken, outcomes.happened(self.event), shape)
        return seen

    def chance(
        self,
        seen: Watched,
        follow: Float[np.ndarray, " step"],
        weight: Float[np.ndarray, " history"] | None = None,
    ) -> np.ndarray:
        """Chance of the event in each row: by life table, or by counting where there is no gate."""
        if self.gates is None:
            return share(seen.happened, weight)
        return probability(seen, follow, weight)

    @property
    def estimator(self) -> str:
        """Name of the way in which the chance is read."""
        return "counting, half added" if self.gates is None else "life table"


@dataclass(frozen=True, eq=False)
class Sampled:
    """Histories that stand for a larger ensemble, each with its weight."""

    histories: UInt[np.ndarray, " history"]
    weight: Float[np.ndarray, " history"]


def informative(
    seen: Watched, histories: UInt[np.ndarray, " history"], n: int, seed: int = 1
) -> Sampled:
    r"""Draw histories in which something may happen more often, and weigh them down for it.

    With $H_n$ the chances of history n summed over its steps, at most 1, a history is drawn with
    probability $0.9\, H_n^{3/4} / \sum H^{3/4} + 0.1 / N$ and weighs one over that. Where a rare
    event lives in few draws of the numbers, evenly drawn histories would mostly show nothing; the
    tenth that is drawn evenly watches over those where a number might make it likely. Systematic
    sampling: one random start, equal steps through the summed probabilities.
    """
    before = np.cumsum(seen.passed, axis=0) - seen.passed
    risk = np.minimum(1.0, (seen.chance * (before == 0)).sum(0)) ** 0.75
    total = risk.sum()
    even = np.full(len(risk), 1.0 / len(risk))
    p = 0.9 * risk / total + 0.1 * even if total > 0.0 else even
    random = np.random.default_rng(seed)
    order = random.permutation(len(p))
    places = (random.random() + np.arange(n)) / n
    chosen = order[np.searchsorted(np.cumsum(p[order]), places).clip(max=len(p) - 1)]
    return Sampled(histories[chosen], 1.0 / (p[chosen] * len(p)))


@dataclass(frozen=True, eq=False)
class Design:
    """Risk as a function of the numbers that a design moves; a function that `KeptRows` can keep.

    A row gives standard normal deviates of `positions`; nan leaves a number as each history draws
    it. With `worlds` the last column says which set of dice is thrown, as a share of their count.
    """

    risks: Risks
    positions: Sequence[int]
    sample: Sampled
    follow: Float[np.ndarray, " step"]
    worlds: int = 0
    groups: int = 0
    """Groups to be left out for errors; each adds a column to the output."""
    base: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Draw the numbers that the design leaves alone."""
        drawn = self.risks.simulator.normals(self.sample.histories)
        object.__setattr__(self, "base", np.asarray(drawn, np.float32))

    def __call__(self, rows: Float[np.ndarray, "row column"]) -> np.ndarray:
        """Chance of the event in each row, and without each group of histories."""
        at_once = max(1, ROWS_AT_ONCE // len(self.sample.histories))
        parts = [self._some(rows[i : i + at_once]) for i in range(0, len(rows), at_once)]
        return np.concatenate(parts)

    def _some(self, rows: np.ndarray) -> np.ndarray:
        n_rows, n = len(rows), len(self.sample.histories)
        normals = np.repeat(self.base[:, None, :], n_rows, axis=1)
        for column, position in enumerate(self.positions):
            given = rows[:, column]
            moved = np.flatnonzero(~np.isnan(given))
            normals[position, moved] = given[moved, None]
        histories = np.broadcast_to(self.sample.histories, (n_rows, n))
        if self.worlds:
            world = np.minimum(self.worlds - 1, (rows[:, -1] * self.worlds).astype(np.uint32))
            # Dice of other histories of the ensemble, far from those that are drawn.
            histories = histories + (world[:, None].astype(np.uint32) << np.uint32(20))
        draws = np.tile(self.sample.histories, n_rows)
        seen = self.risks.watch(
            np.ascontiguousarray(histories, np.uint32).reshape(-1),
            draws,
            normals.reshape(len(normals), -1),
            (n_rows, n),
        )
        return self.estimates(seen)

    def estimates(self, seen: Watched) -> np.ndarray:
        """Chance in each row from all histories, then without each group of them."""
        weight = self.sample.weight
        columns = [self.risks.chance(seen, self.follow, weight)]
        if self.groups:
            for kept in groups_left_out(len(weight), self.groups):
                columns.append(self.risks.chance(seen, self.follow, weight * kept))
        return np.stack(columns, axis=1)


def base_run(risks: Risks, histories: UInt[np.ndarray, " history"]) -> tuple[Watched, np.ndarray]:
    """Run histories on their own numbers: what they did, and what follows a gate."""
    normals = risks.simulator.normals(histories)
    seen = risks.watch(histories, histories, normals, (len(histories),))
    return seen, follow_through(seen)
