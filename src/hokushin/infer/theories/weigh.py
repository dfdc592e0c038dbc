"""Weigh: hold the theories of a scenario against each other and against its record.

Every theory is read twice (`stances`), and all are told the same rows: those of the matters that
every theory speaks of, the choices of all others forced. One pass through the record gives the
forecast from each cut on, the evidence and the weight of every fact (`sequence`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import gaussian_kde, norm

from hokushin.infer.fit import likelihood_of
from hokushin.infer.likelihood import RecordLikelihood
from hokushin.infer.theories.bench import NODES, Bench, Plan, Progress, Walks, those
from hokushin.infer.theories.facts import DECIBANS, kind_of, rivals, weight_of
from hokushin.infer.theories.report import (
    SCHEMA,
    FactWeight,
    Reading,
    SwitchResult,
    Theories,
    TheoryResult,
    ZeroResult,
    theories_digest,
)
from hokushin.infer.theories.stances import (
    CLOSED,
    COMMON,
    OPEN,
    READINGS,
    SILENT,
    every_switch,
    sayings_of,
    stances_of,
)
from hokushin.infer.theories.text import headline
from hokushin.scenario.load import Loaded


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
    walks = Walks(loaded, whole)
    bench = Bench(loaded, whole, walks, matters, plan or Plan(), folder, report)
    bench.run_all()
    own: Mapping[str, tuple[Reading, ...]] = {}
    if bench.plan.own_rows:
        own = _own_rows(loaded, whole, walks, bench, folder, report)
    return _gathered(bench, own, time.monotonic() - began)


def _own_rows(
    loaded: Loaded,
    whole: RecordLikelihood,
    walks: Walks,
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
        own = shared = Bench(loaded, whole, walks, union, plan, folder, report, spoken, shared)
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
    own = [kept for paths in sayings.switches if (kept := those(paths, bench.counting))]
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
