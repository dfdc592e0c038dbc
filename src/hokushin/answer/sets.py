"""Sets: which causes, removed together, would have been enough, and which pairs belong together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from hokushin.answer.causes import explained
from hokushin.answer.document import Effort, PairInteraction, SetAnswer
from hokushin.answer.effort import SET_DRAWS, SET_HISTORIES_PER_DRAW
from hokushin.answer.headline import interval_of, probability_by_draw
from hokushin.answer.world import World
from hokushin.engine.keys import fresh_range
from hokushin.engine.run import Simulator
from hokushin.query.candidates import KINDS, Candidate, Kind
from hokushin.query.enough import ChangeSet, Enough, find_enough
from hokushin.query.enough import Effort as Stages
from hokushin.query.evaluator import (
    ByGroup,
    Complement,
    Evaluator,
    Progress,
    evaluate_coalitions,
    group_names,
    present_without,
)
from hokushin.query.interactions import Interaction, pair_interactions
from hokushin.query.statistics import Proportion
from hokushin.scenario.paths import quantities_of
from hokushin.scenario.prior import Prior

LARGEST_SET = 2
"""Changes that are made together at most in a search that is not asked for more."""

MOST_OPEN_SETS = 24
"""Sets that a quick search confirms at most; groups with the least effect are left out until no
more than these may reach one half."""

N_INTERACTIONS = 6
"""Pairs of groups that an answer lists at most."""

N_LISTED, N_LISTED_FULL = 6, 24
"""Sets of each level that a quick answer and a full one list at most."""


def interactions(
    evaluator: Evaluator, happened: bool, effort: Effort, progress: Progress | None = None
) -> tuple[PairInteraction, ...]:
    """Give the largest interactions of two groups in what happened, beyond their counting error."""
    if len(group_names(evaluator)) < 2:
        return ()
    by_group = ByGroup(explained(evaluator, happened))
    return clear_pairs(pair_interactions(by_group, range(effort.screen), progress))


def clear_pairs(ranked: Sequence[Interaction]) -> tuple[PairInteraction, ...]:
    """Give the first few of ranked interactions that differ from nothing."""
    clear = [pair for pair in ranked if pair.effect.is_clear]
    return tuple(
        PairInteraction(pair.first, pair.second, pair.effect.value, pair.effect.mc_error)
        for pair in clear[:N_INTERACTIONS]
    )


def sets_enough(
    world: World,
    simulator: Simulator,
    event: str,
    evaluator: Evaluator,
    happened: bool,
    effort: Effort,
    groups_found: Enough | None = None,
    limited: bool = True,
    progress: Progress | None = None,
) -> tuple[SetAnswer, ...]:
    """Search groups, then single causes, for sets that make the other outcome as likely as not.

    Sets of each level are listed decisions first; where none is enough the nearest are. Whatever is
    listed was estimated on histories that had no part in finding it, and its interval is that of
    doubt about the numbers.

    Args:
        world: the world that is asked about.
        simulator: runs it.
        event: the event asked about.
        evaluator: of that event, the scenario's own causes as switches.
        happened: whether the event happened on the documented path.
        effort: histories for each stage.
        groups_found: sets of groups that a larger search has found already.
        limited: whether changes with little effect are left out where too many sets are open, and
            few sets listed.
        progress: told of runs done.
    """
    other = Complement(evaluator) if happened else evaluator
    of_groups = group_candidates(world, evaluator)
    levels: list[tuple[str, list[Candidate], Enough]] = []
    if groups_found is not None:
        levels.append(("group", of_groups, groups_found))
    else:
        levels.append(("group", *_search(other, of_groups, effort, limited, progress)))
    if effort.causes_in_sets:
        of_causes = cause_candidates(world)
        levels.append(("cause", *_search(other, of_causes, effort, limited, progress)))
    most = N_LISTED if limited else N_LISTED_FULL
    answers: list[SetAnswer] = []
    for level, candidates, found in levels:
        for one, sufficient in _listed(found, most):
            switches = [s for c in candidates if c.name in one.changes for s in c.switches]
            doubt = _doubt(world, simulator, event, happened, switches)
            answers.append(_set_answer(one, level, sufficient, doubt))
    return tuple(answers)


def group_candidates(world: World, evaluator: Evaluator) -> list[Candidate]:
    """Give one change for each group: all of its causes removed."""
    causes = world.scenario.causes
    candidates = []
    for group in group_names(evaluator):
        members = [name for name in world.causes if causes[name].group == group]
        kinds: list[Kind] = [causes[name].kind for name in members]
        since = min(causes[name].since for name in members)
        cost = cause_cost(world, members[0]) if len(members) == 1 else None
        kind = KINDS[max(KINDS.index(kind) for kind in kinds)]
        candidates.append(Candidate(group, tuple(members), kind, since, cost))
    return candidates


def cause_candidates(world: World) -> list[Candidate]:
    """Give one change for each cause."""
    causes = world.scenario.causes
    return [
        Candidate(name, (name,), causes[name].kind, causes[name].since, cause_cost(world, name))
        for name in world.causes
    ]


def cause_cost(world: World, name: str) -> float | None:
    r"""Give the cost in nats of rewriting a cause's numbers, if that is all its removal does.

    $\sum -\log p(z)/p(\mathrm{mode}) = \sum (T(z) - \mu)^2 / 2\sigma^2$ on the scale on which
    belief about each number is normal. None for orders and bans, for another world, and for
    numbers that belief calls impossible or is certain about.
    """
    entry = world.scenario.causes[name]
    if entry.kind != "number" or any(r.set is None for r in entry.rewrites):
        return None
    known = dict(quantities_of(world.scenario))
    cost = 0.0
    for rewrite in entry.rewrites:
        prior = known[str(rewrite.set)].prior()
        target = rewrite.to.prior().in_unit(prior.unit) if rewrite.to else None
        if target is None or prior.kind == "constant":
            return None
        z = _standard(prior, float(target.quantile(0.5)))
        if z is None:
            return None
        cost += z * z / 2
    return cost if entry.rewrites else None


def _search(
    other: Evaluator,
    candidates: list[Candidate],
    effort: Effort,
    limited: bool,
    progress: Progress | None,
) -> tuple[list[Candidate], Enough]:
    """Screen and confirm sets of candidates, those estimated anew on fresh histories."""
    chosen = _affordable(other, candidates, effort) if limited else candidates
    stages = Stages(screen=effort.screen, confirm=effort.confirm, fresh=effort.confirm)
    fresh = np.asarray(fresh_range("re-estimation", stages.fresh))
    histories = np.concatenate([np.arange(stages.screen + stages.confirm), fresh])
    return chosen, find_enough(other, chosen, histories, LARGEST_SET, stages, progress=progress)


def _listed(found: Enough, most: int) -> list[tuple[ChangeSet, bool]]:
    sufficient = [(one, True) for one in found.sufficient]
    rest = found.undecided if found.sufficient or found.undecided else found.nearest
    return (sufficient + [(one, False) for one in rest])[:most]


def _doubt(
    world: World, simulator: Simulator, event: str, happened: bool, switches: Sequence[str]
) -> tuple[float, float]:
    """Interval of the other outcome's probability with these causes removed, over draws."""
    samples = probability_by_draw(
        world, simulator, event, switches, SET_DRAWS, SET_HISTORIES_PER_DRAW
    )
    return interval_of(1.0 - samples if happened else samples)


