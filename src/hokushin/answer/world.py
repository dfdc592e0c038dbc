"""World: a scenario made ready for questions, the one place where answers meet the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hokushin.answer.basis import Basis, choose_basis
from hokushin.answer.switches import (
    Switch,
    asked_switches,
    reading_switches,
    robustness_switches,
    with_switches,
)
from hokushin.engine.documented import documented_path
from hokushin.engine.run import Documented, Outcomes, Setting, Simulator
from hokushin.model.build import Model, build
from hokushin.query.engine import EngineEvaluator
from hokushin.scenario.dates import parse_date
from hokushin.scenario.load import load
from hokushin.scenario.schema import Question, Rewrite, Scenario

if TYPE_CHECKING:
    from hokushin.scenario.load import Loaded

RunProgress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class World:
    """A loaded scenario with its model, its record by step, and the switches of its questions.

    The model holds the scenario's causes first, then one switch for each rival reading, each
    setting of robustness, and each change that was asked for (which is made in every row).
    """

    loaded: Loaded
    model: Model
    documented: tuple[Documented, ...]
    """Choices of the documented path, as positions."""
    causes: tuple[str, ...]
    """The scenario's own causes."""
    readings: Mapping[str, Switch]
    """Contradiction -> the switch of its other reading."""
    asked: tuple[Switch, ...]
    basis: Basis = field(default_factory=lambda: Basis("prior"))
    """What the numbers of all histories are drawn from."""

    @property
    def scenario(self) -> Scenario:
        """The scenario as its authors wrote it."""
        return self.loaded.scenario

    def question(self, name: str | None = None) -> tuple[str, Question]:
        """Give a question and its name, the scenario's default one if none is named."""
        questions = self.scenario.questions
        chosen = name or self.scenario.scenario.default_question
        if chosen not in questions:
            raise ValueError(
                f"no question is called {chosen!r} in {self.scenario.scenario.id}; "
                f"there are {', '.join(questions)}"
            )
        return chosen, questions[chosen]

    def present(self, *without: str) -> np.ndarray:
        """Give the row of switches of the world, or of the world without some of them."""
        names = self.model.axes.causes
        off = {*without, *(switch.name for switch in self.asked)}
        unknown = sorted(off - set(names))
        if unknown:
            raise ValueError(f"no cause or switch is called {', '.join(unknown)}")
        return np.array([name not in off for name in names])

    def simulator(
        self,
        branch: date | None,
        horizon: date | None,
        seed: int = 1,
        kernel: str = "assent",
        forced: bool = False,
    ) -> Simulator:
        """Prepare runs from a branch to a horizon.

        With `forced` the record's choices are forced up to the horizon as well: the documented
        path. Only the calendar differs then, which is an input of the compiled program.
        """
        setting = Setting(seed=seed, branch=branch, horizon=horizon, kernel=kernel)
        simulator = Simulator(self.model, setting, self.documented, self.basis.fitted)
        if forced:
            calendar, stop = self.model.sets.calendar, simulator.stop
            end = calendar.start_of(stop) if stop < calendar.n_steps else calendar.last_of(stop - 1)
            whole = replace(setting, branch=end, horizon=None)
            simulator.moments = Simulator(self.model, whole, self.documented).moments
        return simulator

    def outcomes(
        self, simulator: Simulator, histories: np.ndarray | range, *without: str
    ) -> Outcomes:
        """Run histories in the world, or without some causes, and say when each event happened."""
        ids = np.asarray(histories, np.uint32)
        return simulator.outcomes(ids, self.present(*without))

    def evaluator(
        self,
        simulator: Simulator,
        event: str,
        draws: int | None = None,
        alternative: tuple[str, ...] = (),
        progress: RunProgress | None = None,
    ) -> OwnCauses:
        """Give the evaluator of an event over the scenario's own causes."""
        engine = EngineEvaluator(simulator, event, alternative, draws, progress)
        return OwnCauses(engine, self.causes, self.present())


@dataclass(frozen=True, eq=False)
class OwnCauses:
    """The evaluator whose switches are a scenario's own causes; the others stand as in `base`."""

    of: EngineEvaluator
    causes: tuple[str, ...]
    base: np.ndarray

    @property
    def groups(self) -> tuple[str, ...]:
        """Group of each cause."""
        return tuple(self.of.groups[self.of.causes.index(cause)] for cause in self.causes)

    def __call__(self, present: np.ndarray, history: np.ndarray) -> np.ndarray:
        """Run the causes as given, with everything else as it stands."""
        columns = [self.of.causes.index(cause) for cause in self.causes]
        everything = np.repeat(self.base[None], len(present), axis=0)
        everything[:, columns] = present
        return self.of(everything, history)


def prepare(
    scenario: str | Path | Loaded,
    changes: Sequence[tuple[str, Sequence[Rewrite]]] = (),
    basis: str | None = None,
) -> World:
    """Load a scenario, if it is not loaded yet, and make it ready for questions.

    Args:
        scenario: Name of a scenario, its folder, or one that is loaded.
        changes: Made in every history: pairs of a title and the rewrites that make it.
        basis: `prior`, `posterior`, or None for fitted draws where there are any that are not
            stale.
    """
    loaded = load(scenario) if isinstance(scenario, str | Path) else scenario
    own = loaded.scenario
    known = build(own).priors.names
    readings = reading_switches(own, known)
    asked = asked_switches(changes)
    switches = (*readings.values(), *robustness_switches(), *asked)
    model = build(with_switches(own, switches))
    return World(
        loaded=loaded,
        model=model,
        documented=documented_path(model, loaded.record),
        causes=tuple(own.causes),
        readings=readings,
        asked=asked,
        basis=choose_basis(loaded, basis),
    )


def first_day(written: str) -> date:
    """Give the first day that a written date may mean."""
    return parse_date(written).first
