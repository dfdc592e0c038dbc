"""Document: the answer as data.

The names of fields are those of the JSON document, but for two that Python reserves: `with_` and
`from_` stand for `with` and `from`. What has not been computed is None here and absent there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hokushin.answer.parts import (
    AssumedNumber,
    Bounds,
    Cell,
    CounterfactualClaim,
    Disagreement,
    Documented,
    Effort,
    Evaluated,
    EventShare,
    Finding,
    FitSummary,
    Given,
    Joint,
    LearntNumber,
    MonthOfFaction,
    Moves,
    Outcome,
    Probability,
    Recalled,
    Segment,
    Strip,
)
from hokushin.answer.parts_causes import (
    CauseAnswer,
    GroupAnswer,
    PairInteraction,
    Pushed,
    SetAnswer,
    TableAnswer,
)
from hokushin.answer.plain import plain
from hokushin.answer.theories import Explanation

__all__ = [
    "SCHEMA",
    "AssumedNumber",
    "Bounds",
    "CauseAnswer",
    "Cell",
    "CounterfactualClaim",
    "Disagreement",
    "Documented",
    "Effort",
    "Evaluated",
    "EventShare",
    "Finding",
    "FitSummary",
    "Given",
    "GroupAnswer",
    "Joint",
    "LearntNumber",
    "MonthOfFaction",
    "Moves",
    "Outcome",
    "PairInteraction",
    "Probability",
    "Pushed",
    "Recalled",
    "Segment",
    "SetAnswer",
    "Strip",
    "TableAnswer",
    "Why",
]

SCHEMA = "hokushin/why/1"


@dataclass(frozen=True)
class Why:
    """The answer to one question, with everything that text, page and JSON show."""

    schema: str
    scenario: str
    question: str
    title: str
    outcome: Outcome
    basis: str
    size: str
    effort: Effort
    seed: int
    histories: int
    digest: str
    code_version: str
    probability: Probability
    v_all: float
    v_none: float
    v_error: float
    """Counting error of v_all - v_none, from the same histories in both worlds."""
    causes: tuple[CauseAnswer, ...]
    interactions: tuple[PairInteraction, ...]
    pushed: tuple[Pushed, ...]
    enough: tuple[SetAnswer, ...]
    contradictions: tuple[Disagreement, ...]
    counterfactual_claims: tuple[CounterfactualClaim, ...]
    assumed: tuple[AssumedNumber, ...]
    recalled: Recalled
    documented: Documented
    events: tuple[EventShare, ...]
    strips: tuple[Strip, ...]
    dots: tuple[float, ...]
    findings: tuple[Finding, ...]
    groups: Mapping[str, str]
    """Group -> its title."""
    works: Mapping[str, str]
    """Source that makes claims -> how it is cited in a few words."""
    learnt: tuple[LearntNumber, ...] = ()
    """Numbers that the record taught; none on the basis of the prior."""
    basis_note: str | None = None
    """Why the prior was taken, where fitted draws were to be expected."""
    fit: FitSummary | None = None
    theories: tuple[Explanation, ...] | None = None
    """Those who explained the event, held against the record."""
    theories_said: str | None = None
    """What that comparison found, or why it is not shown; absent where there is none."""
    joint: Joint | None = None
    """The hundred histories with every cause, and the same with none."""
    table: TableAnswer | None = None
    kernels: Mapping[str, Probability] | None = None
    noise: Mapping[str, Probability] | None = None
    grid: tuple[Cell, ...] | None = None
    months: tuple[MonthOfFaction, ...] | None = None
    given: Given | None = None
    cached: str | None = None
    """When the answer was computed, if it was read from the cache of this machine."""

    @property
    def event_with_none(self) -> float:
        """Probability of the event with every cause removed."""
        return self.v_none if self.outcome.happened else 1.0 - self.v_none

    def cause(self, name: str) -> CauseAnswer:
        """Give the cause of a name; `ValueError` lists the names there are."""
        for cause in self.causes:
            if cause.name == name:
                return cause
        raise ValueError(
            f"no cause is called {name!r}; there are {', '.join(c.name for c in self.causes)}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Give the document as plain JSON values."""
        return plain(self)

    def __str__(self) -> str:
        from hokushin.answer.text import render

        return render(self)

    def _repr_html_(self) -> str:
        from hokushin.answer.notebook import table

        return table(self)
