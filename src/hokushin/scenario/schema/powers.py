"""Powers: who there is, the factions inside, and what is said of the whole."""

from __future__ import annotations

from typing import Literal

from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema.entry import (
    Branch,
    Consideration,
    Date,
    Entry,
    Path,
    ScenarioId,
    Text,
)


class Head(Entry):
    """What the scenario is, and the clock it runs on."""

    id: ScenarioId
    title: Text
    version: Text
    summary: Text
    start: Date
    end: Date
    """Last day of the span."""
    step: Literal["dekad", "week", "month"]
    fidelity_until: Date
    """Last day to which the authors claim fidelity; later years run on the same mechanisms."""
    default_question: Text


class Holder(Entry):
    """A person who holds a faction's office for a time, and what he adds to its doctrine."""

    person: Text
    since: Date
    until: Date | None = None
    doctrine: dict[Path, Quantity] = {}
    """Option path (matter.option) -> attraction on the log-odds scale, whatever happens."""


class Faction(Entry):
    """A body inside a deciding power that weighs options and may have a right to block."""

    title: Text
    influence: Quantity
    """Weight in the power's agenda, relative to its other factions."""
    budget_branch: Branch | None = None
    """Branch whose share of the budget raises this faction's influence."""
    service: Text | None = None
    """Factions of one service learn fully from that service's battles, others in part."""
    weights: dict[Consideration, Quantity] = {}
    """Factor on the common weight of a consideration, only where a source claims a deviation."""
    doctrine: dict[Path, Quantity] = {}
    """Option path (matter.option) -> standing attraction on the log-odds scale."""
    holders: list[Holder] = []


class Power(Entry):
    """A power: deciding (factions and matters) or responding (declared rules only)."""

    title: Text
    kind: Literal["deciding", "responding"]
    right: Quantity | None = None
    """Factor on its holders' rights to block (1 if absent; 0: nobody in this power can block)."""
