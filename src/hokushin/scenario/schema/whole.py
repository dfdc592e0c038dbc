"""Whole: all sections of a scenario folder, and the claims that it places."""

from __future__ import annotations

from typing import Literal

from hokushin.scenario.schema.choosing import Ask, Deal, Matter, Response, Restriction, Trust
from hokushin.scenario.schema.entry import Entry, Id, Key, Path, Text
from hokushin.scenario.schema.minds import Conditional, Engagement, Weights
from hokushin.scenario.schema.powers import Faction, Head, Power
from hokushin.scenario.schema.questions import Cause, Contradiction, Event, Group, Question
from hokushin.scenario.schema.theories import Theory
from hokushin.scenario.schema.world import (
    Account,
    ClimateRow,
    Exposure,
    Front,
    Industry,
    Observation,
    Pool,
    Region,
    Resource,
    Route,
)


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
    theories: dict[Id, Theory] = {}
