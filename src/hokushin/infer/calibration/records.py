"""Records: what the engine itself brings about, and what would have been written down of it.

Numbers are drawn from their priors, the engine runs freely from its first day with them, and what
it took is the record. That nothing was changed leaves a row with the chance that the likelihood
gives it. The likelihood then looks at the very states that the run passed through: given those and
the choices, nothing else of a run depends on what minds weigh by.

Everything else is as in a fit: the rest of the numbers at their medians, and the likelihood's own
averages over the fresh part of judgement. Left out are stated words, which are data of a scenario
and of no run.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.engine.fitted import Fitted
from hokushin.engine.keys import fresh_range
from hokushin.engine.run import Setting, Simulator
from hokushin.infer.features import Features
from hokushin.infer.lanes import changed
from hokushin.infer.likelihood import (
    HALF,
    LABEL_NOISE,
    RECORDING_PRIOR,
    Latent,
    RecordLikelihood,
    weighing_numbers,
)
from hokushin.infer.record_path import RecordPath, walk_record
from hokushin.model.build import build
from hokushin.model.params import Params
from hokushin.model.state import Given
from hokushin.model.step import Report
from hokushin.scenario.load import Loaded

_ENGINE_SPREAD = 0.0
"""Numbers that shape the world stand at their medians, as in a fit."""


class Record(NamedTuple):
    """What differs between the records of two histories, as inputs of one compiled program.

    Arrays may have further axes in front.
    """

    chosen: Float[Given, "matter option lane"]
    kept: Float[Given, "matter lane"]
    value: Float[Given, "matter act member slot lane"]
    more: Float[Given, "row lane"]
    available: Float[Given, "matter option lane"]
    review: Float[Given, "matter lane"]


@dataclass(frozen=True, eq=False)
class Truth:
    """What the engine was run with; arrays have the axes (simulation, ...)."""

    numbers: Float[np.ndarray, "simulation number"]
    dispositions: Float[np.ndarray, "simulation history pair step"]
    """Innovations, as `Latent` has them."""
    recording: Float[np.ndarray, " simulation"]

    def latent(self) -> Latent:
        """As arguments of the likelihood, simulations first."""
        return Latent(*(jnp.asarray(x) for x in self))

    def __iter__(self) -> Any:
        """In the order of `Latent`."""
        return iter((self.numbers, self.dispositions, self.recording))


@dataclass(frozen=True, eq=False)
class Simulated:
    """Records of many histories along one path whose lanes are all their steps, one by one."""

    template: RecordLikelihood
    """Likelihood of the documented record, whose calendar and tables all records share."""
    path: RecordPath
    """Lanes are (simulation, history, step), flattened."""
    truth: Truth
    log_chances: Float[np.ndarray, "matter option lane"]
    """What the engine itself gave each step, judgement and all."""
    rates: Float[np.ndarray, "matter lane"]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Simulations, histories of each, and steps."""
        return (*self.truth.dispositions.shape[:2], self.template.path.n_steps)

    def records(self, change: Callable[[Features], Features] | None = None) -> Record:
        """Give all records, axes (simulation, history, ...), with features changed if asked."""
        whole = replace(self.template, path=self.path)
        features = change(whole.features) if change else whole.features
        state, _ = self.path.world(0)

        def apart(x: Any) -> np.ndarray:
            lanes = np.asarray(x).reshape(*np.shape(x)[:-1], *self.shape)
            return np.moveaxis(lanes, (-3, -2), (0, 1))

        return Record(
            chosen=apart(self.path.chosen),
            kept=apart(self.path.kept),
            value=apart(features.value),
            more=apart(features.more),
            available=apart(whole.available),
            review=apart(state.review),
        )


def simulate(
    loaded: Loaded,
    simulations: int,
    histories: int = 1,
    seed: int = 1,
    first: int = 0,
    fixed: Mapping[str, float] | None = None,
) -> Simulated:
    """Draw numbers, run the engine with them, and write its records.

    Args:
        loaded: A scenario with its record, of which only the calendar is used.
        simulations: How many draws of the numbers.
        histories: How many histories are run with each: a longer record of the same minds.
        seed: Of draws and dice.
        first: Simulations of the same seed that have been used up already.
        fixed: Numbers that are not drawn, by path and in standard units.
    """
    model = build(loaded.scenario)
    calendar = model.sets.calendar
    end = calendar.last_of(calendar.n_steps - 1)
    informed = weighing_numbers(model)
    one = np.zeros(1, np.uint32)
    walked = walk_record(model, loaded.record, end, one, seed, spread=_ENGINE_SPREAD)
    template = RecordLikelihood(
        replace(walked, episodes=()), informed, knot=1, statement_weight=0.0, seed=seed
    )
    n, n_steps = simulations * histories, walked.n_steps
    drawn = [np.random.default_rng([seed, first + i]) for i in range(simulations)]
    numbers = np.stack([rng.standard_normal(len(informed)) for rng in drawn]).astype(np.float32)
    recording = np.array([rng.standard_normal() for rng in drawn], np.float32)
    for name, value in (fixed or {}).items():
        numbers[:, template.names.index(name)] = value
    rows = np.array(fresh_range("calibration", n, first * histories), np.uint32)
    each = np.repeat(numbers, histories, axis=0).T
    table = np.empty_like(each)
    table[:, rows % np.uint32(n)] = each  # a run takes the draw of its own number modulo theirs
    simulator = Simulator(
        model, Setting(seed=seed, spread=_ENGINE_SPREAD), fitted=Fitted(template.names, table)
    )

    def pick(report: Report) -> Any:
        chances = report.step_log_probability, report.probability[:, 0], report.rate
        return report.state, report.view, report.taken, report.available, chances

    told = simulator.reports(pick, rows, name="calibration")
    state, view, taken, available, (log_chances, carry_on, rates) = jax.tree.map(
        lambda x: _flat(x[:n_steps]), told
    )
    rng = np.random.default_rng([seed, 11, first])
    written = 1.0 / (1.0 + np.exp(-(RECORDING_PRIOR[0] + RECORDING_PRIOR[1] * recording)))
    chance = np.repeat(written, histories * n_steps)
    expected = chance * rates * model.axes.months_per_step * carry_on
    path = replace(
        walked,
        state=jax.tree.map(lambda x: x[None], state),
        view=jax.tree.map(lambda x: x[None], view),
        moment=_tiled(walked, n),
        chosen=_as_coded(taken, available, rng),
        kept=rng.poisson(expected * _repeated(walked.moment.matter_open, n)).astype(np.float32),
        episodes=(),
        unused=(),
    )
    felt = state.disposition.reshape(-1, simulations, histories, n_steps)
    truth = Truth(numbers, _innovations(template, numbers, felt), recording)
    return Simulated(template, path, truth, log_chances, rates)


