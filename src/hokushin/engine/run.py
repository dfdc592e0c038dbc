"""Run: many histories of a model through one compiled program, in blocks of fixed width.

A run is a pure function of model, seed, history ids and switches. Rows are computed in blocks of
`LANES`, so a history has the same bits whatever else runs beside it on the same platform. Until
the branch date the documented choices are forced and nobody deliberates; from then on matters are
free. What differs between rows (which causes are present, overridden numbers, draws) is an input
array of one compiled program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.engine.backends import available_backend, compile_program
from hokushin.engine.blocks import cut_rows
from hokushin.engine.fitted import Fitted
from hokushin.engine.keys import LANES, seed_word
from hokushin.engine.machine import compiler_options, n_cores
from hokushin.engine.phases import Phase, apply_rewrites, phases_of
from hokushin.engine.setting import Documented, Outcomes, Setting
from hokushin.model.build import Model
from hokushin.model.randomness import Dice
from hokushin.model.start import start
from hokushin.model.state import Moment, State
from hokushin.model.step import Report, advance

Progress = Callable[[int, int], None]
WARM_UP = 3
"""Steps before the branch in which factions already look at the world, so that what happens at the
branch is news to them."""


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
        first = _joined([first for first, _ in parts], len(histories))
        return Outcomes(self.model.axes.events, first)

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
        parts = [seen for _, seen in self._map(program, rows, None)]
        return jax.tree.map(lambda x: x[first_step:], _joined(parts, len(histories)))

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
        return _joined([seen for _, seen in self._map(program, rows, None)], len(histories))

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
        first, picked = _joined(self._map(program, rows, progress), len(histories))
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
        parts = [seen for _, seen in self._map(program, rows, None)]
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
        """Cut rows into blocks, each as a program takes it."""
        return cut_rows(self.model, histories, present, alternative, draws, normals)

    def _program(self, name: Any, pick: Callable, report: bool | None) -> Any:
        """The program of a name, made when it is first asked for."""
        if name not in self._programs:
            self._programs[name] = self._compile(pick, report)
        return self._programs[name]

    def _compile(self, pick: Callable, report: bool | None) -> Callable:
        """Compile a run; with `report` None only steps in which bodies sit leave one."""
        model, setting = self.model, self.setting
        stop = self.stop
        calendar = jax.tree.map(lambda x: np.asarray(x)[:stop], self.moments)
        phases = phases_of(model, calendar, self.first_seen, stop)
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
            held = change * first.rewrite_active
            at_start = apply_rewrites(model, params, np.arange(len(change)), held)
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

    def _dice(
        self, seed: Array, rows: dict[str, Array], step: Array, wall: Array, decides: bool
    ) -> Dice:
        """Dice of one step."""
        return Dice(seed, rows["history"], step, wall)

    def _turn(
        self,
        phase: Phase,
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
        settled = apply_rewrites(model, params, phase.always, change)

        def body(state: State, moment: Moment) -> tuple[State, Any]:
            now = change * moment.rewrite_active
            at = apply_rewrites(model, settled, phase.sometimes, now)
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


def _of_draw(table: Array | np.ndarray, draws: Array) -> Array:
    """Columns of a table of draws, one for each row of a run."""
    return jnp.asarray(table)[:, draws % np.uint32(table.shape[1])]


def _joined(parts: Sequence[Any], n_rows: int) -> Any:
    """Blocks put together along their last axis, without the rows that filled up the last one."""
    return jax.tree.map(lambda *x: np.concatenate(x, -1)[..., :n_rows], *parts)
