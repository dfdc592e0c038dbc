"""What a scenario may claim: frozen, strict models of every file in a scenario folder.

Nothing here knows how a step is computed. Each class is one kind of entry in a scenario
file; its attribute docstrings become the JSON Schema that editors use and the reference
pages. Cross references (a front named by an option, say) are plain identifiers here and are
checked in `hokushin.scenario.references`, which knows the whole folder.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from hokushin.scenario.dates import parse_date
from hokushin.scenario.quantity import Quantity


def _as_date(text: str) -> str:
    parse_date(text)
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
ScenarioId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Key = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=80)
]
Path = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=120)
]
Condition = Annotated[
    str, StringConstraints(pattern=r"^(not )?[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+$", max_length=120)
]
Date = Annotated[
    str,
    AfterValidator(_as_date),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}),
]
"""A year, month or day that exists, as text: see `hokushin.scenario.dates`."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]

Branch = Literal["infantry", "armour", "air", "naval"]
BRANCHES: tuple[Branch, ...] = ("infantry", "armour", "air", "naval")

Consideration = Literal[
    "relief", "prospect", "criterion", "strain", "commitment", "ripeness", "window", "dread",
    "burden", "exposure", "threat", "faith", "ally", "deterrence", "spoils", "doctrine",
]  # fmt: skip
CONSIDERATIONS: tuple[Consideration, ...] = (
    "relief", "prospect", "criterion", "strain", "commitment", "ripeness", "window", "dread",
    "burden", "exposure", "threat", "faith", "ally", "deterrence", "spoils", "doctrine",
)  # fmt: skip


class Entry(BaseModel):
    """Base of every entry: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


# --- scenario.yaml ----------------------------------------------------------------------------


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


# --- powers.yaml ------------------------------------------------------------------------------


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


class Response(Entry):
    """A declared rule by which a power without factions answers."""

    title: Text
    needs: list[Condition]
    rate: Quantity
    """Rate at which it happens once every condition holds."""
    effects: list[Effect]


class Power(Entry):
    """A power: deciding (factions and matters) or responding (declared rules only)."""

    title: Text
    kind: Literal["deciding", "responding"]
    right: Quantity | None = None
    """Factor on its holders' rights to block (1 if absent; 0: nobody in this power can block)."""


# --- resources.yaml ---------------------------------------------------------------------------


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
    """Front -> extra use while that front is open."""
    imports: dict[Id, Import] = {}
    """Supplier (a power, or any name) -> trade."""
    need: Quantity
    """Weight of this resource among those whose want is felt (relief and strain)."""


# --- regions.yaml -----------------------------------------------------------------------------


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


# --- fronts.yaml ------------------------------------------------------------------------------


class Side(Entry):
    """One side of a front."""

    power: Id
    pool: Id
    supply: Quantity
    """Divisions that its line of supply can feed at the front."""
    fortified: Quantity
    """Share of the line held in prepared or fortified positions."""
    goal: Quantity
    """Advance that this side's campaign aims at."""


class Halt(Entry):
    """A window in which a driven front's advance is multiplied by a factor."""

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


# --- forces.yaml ------------------------------------------------------------------------------


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


# --- deals.yaml -------------------------------------------------------------------------------


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


# --- matters.yaml -----------------------------------------------------------------------------


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
    """Divisions called to (negative: from) a pool; they arrive as the route allows."""
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


# --- memories ---------------------------------------------------------------------------------


class Engagement(Entry):
    """A battle remembered from before the start, or scripted by the record inside the span."""

    title: Text
    holder: Id
    enemy: Id
    ended: Date
    front: Id | None = None
    climate: Id | None = None
    service: Text
    attacker: Literal["holder", "enemy"]
    force_ratio: Quantity
    """Holder's men over the enemy's."""
    armour_ratio: Quantity
    """Holder's armoured vehicles over the enemy's (both plus ten)."""
    surprise: Quantity
    """Grade 0 to 3 that the attacker achieved."""
    outcome: Quantity
    """1 the holder won, 0 drawn, -1 lost."""
    loss_share: Quantity
    """Worst share of a formation that the holder lost."""
    cold_share: Quantity
    """Share of that loss which the climate caused."""
    met_over_expected: Quantity
    """Enemy material met over what had been expected."""


class Criterion(Entry):
    """One clause of a stated condition."""

    variable: Path
    threshold: Quantity
    scale: Quantity
    """Distance from the threshold that counts as one."""
    direction: Literal["above", "below"]


class Conditional(Entry):
    """A condition that a body stated: it would do o if every clause came true."""

    title: Text
    factions: list[Path]
    """power.faction, one or more."""
    option: Path
    """power.matter.option."""
    since: Date
    until: Date | None = None
    clauses: list[Criterion] = []
    unexpressed: Text | None = None
    """Why the model cannot express it, if it cannot."""
    strength: Quantity
    """How binding the words are, against the staff's own written criterion (1)."""
    source: Text
    locator: Text | None = None
    seen: Literal["text", "excerpt", "recalled", "judgement"]
    grade: Literal["A", "B", "C", "D"]


