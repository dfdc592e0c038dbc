"""Table: every history under every combination of groups, and what a full answer reads from it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hokushin.answer.causes import bounds_of, explained, probability_of
from hokushin.answer.document import CauseAnswer, GroupAnswer, TableAnswer
from hokushin.answer.sets import clear_pairs
from hokushin.answer.study import Study
from hokushin.engine.keys import fresh_range
from hokushin.query.candidates import Candidate
from hokushin.query.enough import Effort as Stages
from hokushin.query.enough import Enough, find_enough
from hokushin.query.evaluator import ByGroup, Complement, Evaluator, Progress, group_names
from hokushin.query.interactions import shapley_interactions
from hokushin.query.lattice import MOST_CAUSES, Lattice, build_lattice
from hokushin.query.lattice import Recorded as Looked
from hokushin.query.responsibility import mean_responsibility
from hokushin.query.statistics import Estimate

LARGEST_SET = 4
"""Groups that are removed together at most in the search of the table."""

_ROUNDING = 1e-9
"""Differences below this are those of sums taken in another order."""
_SCREENING = 4
"""One part in so many of the table's histories screens a set, the others confirm it."""


@dataclass(frozen=True, eq=False)
class Table:
    """The table of what happened, with the groups as switches, and what can run other histories."""

    lattice: Lattice
    otherwise: Evaluator

    @property
    def evaluator(self) -> Evaluator:
        """What happened, looked up in the table, or run where it does not hold a history."""
        return Looked(self.lattice, self.otherwise)


def build_table(study: Study, happened: bool, histories: int) -> Table | None:
    """Run so many histories under every combination of groups.

    None for no histories, and where there are more groups than a table is made for. With a folder,
    chunks of the table are kept there as they are finished, and a run that was interrupted goes on
    after the last of them.
    """
    plain = study.world.evaluator(study.simulator, study.event)
    if histories == 0 or len(group_names(plain)) > MOST_CAUSES:
        return None
    lattice = build_lattice(
        ByGroup(explained(plain, happened)),
        range(histories),
        study.folder,
        study.identity(study.simulator) + str(happened),
        study.stage("every combination of groups"),
    )
    return Table(lattice, ByGroup(explained(study.evaluator(), happened)))


def enough_in(
    table: Table,
    candidates: Sequence[Candidate],
    fresh: int,
    largest: int = LARGEST_SET,
    progress: Progress | None = None,
) -> Enough:
    """Search sets of groups for those that make the other outcome as likely as not.

    Sets are screened and confirmed on the table's own histories and estimated once more on fresh
    ones. A candidate removes a whole group, by whose name it goes.
    """
    known = table.lattice.histories
    screen = max(2, known.size // _SCREENING)
    stages = Stages(screen=screen, confirm=max(2, known.size - screen), fresh=fresh)
    histories = np.concatenate([known, np.asarray(fresh_range("re-estimation", fresh))])
    groups = [replace(one, switches=(one.name,)) for one in candidates]
    other = Complement(table.evaluator)
    return find_enough(other, groups, histories, largest, stages, progress=progress)


def table_answer(table: Table, sampled: Mapping[str, Estimate], found: Enough) -> TableAnswer:
    """Read shares, necessity, sufficiency, responsibility and interactions off the table.

    `sampled` are the shares of groups as random orders give them: exact ones stand beside them, and
    `apart` is the largest difference in standard errors of the two. Both use histories of the same
    numbers, so that it is less than for independent estimates if both are right.
    """
    lattice = table.lattice
    shares, monotonicity = lattice.shares(), lattice.monotonicity()
    degrees = mean_responsibility(lattice)
    edges = monotonicity.edges / len(lattice.causes)
    groups = []
    for column, name in enumerate(lattice.causes):
        bore = lattice.causal_shares(name)
        degree = degrees[name].degree
        groups.append(
            GroupAnswer(
                name=name,
                share=float(shares.value[column]),
                mc_error=float(shares.mc_error[column]),
                sampled=sampled[name].value,
                sampled_error=sampled[name].mc_error,
                bounds=bounds_of(lattice.causal_bounds(name)),
                undoes=float(monotonicity.falls[column] / edges),
                necessity=probability_of(bore.necessity),
                sufficiency=probability_of(bore.sufficiency),
                alone=None if bore.alone is None else probability_of(bore.alone),
                responsibility=None if degree is None else degree.value,
                responsibility_error=None if degree is None else degree.mc_error,
            )
        )
    return TableAnswer(
        combinations=len(lattice.bits),
        histories=lattice.histories.size,
        with_all=lattice.proportion(lattice.everything).value,
        with_none=lattice.proportion(0).value,
        undoes=monotonicity.share,
        apart=max((_apart(group) for group in groups), default=0.0),
        groups=tuple(sorted(groups, key=lambda group: -group.share)),
        interactions=clear_pairs(shapley_interactions(lattice)),
        blocking=tuple(tuple(sorted(one)) for one in found.blocking),
        largest_set=found.largest,
        sets_tested=found.tested,
        switches=lattice.causes,
        hits=tuple(int(count) for count in lattice.counts()),
    )


def with_responsibility(
    causes: Sequence[CauseAnswer], table: TableAnswer
) -> tuple[CauseAnswer, ...]:
    """Give every cause that is alone in its group the degree of responsibility of the group."""
    degree = {group.name: group.responsibility for group in table.groups}
    size = Counter(cause.group for cause in causes)
    return tuple(
        replace(cause, responsibility=degree[cause.group]) if size[cause.group] == 1 else cause
        for cause in causes
    )


def _apart(group: GroupAnswer) -> float:
    error = math.hypot(group.mc_error, group.sampled_error)
    difference = abs(group.share - group.sampled)
    # Where no history depends on the group, both are 0, and their errors are those of rounding.
    return difference / error if difference > _ROUNDING else 0.0
