"""Choosing: deals, what can be put on a table, and what choosing it does."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema.entry import (
    Condition,
    Consideration,
    Date,
    Entry,
    Id,
    Key,
    Path,
    Text,
)


class Deal(Entry):
    """A treaty that binds once every party has said yes."""

    title: Text
    kind: Literal["neutrality", "alliance", "armistice", "trade"]
    parties: list[Id]
    worth: Quantity
    """Weight of a fresh treaty of this kind in faith, against a neutrality pact (1)."""
    stands: Quantity
    """How long one party's yes waits for the others'."""
    in_force_since: Date | None = None
    barred: Quantity
    """1 if the treaty is barred by fiat, 0 on the documented path."""


class Ask(Entry):
    """What one power asks of another, as a standing request."""

    title: Text
    by: Id
    to: Id
    option: Path
    """Option of the asked power (power.matter.option) that the ask is for."""
    fades: Quantity
    """Half-life of the ask if it is not renewed."""


class Restriction(Entry):
    """What a supplier can withhold, by steps."""

    title: Text
    by: Id
    on: Id
    """Account whose trade it cuts."""
    steps: dict[Id, Quantity]
    """Step -> share of the trade that is cut at that step."""
    follows: Id | None = None
    """Another restriction whose cut this one copies, when its power has no decision of its own."""
    lag: Quantity | None = None


class Trust(Entry):
    """How far one power trusts another at the start, and what part of it is prejudice."""

    of: Id
    towards: Id
    level: Quantity
    prejudice: Quantity
    """Part taken off for reasons that have nothing to do with conduct."""


class Consider(Entry):
    """One consideration that an option weighs, with what it is about."""

    what: Consideration
    of: Id | None = None
    """The front, enemy, deal, ask or third power it is about, as the consideration needs."""
    sign: Literal[-1, 1] = 1
    """-1 where the option relieves what the consideration counts (a pact relieves threat)."""


class Deploy(Entry):
    """Divisions called to a pool, or from it."""

    pool: Id
    divisions: Quantity


class Restrict(Entry):
    """A restriction moved to one of its steps."""

    restriction: Id
    step: Id


class Shift(Entry):
    """A change of what one power thinks of another."""

    of: Id
    towards: Id
    change: Quantity


class Assertive(Entry):
    """A change of how readily a border clashes."""

    front: Id
    factor: Quantity


class Review(Entry):
    """A matter that comes back to the table."""

    matter: Key
    months: Quantity


class Effect(Entry):
    """What choosing an option does. Exactly one verb."""

    open_front: Id | None = None
    """War on the front, begun by the chooser."""
    close_front: Id | None = None
    engage: Id | None = None
    """A single engagement on the front without war."""
    occupy: Id | None = None
    """A region passes to the chooser without a fight."""
    deploy: Deploy | None = None
    """Divisions called to (negative: from) a pool; they arrive as the route allows. An order that
    stands is not given twice, and no pool is called to more than there is or to less than none."""
    restrict: Restrict | None = None
    ask: Id | None = None
    sign: Id | None = None
    """The chooser's yes to a deal; it binds when every party's yes stands."""
    end_deal: Id | None = None
    """The chooser ends or breaks a deal."""
    trust: Shift | None = None
    intent: Shift | None = None
    """Change of the log-odds that `of` means to attack, as `towards` sees it."""
    assertive: Assertive | None = None
    """Factor on the rate of border incidents from now on."""
    review: Review | None = None
    """The chooser's matter comes back to the table after this time."""

    @model_validator(mode="after")
    def _one_verb(self) -> Effect:
        said = [name for name, value in self if value is not None]
        if len(said) != 1:
            raise ValueError(f"an effect says exactly one thing; this one says {said or 'nothing'}")
        return self


class Option(Entry):
    """A course open within a matter. The first option of a matter is always carry_on."""

    title: Text
    inertia: Literal["none", "act", "war"] = "act"
    """Which common cost of leaving the status quo it bears."""
    intensity: Quantity | None = None
    """Share of the considerations that it engages, against the full course (1 if absent)."""
    needs: list[Condition] = []
    considers: list[Consider] = []
    effects: list[Effect] = []
    conflicts: list[Path] = []
    """Options (matter.option) that it would starve while they stand: commitment."""
    wins: list[Id] = []
    """Regions it is meant to win, for relief and spoils."""


class FieldRoute(Entry):
    """A second route of choice: a faction that can act by itself, with fewer gates."""

    faction: Id
    share: Quantity
    """Share of tablings that go by this route."""
    options: list[Id]


class Matter(Entry):
    """What a power can put on a table: options, a status quo, rights to block, how it is tabled."""

    title: Text
    status_quo: Text
    open_since: Date | None = None
    rate: Quantity
    """Tablings without news."""
    block: list[Id] = []
    """Factions with a documented right to block."""
    block_source: Text
    route: FieldRoute | None = None
    options: dict[Id, Option]


class Response(Entry):
    """A declared rule by which a power without factions answers."""

    title: Text
    needs: list[Condition]
    rate: Quantity
    """Rate at which it happens once every condition holds."""
    effects: list[Effect]