# --- weights.yaml -----------------------------------------------------------------------------


class ChoiceWeights(Entry):
    """How factions judge, how long a judgement lasts, and what brings a matter to the table."""

    sharpness: Quantity
    deference: Quantity
    right: Quantity
    """Probability of being able and willing to use a documented right to block."""
    inertia_act: Quantity
    inertia_war: Quantity
    disposition_sd: Quantity
    """Spread of a faction's judgement on a matter."""
    disposition_half_life: Quantity
    disposition_persistent: Quantity
    """Share of that variance which persists."""
    news_gain: Quantity
    """Factor by which the most striking news multiplies the rate of tabling."""
    news_half_life: Quantity
    budget_influence: Quantity
    """Elasticity of a faction's influence in its branch's share of the budget."""


class LearningWeights(Entry):
    """How memories form and fade."""

    skill_prior_sd: Quantity
    skill_half_life: Quantity
    loss_asymmetry: Quantity
    other_service: Quantity
    """Weight of another service's battle."""
    material_gain: Quantity
    material_half_life: Quantity
    dread_half_life: Quantity
    cold_half_life: Quantity
    intent_half_life: Quantity
    intent_start: Quantity
    trust_half_life: Quantity


class SupplyWeights(Entry):
    """How far ahead a government looks when it counts its stocks."""

    horizon: Quantity
    """Runway at which urgency has fallen to 1/e."""
    cut_belief: Quantity
    """Believed chance of a cut-off within a year, with no restriction."""
    cut_belief_gain: Quantity
    """Log-odds added to it by a full restriction of the trade."""


class PerceptionWeights(Entry):
    """How a front's fortune and an enemy's strength are felt."""

    ripeness_scale: Quantity
    """Share of the way to the goal that counts as one logit of ripeness."""
    ripeness_horizon: Quantity
    """How far ahead the front's recent speed is carried on."""
    threat_scale: Quantity
    """Log-odds of feeling threatened per log unit of the enemy's strength over one's own."""


class Weights(Entry):
    """The free numbers of the decision model, one per consideration unless a source claims more."""

    considerations: dict[Consideration, Quantity]
    choice: ChoiceWeights
    learning: LearningWeights
    supply: SupplyWeights
    perception: PerceptionWeights


# --- causes.yaml, questions.yaml --------------------------------------------------------------


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


Response.model_rebuild()


# --- the whole folder -------------------------------------------------------------------------


class Claim(Entry):
    """One claim of one source, its place in the model, and what the record says (claims.csv)."""

    id: Text
    source: Text
    paragraph: int
    kind: Literal["cause", "fact", "counterfactual"]
    paraphrase: Text
    carrier: Text
    """What carries it: a quantity path, an option, an engagement, or a stored fact."""
    target: Text
    """Event whose probability the carrier should move (causes and counterfactuals)."""
    sign: Literal[-1, 0, 1]
    """Claimed sign of the presence of the carrier on the target; 0 for facts."""
    strength: Text
    cause: Id | None = None
    """Switch that flips the carrier; empty for facts outside the model."""
    verdict: Literal["support", "qualify", "contradict"]
    record_says: Text
    works: Text
    """Keys of the works that the verdict rests on, with a semicolon between them."""
    seen: Literal["text", "excerpt", "recalled", "judgement"]
    note: Text | None = None


class Scenario(Entry):
    """Everything a scenario folder claims. Sections may be spread over any number of files."""

    scenario: Head
    powers: dict[Id, Power]
    factions: dict[Key, Faction]
    responses: dict[Key, Response] = {}
    resources: dict[Id, Resource] = {}
    accounts: dict[Id, Account] = {}
    regions: dict[Id, Region] = {}
    climate: dict[Path, ClimateRow] = {}
    """From climate.csv; keys are site.month."""
    exposures: dict[Id, Exposure] = {}
    fronts: dict[Id, Front] = {}
    pools: dict[Id, Pool] = {}
    routes: dict[Id, Route] = {}
    industry: dict[Id, Industry] = {}
    observations: dict[Id, Observation] = {}
    deals: dict[Id, Deal] = {}
    asks: dict[Id, Ask] = {}
    restrictions: dict[Id, Restriction] = {}
    trust: dict[Key, Trust] = {}
    """Keys are of.towards."""
    matters: dict[Key, Matter]
    engagements: dict[Id, Engagement] = {}
    conditionals: dict[Id, Conditional] = {}
    weights: Weights
    groups: dict[Id, Group] = {}
    causes: dict[Id, Cause] = {}
    events: dict[Id, Event]
    questions: dict[Text, Question]
    contradictions: dict[Id, Contradiction] = {}
