"""Bench: the rows of some matters, and every pass of every theory through them.

Passes are kept in a folder one by one, so that an interrupted comparison goes on where it stopped.
Readings that say the same of every number are passed once.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np

from hokushin.infer.likelihood import WEIGHED, RecordLikelihood
from hokushin.infer.theories.facts import Fact, facts_of
from hokushin.infer.theories.held import held_out
from hokushin.infer.theories.report import OF_A_PASS, Evidence, Reading, theories_digest
from hokushin.infer.theories.rows import MatterRows, Telling, World, rows_of
from hokushin.infer.theories.sequence import SequenceEffort, Sequencer, Told
from hokushin.infer.theories.stances import (
    CLOSED,
    COMMON,
    OPEN,
    READINGS,
    SILENT,
    Sayings,
    counts,
    every_switch,
    numbers_that_weigh,
    sayings_of,
    taken_out,
    telling_of,
)
from hokushin.infer.theories.worlds import world_without
from hokushin.scenario.load import Loaded

Progress = Callable[[str, int, int], None]
_FEW, _MANY = 0.5, 2.0
NODES = 4
"""Nodes of the fresh part of judgement: fewer than in a fit, since passes are many."""


@dataclass(frozen=True)
class Plan:
    """What is run."""

    cuts: tuple[date, ...] = ()
    """Days from which on the record is held out; by default those by which a quarter, a half and
    three quarters of its episodes had been decided."""
    effort: SequenceEffort = field(default_factory=SequenceEffort)
    seeds: tuple[int, ...] = (1, 2, 3)
    """At the scenario's own priors."""
    scales: tuple[float, ...] = (_FEW, _MANY)
    """Other factors on the spread of every prior, each with the first seed."""
    own_rows: bool = False
    """Whether theories that speak of more than the common matters are told those rows too."""
    minutes: float | None = None
    """After how many no other seed or scale is begun; what has been run is then compared."""


class Walks:
    """Worlds without some of their numbers, each walked once."""

    def __init__(self, loaded: Loaded, whole: RecordLikelihood) -> None:
        self.loaded, self.whole = loaded, whole
        self.walked: dict[tuple[str, ...], RecordLikelihood] = {(): whole}

    def without(self, taken: tuple[str, ...]) -> RecordLikelihood:
        """Give the likelihood in the world without some numbers."""
        if taken not in self.walked:
            self.walked[taken] = world_without(self.loaded, self.whole, taken)
        return self.walked[taken]


