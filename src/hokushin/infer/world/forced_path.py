"""Forced path: the documented past, walked with numbers that are given and not drawn.

Nobody deliberates on it: every choice is that of the record. One program is compiled, and numbers
and dice are its inputs, so an ensemble can be walked again and again as its numbers move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Float

from hokushin.engine.keys import LANES
from hokushin.engine.run import WARM_UP, Documented, Setting, Simulator
from hokushin.model.build import Model
from hokushin.model.state import State


class ForcedPath(Simulator):
    """A simulator whose rows carry the standard normal deviates of their numbers themselves."""

    def __init__(
        self, model: Model, documented: Iterable[Documented], n_steps: int, seed: int = 1
    ) -> None:
        """Prepare the first steps of a documented past.

        Args:
            model: A model.
            documented: Choices to be forced.
            n_steps: Steps to be walked.
            seed: Of the dice.
        """
        calendar = model.sets.calendar
        if not 1 <= n_steps <= calendar.n_steps:
            raise ValueError(f"n_steps is {n_steps}; give 1 to {calendar.n_steps}")
        horizon = calendar.start_of(n_steps) if n_steps < calendar.n_steps else None
        branch = calendar.last_of(n_steps - 1)
        super().__init__(model, Setting(seed=seed, branch=branch, horizon=horizon), documented)
        # Before a branch factions look at the world; here no branch comes, so none needs to.
        self.first_free = self.stop + WARM_UP

    def follow(
        self,
        pick: Callable[[State], Any],
        normals: Float[np.ndarray, "quantity history"],
        histories: np.ndarray,
        name: str,
    ) -> Any:
        """Follow parts of the state, the step leading and histories last.

        Args:
            pick: What is taken of the state after every step.
            normals: Standard normal deviates of every number, constants as zeros.
            histories: Ids of the dice, one for each column of `normals`.
            name: Of what is picked; the same name must mean the same parts.
        """
        n = len(histories)
        if normals.shape != (len(self.model.priors.names), n):
            raise ValueError(
                f"normals have the shape {normals.shape}; {n} histories need "
                f"({len(self.model.priors.names)}, {n})"
            )
        strength = np.zeros((len(self.model.axes.rewrites), LANES), np.float32)
        pad = np.minimum(np.arange(-(-n // LANES) * LANES), n - 1)
        blocks = [
            {
                "history": np.asarray(histories, np.uint32)[rows],
                "draw": np.ascontiguousarray(normals[:, rows], np.float32),
                "strength": strength,
            }
            for rows in pad.reshape(-1, LANES)
        ]
        program = self._program(("followed", name), lambda state, report: pick(state), report=False)
        parts = [seen for _, seen in self._map(program, blocks, None)]
        return jax.tree.map(lambda *x: np.concatenate(x, -1)[..., :n], *parts)

    def _normals(self, seed: Array, draws: Array, table: Any) -> Array:
        """Give the deviates of the rows, which stand where others have the number of a draw."""
        return draws
