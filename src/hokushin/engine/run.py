"""Run: many histories of a model through one compiled program, in blocks of fixed width.

A run is a pure function of model, seed, history ids and switches. Rows are computed in blocks of
`LANES`, so a history has the same bits whatever else runs beside it on the same platform. Until
the branch date the documented choices are forced and nobody deliberates; from then on matters are
free. What differs between rows (which causes are present, overridden numbers, draws) is an input
array of one compiled program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.engine.backends import available_backend, compile_program
from hokushin.engine.fitted import Fitted
from hokushin.engine.keys import LANES, seed_word
from hokushin.model.axes import Axes
from hokushin.model.build import Model
from hokushin.model.randomness import Dice
from hokushin.model.start import start
from hokushin.model.state import Moment, State
from hokushin.model.step import Report, advance, rewritten

Progress = Callable[[int, int], None]
WARM_UP = 3
"""Steps before the branch in which factions already look at the world, so that what happens at the
branch is news to them."""


@dataclass(frozen=True)
class Setting:
    """What distinguishes one run from another, apart from its rows."""

    seed: int = 1
    branch: date | None = None
    """Documented choices are forced before this day; None: everything is free from the start.

    In the step that holds it, matters with a documented choice before the day are forced and the
    others free."""
    horizon: date | None = None
    """The run stops at the first step that begins on or after this day."""
    kernel: str = "assent"
    spread: float = 1.0
    """Factor on the spread of every prior; 0 runs every history on the medians."""
    override: Mapping[str, float] = field(default_factory=dict)
    """Numbers set by path for all rows, in the engine's unit."""


class Documented(NamedTuple):
    """One choice of the documented path: its day, and positions of matter and option."""

    day: date
    matter: int
    option: int


@dataclass(frozen=True)
class Outcomes:
    """First step at which each event held, row by row; `NEVER` where it did not."""

    events: tuple[str, ...]
    first: np.ndarray  # (event, row)

    def happened(self, event: str) -> np.ndarray:
        """Whether an event happened before the horizon, row by row."""
        return self.first[self.events.index(event)] < 1e5

    def step(self, event: str) -> np.ndarray:
        """Step of an event, row by row."""
        return self.first[self.events.index(event)]


@dataclass(frozen=True, eq=False)
class _Phase:
    """Steps that are run by one scan, and what of the scenario can change within them."""

    begin: int
    end: int
    decides: bool
    axes: Axes
    always: np.ndarray
    """Rewrites whose window holds throughout: applied once, before the scan."""
    sometimes: np.ndarray
    """Rewrites whose window opens or closes within: applied in every step."""


def _of_draw(table: Array | np.ndarray, draws: Array) -> Array:
    """Columns of a table of draws, one for each row of a run."""
    return jnp.asarray(table)[:, draws % np.uint32(table.shape[1])]


def _apply(model: Model, params: Any, rewrites: np.ndarray, change: Array) -> Any:
    return rewritten(params, model.rewrite_maps(rewrites), change)


