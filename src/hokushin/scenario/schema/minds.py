"""Minds: battles remembered, conditions stated, and how much each consideration weighs."""

from __future__ import annotations

from typing import Literal

from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema.entry import Consideration, Date, Entry, Id, Path, Text


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
    """Weight of another service's battle; its square is that of a foreign power's."""
    material_gain: Quantity
    material_half_life: Quantity
    dread_half_life: Quantity
    cold_half_life: Quantity
    intent_half_life: Quantity
    intent_start: Quantity
    intent_clash: Quantity
    """Log-odds of intent that a full-sized attack across a border at peace adds."""
    trust_half_life: Quantity
    breach: Quantity
    """Share of the trust of a deal's other parties that who ends it while it is in force loses."""
    breach_watched: Quantity
    """Share of the trust of everybody else that it loses."""


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