def likelihood_at(
    template: RecordLikelihood, record: Record, params: Callable[[Params], Params] | None = None
) -> RecordLikelihood:
    """Give the likelihood of one record, which may be made of arguments of a compiled program.

    A likelihood works its features out once, when it is made, and keeps them; here they are given,
    so that one program serves every record.
    """
    made = copy.copy(template)
    path = template.path
    state = changed(path.state, review=record.review[None])
    given = {
        "path": replace(path, state=state, chosen=record.chosen, kept=record.kept),
        "features": replace(template.features, value=record.value, more=record.more),
        "available": record.available,
    }
    if params is not None:
        given["params"] = lambda numbers: params(template.params(numbers))
    vars(made).update(given)
    return made


def log_likelihood(
    template: RecordLikelihood,
    record: Record,
    latent: Latent,
    params: Callable[[Params], Params] | None = None,
) -> Array:
    """Log-likelihood of the records of all histories of a simulation, in nats."""

    def of_history(own: Record, dispositions: Array) -> Array:
        here = likelihood_at(template, own, params)
        parts = here.parts(latent._replace(dispositions=dispositions))
        return jnp.sum(parts.total())

    return jnp.sum(jax.vmap(of_history)(record, latent.dispositions))


def _flat(x: Float[np.ndarray, "step *axes history"]) -> Float[np.ndarray, "*axes lane"]:
    """Steps of one history after another as lanes."""
    last = np.moveaxis(x, 0, -1)
    return np.ascontiguousarray(last.reshape(*last.shape[:-2], -1))


def _tiled(walked: RecordPath, n: int) -> Any:
    """Calendar of a path for n histories that pass through it one after another."""
    moment = walked.moment
    turned = {
        name: _repeated(getattr(moment, name), n)
        for name in moment.__dataclass_fields__
        if name not in ("ahead", "step")
    }
    return changed(moment, **turned)


def _repeated(x: Any, n: int) -> np.ndarray:
    return np.tile(np.asarray(x), (*[1] * (np.ndim(x) - 1), n))


def _as_coded(
    taken: Float[np.ndarray, "matter option lane"],
    available: Float[np.ndarray, "matter option lane"],
    rng: np.random.Generator,
) -> Float[np.ndarray, "matter option lane"]:
    """What was taken, as a coder writes it: sometimes another option that was open."""
    chosen = np.array(taken)
    chosen[:, 0] = 0.0
    wrong = rng.random(chosen.shape[::2]) < LABEL_NOISE["high"]
    for matter, lane in np.argwhere(wrong & (chosen.sum(1) > 0)):
        open_now = np.flatnonzero(available[matter, 1:, lane] > 0) + 1
        chosen[matter, :, lane] = 0.0
        chosen[matter, rng.choice(open_now), lane] = 1.0
    return chosen


def _innovations(
    template: RecordLikelihood,
    numbers: Float[np.ndarray, "simulation number"],
    felt: Float[np.ndarray, "pair simulation history step"],
) -> Float[np.ndarray, "simulation history pair step"]:
    """What each disposition was moved by, in standard units, from the dispositions themselves."""
    axes = template.path.model.axes

    def kept_of(own: Array) -> Array:
        half_life = template.params(own).choice.disposition_half_life[0]
        return jnp.exp(-HALF * axes.months_per_step / half_life)

    kept = np.asarray(jax.vmap(kept_of)(jnp.asarray(numbers)))[:, None, None]
    moved = (felt[..., 1:] - kept * felt[..., :-1]) / np.sqrt(1.0 - kept**2)
    whole = np.concatenate([felt[..., :1], moved], axis=-1)
    return np.moveaxis(whole, 0, 2).astype(np.float32)
