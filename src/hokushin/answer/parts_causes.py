"""Parts about causes: what each did, alone, in its group and in sets.

Names of fields are those of the JSON document; see `document`.
"""

from __future__ import annotations

from dataclasses import dataclass

from hokushin.answer.parts import Bounds, Probability


@dataclass(frozen=True)
class CauseAnswer:
    """One cause: its null, and what the explained event owes to it, in probability."""

    name: str
    title: str
    group: str
    with_: str
    without: str
    from_: str
    leave_one_out: float
    """P(explained) with every cause, less P(explained) with this one alone removed."""
    leave_one_out_error: float
    if_alone: float
    """Probability of the event (not of its absence) if this cause alone is removed."""
    share: float
    """Owen value in P(explained); shares sum to v_all - v_none."""
    mc_error: float
    low: float
    high: float
    middle: tuple[float, float]
    """The interval that holds half of the doubt about the numbers."""
    rank: int
    """Number of its tie group, from 0 for the largest; causes of one number are not ordered."""
    standing: str
    """`above`, `below` or `unclear`: the interval lies above 0, below it, or touches it."""
    bounds: Bounds
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    asserted_by: tuple[str, ...]
    necessity: Probability | None = None
    sufficiency: Probability | None = None
    share_alternative: float | None = None
    share_alternative_error: float | None = None
    alternative: str | None = None
    share_direct: float | None = None
    """The share with every documented choice forced up to the branch: `share` under the name by
    which it stands beside `share_total`."""
    share_total: float | None = None
    """Owen value in histories that are free from the earliest cause on."""
    share_total_error: float | None = None
    total: float | None = None
    """Its leave-one-out effect in histories that are free from its own date on."""
    total_error: float | None = None
    total_from: str | None = None
    """Day from which those histories are free."""
    responsibility: float | None = None
    """Mean degree of responsibility of its group, where it is alone in it."""


@dataclass(frozen=True)
class PairInteraction:
    """What two groups of causes do together beyond what each does alone."""

    first: str
    second: str
    effect: float
    mc_error: float


@dataclass(frozen=True)
class GroupAnswer:
    """One group of causes, read from the table of every combination of groups."""

    name: str
    share: float
    """Shapley value among the groups, exact over orders of arrival."""
    mc_error: float
    sampled: float
    """The same from random orders, as the shares of single causes are estimated."""
    sampled_error: float
    bounds: Bounds
    undoes: float
    """Share of combinations and histories without it in which adding it undoes what happened."""
    necessity: Probability | None = None
    sufficiency: Probability | None = None
    alone: Probability | None = None
    """How often it brings about, as the only group, what does not come about without any."""
    responsibility: float | None = None
    """Mean of 1/(1 + m), m the fewest other groups to remove before what happened hangs on it."""
    responsibility_error: float | None = None


@dataclass(frozen=True)
class TableAnswer:
    """What follows from one Boolean table: each history under every combination of groups."""

    combinations: int
    histories: int
    with_all: float
    """Probability of what happened with every group, in the histories of the table."""
    with_none: float
    undoes: float
    """Share of all edges of the table on which one more group undoes what happened."""
    apart: float
    """Largest difference of an exact and a sampled share, in standard errors of the two."""
    groups: tuple[GroupAnswer, ...]
    interactions: tuple[PairInteraction, ...]
    """Largest Shapley interactions: means over all settings of the other groups."""
    blocking: tuple[tuple[str, ...], ...]
    """Least sets of groups that meet every set found to be enough; empty if none is."""
    largest_set: int
    """Changes made together at most in the search for sets that are enough."""
    sets_tested: int
    switches: tuple[str, ...] | None = None
    """Groups by bit: group c stands in combination s where bit c of s is set, all in the last."""
    hits: tuple[int, ...] | None = None
    """Histories of the table in which what happened happens, by number of combination: of n
    histories and k hits the probability is k/n, its standard error the root of k(n - k)/n^3."""


@dataclass(frozen=True)
class Pushed:
    """A cause whose removal makes the event less likely: it pushed towards it."""

    name: str
    share: float
    low: float
    high: float
    if_alone: float


@dataclass(frozen=True)
class SetAnswer:
    """Changes made together, and the probability of the outcome that did not happen."""

    changes: tuple[str, ...]
    level: str
    """`group` if each change removes a whole group of causes, else `cause`."""
    kind: str
    probability: float
    mc_error: float
    divergence: str | None
    low: float | None = None
    high: float | None = None
    cost: float | None = None
    sufficient: bool = False
    """Whether the lower 95% bound reaches one half on histories that did not find the set."""
