"""Walk: the documented past, and what each power was likely to do on the eve of every step of it.

Every choice that the record and the file hold is forced. Options, masks and reasons of a step use
the state at its start, so what is predicted of a step knows the choices of earlier steps and none
of its own. The numbers of the world and its dice differ from history to history, and chances are
means over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.engine.fitted import Fitted
from hokushin.engine.run import Documented, Setting, Simulator
from hokushin.model.build import Model
from hokushin.model.step import Report

N_HISTORIES = 256
"""Draws that chances are averaged over; one block of the engine."""


@dataclass(frozen=True, eq=False)
class Walk:
    """Chances step by step, from the scenario's start. Arrays lead with the step."""

    probability: Float[np.ndarray, "step matter option"]
    """Of each option once its matter is tabled, in the mean of all histories."""
    agenda: Float[np.ndarray, "step matter option"]
    """The same with nobody to block: the power as one actor with the same reasons."""
    available: Float[np.ndarray, "step matter option"]
    """Share of histories in which the option could be taken."""
    alone: dict[int, Float[np.ndarray, "step option"]]
    """Pair of faction and matter -> what the faction would choose by itself."""
    log_nothing: Float[np.ndarray, "step matter history"]
    """Log chance that the step brings no change in the matter, tabling included."""


def walk(
    model: Model,
    documented: Iterable[Documented],
    n_steps: int,
    pairs: Sequence[int] = (),
    fitted: Fitted | None = None,
    n_histories: int = N_HISTORIES,
    seed: int = 1,
) -> Walk:
    """Walk the first steps of a documented past, and ask before each what it would bring.

    Args:
        model: A model.
        documented: Choices to be forced.
        n_steps: Steps to be walked.
        pairs: Positions of the pairs whose own choice is asked for.
        fitted: Draws that a record has taught; the priors if absent.
        n_histories: Histories, each with its own draw of all numbers.
        seed: Of dice and draws.
    """
    simulator = along_the_record(model, documented, n_steps, fitted, seed)
    asked = np.array(pairs, np.int64)

    def pick(report: Report) -> tuple[Array, ...]:
        return (
            report.probability,
            report.agenda,
            report.available,
            report.step_log_probability[:, 0],
            report.gain[asked],
        )

    histories = np.arange(n_histories, dtype=np.uint32)
    chance, agenda, available, nothing, gain = simulator.reports(pick, histories, name="scored")
    theta = model.from_normals(jnp.asarray(simulator.normals(histories)))
    sharpness = np.broadcast_to(
        np.asarray(model.params(theta).choice.sharpness, np.float64), (n_histories,)
    )
    of_matter = np.asarray(model.axes.pair_matter)
    alone = {
        int(pair): _softmax(sharpness * gain[:, i], available[:, of_matter[pair]]).mean(-1)
        for i, pair in enumerate(asked)
    }
    return Walk(
        probability=_mean(chance),
        agenda=_mean(agenda),
        available=_mean(available),
        alone=alone,
        log_nothing=np.asarray(nothing, np.float64),
    )


def along_the_record(
    model: Model,
    documented: Iterable[Documented],
    n_steps: int,
    fitted: Fitted | None = None,
    seed: int = 1,
) -> Simulator:
    """Prepare the first steps of a documented past, every choice of it forced."""
    calendar = model.sets.calendar
    horizon = calendar.start_of(n_steps) if n_steps < calendar.n_steps else None
    setting = Setting(seed=seed, branch=calendar.last_of(n_steps - 1), horizon=horizon)
    return Simulator(model, setting, documented, fitted)


def _mean(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.mean(x, axis=-1, dtype=np.float64))


def _softmax(score: np.ndarray, available: np.ndarray) -> np.ndarray:
    """Chances of (step, option, history), carrying on at zero and what is closed left out."""
    score = np.where(available > 0.5, score, -np.inf)
    score[:, 0] = 0.0
    share = np.exp(score - score.max(axis=1, keepdims=True))
    return share / share.sum(axis=1, keepdims=True)
