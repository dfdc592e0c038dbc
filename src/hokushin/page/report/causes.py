"""Causes: one row each, in groups of those that cannot be put in order, with places on an axis."""

from __future__ import annotations

from dataclasses import dataclass

from hokushin.answer.document import CauseAnswer, PairInteraction, Why
from hokushin.answer.findings import SMALLEST_TOTAL
from hokushin.answer.text_causes import leaves_no_trace, letters_of, printed, tie_groups
from hokushin.page.report.axis import Axis, axis_for


@dataclass(frozen=True)
class Row:
    """One cause as the figure shows it; places are parts of a hundred of the axis."""

    cause: CauseAnswer
    share: int
    low: int
    high: int
    alone: int
    ring: float
    thin: tuple[float, float]
    thick: tuple[float, float]
    named_by: tuple[tuple[str, str], ...]
    """Letter and key of each source that asserts it."""


@dataclass(frozen=True)
class Tied:
    """Causes that cannot be put in order, and what may be said of all of them."""

    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Causes:
    """The figure of causes."""

    tied: tuple[Tied, ...]
    axis: Axis
    nought: float
    letters: tuple[tuple[str, str], ...]
    """Letter and key of every source that makes claims."""
    faint: tuple[Row, ...]
    """Rows of nought from end to end, which are named and not drawn."""
    drawn: bool
    """Whether shares are large enough together to be shown."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows from top to bottom, those that are not drawn last."""
        return tuple(row for tied in self.tied for row in tied.rows) + self.faint


def causes_of(why: Why) -> Causes:
    """Lay out the causes of an answer: those that held against the event, then those for it."""
    unit, _, _, shares = printed(why)
    axis = axis_for(unit * x for cause in why.causes for x in (cause.low, cause.high))
    letters = letters_of(why)

    def row(cause: CauseAnswer) -> Row:
        return Row(
            cause=cause,
            share=shares[cause.name],
            low=round(unit * cause.low),
            high=round(unit * cause.high),
            alone=round(unit * cause.if_alone),
            ring=axis.at(unit * cause.share),
            thin=(axis.at(unit * cause.low), axis.at(unit * cause.high)),
            thick=(axis.at(unit * cause.middle[0]), axis.at(unit * cause.middle[1])),
            named_by=tuple((letters[k], k) for k in letters if k in cause.asserted_by),
        )

    drawn = abs(why.v_all - why.v_none) >= SMALLEST_TOTAL
    held = [cause for cause in why.causes if cause.standing != "below"]
    faint = [cause for cause in held if drawn and leaves_no_trace(cause, unit, shares)]
    tied = [
        Tied(label, tuple(row(cause) for cause in members if cause not in faint))
        for label, members in tie_groups(held)
    ]
    against = sorted((c for c in why.causes if c.standing == "below"), key=lambda c: c.share)
    if against:
        tied.append(Tied("worked the other way", tuple(map(row, against))))
    named = tuple((letter, key) for key, letter in letters.items())
    tied = [one for one in tied if one.rows]
    return Causes(tuple(tied), axis, axis.at(0.0), named, tuple(map(row, faint)), drawn)


def pair_sentence(why: Why, pair: PairInteraction) -> str:
    """Say what two groups do together beyond what each does alone."""
    names = " and ".join(f"“{why.groups.get(g, g)}”" for g in (pair.first, pair.second))
    said = "overlap" if pair.effect < 0 else "need one another"
    return f"{names} {said}, by {100 * abs(pair.effect):.1f} in 100 (±{100 * pair.mc_error:.1f})."
