"""Parts: what an answer is made of, one class for each thing that it says.

Names of fields are those of the JSON document; see `document`. What an answer says of causes is in
`parts_causes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Probability:
    """A probability with its counting error, and the 90% interval of doubt about the numbers."""

    value: float
    mc_error: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What is asked about: the event as an expression, and the event that is explained."""

    expression: str
    explained: str
    horizon: str
    branch: str
    event: str
    """Name of the event in the scenario."""
    title: str
    """The event in a sentence without a full stop."""
    happened: bool
    """Whether it happens on the documented path; what is explained is what happened."""


@dataclass(frozen=True)
class Effort:
    """How many histories each part of the answer rests on."""

    headline: int
    with_none: int
    """Histories run with no cause at all, beside their run with every cause."""
    draws: int
    histories_per_draw: int
    leave_one_out: int
    share_draws: int
    share_histories_per_draw: int
    screen: int
    confirm: int
    causes_in_sets: bool
    """Whether single causes were searched for sets that are enough, not groups alone."""
    table: int = 0
    """Histories run under every combination of groups; 0 where there is no such table."""


@dataclass(frozen=True)
class Bounds:
    """Bounds on necessity and sufficiency that hold whatever couples the two worlds."""

    pn: tuple[float, float] | None
    ps: tuple[float, float] | None


@dataclass(frozen=True)
class Joint:
    """The same hundred histories before and after some causes are removed: who has the event."""

    without: tuple[str, ...]
    before: int
    """Histories that have the event before the change and not after it."""
    after: int
    """Histories that have it after the change and not before."""
    both: int
    neither: int


@dataclass(frozen=True)
class Moves:
    """What a rival reading does to the probability of the event."""

    value: float
    difference: float
    mc_error: float
    counts: bool
    """Whether it moves it by more than one in a hundred and two counting errors."""


@dataclass(frozen=True)
class Disagreement:
    """A fact on which sources disagree, the reading used, and what the other would move."""

    name: str
    fact: str
    readings: tuple[str, ...]
    used: str
    reason: str
    moves: Moves | None = None
    """Absent where the readings differ in nothing that the model computes with."""


@dataclass(frozen=True)
class Evaluated:
    """What the model makes of a counterfactual: the event with the cause, and without it."""

    event: str
    with_cause: float
    without_cause: float
    difference: float
    mc_error: float


@dataclass(frozen=True)
class CounterfactualClaim:
    """A source's own claim about what would have been, beside what the model says."""

    claim: str
    source: str
    statement: str
    cause: str
    model: Evaluated


@dataclass(frozen=True)
class Cell:
    """One setting of the rights to block and of deference, and the probability under it."""

    right: float
    deference: float
    value: float
    mc_error: float


@dataclass(frozen=True)
class Documented:
    """The documented path, with every choice of the record forced up to the horizon."""

    happened: bool
    value: float
    """Probability of what happened when every documented choice is forced."""
    mc_error: float
    log_probability: float | None
    """Its natural logarithm; absent where no history of those run agrees with the record."""
    n_choices: int
    """Documented choices that lie between branch and horizon."""
    free: float
    """Probability of what happened when all choices after the branch are free."""


@dataclass(frozen=True)
class AssumedNumber:
    """A number that rests on the modellers' judgement alone."""

    path: str
    value: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class LearntNumber:
    """A number of which the record took away a fifth of the variance or more."""

    path: str
    contraction: float
    shift: float
    """How far the mean moved, in spreads of the prior."""


@dataclass(frozen=True)
class FitSummary:
    """What an answer on the basis of the posterior was fitted to."""

    end: str
    """First day that was not learnt from."""
    episodes: int
    draws: int
    numbers: int
    """Numbers that choices can inform; all others keep their priors."""
    failures: tuple[str, ...]
    """Gates that the sampler did not pass; empty if it passed all."""


@dataclass(frozen=True)
class MovingRecalled:
    """Of the numbers that move the answer by more than a point, how many are recalled."""

    n: int
    of: int
    judged: int
    """How many of them are judgement alone."""


@dataclass(frozen=True)
class Recalled:
    """How many numbers were recalled from the literature, not looked up."""

    n: int
    of: int
    moving: MovingRecalled | None = None
    """The same among numbers that move the answer; None where no study of that is at hand."""


@dataclass(frozen=True)
class Segment:
    """What a history is in from a day on: the event that began then."""

    since: str
    event: str


@dataclass(frozen=True)
class Strip:
    """One of a hundred histories, read off at a quantile of the outcome."""

    history: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class EventShare:
    """How often another event of the scenario happens before the horizon."""

    name: str
    title: str
    value: float
    mc_error: float


@dataclass(frozen=True)
class MonthOfFaction:
    """One faction at one matter in one month, over all histories."""

    month: str
    matter: str
    faction: str
    wants: Mapping[str, float]
    """Option -> its share in what the faction would choose if it decided alone."""
    tabled: Mapping[str, float]
    """Option -> times it was put forward in the matter, per history."""
    taken: Mapping[str, float]
    """Option -> share of histories that took it in this month."""
    stopped_by: float
    """Times that this faction stopped what was put forward, per history."""
    considerations: Mapping[str, Mapping[str, float]]
    """Option -> the weightiest reasons for it (positive) and against it, on the log-odds scale."""


@dataclass(frozen=True)
class Finding:
    """A heading written from numbers, and the guard under which it may be written."""

    template: str
    values: Mapping[str, Any]
    guard: str
    holds: bool

    @property
    def text(self) -> str:
        """The heading with its numbers in place."""
        return self.template.format(**self.values)


@dataclass(frozen=True)
class Given:
    """This world beside a world like it: histories conditioned on the record's own choices."""

    choices: int
    """Choices of the record, carrying on included, whose dice are drawn given what was chosen."""
    weighed_by: tuple[str, ...]
    """Matters by whose choices numbers and dispositions are weighed; under vague numbers the whole
    record would leave no history to speak of."""
    forced: int
    """Histories that were walked along the record."""
    effective: float
    """How many equally weighted histories they are worth."""
    histories: int
    """Histories drawn by weight whose own course agrees with the record on what is asked about."""
    follows: float
    """Their share among those drawn."""
    without: Mapping[str, Probability]
    """Cause -> probability of the event without it, in those histories; empty if too few."""
