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
from datetime import date
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

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
from hokushin.model.axes import Axes
from hokushin.model.build import build
from hokushin.model.params import Params
from hokushin.model.state import Given
from hokushin.model.step import Report
from hokushin.scenario.load import Loaded

_ENGINE_SPREAD = 0.0
"""Numbers that shape the world stand at their medians, as in a fit."""


@dataclass(frozen=True)
class Scope:
    """How much of a scenario is tried, so that a record costs seconds and not minutes."""

    end: date | None = None
    """First day that is not looked at; None: the whole calendar."""
    numbers: tuple[str, ...] | None = None
    """Paths of the numbers that are drawn, the others at their medians; None: all that minds weigh
    by."""
    matters: tuple[str, ...] | None = None
    """Matters whose dispositions are inferred; the others are told as they were. None: all."""
    knot: int = 1
    """Steps for which the inference holds a disposition; the engine moves it in every step."""
    nodes: int | None = None
    """Nodes at which the fresh part of judgement is averaged; None: as in a fit."""


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
    recording: Float[np.ndarray, "simulation year"]

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
    inferred: Bool[np.ndarray, " pair"]
    """Whose dispositions are inferred; those of the others are told."""

    def some(self, first: int, stop: int) -> Simulated:
        """Give the simulations from `first` to before `stop`, which need less memory at a time."""
        lanes = slice(*(i * self.shape[1] * self.shape[2] for i in (first, stop)))
        path = self.path
        # Of the calendar only what has lanes is cut.
        turned = {name: getattr(path.moment, name)[..., lanes] for name in _by_lane(path)}
        cut = replace(
            path,
            state=jax.tree.map(lambda x: x[..., lanes], path.state),
            view=jax.tree.map(lambda x: x[..., lanes], path.view),
            moment=changed(path.moment, **turned),
            chosen=path.chosen[..., lanes],
            kept=path.kept[..., lanes],
        )
        return replace(
            self,
            path=cut,
            truth=Truth(*(x[first:stop] for x in self.truth)),
            log_chances=self.log_chances[..., lanes],
            rates=self.rates[..., lanes],
        )

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
    scope: Scope | None = None,
) -> Simulated:
    """Draw numbers, run the engine with them, and write its records.

    Args:
        loaded: A scenario with its record, of which only the calendar is used.
        simulations: How many draws of the numbers.
        histories: How many histories are run with each: a longer record of the same minds.
        seed: Of draws and dice.
        first: Simulations of the same seed that have been used up already.
        fixed: Numbers that are not drawn, by path and in standard units.
        scope: How much of the scenario is tried, by default all of it.

    Raises:
        ValueError: If the scope names a number that minds do not weigh by, or no matter.
    """
    scope = scope or Scope()
    model = build(loaded.scenario)
    calendar = model.sets.calendar
    end = scope.end or calendar.last_of(calendar.n_steps - 1)
    informed = weighing_numbers(model)
    if scope.numbers is not None:
        informed = np.array([model.position(name) for name in scope.numbers])
    one = np.zeros(1, np.uint32)
    walked = walk_record(model, loaded.record, end, one, seed, spread=_ENGINE_SPREAD)
    template = RecordLikelihood(
        replace(walked, episodes=()),
        informed,
        knot=scope.knot,
        statement_weight=0.0,
        seed=seed,
        **({} if scope.nodes is None else {"nodes": scope.nodes}),
    )
    n, n_steps = simulations * histories, walked.n_steps
    drawn = [np.random.default_rng([seed, first + i]) for i in range(simulations)]
    numbers = np.stack([rng.standard_normal(len(informed)) for rng in drawn]).astype(np.float32)
    recording = np.stack([rng.standard_normal(len(template.years)) for rng in drawn])
    recording = recording.astype(np.float32)
    for name, value in (fixed or {}).items():
        numbers[:, template.names.index(name)] = value
    rows = np.array(fresh_range("calibration", n, first * histories), np.uint32)
    each = np.repeat(numbers, histories, axis=0).T
    table = np.empty_like(each)
    table[:, rows % np.uint32(n)] = each  # a run takes the draw of its own number modulo theirs
    simulator = Simulator(
        model,
        Setting(seed=seed, spread=_ENGINE_SPREAD, horizon=end),
        fitted=Fitted(template.names, table),
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
    of_step = written[:, np.searchsorted(template.years, walked.year)]
    chance = np.repeat(of_step[:, None], histories, axis=1).ravel()
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
    felt = state.disposition.reshape(-1, simulations, histories, n_steps)[..., :: scope.knot]
    truth = Truth(numbers, _innovations(template, numbers, felt), recording)
    return Simulated(
        template, path, truth, log_chances, rates, _inferred(model.axes, scope.matters)
    )


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


def _inferred(axes: Axes, matters: tuple[str, ...] | None) -> Bool[np.ndarray, " pair"]:
    """Pairs of some matters, or all."""
    if matters is None:
        return np.ones(len(axes.pairs), bool)
    strange = [name for name in matters if name not in axes.matters]
    if strange:
        raise ValueError(f"no matter {strange[0]}; there are {', '.join(axes.matters)}")
    own = axes.matter_of_pair[[axes.matters.index(name) for name in matters]]
    return np.asarray(own.any(axis=0))


def _by_lane(path: RecordPath) -> list[str]:
    """What of a path's calendar has lanes."""
    return [name for name in path.moment.__dataclass_fields__ if name not in ("ahead", "step")]


def _tiled(walked: RecordPath, n: int) -> Any:
    """Calendar of a path for n histories that pass through it one after another."""
    moment = walked.moment
    turned = {name: _repeated(getattr(moment, name), n) for name in _by_lane(walked)}
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
        return jnp.exp(-HALF * axes.months_per_step * template.knot / half_life)

    kept = np.asarray(jax.vmap(kept_of)(jnp.asarray(numbers)))[:, None, None]
    moved = (felt[..., 1:] - kept * felt[..., :-1]) / np.sqrt(1.0 - kept**2)
    whole = np.concatenate([felt[..., :1], moved], axis=-1)
    return np.moveaxis(whole, 0, 2).astype(np.float32)
