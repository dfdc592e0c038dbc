"""Why: the answer to a question of why something did, or did not, come about."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hokushin.answer.cache import workplace
from hokushin.answer.causes import (
    LeftOut,
    SharedOut,
    cause_answers,
    explained,
    leave_out,
    share_out,
    total_effect,
    what_pushed,
)
from hokushin.answer.disputes import counterfactual_claims, disagreements
from hokushin.answer.document import SCHEMA, Effort, TableAnswer, Why
from hokushin.answer.effort import FEWEST_HEADLINE, FULL, choose_effort
from hokushin.answer.findings import findings
from hokushin.answer.further import extended, in_this_world, under_other_rules
from hokushin.answer.headline import Headline, event_shares, headline, joint, strips
from hokushin.answer.path import happened, path_answer
from hokushin.answer.remembered import Remembered
from hokushin.answer.sets import group_candidates, interactions, sets_enough
from hokushin.answer.studied import find_studied
from hokushin.answer.study import (
    Stages,
    Study,
    cited,
    fit_summary,
    learnt_numbers,
    numbers_of,
)
from hokushin.answer.table import build_table, enough_in, table_answer, with_responsibility
from hokushin.answer.theories import theories_of
from hokushin.answer.version import code_version
from hokushin.answer.world import prepare
from hokushin.engine.keys import ensemble_range
from hokushin.engine.run import Outcomes
from hokushin.query.enough import Enough
from hokushin.query.evaluator import Evaluator
from hokushin.query.statistics import Estimate

if TYPE_CHECKING:
    from hokushin.scenario.load import Loaded

QUICK_SECONDS = 42.0
"""Time a quick answer gives itself, the start of Python and the drawing of the answer left out."""


def why(
    scenario: str | Path | Loaded,
    question: str | None = None,
    histories: int = 8192,
    seed: int = 1,
    basis: str | None = None,
    full: bool = False,
    robust: bool = False,
    given_record: bool = False,
    progress: Stages | None = None,
    effort: Effort | None = None,
) -> Why:
    """Answer why an event did, or did not, happen: probability, causes, and what would be enough.

    A quick answer measures the speed of the machine and takes the largest effort of a fixed ladder
    that fits its time; `full` takes a fixed, larger one, and adds what takes long: the table of
    every combination of groups, and what follows from it. What it has run is kept in the cache of
    this machine, so that a full answer that was interrupted goes on where it stopped. Every number
    depends on scenario, seed and effort alone, and the answer says which effort it was.

    Args:
        scenario: name of a scenario, its folder, or one that is loaded.
        question: one of its questions; its default one if None.
        histories: histories of the headline, at least 4,096.
        seed: of all randomness.
        basis: `prior`, what the assumptions say; `posterior`, draws fitted to the record; fitted
            draws where there are any by default.
        full: larger effort, the table of every combination of groups, nulls in their second
            version, total effects, other rules and months as well.
        robust: the headline under other kernels, other noise and other rights to block.
        given_record: effects in histories conditioned on the record's own choices.
        progress: told what runs.
        effort: taken as it is, in the place of a measured one.

    Raises `ScenarioError` for a scenario with problems, `ValueError` for a call that cannot be met.
    """
    _check_call(histories, effort)
    started = time.monotonic()
    world = prepare(scenario, basis=basis)
    if not world.causes:
        raise ValueError(f"{world.scenario.scenario.id} declares no causes; why needs at least one")
    place = workplace() if full else None
    study = Study(world, *world.question(question), seed, progress, place)
    base = study.timed_headline(effort.headline if effort else histories)
    if effort is None:
        left = QUICK_SECONDS - (time.monotonic() - started)
        effort = _effort(study, left, histories, full)
    if effort.headline > base.first.shape[1]:
        base = study.outcomes(effort.headline)
    forced = study.forced()
    answer = _first_parts(study, base, forced, effort, "full" if full else "quick")
    if full:
        answer = extended(study, answer)
    if robust or full:
        answer = under_other_rules(study, answer)
    return in_this_world(study, answer) if given_record else answer


def _first_parts(study: Study, base: Outcomes, forced: Outcomes, effort: Effort, size: str) -> Why:
    """Work out what every answer has."""
    world, event = study.world, study.event
    did = happened(forced, event)
    study.tell("doubt about the numbers")
    head = headline(world, study.simulator, event, base, effort)
    evaluator = Remembered(study.evaluator())
    left, shared = _causes(study, evaluator, effort, head, did)
    causes = cause_answers(world, left, shared, head, did, world.loaded.claims)
    pairs = interactions(evaluator, did, effort)
    table, found = _table(study, evaluator, shared.groups, did, effort)
    if table is not None:
        causes = with_responsibility(causes, table)
    study.tell("what would be enough")
    quick = size == "quick"
    enough = sets_enough(world, study.simulator, event, evaluator, did, effort, found, quick)
    study.tell("disagreements")
    n, claims = effort.leave_one_out, world.loaded.claims
    disputes = disagreements(world, study.simulator, event, head, n)
    outcome, total = study.outcome(did), total_effect(head, did).value
    (recalled, assumed), learnt = numbers_of(world), learnt_numbers(world)
    explained_by, said = theories_of(world.loaded)
    if (known := find_studied(world, study.name)) is not None:
        recalled = replace(recalled, moving=known.recalled)
    value, none = head.probability.value, head.event_with_none
    return Why(
        schema=SCHEMA,
        scenario=world.scenario.scenario.id,
        question=study.name,
        title=study.question.title,
        outcome=outcome,
        basis=world.basis.name,
        basis_note=world.basis.note,
        fit=fit_summary(world),
        theories=explained_by,
        theories_said=said,
        size=size,
        effort=effort,
        seed=study.seed,
        histories=effort.headline,
        digest=world.loaded.digest,
        code_version=code_version(),
        probability=head.probability,
        v_all=value if did else 1.0 - value,
        v_none=none if did else 1.0 - none,
        v_error=head.total_error,
        causes=causes,
        interactions=pairs,
        pushed=what_pushed(causes),
        enough=enough,
        contradictions=disputes,
        counterfactual_claims=counterfactual_claims(world, study.simulator, base, claims, n),
        learnt=learnt,
        assumed=assumed,
        recalled=recalled,
        documented=path_answer(world, study.branch, study.horizon, forced, event, value),
        events=event_shares(world, base),
        strips=strips(world, base, event),
        dots=head.dots,
        findings=findings(
            outcome, head.probability, total, causes, enough, disputes, recalled, learnt
        ),
        groups={key: group.title for key, group in world.scenario.groups.items()},
        works={key: cited(world, key) for key in dict.fromkeys(c.source for c in claims)},
        joint=joint(head, world.causes),
        table=table,
    )


def _table(
    study: Study,
    evaluator: Evaluator,
    sampled: Mapping[str, Estimate],
    did: bool,
    effort: Effort,
) -> tuple[TableAnswer | None, Enough | None]:
    """Read the table of every combination of groups, if one is run, and what is enough in it."""
    whole = build_table(study, did, effort.table)
    if whole is None:
        return None, None
    found = enough_in(whole, group_candidates(study.world, evaluator), effort.confirm)
    return table_answer(whole, sampled, found), found


def _causes(
    study: Study, evaluator: Evaluator, effort: Effort, head: Headline, did: bool
) -> tuple[dict[str, LeftOut], SharedOut]:
    """Remove each cause alone, and share out among all what they did."""
    alone = study.stage("each cause alone")
    left = leave_out(explained(evaluator, did), range(effort.leave_one_out), alone)
    study.tell("shares")
    shared = share_out(
        explained(study.evaluator(draws=effort.share_draws), did),
        study.seed,
        effort.share_draws,
        effort.share_histories_per_draw,
        total_effect(head, did),
        study.stage("shares"),
    )
    return left, shared


def _effort(study: Study, seconds: float, histories: int, full: bool) -> Effort:
    """The effort of a full answer, or the largest of a quick one that fits the time."""
    if full:
        return replace(FULL, headline=max(histories, FULL.headline))
    causes = study.world.causes
    groups = {study.world.scenario.causes[name].group for name in causes}
    return choose_effort(study.rate, seconds, len(causes), len(groups), histories)


def _check_call(histories: int, effort: Effort | None) -> None:
    if effort is None and histories < FEWEST_HEADLINE:
        raise ValueError(
            f"histories is {histories}; a headline rests on at least {FEWEST_HEADLINE:,}, "
            "so that its counting error stays below 0.01"
        )
    ensemble_range(histories)
