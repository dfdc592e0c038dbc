"""What would have been enough: the smallest sets of changes that make an outcome likely.

Candidates are causes removed and dated rewrites of the world. A set is *enough* if the lower
95% bound of P(outcome | do set) reaches one half, and *minimal* if no set within it is. The
search goes up size by size. Every set is screened with few histories and dropped if even its
upper 99% bound stays under one half; the rest are confirmed with many others, and whatever is
reported is estimated once more on histories that had no part in finding it, since the best of
many noisy numbers is too good (winner's curse).
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Int, UInt, UInt8

from hokushin.query.candidates import KINDS, Candidate, Kind, by_name, compatible_sets
from hokushin.query.evaluator import (
    Evaluator,
    Progress,
    as_histories,
    check_evaluator,
    evaluate_coalitions,
    present_without,
)
from hokushin.query.statistics import PosteriorSpread, Proportion, posterior_spread

MOST_VIOLATIONS = 0.05
"""Share of edges that may violate monotonicity before every set is run."""

_VIOLATION_ERRORS = 3.0
"""Standard errors by which a change must lower the probability to count as a violation."""


@dataclass(frozen=True)
class Effort:
    """Histories to screen a set, to confirm it, and to estimate afresh what is reported."""

    screen: int = 1_024
    confirm: int = 16_384
    fresh: int = 16_384

    def __post_init__(self) -> None:
        """Refuse stages without histories."""
        if min(self.screen, self.confirm, self.fresh) < 2:
            raise ValueError(f"{self} has a stage without histories; give each at least two")

    @property
    def total(self) -> int:
        """Histories in all."""
        return self.screen + self.confirm + self.fresh


@dataclass(frozen=True, eq=False)
class ChangeSet:
    """A set of changes made together, and the outcome's probability once they are.

    `probability` comes from fresh histories, `when_found` from those of the search. `kind` is
    that of the largest change, `cost` the sum (None if any has none), `divergence` the first
    date. `undone_by` lists the least further changes that take the set below one half again:
    every single one, and larger ones as far as they were tried. `spread` is the doubt about
    the numbers, if draws were given.
    """

    changes: tuple[str, ...]
    kind: Kind
    cost: float | None
    divergence: str | None
    probability: Proportion
    when_found: Proportion
    undone_by: tuple[tuple[str, ...], ...]
    spread: PosteriorSpread | None


@dataclass
class SetMonotonicity:
    """How often one more change made the outcome less likely, over edges between tested sets.

    `violating` counts edges whose probability falls by more than three standard errors, which
    luck alone brings about once in 740; `falls` of `runs` counts single histories that lose
    the outcome.
    """

    edges: int = 0
    violating: int = 0
    falls: int = 0
    runs: int = 0

    @property
    def share(self) -> float:
        """Share of the edges that violate monotonicity."""
        return self.violating / self.edges if self.edges else 0.0

    @property
    def holds(self) -> bool:
        """Whether violations are rare enough to skip supersets of sufficient sets."""
        return self.share <= MOST_VIOLATIONS


@dataclass(frozen=True, eq=False)
class Enough:
    """The answer: minimal sufficient sets, or how near the nearest sets come.

    `undecided` sets are those whose bounds enclose one half, or that were confirmed but not on
    fresh histories; a sufficient set that holds one may not be minimal. `nearest` holds the
    best sets of each size, only where none is sufficient. `blocking` sets meet every sufficient
    one: while none of their changes is made, no set up to `largest` is known to be enough.
    `front` holds what no listed set with a cost beats on both cost and probability. `tested`
    and `untested` count sets; supersets of sufficient ones are skipped where monotonicity
    allows it.
    """

    unchanged: Proportion
    sufficient: tuple[ChangeSet, ...]
    undecided: tuple[ChangeSet, ...]
    nearest: tuple[ChangeSet, ...]
    blocking: tuple[frozenset[str], ...]
    front: tuple[ChangeSet, ...]
    monotonicity: SetMonotonicity
    largest: int
    tested: int
    untested: int
    n_runs: int


def find_enough(
    evaluator: Evaluator,
    candidates: Sequence[Candidate],
    histories: np.ndarray | range,
    largest: int = 4,
    effort: Effort | None = None,
    threshold: float = 0.5,
    n_nearest: int = 3,
    draw: Int[np.ndarray, "history"] | None = None,
    progress: Progress | None = None,
) -> Enough:
    """Search the minimal sets of changes that make the outcome as likely as not.

    Supersets of a sufficient set are never minimal. Those with one change more are screened all
    the same, to see whether changes ever hurt; larger ones only if changes make the outcome less
    likely on more than 5% of the tested edges, in which case every set up to `largest` is run.
    With small effects and few histories a set that is enough by a hair may be lost in screening
    (one in a hundred at exactly one half); it cannot be reported wrongly that way.

    Args:
        evaluator: of the outcome that is to become likely; `Recorded` answers from a table.
        candidates: the changes; their order is kept in every set.
        histories: the first `effort.screen` screen, the next confirm, the last are fresh.
        largest: largest size of a set.
        effort: histories per stage, the defaults of `Effort` if not given.
        threshold: the probability that is enough.
        n_nearest: sets of each size to list if none is enough.
        draw: each history's draw of the parameters, to spread the fresh estimates over draws.
        progress: told of the runs done and of those planned so far.
    """
    search = _Search(
        evaluator, candidates, histories, effort or Effort(), threshold, draw, progress
    )
    return search.run(largest, n_nearest)


def minimal_hitting_sets(family: Iterable[Collection[str]]) -> tuple[frozenset[str], ...]:
    """Give the inclusion-minimal sets that meet every member of a family (Berge 1989).

    Members are taken in one by one: a partial set that meets the next member stays, any other
    is extended by each of its elements. An empty family is met by the empty set, an empty
    member by nothing.
    """
    hitting: set[frozenset[str]] = {frozenset()}
    for member in family:
        met = {partial for partial in hitting if partial & frozenset(member)}
        extended = met | {partial | {element} for partial in hitting - met for element in member}
        hitting = {one for one in extended if not any(other < one for other in extended)}
    return tuple(sorted(hitting, key=lambda one: (len(one), sorted(one))))


def pareto_front(sets: Iterable[ChangeSet]) -> tuple[ChangeSet, ...]:
    """Give the sets that no other beats on both cost and probability, cheapest first.

    Sets without a cost cannot be compared and are left out.
    """
    priced = [(one.cost, one.probability.value, one) for one in sets if one.cost is not None]
    front = [
        (cost, chance, one)
        for cost, chance, one in priced
        if not any(c <= cost and p >= chance and (c < cost or p > chance) for c, p, _ in priced)
    ]
    return tuple(one for _, _, one in sorted(front, key=lambda row: (row[0], -row[1])))


@dataclass
class _Search:
    evaluator: Evaluator
    candidates: Sequence[Candidate]
    histories: np.ndarray | range
    effort: Effort
    threshold: float
    draw: Int[np.ndarray, "history"] | None
    progress: Progress | None
    screened: dict[frozenset[str], UInt8[np.ndarray, "byte"]] = field(default_factory=dict)
    confirmed: dict[frozenset[str], Proportion] = field(default_factory=dict)
    fresh: dict[frozenset[str], Bool[np.ndarray, "history"]] = field(default_factory=dict)
    monotonicity: SetMonotonicity = field(default_factory=SetMonotonicity)
    n_runs: int = 0

    def __post_init__(self) -> None:
        check_evaluator(self.evaluator)
        self.by_name = by_name(self.evaluator, self.candidates)
        numbers = as_histories(self.histories)
        if numbers.size < self.effort.total:
            raise ValueError(
                f"{numbers.size} histories for {self.effort}; give {self.effort.total}, "
                "so that those that estimate had no part in the search"
            )
        if self.draw is not None and np.shape(self.draw) != numbers.shape:
            raise ValueError(
                f"draw has shape {np.shape(self.draw)} for {numbers.size} histories; "
                "give each history's draw"
            )
        ends = np.cumsum([self.effort.screen, self.effort.confirm, self.effort.fresh])
        self.stages = np.split(numbers, ends)[:3]
        self.fresh_draw = None if self.draw is None else np.split(np.asarray(self.draw), ends)[2]

    def run(self, largest: int, n_nearest: int) -> Enough:
        if largest < 1:
            raise ValueError(f"largest is {largest}; a set has at least one change")
        found: list[frozenset[str]] = []
        doubtful: list[frozenset[str]] = []
        for size in range(largest + 1):
            sets = compatible_sets(self.by_name, size)
            level = [one for one in sets if not any(inner <= one for inner in found)]
            self.screen(level)
            enough, unsure = self.judge(level)
            found += enough
            doubtful += unsure
            # What one more change does to a sufficient set is always looked at: edges below
            # such sets alone would not show that changes can hurt.
            larger = compatible_sets(self.by_name, size + 1)
            self.screen([one for one in larger if any(inner < one for inner in enough)])
        everything = [
            one for size in range(largest + 1) for one in compatible_sets(self.by_name, size)
        ]
        if not self.monotonicity.holds:
            self.screen(everything)
        near = [] if found else self.nearest(largest, n_nearest, doubtful)
        self.freshen([frozenset(), *found, *doubtful, *near])
        untested = sum(one not in self.screened for one in everything)
        return self.answer(found, doubtful, near, largest, untested)

    def screen(self, sets: Sequence[frozenset[str]]) -> None:
        new = [one for one in sets if one not in self.screened]
        outcomes = self.evaluate(new, self.stages[0])
        for one, bits in zip(new, np.packbits(outcomes, axis=1), strict=True):
            self.screened[one] = bits
            for change in self.by_name:
                neighbour = one ^ {change}
                if neighbour in self.screened:
                    fewer, more = sorted((one, neighbour), key=len)
                    self.count_edge(self.screened[fewer], self.screened[more])

    def count_edge(self, fewer: UInt8[np.ndarray, "byte"], more: UInt8[np.ndarray, "byte"]) -> None:
        n = self.effort.screen
        falls = int(np.bitwise_count(fewer & ~more).sum())
        rises = int(np.bitwise_count(~fewer & more).sum())
        drop = (falls - rises) / n
        error = math.sqrt(max(0.0, (falls + rises) / n - drop * drop) / (n - 1))
        self.monotonicity.edges += 1
        self.monotonicity.violating += drop > _VIOLATION_ERRORS * error
        self.monotonicity.falls += falls
        self.monotonicity.runs += n

    def judge(
        self, sets: Sequence[frozenset[str]]
    ) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
        open_sets = [
            one for one in sets if self.first_look(one).upper_bound(0.99) >= self.threshold
        ]
        for one, run in zip(open_sets, self.evaluate(open_sets, self.stages[1]), strict=True):
            self.confirmed[one] = _proportion(run)
        left = [one for one in open_sets if self.confirmed[one].upper_bound() >= self.threshold]
        self.freshen(left)
        enough = [
            one
            for one in left
            if self.confirmed[one].lower_bound() >= self.threshold
            and _proportion(self.fresh[one]).lower_bound() >= self.threshold
        ]
        return enough, [one for one in left if one not in enough]

    def freshen(self, sets: Iterable[frozenset[str]]) -> None:
        missing = [one for one in dict.fromkeys(sets) if one not in self.fresh]
        outcomes = self.evaluate(missing, self.stages[2])
        self.fresh.update(zip(missing, outcomes, strict=True))

    def nearest(
        self, largest: int, n_nearest: int, listed: Sequence[frozenset[str]]
    ) -> list[frozenset[str]]:
        near = []
        for size in range(1, largest + 1):
            sets = [one for one in self.screened if len(one) == size and one not in listed]
            near += sorted(sets, key=lambda one: -self.first_look(one).hits)[:n_nearest]
        return near

    def first_look(self, one: frozenset[str]) -> Proportion:
        return Proportion(int(np.bitwise_count(self.screened[one]).sum()), self.effort.screen)

    def evaluate(
        self, sets: Sequence[frozenset[str]], histories: UInt[np.ndarray, "history"]
    ) -> Bool[np.ndarray, "set history"]:
        if not sets:
            return np.empty((0, histories.size), bool)
        rows = [
            present_without(
                self.evaluator,
                *(switch for name in one for switch in self.by_name[name].switches),
            )
            for one in sets
        ]
        before, planned = self.n_runs, self.n_runs + len(sets) * histories.size
        report = None if self.progress is None else _shifted(self.progress, before, planned)
        self.n_runs = planned
        return evaluate_coalitions(self.evaluator, np.stack(rows), histories, report)

    def answer(
        self,
        found: Sequence[frozenset[str]],
        doubtful: Sequence[frozenset[str]],
        near: Sequence[frozenset[str]],
        largest: int,
        untested: int,
    ) -> Enough:
        sufficient, undecided, nearest = (
            tuple(sorted((self.change_set(one) for one in sets), key=_listing_order))
            for sets in (found, doubtful, near)
        )
        return Enough(
            unchanged=_proportion(self.fresh[frozenset()]),
            sufficient=sufficient,
            undecided=undecided,
            nearest=nearest,
            blocking=minimal_hitting_sets(found) if found else (),
            front=pareto_front((*sufficient, *undecided, *nearest)),
            monotonicity=self.monotonicity,
            largest=largest,
            tested=len(self.screened),
            untested=untested,
            n_runs=self.n_runs,
        )

    def change_set(self, one: frozenset[str]) -> ChangeSet:
        members = [change for name, change in self.by_name.items() if name in one]
        costs = [change.cost for change in members if change.cost is not None]
        outcome = self.fresh[one]
        return ChangeSet(
            changes=tuple(change.name for change in members),
            kind=KINDS[max((KINDS.index(change.kind) for change in members), default=0)],
            cost=math.fsum(costs) if len(costs) == len(members) else None,
            divergence=min((change.divergence for change in members), default=None),
            probability=_proportion(outcome),
            when_found=self.confirmed.get(one, self.first_look(one)),
            undone_by=self.undoing(one),
            spread=(
                None if self.fresh_draw is None else posterior_spread(outcome, self.fresh_draw)
            ),
        )

    def undoing(self, one: frozenset[str]) -> tuple[tuple[str, ...], ...]:
        undoing = {
            more - one
            for more in self.screened
            if one < more and self.first_look(more).upper_bound(0.99) < self.threshold
        }
        minimal = [added for added in undoing if not any(less < added for less in undoing)]
        named = [tuple(name for name in self.by_name if name in added) for added in minimal]
        return tuple(sorted(named, key=lambda names: (len(names), names)))


def _proportion(outcome: Bool[np.ndarray, "history"]) -> Proportion:
    return Proportion(int(outcome.sum()), outcome.size)


def _shifted(progress: Progress, before: int, planned: int) -> Progress:
    def report(done: int, _: int) -> None:
        progress(before + done, planned)

    return report


def _listing_order(one: ChangeSet) -> tuple[int, int, float]:
    return KINDS.index(one.kind), len(one.changes), -one.probability.value
