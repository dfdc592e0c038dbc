"""World: resources, regions, fronts and forces."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool

from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema.entry import Branch, Date, Entry, Id, Text


class Resource(Entry):
    """Something that is stocked, yielded by regions and burnt by forces."""

    title: Text
    unit: Text
    """Unit in which the engine keeps it, e.g. Mbbl or kt."""


class Import(Entry):
    """What one supplier sells to the account's power in peacetime."""

    rate: Quantity
    restriction: Id | None = None
    """Restriction that can cut it."""
    stops_with: list[Id] = []
    """Fronts whose opening stops this trade altogether."""


class Account(Entry):
    """The balance of one resource in one power."""

    power: Id
    resource: Id
    stock: Quantity
    output: Quantity
    """Own production at the start, without the yields of regions won."""
    civil_demand: Quantity
    force_demand: dict[Branch, Quantity] = {}
    """Standing use per unit of the branch."""
    war_demand: dict[Id, Quantity] = {}
    """Front -> use in operations there at the side's `demand_at`, while that front is open."""
    imports: dict[Id, Import] = {}
    """Supplier (a power, or any name) -> trade."""
    need: Quantity
    """Weight of this resource among those whose want is felt (relief and strain)."""


class Region(Entry):
    """A territory that can be held, yields resources and can be struck."""

    title: Text
    owner: Id
    anchors: list[tuple[float, float]]
    """Longitude and latitude of points that the map builds its schematic cells from."""
    climate: Id
    yields: dict[Id, Quantity] = {}
    """Resource -> what its holder can draw from it when consolidated."""
    recovery: Quantity | None = None
    """Time for half of its yields to come back after conquest."""
    spoils: dict[Id, Quantity] = {}
    """Power -> worth of holding it for aims other than resources, against its other aims."""


class ClimateRow(Entry):
    """One month at one site: how fit it is for a campaign, 0 to 1."""

    site: Id
    month: int = Field(ge=1, le=12)
    index: Quantity


class Exposure(Entry):
    """What a power holds that an enemy's forces can strike."""

    title: Text
    power: Id
    enemy: Id
    worth: Quantity
    """Share of the power's worth at stake."""
    struck_by: Id
    """Pool of the enemy that can strike it."""
    reach: Quantity
    """Share of it within reach of that pool at its strength at the start."""


class Side(Entry):
    """One side of a front."""

    power: Id
    pool: Id
    supply: Quantity
    """Divisions that its line of supply can feed at the front."""
    demand_at: Quantity | None = None
    """Divisions for which the war demand of this side is stated; demand follows those there. If it
    is not given, demand is that of an open front, whatever stands there."""
    fortified: Quantity
    """Share of the line held in prepared or fortified positions."""
    goal: Quantity
    """Advance that this side's campaign aims at."""


class Halt(Entry):
    """A window in which a driven front's advance is multiplied by a factor, back if negative."""

    since: Date
    until: Date
    factor: Quantity


class Driven(Entry):
    """A campaign beyond what battles were fitted on: a sourced prior on its advance."""

    speed: Quantity
    """Advance of side a while neither season nor a halt slows it."""
    spread: Quantity
    """Log spread of the speed between histories."""
    halts: dict[Id, Halt] = {}


class Gain(Entry):
    """A region that falls to one side once the front has moved so far."""

    region: Id
    by: Literal["a", "b"]
    at: Quantity


class Front(Entry):
    """A line on which two powers can fight."""

    title: Text
    a: Side
    b: Side
    climate: Id
    rugged: Quantity
    wooded: Quantity
    contact: Quantity
    """Share of days in contact while the front is open."""
    campaign: Quantity
    """Time the first season's campaign needs."""
    season_floor: Quantity
    """Campaign index under which no offensive is begun."""
    effectiveness: Quantity
    """Win effectiveness of a over b beyond numbers (logit)."""
    exchange: Quantity
    """Exchange effectiveness of a over b (log)."""
    stake: Quantity
    """What side a stands to lose in a defeat, against what it gains by a victory (1)."""
    open_since: Date | None = None
    """Day on which it opened, if it is open on the documented path before any decision here."""
    peace: Quantity
    """1 if the war on this front is ended or barred by fiat; 0 on the documented path."""
    driven: Driven | None = None
    incidents: Quantity | None = None
    """Rate of border clashes at the strengths of the start."""
    gains: list[Gain] = []


class Pool(Entry):
    """The forces of one power in one place."""

    title: Text
    power: Id
    hub: StrictBool = False
    """Exactly one pool of each power is its hub; formations move between hub and the others."""
    route: Id | None = None
    """Route that links this pool with its power's hub."""
    forces: dict[Branch, Quantity]
    men_per_division: Quantity | None = None
    share: Quantity
    """Weight of the pool in the power's posture (its share of divisions in the long run)."""


class Route(Entry):
    """A line along which formations move."""

    title: Text
    capacity: Quantity
    """Trains (or sailings) a day."""
    per_division: Quantity
    """Trains (or sailings) that one division takes."""
    usable: Quantity
    """Share of the capacity that the military can take."""


class Industry(Entry):
    """What a power adds to its forces each month in peace, at full fulfilment."""

    output: dict[Branch, Quantity]
    war_factor: Quantity
    """Factor on output while at war on any front."""
    ceiling: dict[Branch, Quantity] = {}
    """Size beyond which the branch is not enlarged (men, mounts, crews)."""
    budget: dict[Branch, Quantity] = {}
    """Branch -> share of military spending."""


class Observation(Entry):
    """How one power sees another's pool."""

    observer: Id
    pool: Id
    bias: Quantity
    """Log of estimate over truth, standing."""
    spread: Quantity
    """Log spread of the estimate about its bias."""
