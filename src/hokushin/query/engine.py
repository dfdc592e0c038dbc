"""Engine: the evaluator that questions use, backed by a simulator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hokushin.engine.run import Simulator


class EngineEvaluator:
    """Whether an event happened in each (world, history) row, from a simulator.

    Rows that share a history share its dice and its draw of the parameters. With `draws`, history
    i uses draw `i mod draws`, so that the spread between draws can be told from chance within one.
    """

    def __init__(
        self,
        simulator: Simulator,
        event: str,
        alternative: tuple[str, ...] = (),
        draws: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.simulator = simulator
        self.event = event
        self.causes = simulator.causes
        self.groups = simulator.groups
        self.draws = draws
        self.progress = progress
        unknown = set(alternative) - set(self.causes)
        if unknown:
            raise ValueError(f"no cause {sorted(unknown)}; there are {', '.join(self.causes)}")
        self._alternative = np.isin(np.array(self.causes), alternative)

    def __call__(self, present: np.ndarray, history: np.ndarray) -> np.ndarray:
        """True in each row in which the event happened before the horizon."""
        history = np.asarray(history, np.uint32)
        draws = None if self.draws is None else history % np.uint32(self.draws)
        outcomes = self.simulator.outcomes(
            history, present, self._alternative, draws, self.progress
        )
        return outcomes.happened(self.event)
