"""Study: one question put to one world, with the histories that all parts of an answer share."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hokushin.answer.document import (
    AssumedNumber,
    FitSummary,
    LearntNumber,
    Outcome,
    Recalled,
)
from hokushin.answer.effort import DOCUMENTED_HISTORIES
from hokushin.answer.version import code_version
from hokushin.answer.world import World, first_day
from hokushin.engine.keys import LANES
from hokushin.engine.run import Outcomes, Simulator
from hokushin.infer.learned import ASSUMED_BELOW
from hokushin.query.evaluator import Evaluator
from hokushin.query.kept import Kept
from hokushin.scenario.paths import quantities_of
from hokushin.scenario.schema import Event, Question, Scenario

_DRAWS_THAT_NAME = 16
"""Draws of the numbers by which a basis is known: two fits differ in the first of them already."""

Stages = Callable[[str, int, int], None]
"""Told which part of the answer runs, rows done and rows planned."""


@dataclass
class Study:
    """A question of a world, its simulator, and the speed at which it runs."""

    world: World
    name: str
    question: Question
    seed: int
    progress: Stages | None
    folder: Path | None = None
    """Where outcomes are kept, so that an interrupted answer goes on where it stopped."""
    rate: float = 0.0
    """Rows a second, once the headline has been timed."""

    def __post_init__(self) -> None:
        self.branch = first_day(self.question.branch)
        self.horizon = first_day(self.question.horizon)
        self.event = self.question.event
        self.simulator = self.world.simulator(self.branch, self.horizon, self.seed)

    def tell(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Say what runs."""
        if self.progress is not None:
            self.progress(stage, done, total)

    def stage(self, name: str) -> Callable[[int, int], None]:
        """Give a part of the answer something to report to."""
        return lambda done, total: self.tell(name, done, total)

    def timed_headline(self, n: int) -> Outcomes:
        """Run the headline after one block that compiles, and note the rows run in a second."""
        self.tell("compiling")
        self.world.outcomes(self.simulator, range(LANES))
        self.tell("headline")
        started = time.monotonic()
        outcomes = self.outcomes(n)
        self.rate = n / max(time.monotonic() - started, 1e-6)
        return outcomes

    def identity(
        self, simulator: Simulator, draws: int | None = None, alternative: tuple[str, ...] = ()
    ) -> str:
        """Name all that an outcome depends on besides switches and history.

        The numbers are known by what the first draws of them are: prior and fitted ones differ.
        """
        first = simulator.normals(np.arange(_DRAWS_THAT_NAME, dtype=np.uint32))
        numbers = hashlib.sha256(np.ascontiguousarray(first).tobytes()).hexdigest()
        parts = (self.world.loaded.digest, code_version(), self.event, simulator.setting, numbers)
        return json.dumps([str(part) for part in (*parts, draws, alternative)])

    def evaluator(
        self,
        simulator: Simulator | None = None,
        draws: int | None = None,
        alternative: tuple[str, ...] = (),
    ) -> Evaluator:
        """Give the evaluator of the event, its outcomes kept on disk where there is a folder."""
        run = simulator or self.simulator
        own = self.world.evaluator(run, self.event, draws=draws, alternative=alternative)
        if self.folder is None:
            return own
        return Kept(own, self.folder, self.identity(run, draws, alternative))

    def outcomes(self, n: int) -> Outcomes:
        """Run the first n histories in the world as it is."""
        return self.world.outcomes(self.simulator, range(n))

    def forced(self) -> Outcomes:
        """Run histories with every choice of the record forced up to the horizon."""
        self.tell("the documented path")
        forced = self.world.simulator(self.branch, self.horizon, self.seed, forced=True)
        return self.world.outcomes(forced, range(DOCUMENTED_HISTORIES))

    def outcome(self, happened: bool) -> Outcome:
        """Say what is asked about, and which of the event and its absence is explained."""
        scenario = self.world.scenario
        entry = scenario.events[self.event]
        text = expression(scenario, self.event, entry)
        return Outcome(
            expression=text,
            explained=text if happened else f"not {text}",
            horizon=self.horizon.isoformat(),
            branch=self.branch.isoformat(),
            event=self.event,
            title=entry.title,
            happened=happened,
        )


def expression(scenario: Scenario, name: str, event: Event) -> str:
    """Write an event as a verb and what it is about: invasion(red, blue), war(border)."""
    if event.invasion is not None:
        front = scenario.fronts[event.invasion.front]
        sides = (front.a.power, front.b.power)
        attacker, other = sides if event.invasion.by == "a" else sides[::-1]
        return f"invasion({attacker}, {other})"
    for verb in ("war", "chosen", "signed"):
        what = getattr(event, verb)
        if what is not None:
            return f"{verb}({what})"
    if event.all_of is not None:
        parts = (expression(scenario, part, scenario.events[part]) for part in event.all_of)
        return f"all_of({', '.join(parts)})"
    raise ValueError(f"the event {name} says nothing that can be asked about")


def numbers_of(world: World) -> tuple[Recalled, tuple[AssumedNumber, ...]]:
    """Count the uncertain numbers that the model reads, and list those that are judgement alone.

    A judgement of which the record took away a fifth of the variance is one no longer.
    """
    known = dict(quantities_of(world.scenario))
    priors = world.model.priors
    read = [priors.names[i] for i in priors.free if priors.names[i] in known]
    taught = {number.path for number in learnt_numbers(world)}
    judged = tuple(
        AssumedNumber(path, q.value, q.low, q.high, q.unit)
        for path in read
        if path not in taught
        and (q := known[path]).seen == "judgement"
        and q.low is not None
        and q.high is not None
    )
    recalled = sum(1 for path in read if known[path].recalled)
    return Recalled(recalled, len(read)), judged


def learnt_numbers(world: World) -> tuple[LearntNumber, ...]:
    """List the numbers that the record taught, the most contracted first."""
    posterior = world.basis.posterior
    if posterior is None:
        return ()
    contraction, shift = posterior.contraction(), posterior.normals.mean(axis=1)
    rows = [
        LearntNumber(path, float(c), float(s))
        for path, c, s in zip(posterior.names, contraction, shift, strict=True)
        if c >= ASSUMED_BELOW
    ]
    return tuple(sorted(rows, key=lambda row: -row.contraction))


def fit_summary(world: World) -> FitSummary | None:
    """Say what the numbers were fitted to; None where they come from the prior."""
    posterior = world.basis.posterior
    if posterior is None:
        return None
    made = posterior.made
    return FitSummary(
        end=str(made["end"]),
        episodes=int(made["episodes"]),
        draws=posterior.normals.shape[1],
        numbers=len(posterior.names),
        failures=tuple(made["gates"]["failures"]),
    )


def cited(world: World, key: str) -> str:
    """Cite a work by author and year, or give its key where the bibliography lacks it."""
    works = world.loaded.bibliography
    return works.cite(key).split(", ")[0] if works.has(key) else key
