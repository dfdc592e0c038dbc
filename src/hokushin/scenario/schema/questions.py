"""Questions: causes and what makes the world without them, events, and what is asked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema.entry import Date, Entry, Id, Path, Text


class Rewrite(Entry):
    """One dated change of the world: a number set, or an option forced or forbidden."""

    set: Path | None = None
    to: Quantity | None = None
    force: Path | None = None
    """power.matter.option chosen at `since`."""
    forbid: Path | None = None
    since: Date | None = None
    until: Date | None = None

    @model_validator(mode="after")
    def _one_verb(self) -> Rewrite:
        said = [n for n in ("set", "force", "forbid") if getattr(self, n) is not None]
        if len(said) != 1:
            raise ValueError(f"a rewrite sets, forces or forbids one thing; this one says {said}")
        if (self.set is None) != (self.to is None):
            raise ValueError("a rewrite that sets a number says `to`, and only such a one does")
        return self


class Group(Entry):
    """Causes that a reader takes as one."""

    title: Text


class Cause(Entry):
    """A switch: the world with it, and a world a historian would accept without it."""

    title: Text
    group: Id
    since: Date
    """Earliest day on which the two worlds part."""
    with_: Text = Field(alias="with")
    with_mode: Literal["recorded", "endogenous"]
    without: Text
    rewrites: list[Rewrite]
    """What makes the world `without`."""
    alternative: Text
    """A second null, in words."""
    alternative_rewrites: list[Rewrite]
    silent: list[Path]
    """Weights that carry it as a reason; a theory that denies it sets them to 0."""
    claims: list[Text]
    asserted_by: list[Text] = []
    live: Literal["documented", "inferable", "structural"]
    kind: Literal["decision", "number", "world"]
    """What kind of change its removal is."""
    cotenability: Text
    """What else would have to be otherwise."""
    source: Text


class Invasion(Entry):
    """A side opens a front by decision, or an act not disowned, with so many divisions across."""

    front: Id
    by: Literal["a", "b"]
    divisions: Quantity
    within: Quantity
    disowned_within: Quantity


class Event(Entry):
    """A predicate over a history. Exactly one verb."""

    title: Text
    invasion: Invasion | None = None
    war: Id | None = None
    """War on a front."""
    chosen: Path | None = None
    """power.matter.option chosen."""
    signed: Id | None = None
    all_of: list[Id] | None = None
    """Other events, all of them."""


class Question(Entry):
    """What is asked of the ensemble."""

    title: Text
    event: Id
    branch: Date
    """Documented choices are forced before this day."""
    horizon: Date
    """The event counts before this day."""


class Contradiction(Entry):
    """A fact on which sources disagree, and the reading the model uses."""

    fact: Text
    readings: list[Text]
    used: Text
    reason: Text
    scope: Text
    claims: list[Text] = []
    changes: list[Rewrite] = []
    """Turns the model to the other reading, where the two differ in a number."""
