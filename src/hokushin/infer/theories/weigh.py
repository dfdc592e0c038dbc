"""Weigh: hold the theories of a scenario against each other and against its record.

Every theory is read twice (`stances`), and all are told the same rows: those of the matters that
every theory speaks of, the choices of all others forced. One pass through the record gives the
forecast from each cut on, the evidence and the weight of every fact (`sequence`). Passes are kept
in a folder one by one, so that an interrupted comparison goes on where it stopped; readings that
say the same of every number are passed once.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import gaussian_kde, norm

from hokushin.infer.fit import likelihood_of
from hokushin.infer.likelihood import WEIGHED, RecordLikelihood
from hokushin.infer.theories.facts import DECIBANS, Fact, facts_of, kind_of, rivals, weight_of
from hokushin.infer.theories.held import held_out
from hokushin.infer.theories.report import (
    OF_A_PASS,
    SCHEMA,
    Evidence,
    FactWeight,
    Reading,
    SwitchResult,
    Theories,
    TheoryResult,
    ZeroResult,
    theories_digest,
)
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
    stances_of,
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


def common_matters(loaded: Loaded) -> tuple[str, ...]:
    """Matters that every theory speaks of.

    Raises:
        ValueError: If the scenario has no theories, or they have no matter in common.
    """
    theories = loaded.scenario.theories
    if not theories:
        raise ValueError(f"{loaded.scenario.scenario.id} holds no theories to compare")
    first, *others = (theory.speaks_of for theory in theories.values())
    shared = tuple(m for m in first if all(m in other for other in others))
    if not shared:
        raise ValueError("no matter is spoken of by every theory, so nothing compares them all")
    return shared


def weigh(
    loaded: Loaded,
    plan: Plan | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Theories:
    """Compare the theories of a scenario.

    Args:
        loaded: A scenario with a record and theories.
        plan: What is run.
        folder: Where finished passes are kept, and found again.
        progress: Told what runs.

    Raises:
        ValueError: If there is nothing to compare, or a cut lies outside the record.
    """
    began = time.monotonic()
    matters = common_matters(loaded)
    report = progress or (lambda stage, done, total: None)
    report("walking the record", 0, 0)
    whole = replace(likelihood_of(loaded), nodes=NODES)
    walks = _Walks(loaded, whole)
    bench = Bench(loaded, whole, walks, matters, plan or Plan(), folder, report)
    bench.run_all()
    own: Mapping[str, tuple[Reading, ...]] = {}
    if bench.plan.own_rows:
        own = _own_rows(loaded, whole, walks, bench, folder, report)
    return _gathered(bench, own, time.monotonic() - began)


class _Walks:
    """Worlds without some of their numbers, each walked once."""

    def __init__(self, loaded: Loaded, whole: RecordLikelihood) -> None:
        self.loaded, self.whole = loaded, whole
        self.walked: dict[tuple[str, ...], RecordLikelihood] = {(): whole}

    def without(self, taken: tuple[str, ...]) -> RecordLikelihood:
        if taken not in self.walked:
            self.walked[taken] = world_without(self.loaded, self.whole, taken)
        return self.walked[taken]


class Bench:
    """The rows of some matters, and what each theory makes of them."""

    def __init__(
        self,
        loaded: Loaded,
        whole: RecordLikelihood,
        walks: _Walks,
        matters: tuple[str, ...],
        plan: Plan,
        folder: Path | None,
        report: Progress,
        spoken: tuple[str, ...] | None = None,
    ) -> None:
        self.loaded, self.plan, self.folder, self.report = loaded, plan, folder, report
        self.scenario, self.matters, self.walks = loaded.scenario, matters, walks
        self.spoken = spoken or matters
        self.rows: MatterRows = rows_of(whole, matters)
        self.model = self.rows.likelihood.path.model
        paths = {p for cause in self.scenario.causes.values() for p in cause.silent}
        known = set(self.model.priors.names)
        weighing = numbers_that_weigh(self.model, paths, WEIGHED)
        self.unswitched = tuple(sorted((paths & known) - weighing))
        self.weighing = weighing
        self.counting = {p for p in weighing if counts(self.rows, self.model.position(p))}
        self.n_switches = len(every_switch(self.scenario).switches)
        self.sequencer = Sequencer(self.rows, self.n_switches, plan.effort)
        calendar = self.model.sets.calendar
        steps = self.rows.likelihood.path.n_steps
        self.days = [calendar.start_of(i) for i in range(steps)]
        self.cut_days = plan.cuts or _quarters(self.rows.likelihood)
        self.cuts = [_step_of(day, self.days) for day in self.cut_days]
        every = facts_of(self.rows.likelihood, self.cuts)
        self.facts: tuple[Fact, ...] = tuple(f for f in every if f.matter in self.spoken)
        self.told: dict[str, Told] = {}
        self.keys: dict[tuple[str, str, float, int], str] = {}
        self.worlds: dict[tuple[str, ...], World] = {}

    # --- running ------------------------------------------------------------------------------

    def passes(self) -> list[tuple[Sayings, float, int]]:
        """Every pass: own priors first, all theories of one seed before those of the next."""
        plan = self.plan
        says = [sayings_of(self.scenario, COMMON, OPEN), sayings_of(self.scenario, SILENT, CLOSED)]
        says += [sayings_of(self.scenario, t, r) for t in self.scenario.theories for r in READINGS]
        ways = [(1.0, seed) for seed in plan.seeds] + [(s, plan.seeds[0]) for s in plan.scales]
        listed = [(s, scale, seed) for scale, seed in ways for s in says]
        return [*listed, (every_switch(self.scenario), 1.0, plan.seeds[0])]

    def run_all(self) -> None:
        """Run every pass that is not kept."""
        listed = self.passes()
        for i, (sayings, scale, seed) in enumerate(listed):
            self.report("telling theories the record", i, len(listed))
            self.run(sayings, scale, seed)

    def run(self, sayings: Sayings, scale: float, seed: int) -> Told:
        """Tell one theory the record, unless one that says the same has been told."""
        taken = taken_out(sayings, self.model, self.weighing)
        telling = telling_of(sayings, self.rows, self.weighing, self.n_switches, scale)
        key = self._key(telling, self._world(taken), seed)
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

    def _key(self, telling: Telling, world: World, seed: int) -> str:
        digest = hashlib.sha256()
        heading = (
            self.loaded.digest, theories_digest(OF_A_PASS), self.matters, self.cuts, NODES,
            [(f.stretch.matter, f.stretch.first, f.stretch.last) for f in self.facts],
            self.plan.effort, seed,
        )  # fmt: skip
        digest.update(repr(heading).encode())
        # What a world is made of differs; what it looks like to these matters is what counts.
        for array in (*telling, *world[: World._fields.index("normals")]):
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

    @cached_property
    def common_forecast(self) -> np.ndarray:
        """What the common model forecast for each step from each cut on."""
        return _mixed([told.held_out for told in self.of(COMMON, OPEN)])

    def forecast(self, theory: str, reading: str) -> np.ndarray:
        """What a theory forecast for each step from each cut on, all seeds together."""
        return _mixed([told.held_out for told in self.of(theory, reading)])

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
        forecast = self.forecast(theory, reading)
        held = tuple(
            held_out(forecast[i], self.common_forecast[i], self.days, cut, day)
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
        own = [kept for paths in sayings.switches if (kept := _those(paths, self.counting))]
        share = np.mean([told.switches for told in runs], axis=0)
        return {", ".join(paths): float(share[i]) for i, paths in enumerate(own)}

    def stretches(self, theory: str, reading: str) -> dict[str, np.ndarray]:
        """Mean over seeds of what a theory gave each fact, in nats."""
        runs = self.of(theory, reading)
        names = ("stretch", "direction", "timing")
        return {n: np.mean([getattr(told, n) for told in runs], axis=0) for n in names}


def _own_rows(
    loaded: Loaded,
    whole: RecordLikelihood,
    walks: _Walks,
    bench: Bench,
    folder: Path | None,
    report: Progress,
) -> dict[str, tuple[Reading, ...]]:
    """Tell theories that speak of more than the common matters all their own rows."""
    theories = loaded.scenario.theories
    wider = {
        n: tuple(t.speaks_of) for n, t in theories.items() if set(t.speaks_of) - set(bench.matters)
    }
    union = tuple(dict.fromkeys(m for matters in wider.values() for m in matters))
    plan = Plan(bench.cut_days, bench.plan.effort, bench.plan.seeds[:1], ())
    found = {}
    shared: Bench | None = None
    for i, (name, spoken) in enumerate(wider.items()):
        report("telling theories their own rows", i, len(wider))
        own = Bench(loaded, whole, walks, union, plan, folder, report, spoken)
        if shared is not None:  # one program for all
            own.sequencer, own.rows, own.worlds = shared.sequencer, shared.rows, shared.worlds
        shared = own
        for theory, way in ((COMMON, OPEN), (SILENT, CLOSED), (name, OPEN), (name, CLOSED)):
            own.run(sayings_of(loaded.scenario, theory, way), 1.0, plan.seeds[0])
        found[name] = tuple(own.reading(name, way) for way in READINGS)
    return found


def _gathered(bench: Bench, own: Mapping[str, tuple[Reading, ...]], seconds: float) -> Theories:
    scenario, path = bench.scenario, bench.rows.likelihood.path
    results = tuple(_result(bench, name, own.get(name, ())) for name in scenario.theories)
    runs = list(bench.told.values())
    acceptance = [told.acceptance for told in runs]
    found = Theories(
        schema=SCHEMA,
        scenario=scenario.scenario.id,
        matters=bench.matters,
        steps=path.n_steps,
        episodes=len(path.episodes),
        until=path.end.isoformat(),
        cuts=tuple(day.isoformat() for day in bench.cut_days),
        theories=results,
        common=bench.reading(COMMON, OPEN),
        silent=bench.reading(SILENT, CLOSED),
        switches=_switch_results(bench),
        zeros=_zero_results(bench),
        unswitched=bench.unswitched,
        headline="",
        made={
            "scenario": scenario.scenario.id,
            "scenario_digest": bench.loaded.digest,
            "code_digest": theories_digest(),
            "effort": asdict(bench.plan.effort),
            "seeds": list(bench.plan.seeds),
            "scales": list(bench.plan.scales),
            "passes": len(runs),
            "numbers": len(bench.rows.likelihood.informed),
            "dispositions": int(np.prod(bench.rows.likelihood.start().dispositions.shape)),
            "least_acceptance": float(min(acceptance)),
            "fewest_effective_share": float(min(told.fewest for told in runs)),
            "seconds": seconds,
        },
    )
    from hokushin.infer.theories.text import headline

    return Theories(**{**_shallow(found), "headline": headline(found)})


def _shallow(found: Theories) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def _result(bench: Bench, name: str, own: tuple[Reading, ...]) -> TheoryResult:
    theory = bench.scenario.theories[name]
    said = stances_of(bench.scenario, theory)
    return TheoryResult(
        name=name,
        title=theory.title,
        kind=theory.kind,
        source=tuple(theory.source),
        summary=theory.summary,
        speaks_of=tuple(theory.speaks_of),
        stances={cause: stance for cause, stance in said.items() if stance != "unmentioned"},
        readings=tuple(bench.reading(name, way) for way in READINGS),
        facts=_facts(bench, name),
        own_rows=own,
    )


def _facts(bench: Bench, name: str) -> tuple[FactWeight, ...]:
    """Weigh each fact for one theory against all others that are somebody's own, read closed."""
    theories = bench.scenario.theories
    others = [k for k, t in theories.items() if t.kind == "source" and k != name]
    if not others:
        return ()
    mine = bench.stretches(name, CLOSED)
    each = [bench.stretches(other, CLOSED) for other in others]
    theirs = rivals([said["stretch"] for said in each])
    weight = _weights_before([said["stretch"] for said in each])
    found = []
    for j, fact in enumerate(bench.facts):
        part = "direction" if fact.option else "timing"
        chance = float(np.exp(mine[part][j]))
        other = float(np.exp(np.array([said[part][j] for said in each])) @ weight[:, j])
        decibans = weight_of(mine["stretch"][j], theirs[j])
        found.append(
            FactWeight(
                fact.matter,
                fact.since.isoformat(),
                fact.until.isoformat(),
                fact.option,
                fact.rows,
                chance,
                other,
                decibans,
                kind_of(chance, other, decibans),
            )
        )
    return tuple(found)