class Simulator:
    """A model with a setting, compiled once for each kind of output."""

    def __init__(
        self,
        model: Model,
        setting: Setting | None = None,
        documented: Iterable[Documented] = (),
        fitted: Fitted | None = None,
        backend: str = "jax",
    ) -> None:
        """Prepare a run.

        Args:
            model: The model to run.
            setting: What distinguishes this run from another.
            documented: What was decided on the documented path.
            fitted: Draws of numbers that a record has taught. Without them, and for numbers that
                they do not hold, each history draws from the priors.
            backend: What runs outcomes and series, one of `engine.backends.BACKENDS`; reports are
                made by JAX.

        Raises:
            ValueError: If there is no such back end, a fitted number is none of the model's, or the
                horizon precedes the branch.
        """
        self.model = model
        self.backend = available_backend(backend)
        self.fitted = fitted
        self._fitted_at = [model.position(name) for name in fitted.names] if fitted else []
        self.setting = setting or Setting()
        self.documented = tuple(documented)
        self.causes = model.axes.causes
        self.groups = tuple(model.scenario.causes[c].group for c in self.causes)
        calendar = model.sets.calendar
        branch, horizon = self.setting.branch, self.setting.horizon
        self.first_free = 0 if branch is None else calendar.index(branch)
        self.stop = calendar.n_steps
        if horizon is not None and horizon <= calendar.last_of(calendar.n_steps - 1):
            self.stop = calendar.index(horizon)
        if self.stop < self.first_free:
            raise ValueError(f"the horizon {horizon} comes before the branch {branch}")
        self._programs: dict[Any, Any] = {}
        self.moments = self._moments()

    # --- outcomes -----------------------------------------------------------------------------

    def outcomes(
        self,
        histories: np.ndarray,
        present: np.ndarray | None = None,
        alternative: np.ndarray | None = None,
        draws: np.ndarray | None = None,
        progress: Progress | None = None,
    ) -> Outcomes:
        """Run rows to the horizon.

        Args:
            histories: Absolute history ids, one a row (uint32).
            present: True where a cause is as in the world: (cause,) or (row, cause).
            alternative: True where an absent cause uses its alternative null, (cause,).
            draws: Parameter draw of each row; by default the history's own id.
        """
        rows = self._rows(histories, present, alternative, draws)
        program = self._program("first", lambda state, report: None, report=False)
        parts = self._map(program, rows, progress)
        return Outcomes(
            self.model.axes.events, np.concatenate([p[0] for p in parts], 1)[:, : len(histories)]
        )

    def series(
        self,
        pick: Callable[[State], Any],
        histories: np.ndarray,
        present: np.ndarray | None = None,
        name: str = "series",
        first_step: int = 0,
    ) -> Any:
        """Follow parts of the state: `pick(state)` after every step, histories last.

        Arrays come back with the step as leading axis.
        """
        rows = self._rows(histories, present, None, None)
        program = self._program(("series", name), lambda state, report: pick(state), report=False)
        parts = [p[1] for p in self._map(program, rows, None)]
        joined = jax.tree.map(lambda *x: np.concatenate(x, -1)[..., : len(histories)], *parts)
        return jax.tree.map(lambda x: x[first_step:], joined)

    def trace(self, history: int, present: np.ndarray | None = None) -> Report:
        """Everything that one history did, step by step, as NumPy arrays with the step leading.

        The whole block of lanes is run and one lane kept, so its bits are those of any ensemble.
        """
        rows = self._rows(np.array([history], np.uint32), present, None, None)

        def pick(state: State, report: Report) -> Any:
            return jax.tree.map(lambda x: x[..., 0], report)

        program = self._program("trace", pick, report=True)
        return self._map(program, rows, None)[0][1]

    def reports(
        self,
        pick: Callable[[Report], Any],
        histories: np.ndarray,
        present: np.ndarray | None = None,
        name: str = "reports",
    ) -> Any:
        """What `pick(report)` takes of every step's report, histories last and the step leading."""
        rows = self._rows(histories, present, None, None)
        program = self._program(("reports", name), lambda state, report: pick(report), report=True)
        parts = [p[1] for p in self._map(program, rows, None)]
        return jax.tree.map(lambda *x: np.concatenate(x, -1)[..., : len(histories)], *parts)

    def deliberations(
        self,
        pick: Callable[[Report], Any],
        histories: np.ndarray,
        present: np.ndarray | None = None,
        alternative: np.ndarray | None = None,
        draws: np.ndarray | None = None,
        normals: np.ndarray | None = None,
        name: str = "deliberations",
        progress: Progress | None = None,
    ) -> tuple[Outcomes, Any]:
        """Run rows to the horizon, and take of every step in which bodies sit what `pick` wants.

        Steps of the documented past, where nobody deliberates, leave no report: the first step
        that does is `first_seen`. Arrays come back with the step leading and rows last.

        Args:
            pick: What to take of a step's report.
            histories: As in `outcomes`, and so are `present`, `alternative` and `draws`.
            normals: Standard normal deviates of all numbers, (quantity, row), in the place of
                those of the row's draw.
            name: Tells programs with different `pick` apart.
        """
        rows = self._rows(histories, present, alternative, draws, normals)

        def seen(state: State, report: Report | None) -> Any:
            return None if report is None else pick(report)

        program = self._program(("deliberations", name), seen, report=None)
        parts = self._map(program, rows, progress)
        n = len(histories)
        first = np.concatenate([p[0] for p in parts], 1)[:, :n]
        picked = jax.tree.map(lambda *x: np.concatenate(x, -1)[..., :n], *[p[1] for p in parts])
        return Outcomes(self.model.axes.events, first), picked

    @property
    def first_seen(self) -> int:
        """First step in which bodies look at the world."""
        return max(0, self.first_free - WARM_UP)

    def averages(
        self,
        pick: Callable[[Report], Any],
        histories: np.ndarray,
        present: np.ndarray | None = None,
        name: str = "averages",
    ) -> Any:
        """Mean over histories of `pick(report)`, step by step from the branch (or the start)."""
        rows = self._rows(histories, present, None, None)

        def mean(state: State, report: Report) -> Any:
            return jax.tree.map(lambda x: jnp.mean(x, -1), pick(report))

        program = self._program(("averages", name), mean, report=True)
        parts = [p[1] for p in self._map(program, rows, None)]
        return jax.tree.map(lambda *x: np.mean(np.stack(x), 0), *parts)

    def normals(self, draws: np.ndarray) -> Float[np.ndarray, "quantity draw"]:
        """Standard normal deviates behind the numbers of some draws, constants as zeros."""
        seed = jnp.asarray(seed_word(self.setting.seed), jnp.uint32)
        return np.asarray(self._normals(seed, jnp.asarray(draws, jnp.uint32), self._table()))

    # --- machinery ----------------------------------------------------------------------------

    def _normals(self, seed: Array, draws: Array, table: Mapping[str, Any]) -> Array:
        """Standard normal deviates of all numbers: fitted where a record has taught them."""
        z = self.model.draw_normals(seed, draws, self.setting.spread)
        if not table:
            return z
        return z.at[np.array(self._fitted_at)].set(_of_draw(table["normals"], draws))

    def _table(self) -> dict[str, np.ndarray]:
        """What is fitted, as inputs of the program."""
        if self.fitted is None:
            return {}
        table = {"normals": np.asarray(self.fitted.normals, np.float32)}
        felt = self.fitted.dispositions.get(self.setting.branch) if self.setting.branch else None
        if felt is not None:
            own = [self.fitted.pairs.index(pair) for pair in self.model.axes.pairs]
            table["dispositions"] = np.asarray(felt, np.float32)[own]
        return table

    def _moments(self) -> Moment:
        """Calendar of this run, with the record forced before the branch day."""
        moments = self.model.moments
        branch = self.setting.branch
        if branch is None:
            return moments
        forced = np.array(moments.forced)
        free = np.array(moments.free)
        recorded = np.array(moments.recorded)
        free[: self.first_free] = 0.0
        recorded[: self.first_free] = 1.0
        calendar = self.model.sets.calendar
        first, last = calendar.start_of(0), calendar.last_of(calendar.n_steps - 1)
        for done in self.documented:
            if not first <= done.day <= last or done.day >= branch:
                continue
            step = calendar.index(done.day)
            forced[step, done.matter, done.option] = 1.0
            free[step, done.matter] = 0.0
        return replace(moments, forced=forced, free=free, recorded=recorded)

    def _rows(
        self,
        histories: np.ndarray,
        present: np.ndarray | None,
        alternative: np.ndarray | None,
        draws: np.ndarray | None,
        normals: np.ndarray | None = None,
    ) -> list[dict[str, np.ndarray]]:
        """Cut rows into blocks of `LANES`, the last one filled up with its own last row."""
        histories = np.asarray(histories, np.uint32)
        n, n_causes = len(histories), len(self.causes)
        if n == 0:
            raise ValueError("no histories to run; give at least one id")
        draws = histories if draws is None else np.asarray(draws, np.uint32)
        n_numbers = len(self.model.priors.names)
        if normals is not None and normals.shape != (n_numbers, n):
            raise ValueError(
                f"normals have the shape {normals.shape}, but there are {n_numbers} numbers "
                f"and {n} rows"
            )
        if present is None:
            present = np.ones(n_causes, bool)
        present = np.broadcast_to(np.asarray(present, bool), (n, n_causes))
        if alternative is None:
            alternative = np.zeros(n_causes, bool)
        axes = self.model.axes
        absent = ~present[:, axes.rewrite_cause] if len(axes.rewrites) else np.zeros((n, 0), bool)
        which = np.asarray(alternative, bool)[axes.rewrite_cause] if len(axes.rewrites) else []
        in_use = np.asarray(which, bool) == (axes.rewrite_alternative > 0)
        strength = (absent & in_use).astype(np.float32)
        n_blocks = -(-n // LANES)
        pad = np.minimum(np.arange(n_blocks * LANES), n - 1)
        blocks = []
        for b in range(n_blocks):
            rows = pad[b * LANES : (b + 1) * LANES]
            blocks.append(
                {
                    "history": histories[rows],
                    "draw": draws[rows],
                    "strength": np.ascontiguousarray(strength[rows].T),
                }
            )
            if normals is not None:
                blocks[-1]["normals"] = np.ascontiguousarray(normals[:, rows], np.float32)
        return blocks

    def _program(self, name: Any, pick: Callable, report: bool | None) -> Any:
        if name not in self._programs:
            self._programs[name] = self._compile(pick, report)
        return self._programs[name]

    def _compile(self, pick: Callable, report: bool | None) -> Callable:
        """Compile a run; with `report` None only steps in which bodies sit leave one."""
        model, setting = self.model, self.setting
        stop = self.stop
        calendar = jax.tree.map(lambda x: np.asarray(x)[:stop], self.moments)
        phases = self._phases(calendar)
        override = {model.position(p): v for p, v in setting.override.items()}

        def program(
            seed: Array,
            wall: Array,
            rows: dict[str, Array],
            moments: Moment,
            fitted: dict[str, Array],
        ) -> Any:
            given = rows.get("normals")
            z = self._normals(seed, rows["draw"], fitted) if given is None else given
            theta = model.from_normals(z)
            for position, value in override.items():
                theta = theta.at[position].set(value)
            params = model.params(theta)
            change = model.rewrite_delta(theta) * rows["strength"]
            first = jax.tree.map(lambda x: x[0], moments)
            dice = Dice(seed=seed, history=rows["history"], step=first.step, wall=wall)
            at_start = _apply(model, params, np.arange(len(change)), change * first.rewrite_active)
            state = start(model.axes, at_start, dice)
            if "dispositions" in fitted:  # nobody deliberates before the eve, so none has drifted
                felt = _of_draw(fitted["dispositions"], rows["draw"])
                state = replace(state, disposition=felt)
            seen = []
            for phase in phases:
                tells = phase.decides if report is None else report
                body = self._turn(phase, params, change, rows, seed, wall, pick, tells)
                part = jax.tree.map(lambda x, p=phase: x[p.begin : p.end], moments)
                state, picked = jax.lax.scan(body, state, part)
                if picked is not None:
                    seen.append(picked)
            joined = jax.tree.map(lambda *x: jnp.concatenate(x), *seen) if seen else None
            return state.first, joined

        backend = "jax" if report else self.backend
        compiled = compile_program(program, backend, compiler_options())
        seed = jnp.asarray(seed_word(setting.seed), jnp.uint32)
        wall = jnp.float32(1.0)
        moments = jax.device_put(calendar)
        table = jax.device_put(self._table())

        def run(rows: dict[str, np.ndarray]) -> Any:
            return jax.tree.map(np.asarray, compiled(seed, wall, rows, moments, table))

        return run

    def _phases(self, calendar: Moment) -> list[_Phase]:
        """A past in which nobody deliberates, and what follows, with what changes within each."""
        deliberate_from = self.first_seen
        bounds = [(0, deliberate_from, False), (deliberate_from, self.stop, True)]
        return [self._phase(calendar, *b) for b in bounds if b[1] > b[0]]

    def _phase(self, calendar: Moment, begin: int, end: int, decides: bool) -> _Phase:
        active = np.asarray(calendar.rewrite_active)[begin:end, :, 0]
        sets_number = self.model.rewrite_from >= 0
        always = np.all(active, axis=0) & sets_number
        sometimes = np.any(active, axis=0) & ~always & sets_number
        fought = np.atleast_1d(np.any(np.asarray(calendar.engagement_now)[begin:end, :, 0], axis=0))
        axes = self.model.axes
        scripted = tuple(e for e in axes.engagement_scripted if fought[e])
        return _Phase(
            begin,
            end,
            decides,
            replace(axes, engagement_scripted=scripted),
            np.flatnonzero(always),
            np.flatnonzero(sometimes),
        )

    def _dice(
        self, seed: Array, rows: dict[str, Array], step: Array, wall: Array, decides: bool
    ) -> Dice:
        """Dice of one step."""
        return Dice(seed, rows["history"], step, wall)

    def _turn(
        self,
        phase: _Phase,
        params: Any,
        change: Array,
        rows: dict[str, Array],
        seed: Array,
        wall: Array,
        pick: Callable,
        report: bool,
    ) -> Callable:
        """Body of the scan over the steps of a phase."""
        model, kernel = self.model, self.setting.kernel
        settled = _apply(model, params, phase.always, change)

        def body(state: State, moment: Moment) -> tuple[State, Any]:
            now = change * moment.rewrite_active
            at = _apply(model, settled, phase.sometimes, now)
            after, seen = advance(
                phase.axes,
                at,
                state,
                moment,
                self._dice(seed, rows, jnp.asarray(moment.step), wall, phase.decides),
                rows["strength"] * moment.rewrite_active,
                kernel=kernel,
                report=report,
                decides=phase.decides,
            )
            return after, pick(after, seen)

        return body

    def _map(self, program: Callable, blocks: list, progress: Progress | None) -> list:
        """Run blocks on as many threads as there are cores; order of results is order of blocks."""
        total = len(blocks)
        if total == 1:
            return [program(blocks[0])]
        first = program(blocks[0])  # compiles once, before the threads start
        results: list[Any] = [first]
        with ThreadPoolExecutor(max_workers=n_cores()) as pool:
            for i, result in enumerate(pool.map(program, blocks[1:]), start=2):
                results.append(result)
                if progress is not None:
                    progress(min(i * LANES, total * LANES), total * LANES)
        return results


def n_cores() -> int:
    """Cores that this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compiler_options() -> dict[str, Any]:
    """Options for XLA on this machine: full-width vectors where the processor has them."""
    if jax.default_backend() != "cpu":
        return {}
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return {}
    return {"xla_cpu_prefer_vector_width": "512"} if "avx512f" in flags else {}
