"""Given data: how much an output depends on each number of a sample, however it was drawn.

Draws of a posterior are correlated, and shares of variance are not defined for them. The PAWN index
(Pianosi and Wagener 2018) asks instead how far the distribution of the output moves once a number
is known to lie in one tenth of its draws: the median, over the tenths, of Kolmogorov and Smirnov's
distance, 0 for independence. Only the order of outputs counts, so stretching them changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from hokushin.query.sensitivity.morris import unit_problem

_SHUFFLED = 4
"""Shuffled columns for each number. They show what the index is between things that have nothing to
do with each other, which is never quite nought in a sample; with four for each, one number in four
studies rises above all of them by accident."""
_FEWEST_ROWS = 100


@dataclass(frozen=True)
class Dependence:
    """Dependence of an output on one number."""

    name: str
    index: float
    """Median Kolmogorov-Smirnov distance over tenths of the number's draws."""
    correlation: float
    """Spearman's rank correlation, for the direction."""


@dataclass(frozen=True)
class GivenData:
    """Dependence on every number, strongest first."""

    numbers: tuple[Dependence, ...]
    floor: float
    """The largest index of shuffled columns: what shows nothing."""

    @property
    def above_floor(self) -> tuple[Dependence, ...]:
        """Numbers that show more than shuffled ones do."""
        return tuple(number for number in self.numbers if number.index > self.floor)


def given_data(
    x: Float[np.ndarray, "row number"],
    y: Float[np.ndarray, " row"],
    names: Sequence[str],
    seed: int = 1,
) -> GivenData:
    """Estimate the PAWN index of each column of `x` for `y`.

    Raises:
        ValueError: If rows are fewer than 100, or `x` and `y` do not belong together.
    """
    from SALib.analyze import pawn
    from scipy.stats import rankdata

    if x.shape != (len(y), len(names)):
        raise ValueError(f"x is {x.shape}, but there are {len(y)} outputs and {len(names)} names")
    if len(y) < _FEWEST_ROWS:
        raise ValueError(f"{len(y)} rows are too few for tenths; give at least {_FEWEST_ROWS}")
    random = np.random.default_rng(seed)
    order = np.arange(len(y), dtype=float)
    shuffled = np.stack([random.permutation(order) for _ in range(_SHUFFLED * len(names))], axis=1)
    columns = np.concatenate([np.asarray(x, float), shuffled], axis=1)
    problem = unit_problem([str(i) for i in range(columns.shape[1])])
    index = pawn.analyze(problem, columns, np.asarray(y, float), S=10)["median"]
    ranks = np.apply_along_axis(rankdata, 0, np.column_stack([x, y]))
    correlation = np.corrcoef(ranks, rowvar=False)[-1, :-1]
    numbers = [
        Dependence(name, float(i), float(r))
        for name, i, r in zip(names, index[: len(names)], correlation, strict=True)
    ]
    floor = float(index[len(names) :].max())
    return GivenData(tuple(sorted(numbers, key=lambda number: -number.index)), floor)
