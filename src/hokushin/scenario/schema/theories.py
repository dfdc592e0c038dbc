"""Theories: explanations of the same events by those who wrote about them, cause by cause.

Silence is not denial. What an explanation does not mention it leaves open, or it takes to be of no
account: both readings are scored (`hokushin.infer.theories`), and neither is put into a file.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from hokushin.scenario.schema.entry import Entry, Id, Path, Text

Stance = Literal["asserted", "possible", "unmentioned", "denied"]


class Position(Entry):
    """What a theory says of one cause, and where it says so."""

    stance: Stance
    """asserted: it counted, in the claimed direction; possible: it may have, no more; denied: it
    did not; unmentioned: the same as no entry, written where a reader would look for one."""
    claims: list[Text] = []
    """Rows of claims.csv in which the source says so."""
    locator: Text | None = None
    """Where a work says so, if its claims are not in claims.csv."""
    note: Text | None = None

    @model_validator(mode="after")
    def _located(self) -> Position:
        if self.stance != "unmentioned" and not self.claims and self.locator is None:
            raise ValueError(
                f"a cause that is {self.stance} says where: give its claims, or a locator"
            )
        return self


class Theory(Entry):
    """One explanation: whose it is, which choices it speaks of, and what it says of each cause."""

    title: Text
    kind: Literal["source", "composed"]
    """source: somebody's own; composed: put together by the authors of the scenario, shown apart
    and never ranked above the sources."""
    source: list[Text] = Field(min_length=1)
    """Works that hold it, the best advocate first."""
    seen: Literal["text", "excerpt", "recalled", "judgement"]
    """How well the works themselves were looked at for this entry."""
    summary: Text
    speaks_of: list[Path] = Field(min_length=1)
    """Matters (`power.matter`) whose choices it explains: it is scored on no others."""
    groups: dict[Id, Position] = {}
    """Of all causes of a group at once."""
    causes: dict[Id, Position] = {}
    """Of single causes; they rule over what is said of their group."""
    note: Text | None = None
