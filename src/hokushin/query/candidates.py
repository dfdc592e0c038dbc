"""Changes that may be made to a world, alone or together: what they are and what they ask."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from hokushin.query.evaluator import Evaluator, columns_of

Kind = Literal["decision", "number", "world"]

KINDS: tuple[Kind, ...] = ("decision", "number", "world")
"""A decision reversed, a number rewritten inside its prior, another world; smallest first."""


@dataclass(frozen=True)
class Candidate:
    """One change that may be made, with what it asks of history.

    `switches` are the columns that the change turns off. `divergence` is the date from which
    the world departs from the record. `cost` is in nats: the model's own log odds against a
    decision, -log(p(z)/p(mode)) for a number; another world has none. `excludes` names changes
    that cannot be made beside this one; changes that share a switch exclude each other anyway.
    """

    name: str
    switches: tuple[str, ...]
    kind: Kind
    divergence: str
    cost: float | None = None
    excludes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a change that cannot be listed with its kind, cost and date."""
        if not self.switches:
            raise ValueError(f"{self.name} turns no switch; a change needs at least one")
        if self.kind not in KINDS:
            raise ValueError(f"{self.name} is of kind {self.kind!r}; kinds are {', '.join(KINDS)}")
        if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", self.divergence):
            raise ValueError(
                f"{self.name} diverges at {self.divergence!r}; "
                "write a year, month or day such as 1941-07"
            )
        if self.cost is None:
            return
        if self.kind == "world" or not math.isfinite(self.cost):
            raise ValueError(
                f"{self.name}, a {self.kind}, costs {self.cost}; another world has no cost, "
                "and any other cost is a finite number of nats"
            )
        if self.kind == "number" and self.cost < 0:
            raise ValueError(
                f"{self.name} costs {self.cost}; no number is likelier than its prior's mode"
            )


def compatible_sets(candidates: Mapping[str, Candidate], size: int) -> list[frozenset[str]]:
    """List the sets of so many changes that can be made together, in the candidates' order."""
    return [
        frozenset(names)
        for names in combinations(candidates, size)
        if not any(
            _exclude(candidates[one], candidates[other]) for one, other in combinations(names, 2)
        )
    ]


def by_name(evaluator: Evaluator, candidates: Sequence[Candidate]) -> dict[str, Candidate]:
    """Check candidates against the switches that exist and against one another, and name them."""
    named = {candidate.name: candidate for candidate in candidates}
    if not candidates or len(named) != len(candidates):
        raise ValueError(
            f"candidates are {[candidate.name for candidate in candidates]}; "
            "give at least one, each with a name of its own"
        )
    for candidate in candidates:
        columns_of(evaluator, candidate.switches)
        unknown = sorted(candidate.excludes - set(named))
        if unknown:
            raise ValueError(
                f"{candidate.name} excludes {', '.join(unknown)}, which is no candidate; "
                f"candidates are {', '.join(named)}"
            )
    return named


def _exclude(one: Candidate, other: Candidate) -> bool:
    declared = other.name in one.excludes or one.name in other.excludes
    return declared or bool(set(one.switches) & set(other.switches))
