"""Remembered: an evaluator that runs no row twice."""

from __future__ import annotations

import numpy as np

from hokushin.query.evaluator import Evaluator


class Remembered:
    """An evaluator with a memory of what it was asked, by row of switches and history.

    Leaving one out, pairs, and sets that are enough ask for many of the same rows. Outcomes are
    pure functions of switches and history, so what has been run once need not be run again. The
    memory is one byte for each row; random orders of arrival, which never ask for a row twice,
    should not be put through it.
    """

    def __init__(self, of: Evaluator) -> None:
        self.of = of
        self.causes = of.causes
        self.groups = of.groups
        self._known: dict[bytes, dict[int, bool]] = {}

    def __call__(self, present: np.ndarray, history: np.ndarray) -> np.ndarray:
        """Give the outcome of each row, running only rows that are new."""
        packed = np.packbits(np.asarray(present, bool), axis=1)
        keys = [row.tobytes() for row in packed]
        numbers = np.asarray(history).tolist()
        pairs = list(zip(keys, numbers, strict=True))
        new = [i for i, (key, n) in enumerate(pairs) if n not in self._known.get(key, {})]
        if new:
            outcome = self.of(present[new], np.asarray(history)[new])
            for i, happened in zip(new, outcome.tolist(), strict=True):
                self._known.setdefault(keys[i], {})[numbers[i]] = happened
        return np.array([self._known[key][n] for key, n in pairs], bool)