class Bench:
    """The rows of some matters, and what each theory makes of them."""

    def __init__(
        self,
        loaded: Loaded,
        whole: RecordLikelihood,
        walks: Walks,
        matters: tuple[str, ...],
        plan: Plan,
        folder: Path | None,
        report: Progress,
        spoken: tuple[str, ...] | None = None,
        like: Bench | None = None,
    ) -> None:
        self.loaded, self.plan, self.folder, self.report = loaded, plan, folder, report
        self.scenario, self.matters, self.walks = loaded.scenario, matters, walks
        self.spoken = spoken or matters
        # Benches of the same matters share one program.
        self.rows: MatterRows = rows_of(whole, matters) if like is None else like.rows
        self.model = self.rows.likelihood.path.model
        paths = {p for cause in self.scenario.causes.values() for p in cause.silent}
        known = set(self.model.priors.names)
        weighing = numbers_that_weigh(self.model, paths, WEIGHED)
        self.unswitched = tuple(sorted((paths & known) - weighing))
        self.weighing = weighing
        self.counting = {p for p in weighing if counts(self.rows, self.model.position(p))}
        self.n_switches = len(every_switch(self.scenario).switches)
        own = Sequencer(self.rows, self.n_switches, plan.effort) if like is None else like.sequencer
        self.sequencer = own
        calendar = self.model.sets.calendar
        steps = self.rows.likelihood.path.n_steps
        self.days = [calendar.start_of(i) for i in range(steps)]
        self.cut_days = plan.cuts or _quarters(self.rows.likelihood)
        self.cuts = [_step_of(day, self.days) for day in self.cut_days]
        every = facts_of(self.rows.likelihood, self.cuts)
        self.facts: tuple[Fact, ...] = tuple(f for f in every if f.matter in self.spoken)
        self.told: dict[str, Told] = {}
        self.keys: dict[tuple[str, str, float, int], str] = {}
        self.worlds: dict[tuple[str, ...], World] = {} if like is None else like.worlds

    # --- running ------------------------------------------------------------------------------

    def run_all(self) -> None:
        """Run every pass that is not kept: all theories of one seed or scale before the next."""
        plan, began = self.plan, time.monotonic()
        says = [sayings_of(self.scenario, COMMON, OPEN), sayings_of(self.scenario, SILENT, CLOSED)]
        says += [sayings_of(self.scenario, t, r) for t in self.scenario.theories for r in READINGS]
        first, *others = [(1.0, seed) for seed in plan.seeds]
        # A second seed tells more than another scale, and a scale more than a third seed.
        ways = [first, *others[:1], *((s, plan.seeds[0]) for s in plan.scales), *others[1:]]
        done: list[tuple[float, int]] = []
        for i, (scale, seed) in enumerate(ways):
            spent = (time.monotonic() - began) / 60.0
            if done and plan.minutes is not None and spent > plan.minutes:
                break
            for j, sayings in enumerate(says):
                self.report("telling theories the record", len(says) * i + j, len(says) * len(ways))
                self.run(sayings, scale, seed)
            if not done:
                self.run(every_switch(self.scenario), scale, seed)
            done.append((scale, seed))
        self.plan = replace(
            plan,
            seeds=tuple(seed for scale, seed in done if scale == 1.0),
            scales=tuple(scale for scale, _ in done if scale != 1.0),
        )

    def run(self, sayings: Sayings, scale: float, seed: int) -> Told:
        """Tell one theory the record, unless one that says the same has been told."""
        taken = taken_out(sayings, self.model, self.weighing)
        telling = telling_of(sayings, self.rows, self.weighing, self.n_switches, scale)
        key = self._key(telling, taken, seed)
        self.keys[sayings.theory, sayings.reading, scale, seed] = key
        if key not in self.told:
            kept = self._read(key)
            if kept is None:
                stretches = [fact.stretch for fact in self.facts]
                kept = self.sequencer.run(telling, self._world(taken), stretches, self.cuts, seed)
                self._write(key, kept)
            self.told[key] = kept
        return self.told[key]

    def of(self, theory: str, reading: str, scale: float = 1.0) -> list[Told]:
        """Passes of one theory in one reading, seed by seed."""
        seeds = self.plan.seeds if scale == 1.0 else self.plan.seeds[:1]
        return [self.told[self.keys[theory, reading, scale, seed]] for seed in seeds]

    def key_of(self, theory: str, reading: str) -> str:
        """Name what a theory says in one reading, whatever it is called."""
        return self.keys[theory, reading, 1.0, self.plan.seeds[0]]

    def _world(self, taken: tuple[str, ...]) -> World:
        if taken not in self.worlds:
            self.worlds[taken] = self.rows.world_of(self.walks.without(taken))
        return self.worlds[taken]

    def _key(self, telling: Telling, taken: tuple[str, ...], seed: int) -> str:
        digest = hashlib.sha256()
        heading = (
            self.loaded.digest, theories_digest(OF_A_PASS), self.matters, self.cuts, NODES,
            [(f.stretch.matter, f.stretch.first, f.stretch.last) for f in self.facts],
            self.plan.effort, taken, seed,
        )  # fmt: skip
        digest.update(repr(heading).encode())
        for array in telling:
            digest.update(np.ascontiguousarray(array, np.float64).tobytes())
        return digest.hexdigest()[:20]

    def _read(self, key: str) -> Told | None:
        if self.folder is None or not (self.folder / f"{key}.npz").exists():
            return None
        with np.load(self.folder / f"{key}.npz", allow_pickle=False) as file:
            draws = {n.split("/")[1]: file[n] for n in file.files if n.startswith("draws/")}
            said = {n: file[n] for n in Told._fields if n != "draws"}
        plain = {n: v.item() if v.ndim == 0 else v for n, v in said.items()}
        return Told(**plain, draws=draws)

    def _write(self, key: str, told: Told) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        arrays = {n: np.asarray(getattr(told, n)) for n in Told._fields if n != "draws"}
        part = self.folder / f"{key}.part"
        with part.open("wb") as file:
            draws = {f"draws/{n}": v.astype(np.float16) for n, v in told.draws.items()}
            np.savez_compressed(file, allow_pickle=False, **arrays, **draws)
        part.replace(self.folder / f"{key}.npz")

    # --- reading ------------------------------------------------------------------------------

    def reading(self, theory: str, reading: str) -> Reading:
        """Gather what the record says of one theory in one reading."""
        sayings = sayings_of(self.scenario, theory, reading)
        taken = taken_out(sayings, self.model, self.weighing)
        runs = self.of(theory, reading)
        every = {1.0: runs} | {s: self.of(theory, reading, s) for s in self.plan.scales}
        values = [told.log_evidence for told in runs]
        all_values = [told.log_evidence for of_scale in every.values() for told in of_scale]
        apart = [
            ours.log_evidence - theirs.log_evidence
            for scale, of_scale in every.items()
            for ours, theirs in zip(of_scale, self.of(COMMON, OPEN, scale), strict=True)
        ]
        common = self.of(COMMON, OPEN)
        held = tuple(
            held_out(
                [told.held_out[i] for told in runs],
                [told.held_out[i] for told in common],
                self.days,
                cut,
                day,
            )
            for i, (cut, day) in enumerate(zip(self.cuts, self.cut_days, strict=True))
        )
        return Reading(
            reading=reading,
            same_as=self._same_as(theory, reading),
            zero=tuple(sorted(set(sayings.denied()) & self.weighing | set(taken))),
            held_out=held,
            evidence=Evidence(
                float(np.mean(values)),
                float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
                min(all_values),
                max(all_values),
                len(all_values),
            ),
            difference=float(np.mean(apart[: len(values)])),
            difference_low=min(apart),
            difference_high=max(apart),
            statements=float(np.mean([told.statements for told in runs])),
            switches=self._switches(sayings, runs),
        )

    def _same_as(self, theory: str, reading: str) -> str:
        """Name the first theory that says the same, if one stands before."""
        own = self.key_of(theory, reading)
        for (name, way, scale, seed), key in self.keys.items():
            if (name, way) == (theory, reading):
                return ""
            if scale == 1.0 and seed == self.plan.seeds[0] and key == own:
                return f"{name}, {way}"
        return ""

    def _switches(self, sayings: Sayings, runs: Sequence[Told]) -> dict[str, float]:
        own = [kept for paths in sayings.switches if (kept := those(paths, self.counting))]
        share = np.mean([told.switches for told in runs], axis=0)
        return {", ".join(paths): float(share[i]) for i, paths in enumerate(own)}

    def stretches(self, theory: str, reading: str) -> dict[str, np.ndarray]:
        """Mean over seeds of what a theory gave each fact, in nats."""
        runs = self.of(theory, reading)
        names = ("stretch", "direction", "timing")
        return {n: np.mean([getattr(told, n) for told in runs], axis=0) for n in names}


def those(paths: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Give the paths that are known, in their own order."""
    known = set(known)
    return tuple(p for p in paths if p in known)


def _quarters(likelihood: RecordLikelihood) -> tuple[date, ...]:
    """Days by which a quarter, a half and three quarters of the episodes had been decided."""
    calendar = likelihood.path.model.sets.calendar
    steps = sorted(e.step for e in likelihood.path.episodes)
    if len(steps) < 4:
        raise ValueError(
            f"{len(steps)} episodes are too few to hold some of them out; give the cuts"
        )
    after = sorted({steps[len(steps) * k // 4] for k in (1, 2, 3)})
    return tuple(calendar.start_of(step) for step in after if step > 0)


def _step_of(day: date, days: Sequence[date]) -> int:
    """First step that begins on a day or after it."""
    later = [i for i, first in enumerate(days) if first >= day]
    if not later or later[0] == 0:
        raise ValueError(f"{day} holds out nothing, or all, of {days[0]} to {days[-1]}")
    return later[0]