def _affordable(
    other: Evaluator, candidates: Sequence[Candidate], effort: Effort
) -> list[Candidate]:
    """Leave out the changes with the least effect until few enough sets may be enough."""
    kept = list(candidates)
    alone = {c.name: _screened(other, (c,), effort).value for c in candidates}
    while len(kept) > 2:
        sets = [pair for size in range(1, LARGEST_SET + 1) for pair in combinations(kept, size)]
        may_be = sum(_screened(other, one, effort).upper_bound(0.99) >= 0.5 for one in sets)
        if may_be <= MOST_OPEN_SETS:
            break
        kept.remove(min(kept, key=lambda c: alone[c.name]))
    return kept


def _screened(other: Evaluator, changes: Sequence[Candidate], effort: Effort) -> Proportion:
    switches = [switch for change in changes for switch in change.switches]
    row = present_without(other, *switches)[None]
    run = evaluate_coalitions(other, row, np.arange(effort.screen, dtype=np.uint32))[0]
    return Proportion(int(run.sum()), run.size)


def _set_answer(
    one: ChangeSet, level: str, sufficient: bool, doubt: tuple[float, float]
) -> SetAnswer:
    return SetAnswer(
        changes=one.changes,
        level=level,
        kind=one.kind,
        probability=one.probability.value,
        mc_error=one.probability.mc_error,
        low=doubt[0],
        high=doubt[1],
        cost=one.cost,
        divergence=one.divergence,
        sufficient=sufficient,
    )


def _standard(prior: Prior, value: float) -> float | None:
    """Place of a value on the standard normal scale of belief; None where belief has no room."""
    if prior.kind == "lognormal":
        return (math.log(value) - prior.location) / prior.scale if value > 0 else None
    if prior.kind == "logitnormal":
        share = value / prior.whole
        if not 0 < share < 1:
            return None
        return (math.log(share / (1 - share)) - prior.location) / prior.scale
    return (value - prior.location) / prior.scale
