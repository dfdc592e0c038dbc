"""Further: what an answer has beside its first parts, for those who can wait."""

from __future__ import annotations

from dataclasses import replace

from hokushin.answer.causes import explained, leave_out, share_out
from hokushin.answer.document import Why
from hokushin.answer.headline import Headline
from hokushin.answer.months import months
from hokushin.answer.path import given_record
from hokushin.answer.robust import grid, kernels, noise
from hokushin.answer.study import Study
from hokushin.answer.world import first_day
from hokushin.engine.run import Outcomes

_SECOND_NULL_HISTORIES_PER_DRAW = 2


def extended(study: Study, answer: Why, head: Headline) -> Why:
    """Add to every cause its second null and its total effect, and the months of the factions."""
    second = _second_nulls(study, answer, head)
    total = _total_effects(study, answer)
    causes = tuple(
        replace(
            cause,
            share_alternative=second[cause.name][0],
            share_alternative_error=second[cause.name][1],
            total=total[cause.name][0],
            total_error=total[cause.name][1],
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


def in_this_world(study: Study, answer: Why, base: Outcomes, forced: Outcomes) -> Why:
    """Add effects in histories that came out as the record did."""
    study.tell("this world")
    n = answer.effort.headline
    given = given_record(study.world, study.simulator, base, forced, study.event, n)
    return replace(answer, given=given)


def _second_nulls(study: Study, answer: Why, head: Headline) -> dict[str, tuple[float, float]]:
    """Share of each cause under its own second null, the others under their first."""
    shares = {}
    for column, name in enumerate(study.world.causes):
        study.tell("second nulls", column, len(study.world.causes))
        shared = share_out(
            study.world,
            study.simulator,
            study.event,
            answer.outcome.happened,
            study.seed,
            answer.effort.draws,
            _SECOND_NULL_HISTORIES_PER_DRAW,
            head,
            alternative=(name,),
        )
        shares[name] = (float(shared.value[column]), float(shared.mc_error[column]))
    return shares


def _total_effects(study: Study, answer: Why) -> dict[str, tuple[float, float]]:
    """Leave-one-out effects in histories that are free from the earliest cause on."""
    world = study.world
    earliest = min(first_day(world.scenario.causes[c].since) for c in world.causes)
    start = world.model.sets.calendar.start_of(0)
    branch = max(start, min(earliest, study.branch))
    free = world.simulator(branch, study.horizon, study.seed)
    evaluator = explained(world.evaluator(free, study.event), answer.outcome.happened)
    n = answer.effort.leave_one_out
    effects = leave_out(evaluator, range(n), study.stage("total effects"))
    return {name: (one.effect, one.mc_error) for name, one in effects.items()}
