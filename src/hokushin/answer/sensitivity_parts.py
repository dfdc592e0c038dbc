"""Sensitivity parts: what a study of sensitivity found, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hokushin.answer.parts import MovingRecalled
from hokushin.answer.plain import plain
from hokushin.query.sensitivity.boxes import Box
from hokushin.query.sensitivity.given import Dependence
from hokushin.query.sensitivity.morris import Effect
from hokushin.query.sensitivity.sobol import VarianceShare

SCHEMA = "hokushin/sensitivity/1"


@dataclass(frozen=True)
class Headline:
    """The probability as it is."""

    value: float
    error: float
    """One standard error of counting."""
    estimator: str


@dataclass(frozen=True)
class NumberAtEnds:
    """One number at the ends of nine tenths of belief, everything else as it is drawn."""

    path: str
    low: float
    """Probability at the lower end, and the standard error of what the end changes."""
    low_error: float
    high: float
    high_error: float
    base: float
    """Probability as it is."""
    swing: float
    """Log odds at the upper end less those at the lower."""
    swing_error: float
    moves_a_point: bool
    clear: bool
    """Whether the swing is beyond three standard errors."""
    seen: str
    """How the number is known: text, excerpt, recalled, judgement; fitted for battle numbers."""
    grade: str | None
    value: float | None
    value_low: float | None
    value_high: float | None
    unit: str | None
    works: tuple[str, ...]
    locator: str | None


@dataclass(frozen=True)
class Family:
    """All numbers of one kind, at one end together."""

    name: str
    n: int
    low: float
    low_error: float
    high: float
    high_error: float


@dataclass(frozen=True)
class Null:
    """A cause taken out of the world by either of its nulls."""

    cause: str
    title: str
    first: float | None = None
    first_error: float | None = None
    """Standard error of what the null changes."""
    second: float | None = None
    second_error: float | None = None
    """None where a null draws numbers that no chance can be made of."""


@dataclass(frozen=True)
class Luck:
    """How much of whether the event happens is luck once every number is known.

    The variance of a yes or no splits into that of its chance between draws of the numbers and
    what is left within them; `share` is the latter's part.
    """

    share: float
    between: float
    """Standard deviation of the chance between draws."""
    draws: int
    top_tenth: float
    """Part of the whole probability that lies in the tenth of draws with the highest chance."""


@dataclass(frozen=True)
class Sensitivity:
    """What an answer hangs on."""

    schema: str
    scenario: str
    question: str
    title: str
    event: str
    basis: str
    draws: str
    """Which draws the numbers had: `Basis.identity`."""
    seed: int
    digest: str
    code: str
    """Digest of the mechanisms."""
    made: dict[str, int]
    """Sizes of the study."""
    headline: Headline
    read: int
    """Numbers with a spread that the model reads."""
    ends: tuple[NumberAtEnds, ...]
    """The largest swing first."""
    families: tuple[Family, ...]
    nulls: tuple[Null, ...]
    recalled: MovingRecalled
    check_next: tuple[str, ...]
    """Paths of the numbers that a historian would most usefully look up next."""
    luck: Luck
    morris: tuple[Effect, ...] | None = None
    sobol: tuple[VarianceShare, ...] | None = None
    given: tuple[Dependence, ...] | None = None
    given_floor: float | None = None
    box: Box | None = None
    notes: tuple[str, ...] = ()

    def number(self, path: str) -> NumberAtEnds:
        """Give a number by its path; `ValueError` if it was not varied."""
        for one in self.ends:
            if one.path == path:
                return one
        raise ValueError(f"{path} was not varied")

    def as_dict(self) -> dict[str, Any]:
        """Give the result as plain JSON values."""
        return plain(self)

    def __str__(self) -> str:
        from hokushin.answer.sensitivity_text import render

        return render(self)
