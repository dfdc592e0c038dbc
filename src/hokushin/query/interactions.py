"""Pairs of causes that do more, or less, together than each on its own.

A positive interaction means that each needs the other; a negative one that they overlap, so
that either would nearly have done. Single effects and shares hide both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from jaxtyping import Float

from hokushin.query.evaluator import (
    Evaluator,
    Progress,
    as_histories,
    check_evaluator,
    evaluate_coalitions,
    present_without,
)
from hokushin.query.lattice import Lattice
from hokushin.query.shapley import coalition_members
from hokushin.query.statistics import Estimate, mean_and_error


@dataclass(frozen=True)
class Interaction:
    """The interaction of two causes, in points of probability."""

    first: str
    second: str
    effect: Estimate

    @property
    def overlap(self) -> bool:
        """Whether the two stand in for one another rather than need one another."""
        return self.effect.value < 0


def pair_interactions(
    evaluator: Evaluator,
    histories: np.ndarray | range,
    progress: Progress | None = None,
) -> tuple[Interaction, ...]:
    r"""Give the interaction of every pair of causes in the full world, largest first.

    $v(all) - v(all \setminus i) - v(all \setminus j) + v(all \setminus ij)$: what removing i
    loses while j is there, less what it loses once j is gone. Every pair is run in the same
    histories, 1 + K + K(K-1)/2 runs each.
    """
    check_evaluator(evaluator)
    names = evaluator.causes
    pairs = list(combinations(names, 2))
    removed = [(), *((name,) for name in names), *pairs]
    rows = np.stack([present_without(evaluator, *gone) for gone in removed])
    runs = evaluate_coalitions(evaluator, rows, as_histories(histories), progress)
    outcome = {gone: run.astype(int) for gone, run in zip(removed, runs, strict=True)}
    return _ranked(
        Interaction(i, j, mean_and_error(outcome[()] - outcome[i,] - outcome[j,] + outcome[i, j]))
        for i, j in pairs
    )


def shapley_interactions(lattice: Lattice) -> tuple[Interaction, ...]:
    """Give the Shapley interaction index of every pair in a table, largest first.

    The same second difference as `pair_interactions`, averaged over all settings of the other
    causes with `interaction_weights`.
    """
    pairs = list(combinations(range(len(lattice.causes)), 2))
    if not pairs:
        return ()
    weights = np.stack([interaction_weights(len(lattice.causes), i, j) for i, j in pairs])
    by_history = lattice.weighted(weights)
    return _ranked(
        Interaction(lattice.causes[i], lattice.causes[j], mean_and_error(column))
        for (i, j), column in zip(pairs, by_history.T, strict=True)
    )


def interaction_weights(n: int, i: int, j: int) -> Float[np.ndarray, "coalition"]:
    r"""Give the weights that turn the values of all coalitions into a pair's interaction index.

    $I_{ij} = \sum_{S \not\ni i, j} \frac{|S|!\,(n-|S|-2)!}{(n-1)!}
    [v(S \cup ij) - v(S \cup i) - v(S \cup j) + v(S)]$ (Grabisch & Roubens 1999).
    """
    if i == j or not (0 <= i < n and 0 <= j < n):
        raise ValueError(f"players {i} and {j} of {n} are no pair of different players")
    members = coalition_members(n)
    others = members.sum(axis=1) - members[:, i] - members[:, j]
    by_size = [factorial(s) * factorial(n - s - 2) / factorial(n - 1) for s in range(n - 1)]
    sign = np.where(members[:, i] == members[:, j], 1.0, -1.0)
    return sign * np.array(by_size)[others]


def _ranked(interactions: Iterable[Interaction]) -> tuple[Interaction, ...]:
    return tuple(sorted(interactions, key=lambda pair: -abs(pair.effect.value)))
