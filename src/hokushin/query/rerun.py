"""Rerun: how likely each choice was in a history, and histories with given dice of choice.

All other dice are those of the history's number, so that a history that is run again differs from
itself in nothing but the choices that a change brings about.
"""

from __future__ import annotations

from typing import Self

import jax
import numpy as np
from jaxtyping import Array, Float, Float32

from hokushin.engine.keys import LANES
from hokushin.engine.run import Outcomes, Simulator
from hokushin.model.randomness import Dice
from hokushin.model.state import State
from hokushin.model.step import Report


class GivenDice(Dice):
    """The dice of one step, of which those of choice are known.

    A subclass, because a step takes `Dice` and nothing else, and every other throw is its own.
    """

    choice: Float32[Array, "matter option history"] | None = None

    def uniforms(
        self, mechanism: str, shape: tuple[int, ...] = ()
    ) -> Float32[Array, "*shape history"]:
        """Give what is known of a choice, and throw the dice of every other mechanism."""
        if mechanism == "choice" and self.choice is not None:
            return self.choice
        return super().uniforms(mechanism, shape)


class Variant(Simulator):
    """A simulator that is like another in everything but what its programs do."""

    @classmethod
    def of(cls, simulator: Simulator) -> Self:
        """Take over model, setting, calendar and numbers of a simulator, and none of its programs.

        By its attributes, not by the arguments that made it: its calendar may have been changed.
        """
        made = cls.__new__(cls)
        made.__dict__.update(vars(simulator), _programs={})
        return made


class Walk(Variant):
    """Runs histories and asks how likely each choice was when it came up."""

    def log_chances(
        self, histories: np.ndarray, present: np.ndarray | None = None
    ) -> Float[np.ndarray, "step matter option row"]:
        """Log chance of every option in every step from `first_seen` on, tabling included."""

        def pick(state: State, report: Report) -> Array:
            return report.step_log_probability

        rows = self._rows(histories, present, None, None)
        parts = self._map(self._program("log chances", pick, report=True), rows, None)
        joined = np.concatenate([part[1][self.first_seen :] for part in parts], axis=-1)
        return joined[..., : len(histories)].astype(float)


class Rerun(Variant):
    """Runs histories to the horizon with given dice of choice from the first deliberation on."""

    def outcomes_given(
        self,
        histories: np.ndarray,
        choice: Float32[np.ndarray, "step matter option row"],
        present: np.ndarray | None = None,
    ) -> Outcomes:
        """Run rows with the dice of choice of each: one uniform for every option of every matter.

        Args:
            histories: absolute history ids, one a row; an id may come twice with other dice.
            choice: from step `first_seen` to the horizon.
            present: True where a cause is as in the world.
        """
        axes = self.model.axes
        steps = self.stop - self.first_seen
        needed = (steps, len(axes.matters), axes.n_options, len(histories))
        if choice.shape != needed:
            raise ValueError(
                f"choice has shape {choice.shape}; {needed} are needed, from step "
                f"{self.first_seen} on"
            )
        blocks = self._rows(histories, present, None, None)
        for number, block in enumerate(blocks):
            last = len(histories) - 1
            rows = np.minimum(np.arange(number * LANES, (number + 1) * LANES), last)
            block["choice"] = choice[..., rows]
        program = self._program("given", lambda state, report: None, report=False)
        parts = self._map(program, blocks, None)
        first = np.concatenate([part[0] for part in parts], 1)[:, : len(histories)]
        return Outcomes(axes.events, first)

    def _dice(
        self, seed: Array, rows: dict[str, Array], step: Array, wall: Array, decides: bool
    ) -> Dice:
        """Dice of one step, those of choice as given once factions deliberate."""
        if not decides:
            return super()._dice(seed, rows, step, wall, decides)
        known = jax.lax.dynamic_index_in_dim(rows["choice"], step - self.first_seen, keepdims=False)
        return GivenDice(seed, rows["history"], step, wall, choice=known)
