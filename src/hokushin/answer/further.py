"""Further: what an answer has beside its first parts, for those who can wait."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from hokushin.answer.causes import SharedOut, explained, leave_out, share_out
from hokushin.answer.document import Why
from hokushin.answer.given import given_record
from hokushin.answer.months import months
from hokushin.answer.robust import grid, kernels, noise
from hokushin.answer.study import Study
from hokushin.answer.world import first_day
from hokushin.query.evaluator import Restricted
from hokushin.query.statistics import Estimate

_HISTORIES_PER_DRAW = 2
"""Histories of each draw behind shares under second nulls, and in a free past."""


@dataclass(frozen=True)
class TotalEffect:
    """What removing one cause does where all that follows may follow."""

    since: date
    """Day from which histories are free."""
    effect: Estimate


def extended(study: Study, answer: Why) -> Why:
    """Add to every cause its second null and its total effect, and the months of the factions."""
    second = _second_nulls(study, answer)
    whole = total_effects(study, answer.outcome.happened, answer.effort.leave_one_out)
    shared = _total_shares(study, answer)
    causes = tuple(
        replace(
            cause,
            share_alternative=second[cause.name].value,
            share_alternative_error=second[cause.name].mc_error,
            share_direct=cause.share,
            share_total=shared[cause.name].value,
            share_total_error=shared[cause.name].mc_error,
            total=whole[cause.name].effect.value,
            total_error=whole[cause.name].effect.mc_error,
            total_from=whole[cause.name].since.isoformat(),
        )
        for cause in answer.causes
    )
    study.tell("months")
    by_month = months(study.world, study.simulator, answer.effort.leave_one_out)
    return replace(answer, causes=causes, months=by_month)


def under_other_rules(study: Study, answer: Why) -> Why:
    """Add the headline under other kernels, other noise, and other rights to block."""
    world, event, share = study.world, study.event, answer.probability
    n = answer.effort.leave_one_out
    study.tell("other rules of decision")
    rules = kernels(world, study.branch, study.horizon, study.seed, event, share, n)
    study.tell("rights and noise")
    return replace(
        answer,
        kernels=rules,
        noise=noise(world, study.simulator, event, share, n),
        grid=grid(world, study.simulator, event, n),
    )


def in_this_world(study: Study, answer: Why) -> Why:
    """Add effects in histories conditioned on the record's own choices."""
    n, rows = answer.effort.headline, answer.effort.leave_one_out
    return replace(answer, given=given_record(study, answer.outcome.happened, n, rows))


def free_since(study: Study, cause: str) -> date:
    """Give the day from which a cause's total effect is free: that of its earliest rewrite.

    No history is free before the calendar begins, and none is forced beyond the question's branch:
    what a cause does after it is all of what it does.
    """
    entry = study.world.scenario.causes[cause]
    written = [entry.since, *(str(one.since) for one in entry.rewrites if one.since)]
    earliest = min(first_day(day) for day in written)
    return max(study.world.model.sets.calendar.start_of(0), min(earliest, study.branch))


def total_effects(study: Study, happened: bool, n: int) -> dict[str, TotalEffect]:
    """Remove each cause alone in histories that are free from its own earliest day on.

    The *direct* effect forces the record's choices up to the question's branch; here all that
    follows from the removal follows. Each day has its own histories with every cause, of the same
    numbers, to be compared with; causes of one step of the calendar share them.
    """
    calendar = study.world.model.sets.calendar
    by_step: dict[int, list[str]] = {}
    for cause in study.world.causes:
        by_step.setdefault(calendar.index(free_since(study, cause)), []).append(cause)
    effects: dict[str, TotalEffect] = {}
    for number, (step, names) in enumerate(sorted(by_step.items())):
        study.tell("total effects", number, len(by_step))
        since, free = study.branch, study.simulator
        if step < study.simulator.first_free:
            since = min(free_since(study, name) for name in names)
            free = study.world.simulator(since, study.horizon, study.seed)
        evaluator = Restricted(explained(study.evaluator(free), happened), tuple(names))
        for name, one in leave_out(evaluator, range(n)).items():
            effects[name] = TotalEffect(since, Estimate(one.effect, one.mc_error, n))
    return effects


def _total_shares(study: Study, answer: Why) -> dict[str, Estimate]:
    """Owen shares in histories that are free from the earliest day of any cause on."""
    since = min(free_since(study, cause) for cause in study.world.causes)
    draws = answer.effort.draws
    free = study.world.simulator(since, study.horizon, study.seed)
    shared = share_out(
        explained(study.evaluator(free, draws=draws), answer.outcome.happened),
        study.seed,
        draws,
        _HISTORIES_PER_DRAW,
        progress=study.stage("shares in a free past"),
    )
    return _by_cause(study, shared)


def _second_nulls(study: Study, answer: Why) -> dict[str, Estimate]:
    """Share of each cause under its own second null, the others under their first."""
    shares, draws = {}, answer.effort.draws
    for number, name in enumerate(study.world.causes):
        study.tell("second nulls", number, len(study.world.causes))
        shared = share_out(
            explained(study.evaluator(draws=draws, alternative=(name,)), answer.outcome.happened),
            study.seed,
            draws,
            _HISTORIES_PER_DRAW,
        )
        shares[name] = _by_cause(study, shared)[name]
    return shares


def _by_cause(study: Study, shared: SharedOut) -> dict[str, Estimate]:
    columns = zip(study.world.causes, shared.value, shared.mc_error, strict=True)
    return {name: Estimate(float(v), float(e), len(shared.samples)) for name, v, e in columns}
