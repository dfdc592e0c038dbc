"""Walk: what members of an ensemble predict of every observation, with fresh dice each time.

What is chosen takes effect at the end of its step, so the clock of the model is late by nothing to
one whole step: a war that began on the second day of a step moves its front from the next one on.
Each walk draws that delay, the same for all observations. With the dice, it is part of what numbers
cannot explain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from hokushin.engine.documented import documented_path
from hokushin.engine.keys import fresh_range, seed_word, split_seed
from hokushin.infer.world.forced_path import ForcedPath
from hokushin.infer.world.observations import Observation
from hokushin.infer.world.smoother import Predicted
from hokushin.infer.world.variables import pick, series_of, transform
from hokushin.model.build import Model
from hokushin.model.params import Params
from hokushin.scenario.record import Record

REPETITIONS = 2
"""Times that each member is walked, so that what dice do can be told from what numbers do."""
Members = Float[np.ndarray, "number member"]


class Walk:
    """The documented past of a model, as a function of some of its numbers."""

    def __init__(
        self,
        model: Model,
        record: Record,
        observations: Sequence[Observation],
        numbers: Int[np.ndarray, " number"],
        seed: int,
    ) -> None:
        """Prepare a walk.

        Args:
            model: A model.
            record: Its record, whose choices are forced.
            observations: What is to be predicted.
            numbers: Positions of the numbers that members differ in; others stand at their medians.
            seed: Of dice and of the draws from the prior.
        """
        self.model = model
        self.observations = tuple(observations)
        self.numbers = numbers
        self.seed = seed
        calendar = model.sets.calendar
        last = max((one.window.last for one in observations), default=calendar.start_of(0))
        n_steps = min(calendar.index(last) + 2, calendar.n_steps)  # one more, for the delay
        self._numbers = jax.jit(lambda normals: model.params(model.from_normals(normals)))
        self.path = ForcedPath(model, documented_path(model, record), n_steps, seed)

    def prior(self, n_members: int, first: int = 0) -> Members:
        """Draw members from the prior: those that histories of the same seed and number have."""
        ids = jnp.arange(first, first + n_members, dtype=jnp.uint32)
        normals = self.model.draw_normals(jnp.uint32(seed_word(self.seed)), ids)
        return np.asarray(normals, np.float64)[self.numbers]

    def params(self, members: Members, changed: Mapping[int, float] | None = None) -> Params:
        """Numbers of the model for members, histories last."""
        return self._numbers(self._whole(members, changed))

    def predict(
        self,
        members: Members,
        occasion: int,
        changed: Mapping[int, float] | None = None,
    ) -> Predicted:
        """Predict every observation, on its scale.

        Args:
            members: Standard normal deviates of the numbers.
            occasion: Which dice are thrown; two occasions have none in common.
            changed: Deviates that replace those of all members, by position in the table.
        """
        n_members = members.shape[1]
        whole = self._whole(members, changed)
        params = self._numbers(whole)
        told = []
        for repetition in range(REPETITIONS):
            first = (occasion * REPETITIONS + repetition) * n_members
            dice = np.array(fresh_range("assessment", n_members, first), np.uint32)
            pieces = self.path.follow(pick, whole, dice, "variables")
            names = sorted({one.variable for one in self.observations})
            series = series_of(self.model, params, pieces, names)
            generator = np.random.default_rng(split_seed(self.seed, f"days {first}"))
            delay = generator.uniform(size=n_members)
            told.append(
                [self._one(one, series[one.variable], delay, generator)
                 for one in self.observations]
            )  # fmt: skip
        return np.moveaxis(
            np.array(told).reshape(REPETITIONS, len(self.observations), n_members), 0, -1
        )

    def _one(
        self,
        one: Observation,
        series: Float[np.ndarray, "step member"],
        delay: Float[np.ndarray, " member"],
        generator: np.random.Generator,
    ) -> Float[np.ndarray, " member"]:
        """Predict one observation; on each of its days in as many members, where it has several."""
        days = one.window.first.toordinal() + generator.integers(
            0, one.window.n_days, series.shape[1]
        )
        passed = np.empty(series.shape[1])
        for day in np.unique(days):
            passed[days == day] = self._steps_to(int(day))
        # Numbers of a series stand at the end of their step, that of number -1 being the start.
        place = np.clip(passed + delay - 1.0, 0.0, len(series) - 1.0)
        before = np.minimum(place.astype(int), len(series) - 2)
        members, part = np.arange(series.shape[1]), place - before
        value = (1.0 - part) * series[before, members] + part * series[before + 1, members]
        return transform(one.scale, value, one.value)

    def _steps_to(self, ordinal: int) -> float:
        """Steps from the start to the noon of a day."""
        calendar = self.model.sets.calendar
        day = date.fromordinal(ordinal)
        step = calendar.index(day)
        first, last = calendar.start_of(step), calendar.last_of(step)
        return step + ((day - first).days + 0.5) / ((last - first).days + 1)

    def _whole(self, members: Members, changed: Mapping[int, float] | None) -> np.ndarray:
        """Deviates of every number of the model."""
        whole = np.zeros((len(self.model.priors.names), members.shape[1]), np.float32)
        whole[self.numbers] = members
        for position, deviate in (changed or {}).items():
            whole[position] = deviate
        return whole