def _weights_before(log_p: Sequence[np.ndarray]) -> np.ndarray:
    """Weight of each explanation before each fact, (explanation, fact)."""
    table = np.asarray(log_p, float)
    whole = np.concatenate([np.zeros((len(table), 1)), np.cumsum(table, axis=1)[:, :-1]], axis=1)
    return np.exp(whole - np.logaddexp.reduce(whole, axis=0))


def _switch_results(bench: Bench) -> tuple[SwitchResult, ...]:
    sayings = every_switch(bench.scenario)
    (told,) = {bench.keys[k] for k in bench.keys if k[0] == sayings.theory}
    share = bench.told[told].switches
    n = bench.plan.effort.particles
    own = [kept for paths in sayings.switches if (kept := _those(paths, bench.counting))]
    found = []
    for i, paths in enumerate(own):
        causes = tuple(k for k, c in bench.scenario.causes.items() if set(paths) & set(c.silent))
        # Half a particle on either side, so that none that is left is not never.
        on = float((share[i] * n + 0.5) / (n + 1.0))
        found.append(SwitchResult(paths, causes, on, float(DECIBANS * np.log(on / (1.0 - on)))))
    return tuple(sorted(found, key=lambda s: -s.decibans))


def _zero_results(bench: Bench) -> tuple[ZeroResult, ...]:
    """Savage-Dickey for numbers whose prior reaches both sides of zero, in the common model."""
    priors = bench.model.priors
    informed = np.asarray(bench.rows.likelihood.informed)
    drawn = np.concatenate([told.draws["numbers"] for told in bench.of(COMMON, OPEN)]).T
    found = []
    for path in sorted(bench.weighing):
        position = bench.model.position(path)
        own = np.flatnonzero(informed == position)
        if not own.size or priors.kind[position] != 3:
            continue
        zero = -priors.location[position] / priors.scale[position]
        after = float(gaussian_kde(drawn[own[0]].astype(float))(zero)[0])
        decibans = DECIBANS * (np.log(max(after, 1e-12)) - norm.logpdf(zero))
        found.append(ZeroResult(path, float(decibans)))
    return tuple(found)


def _those(paths: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    known = set(known)
    return tuple(p for p in paths if p in known)


def _mixed(log_p: Sequence[np.ndarray]) -> np.ndarray:
    """Logarithm of the mean of probabilities over seeds."""
    return np.logaddexp.reduce(np.asarray(log_p), axis=0) - np.log(len(log_p))


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
